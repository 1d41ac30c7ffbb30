//! `pdm.lock`: the packages that PDM chose.

use crate::software::extractor::{self, Entry, Extractor, File, TEXT};
use crate::software::{Package, Standing};
use serde::Deserialize;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "pdm_lock",
    name: "pdm.lock",
    docs: "https://pdm-project.org/en/latest/usage/lockfile/",
    wants: |path| extractor::name(path) == "pdm.lock",
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
    #[serde(default)]
    groups: Vec<String>,
}

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let lock: Lock = toml::from_str(file.text()?).map_err(|error| error.to_string())?;
    let locked = lock.package.into_iter().filter_map(|entry| file.entry(entry, "package"));
    let package = |locked: Locked| {
        // Other groups may as well be optional features.
        let dev = !locked.groups.is_empty() && locked.groups.iter().all(|group| group == "dev");
        Some(file.package(Standing::Locked, "pypi", &locked.name, &locked.version)?.dev(dev))
    };
    Ok(locked.filter_map(package).collect())
}

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
