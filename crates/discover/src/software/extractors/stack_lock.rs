//! `stack.yaml.lock`: the packages beside its snapshot that Haskell's Stack chose.

use crate::software::extractor::{self, Extractor, File, TEXT};
use crate::software::{Package, Standing, yaml};
use serde::Deserialize;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "stack_lock",
    name: "stack.yaml.lock",
    docs: "https://docs.haskellstack.org/en/stable/topics/lock_files/",
    wants: |path| extractor::name(path) == "stack.yaml.lock",
    magic: &[],
    cap: TEXT,
    kinds: &["hackage"],
    extract,
};

#[derive(Deserialize)]
struct Lock {
    packages: Option<Vec<Locked>>,
}

#[derive(Deserialize)]
struct Locked {
    completed: Completed,
}

/// From Hackage, or from a repository or an archive, with name and version of its own.
#[derive(Deserialize)]
struct Completed {
    hackage: Option<String>,
    name: Option<String>,
    version: Option<String>,
}

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let lock: Lock = yaml::read(file.text()?)?;
    let mut packages = Vec::new();
    for Locked { completed } in lock.packages.into_iter().flatten() {
        let hackage = completed.hackage.as_deref();
        // `name-1.0@sha256:digest,size`: the version follows the last `-`.
        let by_id = hackage.and_then(|id| id.split('@').next()?.rsplit_once('-'));
        let Some((name, version)) =
            by_id.or_else(|| Some((completed.name.as_deref()?, completed.version.as_deref()?)))
        else {
            file.problem("a package was left out: it has no name and version");
            continue;
        };
        packages.extend(file.package(Standing::Locked, "hackage", name, version));
    }
    Ok(packages)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check_part, refusal};
    use super::*;

    #[test]
    fn packages() {
        let problems = check_part(
            &EXTRACTOR,
            "stack.yaml.lock",
            "packages:\n- completed:\n    hackage: a-b-1.10@sha256:0123,45\n  original:\n    hackage: a-b-1.10\n- completed:\n    git: https://example.org/c\n    name: c\n    version: 0.1\n- completed: {}\nsnapshots: []\n",
            &["locked pkg:hackage/a-b@1.10", "locked pkg:hackage/c@0.1"],
        );
        assert_eq!(problems, ["a package was left out: it has no name and version"]);
        refusal(&EXTRACTOR, "stack.yaml.lock", "packages: [");
    }
}
