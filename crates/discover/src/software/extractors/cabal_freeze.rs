//! `cabal.project.freeze`: the versions that Cabal is held to.

use crate::software::extractor::{self, Extractor, File, TEXT};
use crate::software::{Package, Standing};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "cabal_freeze",
    name: "cabal.project.freeze",
    docs: "https://cabal.readthedocs.io/en/stable/cabal-commands.html#cabal-freeze",
    wants: |path| extractor::name(path) == "cabal.project.freeze",
    magic: &[],
    cap: TEXT,
    kinds: &["hackage"],
    extract,
};

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let lines = file.text()?.lines().filter(|line| !line.trim_start().starts_with("--"));
    let constraints = lines.flat_map(|line| line.split(',')).map(|one| one.trim());
    let constraints = constraints.map(|one| one.strip_prefix("constraints:").unwrap_or(one).trim());
    // Flags (`any.x +flag`) and what is not frozen are of no interest.
    let frozen = constraints.filter_map(|one| one.strip_prefix("any.")?.split_once("=="));
    Ok(frozen
        .filter_map(|(name, version)| file.package(Standing::Locked, "hackage", name, version))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn constraints() {
        check(
            &EXTRACTOR,
            "cabal.project.freeze",
            "active-repositories: hackage.haskell.org:merge\n-- any.z ==9\nconstraints: any.aeson ==2.1.0.0,\n             aeson -cffi +ordered,\n             any.base ==4.17.0.0, any.text ==2.0\nindex-state: x\n",
            &[
                "locked pkg:hackage/aeson@2.1.0.0",
                "locked pkg:hackage/base@4.17.0.0",
                "locked pkg:hackage/text@2.0",
            ],
        );
    }
}
