//! `pylock.toml` and `pylock.NAME.toml` (PEP 751): the packages that any Python installer chose.

use crate::software::extractor::{self, Entry, Extractor, File, TEXT};
use crate::software::{Package, Standing};
use serde::Deserialize;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "pylock",
    name: "pylock.toml",
    docs: "https://packaging.python.org/en/latest/specifications/pylock-toml/",
    wants: |path| {
        let name = extractor::name(path);
        name == "pylock.toml" || (name.starts_with("pylock.") && name.ends_with(".toml"))
    },
    magic: &[],
    cap: TEXT,
    kinds: &["pypi"],
    extract,
};

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Lock {
    #[serde(default)]
    packages: Vec<Entry<Locked>>,
}

#[derive(Deserialize)]
struct Locked {
    name: String,
    /// Absent where the package is made from sources, which may change it: the project itself, above all.
    version: Option<String>,
    vcs: Option<toml::Table>,
    archive: Option<toml::Table>,
}

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let lock: Lock = toml::from_str(file.text()?).map_err(|error| error.to_string())?;
    let locked = lock.packages.into_iter().filter_map(|entry| file.entry(entry, "packages"));
    let chosen =
        locked.filter(|locked| locked.version.is_some() || locked.vcs.is_some() || locked.archive.is_some());
    let package = |locked: Locked| {
        file.package(Standing::Locked, "pypi", &locked.name, locked.version.as_deref().unwrap_or(""))
    };
    Ok(chosen.filter_map(package).collect())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check_part, refusal};
    use super::*;

    #[test]
    fn all_but_the_project_itself() {
        let problems = check_part(
            &EXTRACTOR,
            "pylock.dev.toml",
            "lock-version = '1.0'\npackages = [{name = 'mine', directory = {path = '.'}}, {name = 'a', version = '1.0'}, {name = 'b', vcs = {type = 'git', url = 'u'}}, 1]\n",
            &["locked pkg:pypi/a@1.0", "locked pkg:pypi/b"],
        );
        assert_eq!(problems, ["an entry of `packages` was left out: it has not the form it should"]);
        refusal(&EXTRACTOR, "pylock.toml", "no TOML");
    }
}
