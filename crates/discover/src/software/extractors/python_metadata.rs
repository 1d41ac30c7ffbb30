//! `METADATA`, `PKG-INFO` and `*.egg-info`: what an installed Python distribution says of itself, also inside an egg.

use crate::software::extractor::{self, BINARY, Extractor, File};
use crate::software::{Package, Standing, zipped};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "python_metadata",
    name: "Python distribution (METADATA, PKG-INFO, *.egg-info, *.egg)",
    docs: "https://packaging.python.org/en/latest/specifications/core-metadata/",
    wants: |path| match extractor::name(path) {
        "METADATA" => path.rsplit('/').nth(1).is_some_and(|folder| folder.ends_with(".dist-info")),
        "PKG-INFO" => true,
        name => name.ends_with(".egg-info") || name.ends_with(".egg"),
    },
    magic: &[],
    cap: BINARY,
    kinds: &["pypi"],
    extract,
};

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    if !file.bytes.starts_with(b"PK") {
        return package(file, file.bytes).map(|package| vec![package]);
    }
    let mut packages = Vec::new();
    zipped::read(
        file.bytes,
        |path| path == "EGG-INFO/PKG-INFO",
        file.problem,
        |path, bytes| match package(file, &bytes) {
            Ok(package) => packages.push(package),
            Err(error) => file.problem(format!("{path} in the archive was left out: {error}")),
        },
    )?;
    Ok(packages)
}

/// Headers as in a mail, of which only two matter; old ones are not always UTF-8, and some have folded lines that
/// were not indented.
fn package(file: &File<'_>, bytes: &[u8]) -> Result<Package, String> {
    let text = String::from_utf8_lossy(bytes);
    let headers = text.trim_start_matches('\u{feff}').lines().take_while(|line| !line.trim().is_empty());
    let (mut name, mut version) = (None, None);
    for (key, value) in headers.filter_map(|line| line.split_once(':')) {
        match key.to_ascii_lowercase().as_str() {
            "name" => name = name.or(Some(value.trim())),
            "version" => version = version.or(Some(value.trim())),
            _ => {}
        }
    }
    let (Some(name), Some(version)) = (name, version.filter(|version| !version.is_empty())) else {
        return Err("no `Name` and `Version` among its headers".to_owned());
    };
    // A source distribution has one at its top.
    let folder = file.path.rsplit('/').nth(1).unwrap_or_default();
    let source = file.name() == "PKG-INFO" && !folder.ends_with("-INFO") && !folder.ends_with("-info");
    let standing = if source { Standing::Declared } else { Standing::Installed };
    file.package(standing, "pypi", name, version).ok_or_else(|| "its `Name` is empty".to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, refusal};
    use super::*;

    #[test]
    fn headers_and_eggs() {
        let text = "Metadata-Version: 2.1\nname: Some_Thing\nVersion: 1.0\nSummary: \u{e9}\n\nVersion: 2.0\n";
        let expected = ["installed pkg:pypi/some-thing@1.0"];
        check(&EXTRACTOR, "lib/Some_Thing-1.0.dist-info/METADATA", text, &expected);
        check(
            &EXTRACTOR,
            "x.egg-info/PKG-INFO",
            b"Name: a\nVersion: 1\nAuthor: \xe9",
            &["installed pkg:pypi/a@1"],
        );
        let egg = zipped::archive(&[("EGG-INFO/PKG-INFO", text.as_bytes()), ("a/PKG-INFO", b"")]);
        check(&EXTRACTOR, "x.egg", egg, &expected);
        check(&EXTRACTOR, "x.egg", zipped::archive(&[("a.py", b"")]), &[]);
        check(&EXTRACTOR, "a-1/PKG-INFO", "Name: a\nVersion: 1\n", &["declared pkg:pypi/a@1"]);
        refusal(&EXTRACTOR, "PKG-INFO", "");
        refusal(&EXTRACTOR, "PKG-INFO", "Name: a\n\nVersion: 1.0\n");
        assert!(!(EXTRACTOR.wants)("METADATA"));
    }
}
