//! `*.vsix`: the npm packages that an extension of Visual Studio Code brings along.

use crate::software::extractor::{BINARY, Extractor, File};
use crate::software::{Package, Standing, npm, zipped};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "vsix",
    name: "VS Code extension package (*.vsix)",
    docs: "https://code.visualstudio.com/api/working-with-extensions/publishing-extension#packaging-extensions",
    wants: |path| path.ends_with(".vsix"),
    magic: &[],
    cap: BINARY,
    kinds: &["npm"],
    extract,
};

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let mut packages = Vec::new();
    let wants = |path: &str| path.contains("node_modules/") && path.ends_with("/package.json");
    zipped::read(file.bytes, wants, file.problem, |path, bytes| {
        let manifest = std::str::from_utf8(&bytes).map_err(|error| error.to_string()).and_then(npm::manifest);
        match manifest {
            Ok(found) => packages.extend(
                found.and_then(|(name, version)| file.package(Standing::Installed, "npm", &name, &version)),
            ),
            Err(error) => file.problem(format!("{path} in the archive was left out: {error}")),
        }
    })?;
    Ok(packages)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check_part, refusal};
    use super::*;

    #[test]
    fn what_it_brings_along() {
        let bytes = zipped::archive(&[
            ("extension/package.json", br#"{"name": "mine", "version": "9.0.0"}"#),
            ("extension/node_modules/a/package.json", br#"{"name": "a", "version": "1.0.0"}"#),
            ("extension/node_modules/a/node_modules/b/package.json", br#"{"name": "b", "version": "2.0.0"}"#),
            ("extension/node_modules/c/package.json", b"{"),
        ]);
        let problems = check_part(
            &EXTRACTOR,
            "x.vsix",
            bytes,
            &["installed pkg:npm/a@1.0.0", "installed pkg:npm/b@2.0.0"],
        );
        assert_eq!(problems.len(), 1);
        assert!(problems[0].starts_with("extension/node_modules/c/package.json in the archive"));
        refusal(&EXTRACTOR, "x.vsix", "no archive");
    }
}
