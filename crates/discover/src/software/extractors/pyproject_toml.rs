//! `pyproject.toml`: what a Python project asks for, by the standard's tables and by Poetry's.

use crate::software::extractor::{self, Entry, Extractor, File, TEXT};
use crate::software::{Package, Standing, python};
use serde::Deserialize;
use std::collections::BTreeMap;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "pyproject_toml",
    name: "pyproject.toml",
    docs: "https://packaging.python.org/en/latest/specifications/pyproject-toml/",
    wants: |path| extractor::name(path) == "pyproject.toml",
    magic: &[],
    cap: TEXT,
    kinds: &["pypi"],
    extract,
};

type Lists = BTreeMap<String, Vec<Entry<String>>>;
type Tables = BTreeMap<String, Entry<Wanted>>;

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "kebab-case")]
struct Manifest {
    project: Project,
    dependency_groups: BTreeMap<String, Vec<Entry<Grouped>>>,
    tool: Tool,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "kebab-case")]
struct Project {
    dependencies: Vec<Entry<String>>,
    optional_dependencies: Lists,
}

/// A group's requirement, or the name of another group, whose own entries stand there.
#[derive(Deserialize)]
#[serde(untagged)]
enum Grouped {
    Requirement(String),
    #[serde(rename_all = "kebab-case")]
    Group {
        #[serde(rename = "include-group")]
        _include_group: String,
    },
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Tool {
    poetry: Poetry,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "kebab-case")]
struct Poetry {
    dependencies: Tables,
    dev_dependencies: Tables,
    group: BTreeMap<String, Group>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Group {
    dependencies: Tables,
}

/// Poetry's constraint, alone or among other fields.
#[derive(Deserialize)]
#[serde(untagged)]
enum Wanted {
    Constraint(String),
    Fields {
        #[serde(default)]
        version: String,
    },
    /// One for each platform; these are of the other kinds.
    Several(Vec<Self>),
}

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let manifest: Manifest = toml::from_str(file.text()?).map_err(|error| error.to_string())?;
    let mut packages = Vec::new();
    let project = manifest.project;
    let lists = project.optional_dependencies.into_iter();
    for (at, list) in lists.chain([("dependencies".to_owned(), project.dependencies)]) {
        let texts = list.into_iter().filter_map(|entry| file.entry(entry, &at));
        packages.extend(texts.filter_map(|text| requirement(file, &text)));
    }
    for (at, group) in manifest.dependency_groups {
        for entry in group.into_iter().filter_map(|entry| file.entry(entry, &at)) {
            if let Grouped::Requirement(text) = entry {
                packages.extend(requirement(file, &text).map(|package| package.dev(true)));
            }
        }
    }
    let poetry = manifest.tool.poetry;
    tables(file, poetry.dependencies, false, &mut packages);
    tables(file, poetry.dev_dependencies, true, &mut packages);
    for group in poetry.group.into_values() {
        tables(file, group.dependencies, true, &mut packages);
    }
    Ok(packages)
}

fn requirement(file: &File<'_>, text: &str) -> Option<Package> {
    let Some(found) = python::requirement(text) else {
        file.problem(format!("{text:?} was left out: not a requirement"));
        return None;
    };
    file.package(Standing::Declared, "pypi", found.name, found.version)
}

fn tables(file: &File<'_>, tables: Tables, dev: bool, packages: &mut Vec<Package>) {
    for (name, wanted) in tables {
        let Some(wanted) = file.entry(wanted, &name).filter(|_| name != "python") else { continue };
        let several = match wanted {
            Wanted::Several(several) => several,
            one => vec![one],
        };
        for one in &several {
            let (Wanted::Constraint(constraint) | Wanted::Fields { version: constraint }) = one else {
                continue;
            };
            let package = file.package(Standing::Declared, "pypi", &name, least(constraint));
            packages.extend(package.map(|package| package.dev(dev)));
        }
    }
}

/// The least version of a constraint in Poetry's words; empty where it is not one version.
fn least(constraint: &str) -> &str {
    let version = constraint.trim().trim_start_matches(['^', '~', '=', '>', ' ']);
    let one = version.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-+!_".contains(&byte));
    let strictly = constraint.trim().starts_with('>') && !constraint.trim().starts_with(">=");
    if one && !strictly { version } else { "" }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check_part, refusal};
    use super::*;

    #[test]
    fn the_standard_and_poetry() {
        let problems = check_part(
            &EXTRACTOR,
            "pyproject.toml",
            "[build-system]\nrequires = ['hatchling']\n[project]\ndependencies = ['a[x]==1.0', 'b>=2', '==']\n[project.optional-dependencies]\nextra = ['c~=3.0']\n\
             [dependency-groups]\ntest = ['d==4.0', {include-group = 'lint'}]\nlint = ['e']\n\
             [tool.poetry.dependencies]\npython = '^3.9'\nf = '^1.2.3'\ng = {version = '*', optional = true}\nh = {git = 'https://example.org/h.git'}\n\
             [tool.poetry.group.dev.dependencies]\ni = '>=1,<2'\n[tool.poetry.dev-dependencies]\nj = '>=1.5'\nk = [{version = '^1', python = '<3'}, '2']\n",
            &[
                "declared pkg:pypi/a@1.0",
                "declared pkg:pypi/b@2",
                "declared pkg:pypi/c@3.0",
                "dev declared pkg:pypi/d@4.0",
                "dev declared pkg:pypi/e",
                "declared pkg:pypi/f@1.2.3",
                "declared pkg:pypi/g",
                "declared pkg:pypi/h",
                "dev declared pkg:pypi/i",
                "dev declared pkg:pypi/j@1.5",
                "dev declared pkg:pypi/k@1",
                "dev declared pkg:pypi/k@2",
            ],
        );
        assert_eq!(problems, ["\"==\" was left out: not a requirement"]);
        refusal(&EXTRACTOR, "pyproject.toml", "= =");
    }
}
