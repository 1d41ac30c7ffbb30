//! `Manifest.toml` (formats 1 and 2): the packages that Julia's Pkg chose.

use crate::software::extractor::{self, Entry, Extractor, File, TEXT};
use crate::software::{Package, Standing};
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "julia_manifest",
    name: "Manifest.toml of Julia",
    docs: "https://pkgdocs.julialang.org/v1/toml-files/#Manifest.toml",
    wants: |path| {
        let name = extractor::name(path);
        let named = name.strip_prefix("Julia").unwrap_or(name).strip_prefix("Manifest");
        named.is_some_and(|rest| rest == ".toml" || (rest.starts_with("-v") && rest.ends_with(".toml")))
    },
    magic: &[],
    cap: TEXT,
    kinds: &["julia"],
    extract,
};

type Lists = BTreeMap<String, Entry<Vec<Entry<Chosen>>>>;

/// In format 1 the packages stand at the top.
#[derive(Deserialize)]
struct Manifest {
    manifest_format: Option<IgnoredAny>,
    deps: Option<Lists>,
    #[serde(flatten)]
    others: Lists,
}

#[derive(Deserialize)]
struct Chosen {
    uuid: String,
    /// The standard library has none.
    version: Option<String>,
}

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let manifest: Manifest = toml::from_str(file.text()?).map_err(|error| error.to_string())?;
    let lists = match (manifest.manifest_format, manifest.deps) {
        (Some(_), deps) => deps.unwrap_or_default(),
        (None, _) => manifest.others,
    };
    let mut packages = Vec::new();
    for (name, list) in lists {
        for chosen in file.entry(list, &name).into_iter().flatten() {
            let Some(chosen) = file.entry(chosen, &name) else { continue };
            if let Some(version) = &chosen.version {
                let package = file.package(Standing::Locked, "julia", &name, version);
                packages.extend(package.map(|package| package.qualified("uuid", &chosen.uuid)));
            }
        }
    }
    Ok(packages)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_part, refusal};
    use super::*;

    #[test]
    fn both_formats() {
        let packages = |table: &str| {
            format!(
                "[[{table}A]]\nuuid = '1-2'\nversion = '1.0.0'\ndeps = ['B']\n[[{table}B]]\nuuid = '3-4'\n[[{table}C]]\nversion = '1'\n"
            )
        };
        for text in
            [format!("julia_version = '1.9'\nmanifest_format = '2.0'\n{}", packages("deps.")), packages("")]
        {
            let problems =
                check_part(&EXTRACTOR, "Manifest-v1.11.toml", text, &["locked pkg:julia/A@1.0.0?uuid=1-2"]);
            assert_eq!(problems, ["an entry of `C` was left out: it has not the form it should"]);
        }
        check(&EXTRACTOR, "JuliaManifest.toml", "manifest_format = '2.0'\n", &[]);
        refusal(&EXTRACTOR, "Manifest.toml", "no TOML");
    }
}
