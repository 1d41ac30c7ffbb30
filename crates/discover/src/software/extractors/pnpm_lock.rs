//! `pnpm-lock.yaml` (versions 5 to 9): the packages that pnpm chose, by a path with name and version.

use crate::software::extractor::{self, Extractor, File, TEXT};
use crate::software::{Package, Standing, npm, yaml};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "pnpm_lock",
    name: "pnpm-lock.yaml",
    docs: "https://github.com/pnpm/spec/tree/master/lockfile",
    wants: |path| extractor::name(path) == "pnpm-lock.yaml",
    cap: TEXT,
    extract,
};

#[derive(Deserialize)]
struct Lock {
    #[serde(rename = "lockfileVersion")]
    version: String,
    #[serde(default)]
    importers: Option<BTreeMap<String, Importer>>,
    #[serde(default)]
    packages: Option<BTreeMap<String, Locked>>,
    #[serde(default)]
    snapshots: Option<BTreeMap<String, Snapshot>>,
}

#[derive(Deserialize)]
struct Locked {
    /// Name and version, where the path does not tell them.
    name: Option<String>,
    version: Option<String>,
    /// Until version 6.
    #[serde(default)]
    dev: bool,
}

/// What a project of the workspace asks for. Only from version 9 on is this of interest, and all versions have the form.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Importer {
    dependencies: Option<BTreeMap<String, Asked>>,
    optional_dependencies: Option<BTreeMap<String, Asked>>,
}

/// `version` of a dependency; before version 6 a text stands here.
#[derive(Deserialize)]
#[serde(untagged)]
enum Asked {
    Fields { version: String },
    Text(serde::de::IgnoredAny),
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Snapshot {
    dependencies: Option<BTreeMap<String, String>>,
    optional_dependencies: Option<BTreeMap<String, String>>,
}

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let mut packages = Vec::new();
    // From version 11 on, pnpm puts what it needs itself into a document before.
    let locks: Vec<Lock> = yaml::read_all(file.text()?)?;
    for lock in &locks {
        let shipped = shipped(lock);
        for (path, locked) in lock.packages.iter().flatten() {
            let (name, version) = match (&locked.name, &locked.version, split(&lock.version, path)) {
                (Some(name), Some(version), _) => (name.as_str(), version.as_str()),
                (name, version, Some((by_path, version_by_path))) => (
                    name.as_deref().unwrap_or(by_path),
                    version.as_deref().unwrap_or_else(|| npm::version(version_by_path)),
                ),
                (Some(name), None, None) => (name.as_str(), ""),
                (None, _, None) => {
                    file.problem(format!("{path:?} was left out: no path with name and version"));
                    continue;
                }
            };
            let dev = locked.dev || shipped.as_ref().is_some_and(|shipped| !shipped.contains(plain(path)));
            let package = file.package(Standing::Locked, "npm", name, version);
            packages.extend(package.map(|package| package.dev(dev)));
        }
    }
    Ok(packages)
}

/// Name and version by the path, which has had several forms.
fn split<'a>(lockfile: &str, path: &'a str) -> Option<(&'a str, &'a str)> {
    let major: u32 = lockfile.split('.').next()?.parse().ok()?;
    if major >= 6 {
        // `/@s/a@1.0.0(peer@2.0.0)`, without the slash from version 9 on.
        let (name, version) = npm::split(plain(path.trim_start_matches('/')));
        return (!name.is_empty() && !version.is_empty()).then_some((name, version));
    }
    // `/@s/a/1.0.0_peer@2.0.0`, or a registry's name before the first slash.
    let (_, path) = path.split_once('/')?;
    let (name, version) =
        path.rsplit_once('/').filter(|(name, _)| !name.contains('@') || name.starts_with('@'))?;
    let version = version.split(['_', '(']).next()?;
    (!npm::version(version).is_empty()).then_some((name, version))
}

/// The path without the peers it was resolved with.
fn plain(path: &str) -> &str {
    path.split('(').next().unwrap_or(path)
}

