//! `renv.lock`: the R packages that renv chose. Those from elsewhere than CRAN are of another index, which no purl type
//! names yet, and are left out.

use crate::software::extractor::{self, Entry, Extractor, File, TEXT};
use crate::software::{Package, Standing};
use serde::Deserialize;
use std::collections::BTreeMap;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "renv_lock",
    name: "renv.lock",
    docs: "https://rstudio.github.io/renv/reference/lockfiles.html",
    wants: |path| extractor::name(path) == "renv.lock",
    magic: &[],
    cap: TEXT,
    kinds: &["cran"],
    extract,
};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Lock {
    #[serde(default)]
    packages: BTreeMap<String, Entry<Locked>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Locked {
    package: String,
    version: String,
    repository: Option<String>,
}

/// Names under which lockfiles know CRAN and its mirrors that build the same versions.
const CRAN: &[&str] = &["CRAN", "RSPM", "P3M", "PPM"];

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let lock: Lock = serde_json::from_str(file.text()?).map_err(|error| error.to_string())?;
    let locked = lock.packages.into_iter().filter_map(|(name, entry)| file.entry(entry, &name));
    let cran = locked.filter(|locked| {
        locked.repository.as_deref().is_some_and(|name| CRAN.contains(&name) || name.starts_with("https://"))
    });
    Ok(cran.filter_map(|one| file.package(Standing::Locked, "cran", &one.package, &one.version)).collect())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check_part, refusal};
    use super::*;

    #[test]
    fn packages_of_cran() {
        let problems = check_part(
            &EXTRACTOR,
            "renv.lock",
            r#"{"R": {"Version": "4.2.3"}, "Packages": {"a": {"Package": "a", "Version": "1.0-2", "Source": "Repository", "Repository": "CRAN"},
                "b": {"Package": "b", "Version": "1.0", "Source": "Bioconductor"}, "c": {"Package": "c", "Version": "2.0", "Repository": "RSPM"}, "d": {}}}"#,
            &["locked pkg:cran/a@1.0-2", "locked pkg:cran/c@2.0"],
        );
        assert_eq!(problems, ["an entry of `d` was left out: it has not the form it should"]);
        refusal(&EXTRACTOR, "renv.lock", "no JSON");
    }
}
