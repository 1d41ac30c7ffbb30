//! `gradle/verification-metadata.xml`: the artifacts whose digests Gradle verifies.

use crate::software::extractor::{self, Extractor, TEXT};
use crate::software::{Standing, xml};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "gradle_verification",
    name: "verification-metadata.xml",
    docs: "https://docs.gradle.org/current/userguide/dependency_verification.html",
    wants: |path| extractor::name(path) == "verification-metadata.xml",
    magic: &[],
    cap: TEXT,
    kinds: &["maven"],
    extract: |file| {
        let root = xml::parse(file.bytes)?;
        let components = root.within("components", "component");
        let packages = components.filter_map(|component| {
            let name = format!("{}:{}", component.attr("group"), component.attr("name"));
            file.package(Standing::Locked, "maven", &name, component.attr("version"))
        });
        Ok(packages.collect())
    },
};

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn components() {
        check(
            &EXTRACTOR,
            "gradle/verification-metadata.xml",
            "<verification-metadata xmlns='https://schema.gradle.org/dependency-verification'><components><component group='org.apache.pdfbox'\n name='pdfbox' version='2.0.17'><artifact name='x'/></component></components></verification-metadata>",
            &["locked pkg:maven/org.apache.pdfbox/pdfbox@2.0.17"],
        );
    }
}
