//! `*.deps.json`: what a published .NET application was built with.

use crate::software::extractor::{Extractor, File, TEXT};
use crate::software::{Package, Standing};
use serde::Deserialize;
use std::collections::BTreeMap;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "dotnet_deps",
    name: "*.deps.json",
    docs: "https://github.com/dotnet/sdk/blob/main/documentation/specs/runtime-configuration-file.md",
    wants: |path| path.ends_with(".deps.json"),
    magic: &[],
    cap: TEXT,
    kinds: &["nuget"],
    extract: |file| libraries(file, Standing::Installed, |_| true),
};

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    libraries: BTreeMap<String, Library>,
}

#[derive(Deserialize)]
struct Library {
    #[serde(default, rename = "type")]
    kind: String,
}

/// The libraries of a wanted kind, by keys `NAME/VERSION`.
pub(super) fn libraries(
    file: &File<'_>,
    standing: Standing,
    wanted: fn(kind: &str) -> bool,
) -> Result<Vec<Package>, String> {
    let document: Document = serde_json::from_str(file.text()?).map_err(|error| error.to_string())?;
    if document.libraries.is_empty() {
        return Err("it lists no libraries".to_owned());
    }
    let named = document.libraries.iter().filter(|(_, library)| wanted(&library.kind));
    Ok(named
        .filter_map(|(key, _)| match key.split_once('/') {
            Some((name, version)) if !version.is_empty() => file.package(standing, "nuget", name, version),
            _ => {
                file.problem(format!("a library was left out: {key:?} is no name with a version"));
                None
            }
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn libraries_with_the_application() {
        check(
            &EXTRACTOR,
            "app/App.deps.json",
            r#"{"targets":{},"libraries":{"App/1.0.0":{"type":"project"},"AWSSDK.Core/3.7":{"type":"package"}}}"#,
            &["installed pkg:nuget/App@1.0.0", "installed pkg:nuget/AWSSDK.Core@3.7"],
        );
    }
}
