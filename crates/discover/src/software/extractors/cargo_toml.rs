//! `Cargo.toml`: the crate that it makes, and the crates it asks for by version or by commit.

use crate::software::extractor::{self, Extractor, File, TEXT};
use crate::software::{Package, Standing};
use serde::Deserialize;
use std::collections::BTreeMap;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "cargo_toml",
    name: "Cargo.toml",
    docs: "https://doc.rust-lang.org/cargo/reference/manifest.html",
    wants: |path| extractor::name(path) == "Cargo.toml",
    magic: &[],
    cap: TEXT,
    kinds: &["cargo"],
    extract,
};

type Tables = BTreeMap<String, Wanted>;

#[derive(Deserialize)]
struct Manifest {
    package: Option<Own>,
    #[serde(flatten)]
    sections: Sections,
    #[serde(default)]
    target: BTreeMap<String, Sections>,
    workspace: Option<Workspace>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "kebab-case")]
struct Sections {
    dependencies: Tables,
    #[serde(alias = "dev_dependencies")]
    dev_dependencies: Tables,
    #[serde(alias = "build_dependencies")]
    build_dependencies: Tables,
}

#[derive(Deserialize)]
struct Workspace {
    package: Option<Inherited>,
    #[serde(default)]
    dependencies: Tables,
}

#[derive(Deserialize)]
struct Inherited {
    version: Option<String>,
}

#[derive(Deserialize)]
struct Own {
    name: String,
    version: Option<Version>,
}

/// The version, or that the workspace has it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Version {
    Here(String),
    Workspace {
        #[serde(rename = "workspace")]
        _workspace: bool,
    },
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Wanted {
    Version(String),
    Fields { version: Option<String>, package: Option<String>, git: Option<String>, rev: Option<String> },
}

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let manifest: Manifest = toml::from_str(file.text()?).map_err(|error| error.to_string())?;
    let mut packages = Vec::new();
    let workspace = manifest.workspace;
    if let Some(own) = &manifest.package {
        let shared = workspace.as_ref().and_then(|workspace| workspace.package.as_ref());
        let version = match &own.version {
            Some(Version::Here(version)) => version,
            Some(Version::Workspace { .. }) => {
                shared.and_then(|shared| shared.version.as_deref()).unwrap_or_default()
            }
            None => "",
        };
        packages.extend(file.package(Standing::Declared, "cargo", &own.name, version));
    }
    let own = workspace.map(|workspace| workspace.dependencies).unwrap_or_default();
    let all = std::iter::once(manifest.sections).chain(manifest.target.into_values());
    let tables = all.flat_map(|all| {
        [(all.dependencies, false), (all.build_dependencies, false), (all.dev_dependencies, true)]
    });
    for (table, dev) in tables.chain([(own, false)]) {
        let wanted = table.iter().filter_map(|(name, wanted)| package(file, name, wanted));
        packages.extend(wanted.map(|package| package.dev(dev)));
    }
    Ok(packages)
}

/// What is wanted, unless it is a folder beside it, stands in the workspace, or is whatever a branch or tag of a repository has
/// at the time.
fn package(file: &File<'_>, name: &str, wanted: &Wanted) -> Option<Package> {
    let (name, version) = match wanted {
        Wanted::Version(version) => (name, version.as_str()),
        Wanted::Fields { version, package, git, rev } => {
            let name = package.as_deref().unwrap_or(name);
            match (version, git, rev) {
                (Some(version), _, _) => (name, version.as_str()),
                (None, Some(_), Some(_)) => (name, ""),
                _ => return None,
            }
        }
    };
    file.package(Standing::Declared, "cargo", name, least(version))
}

/// The least version of a requirement; empty where it is not one version.
fn least(requirement: &str) -> &str {
    let first = requirement.split(',').next().unwrap_or(requirement).trim();
    let version = first.trim_start_matches(['^', '~', '=', '>', ' ']);
    let strictly = first.starts_with('<') || (first.starts_with('>') && !first.starts_with(">="));
    if strictly || version.contains('*') { "" } else { version }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, refusal};
    use super::*;

    #[test]
    fn its_own_and_what_it_asks_for() {
        check(
            &EXTRACTOR,
            "Cargo.toml",
            "[package]\nname = 'mine'\nversion.workspace = true\n[workspace.package]\nversion = '0.2.0'\n[workspace.dependencies]\nw = '4'\n\
             [dependencies]\na = '0.3'\nb = {version = '>=1.2, <2', features = []}\nalias = {package = 'c', version = '=1.0.0'}\npath = {path = '../p'}\nmember = {workspace = true}\n\
             g = {git = 'https://example.org/g.git', rev = '0123'}\nbranch = {git = 'https://example.org/b.git'}\nany = '*'\n\
             [build-dependencies]\nd = '1'\n[dev-dependencies]\ne = '^2'\n[target.'cfg(unix)'.dependencies]\nf = '3'\n",
            &[
                "declared pkg:cargo/mine@0.2.0",
                "declared pkg:cargo/w@4",
                "declared pkg:cargo/a@0.3",
                "declared pkg:cargo/b@1.2",
                "declared pkg:cargo/c@1.0.0",
                "declared pkg:cargo/g",
                "declared pkg:cargo/any",
                "declared pkg:cargo/d@1",
                "dev declared pkg:cargo/e@2",
                "declared pkg:cargo/f@3",
            ],
        );
        refusal(&EXTRACTOR, "Cargo.toml", "[dependencies]\na = {git = {x = 'y'}}\n");
    }
}
