//! `Podfile.lock`: the pods that CocoaPods chose.

use crate::software::extractor::{self, Extractor, File, TEXT};
use crate::software::{Package, Standing, yaml};
use serde::Deserialize;
use std::collections::BTreeMap;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "podfile_lock",
    name: "Podfile.lock",
    docs: "https://guides.cocoapods.org/using/using-cocoapods.html#what-is-podfilelock",
    wants: |path| extractor::name(path) == "Podfile.lock",
    magic: &[],
    cap: TEXT,
    kinds: &["cocoapods"],
    extract,
};

#[derive(Deserialize)]
struct Lock {
    #[serde(rename = "PODS")]
    pods: Option<Vec<Pod>>,
}

/// `name (1.0)`, or that with a list of what it needs.
#[derive(Deserialize)]
#[serde(untagged)]
enum Pod {
    Alone(String),
    Needs(BTreeMap<String, Option<Vec<String>>>),
}

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let text = file.text()?;
    if text.trim().is_empty() {
        return Err("the file is empty".to_owned());
    }
    let lock: Lock = yaml::read(text)?;
    let mut packages = Vec::new();
    for pod in lock.pods.into_iter().flatten() {
        let names = match pod {
            Pod::Alone(name) => vec![name],
            Pod::Needs(needs) => needs.into_keys().collect(),
        };
        for entry in names {
            match entry.split_once(" (").and_then(|(name, rest)| Some((name, rest.strip_suffix(')')?))) {
                Some((name, version)) => {
                    packages.extend(file.package(Standing::Locked, "cocoapods", name, version));
                }
                None => file.problem(format!("{entry:?} was left out: not a pod with its version")),
            }
        }
    }
    Ok(packages)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check_part, refusal};
    use super::*;

    #[test]
    fn pods() {
        let problems = check_part(
            &EXTRACTOR,
            "ios/Podfile.lock",
            "PODS:\n  - A (1.10)\n  - B/Core (2.0.0):\n    - A (~> 1.0)\n    - C\n  - \"D+x (3.0)\"\n  - E\nDEPENDENCIES:\n  - A\nCOCOAPODS: 1.11.2\n",
            &[
                "locked pkg:cocoapods/A@1.10",
                "locked pkg:cocoapods/B%2FCore@2.0.0",
                "locked pkg:cocoapods/D%2Bx@3.0",
            ],
        );
        assert_eq!(problems, ["\"E\" was left out: not a pod with its version"]);
        refusal(&EXTRACTOR, "Podfile.lock", "");
    }
}
