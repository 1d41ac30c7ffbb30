//! `poetry.lock` (versions 1 and 2): the packages that Poetry chose.

use crate::software::extractor::{self, Extractor, TEXT};
use crate::software::python::locked;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "poetry_lock",
    name: "poetry.lock",
    docs: "https://python-poetry.org/docs/basic-usage/#installing-with-poetrylock",
    wants: |path| extractor::name(path) == "poetry.lock",
    magic: &[],
    cap: TEXT,
    kinds: &["pypi"],
    extract: |file| {
        locked(file, |package| {
            // The groups came with version 2, and took the place of the category.
            let grouped = !package.groups.is_empty() && package.groups.iter().all(|group| group != "main");
            package.category == "dev" || grouped
        })
    },
};

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
