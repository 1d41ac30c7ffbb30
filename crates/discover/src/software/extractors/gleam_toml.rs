//! `gleam.toml`: what a Gleam project asks for. Its versions are ranges, which stand as they are.

use crate::software::extractor::{self, Entry, Extractor, File, TEXT};
use crate::software::{Package, Standing};
use serde::Deserialize;
use std::collections::BTreeMap;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "gleam_toml",
    name: "gleam.toml",
    docs: "https://gleam.run/writing-gleam/gleam-toml/",
    wants: |path| extractor::name(path) == "gleam.toml",
    magic: &[],
    cap: TEXT,
    kinds: &["hex"],
    extract,
};

type Tables = BTreeMap<String, Entry<Wanted>>;

#[derive(Deserialize)]
struct Manifest {
    #[serde(default)]
    dependencies: Tables,
    #[serde(default, alias = "dev_dependencies", rename = "dev-dependencies")]
    dev_dependencies: Tables,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Wanted {
    Range(String),
    Elsewhere { path: Option<String> },
}

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let manifest: Manifest = toml::from_str(file.text()?).map_err(|error| error.to_string())?;
    let mut packages = Vec::new();
    for (table, dev) in [(manifest.dependencies, false), (manifest.dev_dependencies, true)] {
        for (name, wanted) in table {
            let range = match file.entry(wanted, &name) {
                Some(Wanted::Range(range)) => range,
                Some(Wanted::Elsewhere { path: None }) => String::new(),
                // A folder of the same project.
                Some(Wanted::Elsewhere { path: Some(_) }) | None => continue,
            };
            let package = file.package(Standing::Declared, "hex", &name, &range);
            packages.extend(package.map(|package| package.dev(dev)));
        }
    }
    Ok(packages)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check_part, refusal};
    use super::*;

    #[test]
    fn dependencies() {
        let problems = check_part(
            &EXTRACTOR,
            "gleam.toml",
            "name = 'mine'\nversion = '1.0.0'\n[dependencies]\na = '>= 1.0.0 and < 2.0.0'\nb = {git = 'https://example.org/b', ref = '0'}\nc = {path = '../c'}\nd = 1\n[dev-dependencies]\ne = '2.0.0'\n",
            &[
                "declared pkg:hex/a@%3E%3D%201.0.0%20and%20%3C%202.0.0",
                "declared pkg:hex/b",
                "dev declared pkg:hex/e@2.0.0",
            ],
        );
        assert_eq!(problems, ["an entry of `d` was left out: it has not the form it should"]);
        refusal(&EXTRACTOR, "gleam.toml", "no TOML");
    }
}
