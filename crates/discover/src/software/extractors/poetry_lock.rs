//! `poetry.lock` (versions 1 and 2): the packages that Poetry chose.

use crate::software::extractor::{self, Entry, Extractor, File, TEXT};
use crate::software::{Package, Standing};
use serde::Deserialize;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "poetry_lock",
    name: "poetry.lock",
    docs: "https://python-poetry.org/docs/basic-usage/#installing-with-poetrylock",
    wants: |path| extractor::name(path) == "poetry.lock",
    magic: &[],
    cap: TEXT,
    kinds: &["pypi"],
    extract,
};

#[derive(Deserialize)]
struct Lock {
    #[serde(default)]
    package: Vec<Entry<Locked>>,
}

#[derive(Deserialize)]
struct Locked {
    name: String,
    version: String,
    /// Until version 1.4.
    #[serde(default)]
    category: String,
    /// From version 2 on.
    #[serde(default)]
    groups: Vec<String>,
}

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let lock: Lock = toml::from_str(file.text()?).map_err(|error| error.to_string())?;
    let locked = lock.package.into_iter().filter_map(|entry| file.entry(entry, "package"));
    let package = |locked: Locked| {
        let grouped = !locked.groups.is_empty() && locked.groups.iter().all(|group| group != "main");
        let package = file.package(Standing::Locked, "pypi", &locked.name, &locked.version)?;
        Some(package.dev(locked.category == "dev" || grouped))
    };
    Ok(locked.filter_map(package).collect())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check_part, refusal};
    use super::*;

    #[test]
    fn categories_and_groups() {
        let problems = check_part(
            &EXTRACTOR,
            "poetry.lock",
            "[[package]]\nname = 'a'\nversion = '1.0'\ncategory = 'dev'\n[[package]]\nname = 'b'\nversion = '2.0'\ngroups = ['main', 'dev']\n\
             [[package]]\nname = 'c'\nversion = '3.0'\ngroups = ['test']\n[package.source]\ntype = 'git'\n[[package]]\nname = 'd'\n",
            &["dev locked pkg:pypi/a@1.0", "locked pkg:pypi/b@2.0", "dev locked pkg:pypi/c@3.0"],
        );
        assert_eq!(problems, ["an entry of `package` was left out: it has not the form it should"]);
        refusal(&EXTRACTOR, "poetry.lock", "no TOML");
    }
}
