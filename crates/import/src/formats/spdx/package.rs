//! A package, whatever the syntax.

use super::said;
use crate::common::bill::{Component, Identity};
use crate::common::purl;
use std::borrow::Cow;

/// A package as the document gives it.
#[derive(Debug, Default)]
pub(super) struct Package<'a> {
    pub(super) id: Cow<'a, str>,
    pub(super) name: Cow<'a, str>,
    pub(super) version: Cow<'a, str>,
    pub(super) purpose: Cow<'a, str>,
    pub(super) source_info: Cow<'a, str>,
    pub(super) download: Cow<'a, str>,
    /// Type and locator of its external references.
    pub(super) references: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl Package<'_> {
    fn reference(&self, kind: &str) -> Option<&str> {
        self.references.iter().find(|(known, _)| known == kind).map(|(_, locator)| said(locator))
    }

    /// `primaryPackagePurpose` in upper case with dashes (`OPERATING-SYSTEM`).
    pub(super) fn purpose(&self) -> &str {
        self.purpose.trim()
    }

    /// Whether it is an asset that a bill of Bartizan's own describes: a host is then named for itself, not its system.
    pub(super) fn is_ours(&self) -> bool {
        self.reference("bartizan-kind").is_some()
    }

    /// Whether it is the operating system that the packages run on.
    pub(super) fn is_system(&self) -> bool {
        if self.is_ours() {
            return false;
        }
        matches!(self.purpose(), "OPERATING-SYSTEM" | "OPERATING_SYSTEM")
            || self.id.starts_with("SPDXRef-OperatingSystem")
    }

    /// Name and release of the operating system: os-release's own words where a tool gives them.
    pub(super) fn system(&self) -> (String, String) {
        let name = self.reference("did").unwrap_or_else(|| said(&self.name));
        let version = self.reference("version_id").unwrap_or_else(|| said(&self.version));
        (name.to_owned(), version.to_owned())
    }

    /// Whether it is a folder that was looked into, not software.
    pub(super) fn is_folder(&self) -> bool {
        self.id.starts_with("SPDXRef-Filesystem") || self.id.starts_with("SPDXRef-DocumentRoot-Directory")
    }

    /// Its package URL: given, or built where its registry is evident; else empty.
    pub(super) fn purl(&self) -> Cow<'_, str> {
        if let Some(given) = self.reference("purl").or_else(|| self.reference("packageUrl")) {
            return given.into();
        }
        // SPDX 2.3, annex F.3: references to package managers.
        let of = |ecosystem, locator: &str, between: char| {
            let (name, version) = locator.rsplit_once(between).unwrap_or((locator, ""));
            purl::build(ecosystem, name, version)
        };
        let built = if let Some(locator) = self.reference("npm") {
            of("npm", locator, '@')
        } else if let Some(locator) = self.reference("nuget") {
            of("nuget", locator, '/')
        } else if let Some(locator) = self.reference("maven-central") {
            of("maven", locator, ':')
        } else {
            None
        };
        built.unwrap_or_default().into()
    }

    /// Its CPE, by the types of SPDX 2 and 3; else empty.
    fn cpe(&self) -> &str {
        let kinds = ["cpe23Type", "cpe23", "cpe22Type", "cpe22"];
        kinds.iter().find_map(|kind| self.reference(kind)).unwrap_or_default()
    }

    /// It as a component.
    pub(super) fn component(&self) -> Component<'_> {
        let kind = if self.is_system() { "operating-system" } else { "library" };
        // Trivy's words; the version beside is that of the package where it is not said.
        let built = self.source_info.trim().strip_prefix("built package from:").unwrap_or_default().trim();
        let upstream = match built.split_once(' ') {
            Some((name, version)) => format!("{name}@{}", version.trim()),
            None => built.to_owned(),
        };
        let mut identity = Identity::default();
        for (kind, locator) in &self.references {
            if let Some(key) = kind.strip_prefix("bartizan-") {
                identity.take(key, locator);
            }
        }
        Component {
            identity,
            kind: kind.into(),
            reference: Cow::Borrowed(&self.id),
            group: Cow::Borrowed(""),
            name: said(&self.name).into(),
            version: said(&self.version).into(),
            purl: self.purl(),
            cpe: self.cpe().into(),
            upstream,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_built_where_the_registry_is_evident() {
        let with = |kind: &'static str, locator: &'static str| Package {
            references: vec![(kind.into(), locator.into())],
            ..Package::default()
        };
        for (package, purl) in [
            (with("npm", "http-server@0.3.0"), "pkg:npm/http-server@0.3.0"),
            (with("npm", "@a/b@1"), "pkg:npm/%40a/b@1"),
            (with("nuget", "Microsoft.AspNet.MVC/5.0.0"), "pkg:nuget/Microsoft.AspNet.MVC@5.0.0"),
            (
                with("maven-central", "org.apache.tomcat:tomcat:9.0.0"),
                "pkg:maven/org.apache.tomcat/tomcat@9.0.0",
            ),
            (with("purl", "pkg:npm/a@1"), "pkg:npm/a@1"),
            (with("purl", "NOASSERTION"), ""),
        ] {
            assert_eq!(package.purl(), purl);
        }
        let package = |download: &'static str| Package {
            name: "left-pad".into(),
            version: "1.3.0".into(),
            download: download.into(),
            ..Package::default()
        };
        assert_eq!(package("https://example.org/left-pad.zip").purl(), "");
        assert_eq!(package("NOASSERTION").purl(), "");
    }
}
