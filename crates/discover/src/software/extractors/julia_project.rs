//! `Project.toml`: the package that a Julia project makes.

use crate::software::extractor::{self, Extractor, File, TEXT};
use crate::software::{Package, Standing};
use serde::Deserialize;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "julia_project",
    name: "Project.toml of Julia",
    docs: "https://pkgdocs.julialang.org/v1/toml-files/#Project.toml",
    wants: |path| matches!(extractor::name(path), "Project.toml" | "JuliaProject.toml"),
    magic: &[],
    cap: TEXT,
    kinds: &["julia"],
    extract,
};

/// An environment without a package has none of these.
#[derive(Deserialize)]
struct Project {
    name: Option<String>,
    uuid: Option<String>,
    version: Option<String>,
}

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let project: Project = toml::from_str(file.text()?).map_err(|error| error.to_string())?;
    let (Some(name), Some(version)) = (project.name, project.version) else { return Ok(Vec::new()) };
    let package = file.package(Standing::Declared, "julia", &name, &version);
    let uuid = project.uuid.unwrap_or_default();
    Ok(package.map(|package| package.qualified("uuid", &uuid)).into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, refusal};
    use super::*;

    #[test]
    fn a_package_or_none() {
        check(
            &EXTRACTOR,
            "Project.toml",
            "name = 'A'\nuuid = '1-2'\nversion = '1.0.0'\n[deps]\nB = '3-4'\n",
            &["declared pkg:julia/A@1.0.0?uuid=1-2"],
        );
        check(&EXTRACTOR, "Project.toml", "[deps]\nB = '3-4'\n", &[]);
        refusal(&EXTRACTOR, "Project.toml", "no TOML");
    }
}
