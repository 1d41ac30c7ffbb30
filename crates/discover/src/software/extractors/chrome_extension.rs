//! `Extensions/ID/VERSION/manifest.json`: the extensions installed in Chrome and the browsers built on it.

use crate::software::extractor::{self, Extractor, File, TEXT};
use crate::software::{Package, Standing};
use serde::Deserialize;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "chrome_extension",
    name: "Chrome extension's manifest.json",
    docs: "https://developer.chrome.com/docs/extensions/reference/manifest",
    wants: |path| extractor::name(path) == "manifest.json" && id(path).is_some(),
    magic: &[],
    cap: TEXT,
    kinds: &["generic"],
    extract,
};

/// The extension's id, which its folder is called: 32 letters from a to p.
fn id(path: &str) -> Option<&str> {
    let id = path.rsplit('/').nth(2)?;
    (id.len() == 32 && id.bytes().all(|byte| matches!(byte, b'a'..=b'p'))).then_some(id)
}

#[derive(Deserialize)]
struct Manifest {
    version: String,
    #[serde(rename = "manifest_version")]
    _manifest_version: u32,
}

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let manifest: Manifest = serde_json::from_str(file.text()?).map_err(|error| error.to_string())?;
    let id = id(file.path).ok_or("it is not in a folder with an extension's id")?;
    Ok(file.package(Standing::Installed, "generic", id, &manifest.version).into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, refusal};
    use super::*;

    #[test]
    fn an_extension() {
        let path = "Default/Extensions/abcdefghijklmnopabcdefghijklmnop/1.2.3_0/manifest.json";
        check(
            &EXTRACTOR,
            path,
            r#"{"name": "__MSG_name__", "version": "1.2.3", "manifest_version": 3}"#,
            &["installed pkg:generic/abcdefghijklmnopabcdefghijklmnop@1.2.3"],
        );
        refusal(&EXTRACTOR, path, "{}");
        assert!(!(EXTRACTOR.wants)("public/manifest.json"));
    }
}
