//! `pnpm-lock.yaml` (versions 5 to 9): the packages that pnpm chose, by a path with name and version.

use crate::software::extractor::{self, Extractor, File, TEXT};
use crate::software::reach::reach;
use crate::software::{Package, Standing, npm, yaml};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "pnpm_lock",
    name: "pnpm-lock.yaml",
    docs: "https://github.com/pnpm/spec/tree/master/lockfile",
    wants: |path| extractor::name(path) == "pnpm-lock.yaml",
    magic: &[],
    cap: TEXT,
    kinds: &["npm"],
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
    // Until version 5 `/@s/a/1.0.0_peer@2.0.0`, or a registry's name before the first slash.
    let old = || {
        let (name, version) = path.split_once('/')?.1.rsplit_once('/')?;
        let version = version.split(['_', '(']).next()?;
        (!npm::version(version).is_empty()).then_some((name, version))
    };
    // From version 6 on `/@s/a@1.0.0(peer@2.0.0)`, and from version 9 on without the slash.
    let new = || {
        let (name, version) = npm::split(plain(path.trim_start_matches('/')));
        (!name.is_empty() && !version.is_empty()).then_some((name, version))
    };
    if major < 6 { old().or_else(new) } else { new() }
}

/// The path without the peers it was resolved with.
fn plain(path: &str) -> &str {
    path.split('(').next().unwrap_or(path)
}

/// From version 9 on the lock does not say what is for development: what no project's own dependencies reach is.
fn shipped(lock: &Lock) -> Option<BTreeSet<&str>> {
    let (importers, snapshots) = (lock.importers.as_ref()?, lock.snapshots.as_ref()?);
    // An alias has the whole key for its version.
    let key = |name: &str, version: &str| {
        let plain = snapshots.get_key_value(&format!("{name}@{version}"));
        plain.or_else(|| snapshots.get_key_value(version)).map(|(key, _)| key.as_str())
    };
    let asked = importers.values().flat_map(|one| [&one.dependencies, &one.optional_dependencies]);
    let start = asked.flatten().flatten().filter_map(|(name, asked)| match asked {
        Asked::Fields { version } => key(name, version),
        Asked::Text(_) => None,
    });
    let reached = reach(start, |one| {
        let needs = snapshots.get(one).map(|one| [&one.dependencies, &one.optional_dependencies]);
        let needs = needs.into_iter().flatten().flatten().flatten();
        needs.filter_map(|(name, version)| key(name, version)).collect()
    });
    Some(reached.into_iter().map(plain).collect())
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
             github.com/o/c/0123:\n    name: c\n    version: 0.1.0\n  file:../d:\n    name: d\n  /@s/e@3.0.0:\n    dev: false\n  odd:\n    dev: true\n",
            &[
                "dev locked pkg:npm/a@1.0.0",
                "locked pkg:npm/%40s/b@1.10",
                "locked pkg:npm/c@0.1.0",
                "locked pkg:npm/d",
                "locked pkg:npm/%40s/e@3.0.0",
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
