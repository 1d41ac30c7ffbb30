//! `composer.lock` and `vendor/composer/installed.json` (of Composer 1 and 2): the PHP packages that were chosen or are
//! installed.

use crate::software::extractor::{self, Entry, Extractor, File, TEXT};
use crate::software::{Package, Standing};
use serde::Deserialize;
use std::collections::BTreeSet;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "composer_lock",
    name: "composer.lock, vendor/composer/installed.json",
    docs: "https://getcomposer.org/doc/01-basic-usage.md#commit-your-composer-lock-file-to-version-control",
    wants: |path| extractor::name(path) == "composer.lock" || is_installed(path),
    magic: &[],
    cap: TEXT,
    kinds: &["composer"],
    extract,
};

fn is_installed(path: &str) -> bool {
    path == "composer/installed.json" || path.ends_with("/composer/installed.json")
}

/// The lock, or what Composer 2 installed; Composer 1 wrote the bare list.
#[derive(Deserialize)]
#[serde(untagged)]
enum Document {
    Tables(Tables),
    List(Vec<Entry<Chosen>>),
}

#[derive(Deserialize)]
struct Tables {
    #[serde(default)]
    packages: Vec<Entry<Chosen>>,
    #[serde(default, rename = "packages-dev")]
    packages_dev: Vec<Entry<Chosen>>,
    #[serde(default, rename = "dev-package-names")]
    dev_names: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Chosen {
    name: String,
    version: String,
}

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let document: Document = serde_json::from_str(file.text()?)
        .map_err(|error| format!("no list of packages as Composer writes it: {error}"))?;
    let tables = match document {
        Document::Tables(tables) => tables,
        Document::List(packages) => Tables { packages, packages_dev: Vec::new(), dev_names: BTreeSet::new() },
    };
    let standing = if is_installed(file.path) { Standing::Installed } else { Standing::Locked };
    let lists = [("packages", tables.packages, false), ("packages-dev", tables.packages_dev, true)];
    let mut packages = Vec::new();
    for (at, list, dev) in lists {
        for chosen in list.into_iter().filter_map(|entry| file.entry(entry, at)) {
            let package = file.package(standing, "composer", &chosen.name, &chosen.version);
            let dev = dev || tables.dev_names.contains(&chosen.name);
            packages.extend(package.map(|package| package.dev(dev)));
        }
    }
    Ok(packages)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_part, refusal};
    use super::*;

    #[test]
    fn locked_and_installed() {
        let problems = check_part(
            &EXTRACTOR,
            "composer.lock",
            r#"{"packages": [{"name": "A/b", "version": "v1.0.0", "require": {}}, {"name": "c/d"}], "packages-dev": [{"name": "e/f", "version": "dev-main"}]}"#,
            &["locked pkg:composer/a/b@v1.0.0", "dev locked pkg:composer/e/f@dev-main"],
        );
        assert_eq!(problems, ["an entry of `packages` was left out: it has not the form it should"]);
        check(
            &EXTRACTOR,
            "vendor/composer/installed.json",
            r#"{"packages": [{"name": "a/b", "version": "1.0.0"}, {"name": "c/d", "version": "2.0"}], "dev": true, "dev-package-names": ["c/d"]}"#,
            &["installed pkg:composer/a/b@1.0.0", "dev installed pkg:composer/c/d@2.0"],
        );
        check(
            &EXTRACTOR,
            "composer/installed.json",
            r#"[{"name": "a/b", "version": "1.0.0"}]"#,
            &["installed pkg:composer/a/b@1.0.0"],
        );
        refusal(&EXTRACTOR, "composer.lock", "no JSON");
    }
}
