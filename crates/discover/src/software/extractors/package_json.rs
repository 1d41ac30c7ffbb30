//! `package.json`: the package that it makes, as installed in `node_modules` or as a project of its own.

use crate::software::extractor::{self, Extractor, File, TEXT};
use crate::software::{Package, Standing, npm};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "package_json",
    name: "package.json",
    docs: "https://docs.npmjs.com/cli/configuring-npm/package-json",
    wants: |path| extractor::name(path) == "package.json",
    magic: &[],
    cap: TEXT,
    kinds: &["npm"],
    extract,
};

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let installed = file.path.split('/').any(|part| part == "node_modules");
    let standing = if installed { Standing::Installed } else { Standing::Declared };
    let manifest = npm::manifest(file.text()?)?;
    Ok(manifest
        .and_then(|(name, version)| file.package(standing, "npm", &name, &version))
        .into_iter()
        .collect())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, refusal};
    use super::*;

    #[test]
    fn installed_or_a_project() {
        let text = r#"{"name": "@s/a", "version": "1.0.0", "author": 1, "engines": ["node"]}"#;
        check(&EXTRACTOR, "x/node_modules/@s/a/package.json", text, &["installed pkg:npm/%40s/a@1.0.0"]);
        check(&EXTRACTOR, "package.json", text, &["declared pkg:npm/%40s/a@1.0.0"]);
    }

    #[test]
    fn no_npm_package() {
        for text in [
            r#"{"name": "a"}"#,
            r#"{"name": "", "version": "1"}"#,
            r#"{"name": "a", "version": "1", "engines": {"vscode": "*"}}"#,
            r#"{"name": "a", "version": "1", "contributes": {}}"#,
            r#"{"name": "com.unity.a", "version": "1", "unity": "2019.1"}"#,
        ] {
            check(&EXTRACTOR, "package.json", text, &[]);
        }
        refusal(&EXTRACTOR, "package.json", "{");
    }
}
