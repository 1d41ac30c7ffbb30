//! `pdm.lock`: the packages that PDM chose.

use crate::software::extractor::{self, Extractor, TEXT};
use crate::software::python::locked;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "pdm_lock",
    name: "pdm.lock",
    docs: "https://pdm-project.org/en/latest/usage/lockfile/",
    wants: |path| extractor::name(path) == "pdm.lock",
    magic: &[],
    cap: TEXT,
    kinds: &["pypi"],
    extract: |file| {
        // Other groups may as well be optional features.
        locked(file, |package| {
            !package.groups.is_empty() && package.groups.iter().all(|group| group == "dev")
        })
    },
};

#[cfg(test)]
mod tests {
    use super::super::tests::{check_part, refusal};
    use super::*;

    #[test]
    fn groups() {
        let problems = check_part(
            &EXTRACTOR,
            "pdm.lock",
            "[metadata]\nlock_version = '4.4.1'\n[[package]]\nname = 'a'\nversion = '1.0'\ngroups = ['dev']\n[[package]]\nname = 'b'\nversion = '2.0'\ngroups = ['default', 'dev']\n[[package]]\nname = 1\n",
            &["dev locked pkg:pypi/a@1.0", "locked pkg:pypi/b@2.0"],
        );
        assert_eq!(problems, ["an entry of `package` was left out: it has not the form it should"]);
        refusal(&EXTRACTOR, "pdm.lock", "no TOML");
    }
}
