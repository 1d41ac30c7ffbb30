//! `packages.lock.json`: what NuGet chose, for each framework.

use crate::software::Standing;
use crate::software::extractor::{self, Extractor, TEXT};
use serde::Deserialize;
use std::collections::BTreeMap;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "nuget_lock",
    name: "packages.lock.json",
    docs: "https://learn.microsoft.com/nuget/consume-packages/package-references-in-project-files#locking-dependencies",
    wants: |path| {
        let name = extractor::name(path);
        // With several projects in one folder: `packages.PROJECT.lock.json`.
        name.starts_with("packages.") && name.ends_with(".lock.json") || name == "packages.lock.json"
    },
    magic: &[],
    cap: TEXT,
    kinds: &["nuget"],
    extract: |file| {
        let lock: Lock = serde_json::from_str(file.text()?).map_err(|error| error.to_string())?;
        let locked = lock.dependencies.values().flatten();
        let packages = locked.filter(|(_, locked)| !locked.kind.eq_ignore_ascii_case("project"));
        Ok(packages
            .filter_map(|(name, locked)| file.package(Standing::Locked, "nuget", name, &locked.resolved))
            .collect())
    },
};

#[derive(Deserialize)]
struct Lock {
    #[serde(default)]
    dependencies: BTreeMap<String, BTreeMap<String, Locked>>,
}

#[derive(Deserialize)]
struct Locked {
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    resolved: String,
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn each_framework() {
        check(
            &EXTRACTOR,
            "packages.lock.json",
            r#"{"version":1,"dependencies":{"net6.0":{"A":{"type":"Direct","requested":"[1, )","resolved":"1.24.0"},"mine":{"type":"Project"}},"net8.0":{"A":{"type":"Transitive","resolved":"2"}}}}"#,
            &["locked pkg:nuget/A@1.24.0", "locked pkg:nuget/A@2"],
        );
    }
}
