//! `pubspec.lock`: the packages that Dart's pub chose.

use crate::software::extractor::{self, Extractor, File, TEXT};
use crate::software::{Package, Standing, yaml};
use serde::Deserialize;
use std::collections::BTreeMap;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "pubspec_lock",
    name: "pubspec.lock",
    docs: "https://dart.dev/tools/pub/glossary#lockfile",
    wants: |path| extractor::name(path) == "pubspec.lock",
    magic: &[],
    cap: TEXT,
    kinds: &["pub"],
    extract,
};

#[derive(Deserialize)]
struct Lock {
    packages: Option<BTreeMap<String, Locked>>,
}

#[derive(Deserialize)]
struct Locked {
    #[serde(default)]
    version: String,
    #[serde(default)]
    dependency: String,
}

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let text = file.text()?;
    if text.trim().is_empty() {
        return Err("the file is empty".to_owned());
    }
    let lock: Lock = yaml::read(text)?;
    let package = |(name, locked): (&String, &Locked)| {
        let package = file.package(Standing::Locked, "pub", name, &locked.version)?;
        Some(package.dev(locked.dependency == "direct dev"))
    };
    Ok(lock.packages.iter().flatten().filter_map(package).collect())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, refusal};
    use super::*;

    #[test]
    fn packages() {
        check(
            &EXTRACTOR,
            "pubspec.lock",
            "packages:\n  A:\n    dependency: \"direct dev\"\n    source: hosted\n    version: \"1.10\"\n  b:\n    dependency: transitive\n    source: git\n    version: 2.0\nsdks:\n  dart: '>=2'\n",
            &["dev locked pkg:pub/a@1.10", "locked pkg:pub/b@2.0"],
        );
        refusal(&EXTRACTOR, "pubspec.lock", "");
        refusal(&EXTRACTOR, "pubspec.lock", "no lock");
    }
}
