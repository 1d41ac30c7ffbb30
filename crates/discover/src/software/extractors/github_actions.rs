//! `.github/workflows/*.yml` and `action.yml`: the actions of others that run in a repository's automation.

use crate::software::extractor::{self, Extractor, File, TEXT};
use crate::software::{Package, Standing, yaml};
use serde::Deserialize;
use std::collections::BTreeMap;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "github_actions",
    name: "GitHub Actions workflow",
    docs: "https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax",
    wants: |path| {
        let yaml = path.ends_with(".yml") || path.ends_with(".yaml");
        let workflow = path.starts_with(".github/workflows/") || path.contains("/.github/workflows/");
        yaml && workflow || matches!(extractor::name(path), "action.yml" | "action.yaml")
    },
    magic: &[],
    cap: TEXT,
    kinds: &["github"],
    extract,
};

#[derive(Deserialize)]
struct Workflow {
    jobs: Option<BTreeMap<String, Option<Job>>>,
    /// Of an action that is made of steps.
    runs: Option<Job>,
}

#[derive(Deserialize)]
struct Job {
    /// Another workflow.
    uses: Option<String>,
    steps: Option<Vec<Option<Step>>>,
}

#[derive(Deserialize)]
struct Step {
    uses: Option<String>,
}

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let text = file.text()?;
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let workflow: Workflow = yaml::read(text)?;
    let mut packages = Vec::new();
    let jobs = workflow.jobs.into_iter().flat_map(BTreeMap::into_values).flatten();
    for job in jobs.chain(workflow.runs) {
        let steps = job.steps.into_iter().flatten().flatten().filter_map(|step| step.uses);
        packages.extend(steps.chain(job.uses).filter_map(|uses| action(file, &uses)));
    }
    Ok(packages)
}

/// `owner/repository/path@ref`; what lies in the same repository or is a container image is none of these.
fn action(file: &File<'_>, uses: &str) -> Option<Package> {
    if uses.starts_with('.') || uses.starts_with("docker:") {
        return None;
    }
    let parts = uses.split_once('@').and_then(|(path, reference)| {
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        Some((format!("{}/{}", parts.next()?, parts.next()?), reference)).filter(|_| !reference.is_empty())
    });
    let Some((name, reference)) = parts else {
        file.problem(format!("{uses:?} was left out: not owner/repository@ref"));
        return None;
    };
    file.package(Standing::Locked, "github", &name, reference)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_part, refusal};
    use super::*;

    #[test]
    fn workflows_and_actions() {
        let problems = check_part(
            &EXTRACTOR,
            "x/.github/workflows/ci.yml",
            "on: [push]\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: Actions/Checkout@v4\n      - uses: o/r/sub/dir@1.10\n      - uses: ./here\n      - uses: docker://alpine:3\n      - run: echo\n      - uses: nobody\n  empty:\n  b:\n    uses: o/w/.github/workflows/x.yml@main\n",
            &[
                "locked pkg:github/actions/checkout@v4",
                "locked pkg:github/o/r@1.10",
                "locked pkg:github/o/w@main",
            ],
        );
        assert_eq!(problems, ["\"nobody\" was left out: not owner/repository@ref"]);
        check(
            &EXTRACTOR,
            "action.yml",
            "runs:\n  using: composite\n  steps:\n    - uses: o/r@v1\n",
            &["locked pkg:github/o/r@v1"],
        );
        check(&EXTRACTOR, ".github/workflows/empty.yaml", "", &[]);
        refusal(&EXTRACTOR, ".github/workflows/a.yml", "on: [push\njobs:\n");
    }
}