/// From version 9 on the lock does not say what is for development: what no project's own dependencies reach is.
fn shipped(lock: &Lock) -> Option<BTreeSet<&str>> {
    let (importers, snapshots) = (lock.importers.as_ref()?, lock.snapshots.as_ref()?);
    let mut todo: Vec<String> = Vec::new();
    let reached = |name: &str, version: &str| {
        let aliased = version.starts_with(|c: char| !c.is_ascii_digit()) && snapshots.contains_key(version);
        if aliased { version.to_owned() } else { format!("{name}@{version}") }
    };
    for importer in importers.values() {
        for (name, asked) in importer.dependencies.iter().chain(&importer.optional_dependencies).flatten() {
            if let Asked::Fields { version } = asked {
                todo.push(reached(name, version));
            }
        }
    }
    let (mut seen, mut shipped) = (BTreeSet::new(), BTreeSet::new());
    while let Some(key) = todo.pop() {
        let Some((key, snapshot)) = snapshots.get_key_value(&key) else { continue };
        if seen.insert(key) {
            shipped.insert(plain(key));
            let all = snapshot.dependencies.iter().chain(&snapshot.optional_dependencies).flatten();
            todo.extend(all.map(|(name, version)| reached(name, version)));
        }
    }
    Some(shipped)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_part, refusal};
    use super::*;

    #[test]
    fn version_5() {
        let problems = check_part(
            &EXTRACTOR,
            "pnpm-lock.yaml",
            "lockfileVersion: 5.4\nimporters:\n  .:\n    dependencies:\n      a: 1.0.0\npackages:\n  /a/1.0.0_peer@2.0.0:\n    dev: true\n  registry.example.org/@s/b/1.10:\n    dev: false\n  \
             github.com/o/c/0123:\n    name: c\n    version: 0.1.0\n  file:../d:\n    name: d\n  odd:\n    dev: true\n",
            &[
                "dev locked pkg:npm/a@1.0.0",
                "locked pkg:npm/%40s/b@1.10",
                "locked pkg:npm/c@0.1.0",
                "locked pkg:npm/d",
            ],
        );
        assert_eq!(problems, ["\"odd\" was left out: no path with name and version"]);
    }

    #[test]
    fn version_6() {
        check(
            &EXTRACTOR,
            "pnpm-lock.yaml",
            "lockfileVersion: '6.1'\npackages:\n  /@s/a@1.0.0(react@18.0.0):\n    dev: true\n  /b@2.0.0:\n    resolution: {integrity: x}\n",
            &["dev locked pkg:npm/%40s/a@1.0.0", "locked pkg:npm/b@2.0.0"],
        );
    }

    #[test]
    fn version_9_tells_development_by_what_is_reached() {
        check(
            &EXTRACTOR,
            "pnpm-lock.yaml",
            "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      a: {specifier: ^1.0.0, version: 1.0.0(p@3.0.0)}\n    devDependencies:\n      d: {specifier: ^4, version: 4.0.0}\n\
             packages:\n  a@1.0.0:\n    resolution: {integrity: x}\n  b@2.0.0: {}\n  p@3.0.0: {}\n  d@4.0.0: {}\n  e@link:../e: {}\n\
             snapshots:\n  a@1.0.0(p@3.0.0):\n    dependencies:\n      alias: b@2.0.0\n      p: 3.0.0\n  b@2.0.0: {}\n  p@3.0.0: {}\n  d@4.0.0:\n    dependencies:\n      b: 2.0.0\n",
            &[
                "locked pkg:npm/a@1.0.0",
                "locked pkg:npm/b@2.0.0",
                "locked pkg:npm/p@3.0.0",
                "dev locked pkg:npm/d@4.0.0",
                "dev locked pkg:npm/e",
            ],
        );
    }

    #[test]
    fn no_lock() {
        refusal(&EXTRACTOR, "pnpm-lock.yaml", "this is not yaml");
        check(&EXTRACTOR, "pnpm-lock.yaml", "# nothing\n", &[]);
    }
}
