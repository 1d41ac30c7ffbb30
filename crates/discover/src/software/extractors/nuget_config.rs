//! `packages.config`: the packages of a project of the .NET Framework, with exact versions.

use crate::software::extractor::{self, Extractor, TEXT};
use crate::software::{Package, Standing, xml};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "nuget_config",
    name: "packages.config",
    docs: "https://learn.microsoft.com/nuget/reference/packages-config",
    wants: |path| extractor::name(path).eq_ignore_ascii_case("packages.config"),
    magic: &[],
    cap: TEXT,
    kinds: &["nuget"],
    extract: |file| {
        let root = xml::parse(file.bytes)?;
        let packages = root.children("package").filter_map(|package| {
            let dev = package.attr("developmentDependency") == "true";
            let version = package.attr("version");
            if version.is_empty() {
                file.problem(format!("a package was left out: {:?} has no version", package.attr("id")));
                return None;
            }
            Package::new(Standing::Locked, "nuget", package.attr("id"), version)
                .ok()
                .map(|found| found.dev(dev))
        });
        Ok(packages.collect())
    },
};

#[cfg(test)]
mod tests {
    use super::super::tests::{check, run};
    use super::*;

    #[test]
    fn exact_versions() {
        check(
            &EXTRACTOR,
            "packages.config",
            "<packages><package id='A' version='1.0.0'/><package id='B' version='2' developmentDependency='true'/></packages>",
            &["locked pkg:nuget/A@1.0.0", "dev locked pkg:nuget/B@2"],
        );
        let (found, problems) = run(&EXTRACTOR, "x", b"<packages><package id='C'/></packages>", &|_| None);
        assert_eq!((found, problems.len()), (Ok(Vec::new()), 1));
    }
}
