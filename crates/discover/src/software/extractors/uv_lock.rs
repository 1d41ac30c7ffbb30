//! `uv.lock`: the packages that uv chose.

use crate::software::extractor::{self, Entry, Extractor, File, TEXT};
use crate::software::reach::reach;
use crate::software::{Package, Standing};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "uv_lock",
    name: "uv.lock",
    docs: "https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile",
    wants: |path| extractor::name(path) == "uv.lock",
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

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "kebab-case")]
struct Locked {
    name: String,
    /// Absent where the project says that its version is dynamic.
    version: String,
    source: Source,
    dependencies: Vec<Named>,
    optional_dependencies: BTreeMap<String, Vec<Named>>,
    /// Only members of the workspace have these.
    dev_dependencies: BTreeMap<String, Vec<Named>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Source {
    r#virtual: Option<String>,
    editable: Option<String>,
}

impl Source {
    /// A folder of the workspace.
    const fn is_member(&self) -> bool {
        self.r#virtual.is_some() || self.editable.is_some()
    }

    /// The folder of the lock itself: the project whose lock it is.
    fn is_root(&self) -> bool {
        [&self.r#virtual, &self.editable].iter().any(|folder| folder.as_deref() == Some("."))
    }
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let lock: Lock = toml::from_str(file.text()?).map_err(|error| error.to_string())?;
    let locked: Vec<_> = lock.package.into_iter().filter_map(|entry| file.entry(entry, "package")).collect();
    let shipped = shipped(&locked);
    // Without a member of the workspace nobody asks for anything, so nothing is known of why a package is there.
    let known = locked.iter().any(|locked| locked.source.is_member());
    let package = |locked: &Locked| {
        let package = file.package(Standing::Locked, "pypi", &locked.name, &locked.version)?;
        Some(package.dev(known && !shipped.contains(locked.name.as_str())))
    };
    Ok(locked.iter().filter(|locked| !locked.source.is_root()).filter_map(package).collect())
}

/// What the members of the workspace reach otherwise than by their groups for development.
fn shipped(locked: &[Locked]) -> BTreeSet<&str> {
    let mut by_name: BTreeMap<&str, Vec<&Locked>> = BTreeMap::new();
    for one in locked {
        by_name.entry(&one.name).or_default().push(one);
    }
    let members = locked.iter().filter(|locked| locked.source.is_member());
    reach(members.map(|locked| locked.name.as_str()), |name| {
        let all = by_name.get(name).into_iter().flatten();
        let needs =
            all.flat_map(|one| one.dependencies.iter().chain(one.optional_dependencies.values().flatten()));
        needs.map(|named| named.name.as_str()).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_part, refusal};
    use super::*;

    #[test]
    fn development_is_what_only_its_groups_reach() {
        check(
            &EXTRACTOR,
            "uv.lock",
            "version = 1\n[[package]]\nname = 'mine'\nversion = '0.1.0'\nsource = {virtual = '.'}\ndependencies = [{name = 'a'}]\n[package.dev-dependencies]\ndev = [{name = 'c'}]\n\
             [[package]]\nname = 'a'\nversion = '1.0'\nsource = {registry = 'r'}\ndependencies = [{name = 'b', marker = 'm'}]\n[[package]]\nname = 'b'\nversion = '2.0'\nsource = {git = 'g'}\n\
             [[package]]\nname = 'c'\nversion = '3.0'\ndependencies = [{name = 'b'}]\n",
            &["locked pkg:pypi/a@1.0", "locked pkg:pypi/b@2.0", "dev locked pkg:pypi/c@3.0"],
        );
    }

    #[test]
    fn no_project_and_no_lock() {
        let text = "[[package]]\nname = 'a'\nversion = '1.0'\n[[package]]\nname = ''\n";
        let problems = check_part(&EXTRACTOR, "uv.lock", text, &["locked pkg:pypi/a@1.0"]);
        assert_eq!(problems.len(), 1);
        refusal(&EXTRACTOR, "uv.lock", "no TOML");
    }
}
