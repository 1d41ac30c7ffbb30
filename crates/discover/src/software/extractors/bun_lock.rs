//! `bun.lock`: the packages that Bun chose, each a list that begins with `name@version`.

use crate::software::extractor::{self, Entry, Extractor, File, TEXT};
use crate::software::reach::reach;
use crate::software::{Package, Standing, jsonc, npm};
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "bun_lock",
    name: "bun.lock",
    docs: "https://bun.com/docs/pm/lockfile",
    wants: |path| extractor::name(path) == "bun.lock",
    magic: &[],
    cap: TEXT,
    kinds: &["npm"],
    extract,
};

#[derive(Deserialize)]
struct Lock {
    #[serde(default)]
    workspaces: BTreeMap<String, Entry<Needs>>,
    #[serde(default)]
    packages: BTreeMap<String, Vec<Part>>,
}

/// A part of a package's list. What it needs stands at different places, by where the package is from.
#[derive(Deserialize)]
#[serde(untagged)]
enum Part {
    Text(String),
    Needs(Needs),
    Other(IgnoredAny),
}

/// What a package or a member of the workspace needs, but for its development.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Needs {
    name: String,
    dependencies: BTreeMap<String, IgnoredAny>,
    optional_dependencies: BTreeMap<String, IgnoredAny>,
    peer_dependencies: BTreeMap<String, IgnoredAny>,
}

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let lock: Lock = jsonc::read(file.text()?)?;
    let shipped = shipped(&lock);
    let mut packages = Vec::new();
    for (key, parts) in &lock.packages {
        let Some(Part::Text(spec)) = parts.first() else {
            file.problem(format!(
                "the package {key:?} was left out: it does not begin with name and version"
            ));
            continue;
        };
        let (name, version) = npm::split(spec);
        // A member of the workspace is no package that was chosen.
        if !version.starts_with("workspace:") {
            let package = file.package(Standing::Locked, "npm", name, npm::version(version));
            packages.extend(package.map(|package| package.dev(!shipped.contains(key.as_str()))));
        }
    }
    Ok(packages)
}

/// The keys of the packages that some member of the workspace needs otherwise than for its development.
fn shipped(lock: &Lock) -> BTreeSet<&str> {
    let members = lock.workspaces.values().filter_map(|member| match member {
        Entry::Good(member) => Some(needed(lock, &member.name, member)),
        Entry::Bad(_) => None,
    });
    reach(members.flatten(), |key| {
        let needs = lock.packages.get(key).into_iter().flatten().find_map(|part| match part {
            Part::Needs(needs) => Some(needs),
            Part::Text(_) | Part::Other(_) => None,
        });
        needs.map(|needs| needed(lock, key, needs)).unwrap_or_default()
    })
}

/// The longest key within which needs are looked up, in bytes.
const KEY: usize = 512;

/// The keys of what the package with the key `by` needs: the nearest of a name, as in folders within one another.
fn needed<'a>(lock: &'a Lock, by: &str, needs: &Needs) -> Vec<&'a str> {
    let names = [&needs.dependencies, &needs.optional_dependencies, &needs.peer_dependencies];
    let nearest = |name: &String| {
        // No real key is longer, and what a hostile one costs stays bounded.
        let mut by = if by.len() > KEY { "" } else { by };
        while !by.is_empty() {
            if let Some((key, _)) = lock.packages.get_key_value(&format!("{by}/{name}")) {
                return Some(key.as_str());
            }
            let parent = by.rsplit_once('/').map_or("", |(parent, _)| parent);
            // The scope belongs to the name.
            let (before, last) = parent.rsplit_once('/').unwrap_or(("", parent));
            by = if last.starts_with('@') { before } else { parent };
        }
        lock.packages.get_key_value(name).map(|(key, _)| key.as_str())
    };
    names.into_iter().flat_map(BTreeMap::keys).filter_map(nearest).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check_part, refusal};
    use super::*;

    #[test]
    fn registry_git_and_workspace() {
        let problems = check_part(
            &EXTRACTOR,
            "bun.lock",
            r#"{
              "lockfileVersion": 1,
              "workspaces": { "": { "name": "x", "dependencies": { "fork": "o/fork", "a": "1" }, "devDependencies": { "ms": "^2" } } },
              "packages": {
                "ms": ["ms@2.1.3", "", {}, "sha512-x"],
                "a": ["a@1.0.0", "", { "dependencies": { "ms": "2.0.0" } }, "sha512-x"],
                "a/ms": ["@s/ms@2.0.0", "", { "peerDependencies": { "@s/b": "*" } }, "sha512-x"],
                "@s/b": ["@s/b@3.0.0", "", { "optionalDependencies": { "c": "1" } }, "sha512-x"],
                "@s/c": ["@s/c@4.0.0", "", {}, "sha512-x"],
                "fork": ["fork@github:o/fork#abc", {}, "o-fork-abc"],
                "mine": ["mine@workspace:packages/mine"],
                "bad": [{}, ""],
              },
            }"#,
            &[
                "dev locked pkg:npm/ms@2.1.3",
                "locked pkg:npm/a@1.0.0",
                "locked pkg:npm/%40s/ms@2.0.0",
                "locked pkg:npm/%40s/b@3.0.0",
                "dev locked pkg:npm/%40s/c@4.0.0",
                "locked pkg:npm/fork",
            ],
        );
        assert_eq!(problems, ["the package \"bad\" was left out: it does not begin with name and version"]);
        refusal(&EXTRACTOR, "bun.lock", "{ packages: 1 }");
    }
}
