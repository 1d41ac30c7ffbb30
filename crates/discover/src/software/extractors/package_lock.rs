//! `package-lock.json` (versions 1 to 3), `npm-shrinkwrap.json` and `node_modules/.package-lock.json`: the packages that
//! npm chose.

use crate::software::extractor::{self, Entry, Extractor, File, TEXT};
use crate::software::{Package, Standing, npm};
use serde::Deserialize;
use std::collections::BTreeMap;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "package_lock",
    name: "package-lock.json",
    docs: "https://docs.npmjs.com/cli/configuring-npm/package-lock-json",
    wants: |path| {
        matches!(extractor::name(path), "package-lock.json" | "npm-shrinkwrap.json" | ".package-lock.json")
    },
    magic: &[],
    cap: TEXT,
    kinds: &["npm"],
    extract,
};

/// Version 2 has both: `packages` for npm 7, `dependencies` for older ones.
#[derive(Deserialize)]
struct Lock {
    packages: Option<BTreeMap<String, Entry<Placed>>>,
    #[serde(default)]
    dependencies: BTreeMap<String, Entry<Nested>>,
}

/// A package by its place: `node_modules/a/node_modules/b`, or the folder of a workspace's member.
#[derive(Deserialize)]
struct Placed {
    /// Where it differs from the folder's: an alias.
    name: Option<String>,
    version: Option<String>,
    #[serde(default)]
    dev: bool,
    #[serde(default)]
    link: bool,
}

/// A package in version 1, with those that only it sees.
#[derive(Deserialize)]
struct Nested {
    #[serde(default)]
    version: String,
    #[serde(default)]
    dev: bool,
    #[serde(default)]
    dependencies: BTreeMap<String, Entry<Self>>,
}

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let lock: Lock = serde_json::from_str(file.text()?).map_err(|error| error.to_string())?;
    // npm itself reads only the shrinkwrap where both are there.
    if file.name() == "package-lock.json" && file.beside("npm-shrinkwrap.json").is_some() {
        return Ok(Vec::new());
    }
    let installed = file.name() == ".package-lock.json";
    let standing = if installed { Standing::Installed } else { Standing::Locked };
    let mut packages = Vec::new();
    match lock.packages {
        Some(placed) => {
            for (path, placed) in placed {
                let Some(placed) = file.entry(placed, &path) else { continue };
                // The project itself, and links to folders that have their own entry.
                if path.is_empty() || placed.link {
                    continue;
                }
                let name = placed.name.as_deref().unwrap_or_else(|| npm::name_in(&path));
                let package = file.package(standing, "npm", name, placed.version.as_deref().unwrap_or(""));
                packages.extend(package.map(|package| package.dev(placed.dev)));
            }
        }
        None => nested(file, standing, lock.dependencies, &mut packages),
    }
    Ok(packages)
}

/// As deep as the JSON, which its reader bounds.
fn nested(
    file: &File<'_>,
    standing: Standing,
    dependencies: BTreeMap<String, Entry<Nested>>,
    packages: &mut Vec<Package>,
) {
    for (name, dependency) in dependencies {
        let Some(dependency) = file.entry(dependency, &name) else { continue };
        let (name, version) = match dependency.version.strip_prefix("npm:") {
            Some(alias) => npm::split(alias),
            None => (name.as_str(), npm::version(&dependency.version)),
        };
        let package = file.package(standing, "npm", name, version);
        packages.extend(package.map(|package| package.dev(dependency.dev)));
        nested(file, standing, dependency.dependencies, packages);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_in, check_part, refusal};
    use super::*;

    #[test]
    fn version_1_nests() {
        check(
            &EXTRACTOR,
            "package-lock.json",
            r#"{"lockfileVersion": 1, "dependencies": {
                "a": {"version": "1.0.0", "dev": true, "dependencies": {"b": {"version": "2.0.0"}}},
                "c": {"version": "npm:@s/d@3.0.0"},
                "e": {"version": "file:../e"},
                "f": {"version": "git+ssh://git@example.org/f.git#0123"}}}"#,
            &[
                "dev locked pkg:npm/a@1.0.0",
                "locked pkg:npm/b@2.0.0",
                "locked pkg:npm/%40s/d@3.0.0",
                "locked pkg:npm/e",
                "locked pkg:npm/f",
            ],
        );
    }

    #[test]
    fn version_3_places() {
        let text = r#"{"lockfileVersion": 3, "packages": {
            "": {"name": "mine", "version": "9"},
            "node_modules/@s/a": {"version": "1.0.0", "dev": true},
            "node_modules/alias": {"name": "b", "version": "2.0.0"},
            "node_modules/member": {"resolved": "packages/member", "link": true},
            "packages/member": {"version": "0.1.0"},
            "node_modules/bad": 1}}"#;
        let locked =
            ["dev locked pkg:npm/%40s/a@1.0.0", "locked pkg:npm/b@2.0.0", "locked pkg:npm/member@0.1.0"];
        let problems = check_part(&EXTRACTOR, "x/package-lock.json", text, &locked);
        assert_eq!(problems, ["an entry of `node_modules/bad` was left out: it has not the form it should"]);
        let installed = locked.map(|line| line.replace("locked", "installed"));
        let installed = installed.each_ref().map(String::as_str);
        check_part(&EXTRACTOR, "node_modules/.package-lock.json", text, &installed);
        check_in(&EXTRACTOR, "x/package-lock.json", text, &[("x/npm-shrinkwrap.json", "{}")], &[]);
    }

    #[test]
    fn no_lock() {
        refusal(&EXTRACTOR, "package-lock.json", "nothing");
        refusal(&EXTRACTOR, "package-lock.json", "{\"dependencies\":".repeat(100_000));
    }
}
