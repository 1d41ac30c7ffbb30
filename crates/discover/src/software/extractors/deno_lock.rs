//! `deno.lock` (versions 2 to 5): the npm and JSR packages that Deno chose.

use crate::software::extractor::{self, Entry, Extractor, File, TEXT};
use crate::software::{Package, Standing, npm};
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "deno_lock",
    name: "deno.lock",
    docs: "https://docs.deno.com/runtime/fundamentals/modules/#integrity-checking-and-lock-files",
    wants: |path| extractor::name(path) == "deno.lock",
    magic: &[],
    cap: TEXT,
    kinds: &["jsr", "npm"],
    extract,
};

type Keys = BTreeMap<String, IgnoredAny>;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Tables {
    npm: Option<Entry<Npm>>,
    jsr: Keys,
    /// Version 3 keeps both in here.
    packages: Option<Box<Self>>,
}

/// Version 2 keeps its npm packages one table deeper.
#[derive(Deserialize)]
#[serde(untagged)]
enum Npm {
    Deeper { packages: Keys },
    Flat(Keys),
}

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let mut tables: Tables = serde_json::from_str(file.text()?).map_err(|error| error.to_string())?;
    if let Some(inner) = tables.packages.take() {
        tables = *inner;
    }
    let mut packages = Vec::new();
    if let Some(Npm::Deeper { packages: keys } | Npm::Flat(keys)) =
        tables.npm.and_then(|npm| file.entry(npm, "npm"))
    {
        for key in keys.keys() {
            // What follows `_` are the peers it was resolved with.
            let (name, version) = npm::split(key);
            let version = version.split('_').next().unwrap_or(version);
            packages.extend(file.package(Standing::Locked, "npm", name, version));
        }
    }
    for key in tables.jsr.keys() {
        let (name, version) = npm::split(key);
        packages.extend(file.package(Standing::Locked, "jsr", name.trim_start_matches('@'), version));
    }
    Ok(packages)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, refusal};
    use super::*;

    #[test]
    fn versions() {
        let expected =
            ["locked pkg:npm/%40s/a@1.0.0", "locked pkg:npm/b@2.0.0", "locked pkg:jsr/std/assert@1.0.6"];
        let npm = r#"{"@s/a@1.0.0": {}, "b@2.0.0_p@3.0.0": {}}"#;
        let jsr = r#"{"@std/assert@1.0.6": {}}"#;
        for text in [
            format!(r#"{{"version": "5", "npm": {npm}, "jsr": {jsr}}}"#),
            format!(r#"{{"version": "3", "packages": {{"specifiers": {{}}, "npm": {npm}, "jsr": {jsr}}}}}"#),
        ] {
            check(&EXTRACTOR, "deno.lock", text, &expected);
        }
        let text = format!(r#"{{"version": "2", "npm": {{"specifiers": {{}}, "packages": {npm}}}}}"#);
        check(&EXTRACTOR, "deno.lock", text, &expected[..2]);
        refusal(&EXTRACTOR, "deno.lock", "[");
    }
}
