//! `project.assets.json`, which NuGet writes when it restores a project.

use super::dotnet_deps::libraries;
use crate::software::Standing;
use crate::software::extractor::{self, Extractor, TEXT};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "nuget_assets",
    name: "project.assets.json",
    docs: "https://learn.microsoft.com/nuget/reference/cli-reference/cli-ref-restore",
    wants: |path| extractor::name(path) == "project.assets.json",
    magic: &[],
    cap: TEXT,
    kinds: &["nuget"],
    extract: |file| libraries(file, Standing::Locked, |kind| kind != "project"),
};

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn packages_but_no_projects() {
        check(
            &EXTRACTOR,
            "obj/project.assets.json",
            r#"{"version":3,"libraries":{"A/1.0.0":{"type":"package"},"mine/1.0.0":{"type":"project"}}}"#,
            &["locked pkg:nuget/A@1.0.0"],
        );
    }
}
