//! `libs.versions.toml`: Gradle's version catalog.

use crate::software::extractor::{Extractor, TEXT};
use crate::software::{Package, Standing, range};
use serde::Deserialize;
use std::collections::BTreeMap;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "gradle_catalog",
    name: "*.versions.toml",
    docs: "https://docs.gradle.org/current/userguide/version_catalogs.html",
    wants: |path| path.ends_with(".versions.toml"),
    magic: &[],
    cap: TEXT,
    kinds: &["maven"],
    extract: |file| {
        let catalog: Catalog = toml::from_str(file.text()?).map_err(|error| error.to_string())?;
        let libraries = catalog.libraries.values();
        Ok(libraries.filter_map(|library| library.package(&catalog.versions)).collect())
    },
};

#[derive(Deserialize)]
struct Catalog {
    #[serde(default)]
    versions: BTreeMap<String, Version>,
    #[serde(default)]
    libraries: BTreeMap<String, Library>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Library {
    /// `group:name:version`.
    Short(String),
    Long {
        module: Option<String>,
        group: Option<String>,
        name: Option<String>,
        version: Option<Version>,
    },
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Version {
    Plain(String),
    Rich { r#ref: Option<String>, strictly: Option<String>, require: Option<String>, prefer: Option<String> },
}

impl Library {
    fn package(&self, versions: &BTreeMap<String, Version>) -> Option<Package> {
        let (name, version) = match self {
            Self::Short(text) => {
                let parts: Vec<&str> = text.split(':').collect();
                let [group, name, rest @ ..] = parts.as_slice() else { return None };
                (format!("{group}:{name}"), rest.first().copied().unwrap_or(""))
            }
            Self::Long { module, group, name, version } => {
                let module = match (module, group, name) {
                    (Some(module), _, _) => module.clone(),
                    (None, Some(group), Some(name)) => format!("{group}:{name}"),
                    _ => return None,
                };
                let version = match version {
                    Some(Version::Rich { r#ref: Some(named), .. }) => versions.get(named),
                    other => other.as_ref(),
                };
                (module, version.map_or("", Version::stated))
            }
        };
        Package::new(Standing::Declared, "maven", &name, range::least(version)).ok()
    }
}

impl Version {
    fn stated(&self) -> &str {
        match self {
            Self::Plain(version) => version,
            Self::Rich { strictly, require, prefer, .. } => {
                // A strict range says what is allowed, and what is preferred in it is what is taken.
                let all = [prefer, strictly, require].into_iter().flatten();
                all.map(String::as_str).find(|version| !version.is_empty()).unwrap_or("")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn every_shape() {
        check(
            &EXTRACTOR,
            "gradle/libs.versions.toml",
            "[versions]\ng = \"3.0.5\"\nr = { strictly = \"[1.7, 1.8[\", prefer = \"1.7.25\" }\n[libraries]\na = \"com.google.guava:guava:30.1\"\nb = { module = \"x:b\", version.ref = \"g\" }\nc = { group = \"x\", name = \"c\", version = \"[2.0,3)\" }\nd = { module = \"x:d\", version = { ref = \"r\" } }\ne = { module = \"x:e\" }\nf = \"nonsense\"\n[plugins]\np = { id = \"p\", version = \"1\" }\n",
            &[
                "declared pkg:maven/com.google.guava/guava@30.1",
                "declared pkg:maven/x/b@3.0.5",
                "declared pkg:maven/x/c@2.0",
                "declared pkg:maven/x/d@1.7.25",
                "declared pkg:maven/x/e",
            ],
        );
    }
}
