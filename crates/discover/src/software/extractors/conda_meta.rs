//! `conda-meta/*.json`: the packages installed in a Conda environment.

use crate::software::extractor::{Extractor, File, TEXT};
use crate::software::{Package, Standing};
use serde::Deserialize;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "conda_meta",
    name: "Conda environment's records (conda-meta/*.json)",
    docs: "https://docs.conda.io/projects/conda/en/stable/dev-guide/specs/solver-state.html",
    wants: |path| path.ends_with(".json") && path.rsplit('/').nth(1) == Some("conda-meta"),
    magic: &[],
    cap: TEXT,
    kinds: &["conda"],
    extract,
};

#[derive(Deserialize)]
struct Record {
    name: String,
    version: String,
}

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let record: Record = serde_json::from_str(file.text()?).map_err(|error| error.to_string())?;
    let package = Package::new(Standing::Installed, "conda", &record.name, &record.version);
    Ok(vec![package.map_err(|error| error.to_string())?])
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, refusal};
    use super::*;

    #[test]
    fn a_record() {
        let path = "envs/x/conda-meta/zlib-1.3.1-h4ab18f5_1.json";
        let text = r#"{"name": "zlib", "version": "1.3.1", "build": "h4ab18f5_1", "files": []}"#;
        check(&EXTRACTOR, path, text, &["installed pkg:conda/zlib@1.3.1"]);
        refusal(&EXTRACTOR, path, "{}");
        refusal(&EXTRACTOR, path, r#"{"name": "", "version": "1"}"#);
    }
}
