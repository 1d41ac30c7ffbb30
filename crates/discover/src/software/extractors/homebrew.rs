//! What Homebrew installed, by its folders: `Cellar/NAME/VERSION/INSTALL_RECEIPT.json` of a formula and what lies in
//! `Caskroom/NAME/VERSION` of a cask.

use crate::software::extractor::{Extractor, TEXT};
use crate::software::{Package, Standing};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "homebrew",
    name: "Homebrew's Cellar and Caskroom",
    docs: "https://docs.brew.sh/Formula-Cookbook#homebrew-terminology",
    wants: |path| installed(path).is_some(),
    magic: &[],
    cap: TEXT,
    kinds: &["brew"],
    extract: |file| {
        let Some((name, version)) = installed(file.path) else { return Ok(Vec::new()) };
        Package::new(Standing::Installed, "brew", name, version)
            .map(|package| vec![package])
            .map_err(|error| error.to_string())
    },
};

/// Name and version, where the file is one that every installation has.
fn installed(path: &str) -> Option<(&str, &str)> {
    let parts: Vec<&str> = path.split('/').collect();
    let at = parts.iter().rposition(|part| ["Cellar", "Caskroom"].contains(part))?;
    match (parts[at], &parts[at + 1..]) {
        ("Cellar", [name, version, "INSTALL_RECEIPT.json"]) => Some((name, version)),
        ("Caskroom", [name, ".metadata", version, _, "Casks", _]) => Some((name, version)),
        ("Caskroom", [name, version, file]) if file.ends_with(".wrapper.sh") => Some((name, version)),
        ("Caskroom", [name, version, .., "source.properties"]) => Some((name, version)),
        ("Caskroom", [name, version, app, "Contents", "Info.plist"]) if app.ends_with(".app") => {
            Some((name, version))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn formulas_and_casks() {
        for (path, purl) in [
            ("opt/homebrew/Cellar/rclone/1.67.0/INSTALL_RECEIPT.json", "installed pkg:brew/rclone@1.67.0"),
            ("usr/local/Caskroom/testapp/1.1.1/testapp.wrapper.sh", "installed pkg:brew/testapp@1.1.1"),
            (
                "usr/local/Caskroom/android-platform-tools/35.0.2/platform-tools/source.properties",
                "installed pkg:brew/android-platform-tools@35.0.2",
            ),
            (
                "usr/local/Caskroom/firefox/.metadata/129.0/20240801/Casks/firefox.json",
                "installed pkg:brew/firefox@129.0",
            ),
        ] {
            check(&EXTRACTOR, path, "{}", &[purl]);
        }
        assert!(!(EXTRACTOR.wants)("Cellar/rclone/1.67.0/README.md"));
    }
}
