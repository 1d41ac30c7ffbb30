//! `manifest.toml` of Gleam: the Hex packages that its build tool chose.

use crate::software::extractor::{self, Entry, Extractor, File, TEXT};
use crate::software::{Package, Standing};
use serde::Deserialize;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "gleam_manifest",
    name: "manifest.toml of Gleam",
    docs: "https://gleam.run/writing-gleam/gleam-toml/",
    wants: |path| extractor::name(path) == "manifest.toml",
    magic: &[],
    cap: TEXT,
    kinds: &["hex"],
    extract,
};

#[derive(Deserialize)]
struct Manifest {
    #[serde(default)]
    packages: Vec<Entry<Chosen>>,
}

#[derive(Deserialize)]
struct Chosen {
    name: String,
    version: String,
    /// Only Gleam's have it.
    source: String,
}

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let text = file.text()?;
    // Other tools have files of this name; only Gleam says of each package what builds it.
    if !text.contains("build_tools") {
        return Ok(Vec::new());
    }
    let manifest: Manifest = toml::from_str(text).map_err(|error| error.to_string())?;
    let chosen = manifest.packages.into_iter().filter_map(|entry| file.entry(entry, "packages"));
    let chosen = chosen.filter(|chosen| chosen.source != "local");
    Ok(chosen.filter_map(|one| file.package(Standing::Locked, "hex", &one.name, &one.version)).collect())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_part, refusal};
    use super::*;

    #[test]
    fn packages() {
        let problems = check_part(
            &EXTRACTOR,
            "manifest.toml",
            "packages = [\n  { name = 'a', version = '1.0.0', build_tools = ['gleam'], source = 'hex' },\n  { name = 'b', version = '2.0.0', source = 'local', path = '../b' },\n  { name = 'c' },\n]\n",
            &["locked pkg:hex/a@1.0.0"],
        );
        assert_eq!(problems, ["an entry of `packages` was left out: it has not the form it should"]);
        check(&EXTRACTOR, "manifest.toml", "[some]\nother = 'tool'\n", &[]);
        refusal(&EXTRACTOR, "manifest.toml", "build_tools = [");
    }
}
