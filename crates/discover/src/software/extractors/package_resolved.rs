//! `Package.resolved` (versions 1 to 3): the packages that Swift's package manager chose.

use crate::software::extractor::{self, Entry, Extractor, File, TEXT};
use crate::software::{Package, Standing};
use serde::Deserialize;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "package_resolved",
    name: "Package.resolved",
    docs: "https://docs.swift.org/swiftpm/documentation/packagemanagerdocs/resolvingpackageversions",
    wants: |path| extractor::name(path) == "Package.resolved",
    magic: &[],
    cap: TEXT,
    kinds: &["swift"],
    extract,
};

/// Version 1 has its pins one deeper.
#[derive(Deserialize)]
struct Resolved {
    pins: Option<Vec<Entry<Pin>>>,
    object: Option<Object>,
}

#[derive(Deserialize)]
struct Object {
    pins: Vec<Entry<Pin>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Pin {
    #[serde(alias = "repositoryURL")]
    location: String,
    /// In a registry a package has a scope and a name, and no address.
    identity: Option<String>,
    state: State,
}

/// A version, or the commit of a branch.
#[derive(Deserialize)]
struct State {
    version: Option<String>,
}

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let resolved: Resolved = serde_json::from_str(file.text()?).map_err(|error| error.to_string())?;
    let pins = resolved.pins.or(resolved.object.map(|object| object.pins)).ok_or("no list `pins` in it")?;
    let mut packages = Vec::new();
    for pin in pins.into_iter().filter_map(|entry| file.entry(entry, "pins")) {
        let name = name(&pin.location).or_else(|| pin.identity.clone()).unwrap_or_default();
        let version = pin.state.version.as_deref().unwrap_or_default();
        packages.extend(file.package(Standing::Locked, "swift", &name, version));
    }
    Ok(packages)
}

/// Host and path of a repository: `https://github.com/apple/swift-nio.git` is `github.com/apple/swift-nio`.
fn name(location: &str) -> Option<String> {
    let location = location.trim_end_matches('/').trim_end_matches(".git");
    let (scheme, rest) = location.split_once("://").unwrap_or(("", location));
    let (host, path) = rest.split_once(if scheme.is_empty() { ':' } else { '/' })?;
    let host = host.rsplit('@').next().unwrap_or(host).split(':').next().unwrap_or(host);
    (!host.is_empty() && scheme != "file").then(|| format!("{host}/{}", path.trim_start_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_part, refusal};
    use super::*;

    #[test]
    fn all_versions() {
        let problems = check_part(
            &EXTRACTOR,
            "App.xcworkspace/xcshareddata/swiftpm/Package.resolved",
            r#"{"version": 3, "originHash": "0", "pins": [
                {"identity": "a", "kind": "remoteSourceControl", "location": "https://github.com/o/A.git", "state": {"revision": "0", "version": "1.0.0"}},
                {"identity": "b", "kind": "remoteSourceControl", "location": "git@example.org:o/b.git", "state": {"branch": "main", "revision": "0"}},
                {"identity": "scope.c", "kind": "registry", "location": "", "state": {"version": "2.0.0"}}, 1]}"#,
            &[
                "locked pkg:swift/github.com/o/A@1.0.0",
                "locked pkg:swift/example.org/o/b",
                "locked pkg:swift/scope.c@2.0.0",
            ],
        );
        assert_eq!(problems, ["an entry of `pins` was left out: it has not the form it should"]);
        check(
            &EXTRACTOR,
            "Package.resolved",
            r#"{"version": 1, "object": {"pins": [{"package": "A", "repositoryURL": "ssh://git@example.org:22/o/a", "state": {"branch": null, "version": "1.0.0"}}]}}"#,
            &["locked pkg:swift/example.org/o/a@1.0.0"],
        );
        refusal(&EXTRACTOR, "Package.resolved", "{}");
    }
}
