//! `bun.lock`: the packages that Bun chose, each a list that begins with `name@version`.

use crate::software::extractor::{self, Entry, Extractor, File, TEXT};
use crate::software::{Package, Standing, jsonc, npm};
use serde::Deserialize;
use std::collections::BTreeMap;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "bun_lock",
    name: "bun.lock",
    docs: "https://bun.com/docs/pm/lockfile",
    wants: |path| extractor::name(path) == "bun.lock",
    cap: TEXT,
    extract,
};

#[derive(Deserialize)]
struct Lock {
    #[serde(default)]
    packages: BTreeMap<String, Vec<Entry<String>>>,
}

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let lock: Lock = jsonc::read(file.text()?)?;
    let mut packages = Vec::new();
    for (key, tuple) in lock.packages {
        let Some(Entry::Good(spec)) = tuple.into_iter().next() else {
            file.problem(format!(
                "the package {key:?} was left out: it does not begin with name and version"
            ));
            continue;
        };
        let (name, version) = npm::split(&spec);
        // A member of the workspace is no package that was chosen.
        if !version.starts_with("workspace:") {
            packages.extend(file.package(Standing::Locked, "npm", name, npm::version(version)));
        }
    }
    Ok(packages)
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
              "workspaces": { "": { "name": "x" } },
              "packages": {
                "ms": ["ms@2.1.3", "", {}, "sha512-x"],
                "a/ms": ["@s/ms@2.0.0", "", {}, "sha512-x"],
                "fork": ["fork@github:o/fork#abc", {}, "o-fork-abc"],
                "mine": ["mine@workspace:packages/mine"],
                "bad": [{}, ""],
              },
            }"#,
            &["locked pkg:npm/ms@2.1.3", "locked pkg:npm/%40s/ms@2.0.0", "locked pkg:npm/fork"],
        );
        assert_eq!(problems, ["the package \"bad\" was left out: it does not begin with name and version"]);
        refusal(&EXTRACTOR, "bun.lock", "{ packages: 1 }");
    }
}
