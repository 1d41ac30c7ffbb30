//! `Pipfile.lock`: the packages that Pipenv chose.

use crate::software::extractor::{self, Entry, Extractor, File, TEXT};
use crate::software::{Package, Standing};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "pipfile_lock",
    name: "Pipfile.lock",
    docs: "https://pipenv.pypa.io/en/latest/pipfile.html",
    wants: |path| extractor::name(path) == "Pipfile.lock",
    magic: &[],
    cap: TEXT,
    kinds: &["pypi"],
    extract,
};

/// A table of packages for each category; `default` and `develop` are Pipenv's own.
#[derive(Deserialize)]
struct Lock {
    #[serde(rename = "_meta")]
    _meta: Option<Value>,
    #[serde(flatten)]
    categories: BTreeMap<String, Entry<BTreeMap<String, Entry<Locked>>>>,
}

#[derive(Deserialize)]
struct Locked {
    version: Option<String>,
    git: Option<String>,
    path: Option<String>,
    file: Option<String>,
}

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let lock: Lock = serde_json::from_str(file.text()?).map_err(|error| error.to_string())?;
    let mut packages = Vec::new();
    for (category, table) in lock.categories {
        for (name, locked) in file.entry(table, &category).into_iter().flatten() {
            let Some(locked) = file.entry(locked, &name) else { continue };
            let elsewhere = locked.git.is_some() || locked.path.is_some() || locked.file.is_some();
            let version = match &locked.version {
                Some(version) => version.trim_start_matches('='),
                None if elsewhere => "",
                // Nothing was chosen.
                None => continue,
            };
            let package = file.package(Standing::Locked, "pypi", &name, version);
            packages.extend(package.map(|package| package.dev(category == "develop")));
        }
    }
    Ok(packages)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check_part, refusal};
    use super::*;

    #[test]
    fn categories() {
        let problems = check_part(
            &EXTRACTOR,
            "Pipfile.lock",
            r#"{"_meta": {"pipfile-spec": 6}, "default": {"a": {"version": "==1.0"}, "b": {"git": "https://example.org/b.git", "ref": "0"}, "c": {}, "d": 1},
                "develop": {"e": {"version": "===2.0"}}, "docs": {"f": {"version": "==3.0"}}}"#,
            &[
                "locked pkg:pypi/a@1.0",
                "locked pkg:pypi/b",
                "dev locked pkg:pypi/e@2.0",
                "locked pkg:pypi/f@3.0",
            ],
        );
        assert_eq!(problems, ["an entry of `d` was left out: it has not the form it should"]);
        refusal(&EXTRACTOR, "Pipfile.lock", "no JSON");
    }
}
