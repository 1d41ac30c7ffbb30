//! `environment.yml`: what a Conda environment is to hold, with what pip is to add.

use crate::software::extractor::{self, Extractor, File, TEXT};
use crate::software::{Package, Standing, python, yaml};
use serde::Deserialize;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "conda_environment",
    name: "Conda environment.yml",
    docs: "https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html",
    wants: |path| {
        let name = extractor::name(path);
        matches!(name, "environment.yml" | "environment.yaml" | "conda.yml" | "conda.yaml")
    },
    magic: &[],
    cap: TEXT,
    kinds: &["conda", "pypi"],
    extract,
};

#[derive(Deserialize)]
struct Environment {
    dependencies: Option<Vec<Wanted>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Wanted {
    Conda(String),
    Pip {
        #[serde(default)]
        pip: Vec<String>,
    },
}

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let environment: Environment = yaml::read(file.text()?)?;
    let mut packages = Vec::new();
    for wanted in environment.dependencies.into_iter().flatten() {
        match wanted {
            Wanted::Conda(spec) => {
                let (name, version) = conda(&spec);
                packages.extend(file.package(Standing::Declared, "conda", name, version));
            }
            Wanted::Pip { pip } => {
                for text in &pip {
                    match python::requirement(text) {
                        Some(found) => {
                            let (name, version) = (found.name, found.version);
                            packages.extend(file.package(Standing::Declared, "pypi", name, version));
                        }
                        None => file.problem(format!("{text:?} was left out: not a requirement")),
                    }
                }
            }
        }
    }
    Ok(packages)
}

/// Name and version of `channel::name=version=build`, `name>=version` and the like; several versions are none.
fn conda(spec: &str) -> (&str, &str) {
    let spec = spec.rsplit_once("::").map_or(spec, |(_, spec)| spec).trim();
    let end = spec.find(['=', '<', '>', '!', '~', ' ', '[']).unwrap_or(spec.len());
    let (name, constraint) = spec.split_at(end);
    let constraint = constraint.trim();
    let version = constraint.trim_start_matches(['=', '>', '~', ' ']);
    // What follows another `=` or a blank is the build.
    let version = version.split(['=', ' ']).next().unwrap_or(version);
    let strictly = constraint.starts_with(['<', '!'])
        || (constraint.starts_with('>') && !constraint.starts_with(">="))
        || version.contains([',', '|', '*', '<', '>', '[']);
    (name, if strictly { "" } else { version })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check_part, refusal};
    use super::*;

    #[test]
    fn conda_and_pip() {
        let problems = check_part(
            &EXTRACTOR,
            "environment.yml",
            "name: x\nchannels: [conda-forge]\ndependencies:\n  - python=3.10\n  - conda-forge::numpy=1.26.4=py310_0\n  - scipy>=1.10\n  - a>=1,<2\n  - b\n  - c 1.2.*\n  - pip:\n    - requests==2.32.0\n    - -r more.txt\n",
            &[
                "declared pkg:conda/python@3.10",
                "declared pkg:conda/numpy@1.26.4",
                "declared pkg:conda/scipy@1.10",
                "declared pkg:conda/a",
                "declared pkg:conda/b",
                "declared pkg:conda/c",
                "declared pkg:pypi/requests@2.32.0",
            ],
        );
        assert_eq!(problems, ["\"-r more.txt\" was left out: not a requirement"]);
        refusal(&EXTRACTOR, "environment.yml", "dependencies: {");
    }
}
