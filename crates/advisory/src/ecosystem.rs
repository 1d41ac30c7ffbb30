//! Whose names and versions an advisory speaks: an ecosystem (`npm`) or one release of a distribution (`debian:12`).
//!
//! Feeds spell these in many ways (OSV's `Ubuntu:22.04:LTS`, Debian's code names, SUSE's modules). They are parsed at the
//! border into one spelling, so that a package and an advisory of the same place are equal text.

use bartizan_model::Purl;
use serde::{Deserialize, Serialize};
use std::fmt;

/// An ecosystem in normal form: the family in lower case, and the release of a distribution after a colon.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ecosystem(String);

/// Debian's releases by code name (<https://www.debian.org/releases/>).
const DEBIAN: [(&str, &str); 10] = [
    ("wheezy", "7"),
    ("jessie", "8"),
    ("stretch", "9"),
    ("buster", "10"),
    ("bullseye", "11"),
    ("bookworm", "12"),
    ("trixie", "13"),
    ("forky", "14"),
    ("duke", "15"),
    ("sid", "sid"),
];

/// Ubuntu's releases by code name (<https://releases.ubuntu.com/>): those that feeds and images still name.
const UBUNTU: [(&str, &str); 22] = [
    ("trusty", "14.04"),
    ("xenial", "16.04"),
    ("bionic", "18.04"),
    ("cosmic", "18.10"),
    ("disco", "19.04"),
    ("eoan", "19.10"),
    ("focal", "20.04"),
    ("groovy", "20.10"),
    ("hirsute", "21.04"),
    ("impish", "21.10"),
    ("jammy", "22.04"),
    ("kinetic", "22.10"),
    ("lunar", "23.04"),
    ("mantic", "23.10"),
    ("noble", "24.04"),
    ("oracular", "24.10"),
    ("plucky", "25.04"),
    ("questing", "25.10"),
    ("resolute", "26.04"),
    ("precise", "12.04"),
    ("saucy", "13.10"),
    ("utopic", "14.10"),
];

/// Distributions, by every name that feeds, purls and os-release give them, and how much of a release counts.
const DISTRIBUTIONS: [(&str, &str, Parts); 44] = [
    ("debian", "debian", Parts::Major),
    ("ubuntu", "ubuntu", Parts::MajorMinor),
    ("ubuntu:pro", "ubuntu-pro", Parts::MajorMinor),
    ("alpine", "alpine", Parts::MajorMinor),
    ("alpaquita", "alpaquita", Parts::Whole),
    ("wolfi", "wolfi", Parts::None),
    ("chainguard", "chainguard", Parts::None),
    ("minimos", "minimos", Parts::None),
    ("red hat", "redhat", Parts::Major),
    ("redhat", "redhat", Parts::Major),
    ("rhel", "redhat", Parts::Major),
    ("centos", "centos", Parts::Major),
    ("rocky linux", "rocky", Parts::Major),
    ("rocky", "rocky", Parts::Major),
    ("rockylinux", "rocky", Parts::Major),
    ("almalinux", "almalinux", Parts::Major),
    ("alma", "almalinux", Parts::Major),
    ("fedora", "fedora", Parts::Major),
    ("oracle", "oracle", Parts::Major),
    ("oracle linux", "oracle", Parts::Major),
    ("ol", "oracle", Parts::Major),
    ("amazon", "amazon", Parts::Major),
    ("amazon linux", "amazon", Parts::Major),
    ("amzn", "amazon", Parts::Major),
    ("suse", "suse", Parts::MajorMinor),
    ("sles", "suse", Parts::MajorMinor),
    ("sled", "suse", Parts::MajorMinor),
    ("suse linux enterprise server", "suse", Parts::MajorMinor),
    ("opensuse", "opensuse", Parts::Whole),
    ("opensuse-leap", "opensuse", Parts::Whole),
    ("opensuse.leap", "opensuse", Parts::Whole),
    ("opensuse-tumbleweed", "opensuse", Parts::Whole),
    ("opensuse.tumbleweed", "opensuse", Parts::Whole),
    ("mageia", "mageia", Parts::Major),
    ("openeuler", "openeuler", Parts::Whole),
    ("photon os", "photon", Parts::MajorMinor),
    ("photon", "photon", Parts::MajorMinor),
    ("azure linux", "azurelinux", Parts::Major),
    ("azurelinux", "azurelinux", Parts::Major),
    ("mariner", "mariner", Parts::MajorMinor),
    ("cbl-mariner", "mariner", Parts::MajorMinor),
    ("arch", "arch", Parts::None),
    ("archlinux", "arch", Parts::None),
    ("arch linux", "arch", Parts::None),
];

/// How much of a release number tells apart what is patched apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Parts {
    /// A rolling distribution: nothing.
    None,
    Major,
    MajorMinor,
    Whole,
}

/// Languages and others without releases: OSV's name and the purl type, each in lower case.
const OTHERS: [(&str, &str); 30] = [
    ("npm", "npm"),
    ("pypi", "pypi"),
    ("maven", "maven"),
    ("go", "golang"),
    ("crates.io", "cargo"),
    ("rubygems", "gem"),
    ("nuget", "nuget"),
    ("packagist", "composer"),
    ("hex", "hex"),
    ("pub", "pub"),
    ("cran", "cran"),
    ("bioconductor", "bioconductor"),
    ("hackage", "hackage"),
    ("ghc", "ghc"),
    ("swifturl", "swift"),
    ("cocoapods", "cocoapods"),
    ("conancenter", "conan"),
    ("github actions", "githubactions"),
    ("github actions", "github"),
    ("bitnami", "bitnami"),
    ("julia", "julia"),
    ("opam", "opam"),
    ("vscode", "vscode"),
    ("vscode", "vscode-extension"),
    ("openvsx", "openvsx"),
    ("conda", "conda"),
    ("kubernetes", "k8s"),
    ("freebsd", "freebsd"),
    ("android", "android"),
    ("wordpress", "wordpress"),
];

impl Ecosystem {
    /// Products named by CPE: the last resort, since nobody owns that name space.
    pub fn cpe() -> Self {
        Self("cpe".to_owned())
    }

    /// An ecosystem as OSV spells it: `npm`, `Debian:12`, `Ubuntu:Pro:18.04:LTS`, `Red Hat:enterprise_linux:9::baseos`.
    /// One that is not known keeps its name: it matches whatever names it alike.
    pub fn from_osv(name: &str) -> Self {
        let name = name.trim().to_lowercase();
        let (family, release) = match name.strip_prefix("ubuntu:pro:") {
            Some(release) => ("ubuntu:pro", release),
            None => name.split_once(':').unwrap_or((&name, "")),
        };
        Self::distribution(family, release).unwrap_or_else(|| {
            // Other registries of one ecosystem (`Maven:https://...`) have the same names and versions.
            let known = OTHERS.iter().any(|(osv, _)| *osv == family);
            Self(if known || release.is_empty() { family.to_owned() } else { name.clone() })
        })
    }

    /// A release of a distribution, by any of its names: `("rhel", "9.4")`, `("debian", "bookworm")`.
    pub fn distribution(name: &str, release: &str) -> Option<Self> {
        let name = name.trim().to_lowercase();
        let (_, family, parts) = DISTRIBUTIONS.iter().find(|(known, ..)| *known == name)?;
        let release = normal_release(family, release.trim());
        let release = cut(&release, *parts);
        Some(Self(if release.is_empty() { (*family).to_owned() } else { format!("{family}:{release}") }))
    }

    /// The ecosystem that a package belongs to; `None` where its type has none, or the distribution is not named.
    pub fn of(purl: &Purl) -> Option<Self> {
        if !matches!(purl.kind(), "deb" | "rpm" | "apk" | "alpm") {
            let (osv, _) = OTHERS.iter().find(|(_, kind)| *kind == purl.kind())?;
            return Some(Self((*osv).to_owned()));
        }
        let distro = purl.qualifier("distro").unwrap_or_default();
        let vendor = purl.namespace();
        // `debian-12`, `opensuse-leap-15.5`: the release is what follows the last dash and begins like one.
        if let Some((name, release)) = distro.rsplit_once('-')
            && let Some(found) = Self::distribution(name, release)
        {
            return Some(found);
        }
        Self::distribution(vendor, distro)
    }

    /// The family: `debian` of `debian:12`.
    pub fn family(&self) -> &str {
        self.0.split_once(':').map_or(&*self.0, |(family, _)| family)
    }

    /// The release: `12` of `debian:12`; empty where there is none.
    pub fn release(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, release)| release)
    }

    /// The normal form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is a release of a distribution, which judges its packages itself.
    pub fn is_distribution(&self) -> bool {
        DISTRIBUTIONS.iter().any(|(_, family, _)| *family == self.family())
    }

    /// A package's name in the form in which names of this ecosystem are equal.
    pub fn normal_name(&self, name: &str) -> String {
        let name = name.trim();
        match self.family() {
            // PEP 503.
            "pypi" => {
                let parts = name.split(['-', '_', '.']).filter(|part| !part.is_empty());
                parts.collect::<Vec<_>>().join("-").to_lowercase()
            }
            "swifturl" => {
                let name = name.to_lowercase();
                let bare = name.split_once("://").map_or(&*name, |(_, rest)| rest);
                bare.trim_end_matches('/').trim_end_matches(".git").to_owned()
            }
            "npm" | "maven" | "cran" | "crates.io" | "rubygems" | "hackage" | "redhat" | "rocky"
            | "almalinux" => name.to_owned(),
            _ => name.to_lowercase(),
        }
    }
}

impl fmt::Display for Ecosystem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Brings a release as feeds write it to a number: code names, `v3.18`, `22.04:lts`, `enterprise_linux:9::baseos`.
fn normal_release(family: &str, release: &str) -> String {
    let by_name = |names: &[(&str, &str)]| {
        names.iter().find(|(name, _)| *name == release).map(|(_, number)| (*number).to_owned())
    };
    match family {
        "debian" => by_name(&DEBIAN).unwrap_or_else(|| {
            if release.contains("sid") || release == "unstable" {
                "sid".to_owned()
            } else {
                release.to_owned()
            }
        }),
        "ubuntu" | "ubuntu-pro" => {
            by_name(&UBUNTU).unwrap_or_else(|| release.split(':').next().unwrap_or_default().to_owned())
        }
        "alpine" | "alpaquita" => release.trim_start_matches('v').to_owned(),
        // `enterprise_linux:9::baseos`, `el9`, `rhel_eus:9.2`: streams of their own keep their name.
        "redhat" => {
            let mut parts = release.split(':');
            match (parts.next(), parts.next()) {
                (Some("enterprise_linux"), Some(number)) => number.to_owned(),
                (Some(product), Some(number)) => format!("{product}-{number}"),
                _ => release.trim_start_matches("el").to_owned(),
            }
        }
        // `linux enterprise module for basesystem 15 sp5`: all modules of a service pack.
        "suse" => match release.rsplit_once(" sp") {
            Some((rest, pack)) => {
                let major = rest.rsplit(' ').next().unwrap_or_default();
                format!("{major}.{}", pack.split([':', '-']).next().unwrap_or_default())
            }
            None => release.rsplit(' ').next().unwrap_or_default().to_owned(),
        },
        "opensuse" if release.parse::<u32>().is_ok_and(|date| date > 20_000_000) => "tumbleweed".to_owned(),
        "opensuse" | "amazon" | "fedora" | "oracle" => {
            release.rsplit(' ').next().unwrap_or_default().to_owned()
        }
        _ => release.to_owned(),
    }
}

/// The part of a release that counts. A word (`sid`, `edge`) counts whole.
fn cut(release: &str, parts: Parts) -> String {
    let numbers = match parts {
        Parts::None => return String::new(),
        Parts::Whole => return release.to_owned(),
        Parts::Major => 1,
        Parts::MajorMinor => 2,
    };
    if !release.starts_with(|c: char| c.is_ascii_digit()) {
        return release.to_owned();
    }
    release.split(['.', '_']).take(numbers).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn osv_names() {
        for (given, normal) in [
            ("npm", "npm"),
            ("PyPI", "pypi"),
            ("Go", "go"),
            ("crates.io", "crates.io"),
            ("Maven:https://maven.google.com", "maven"),
            ("Debian:12", "debian:12"),
            ("Debian", "debian"),
            ("Ubuntu:22.04:LTS", "ubuntu:22.04"),
            ("Ubuntu:Pro:18.04:LTS", "ubuntu-pro:18.04"),
            ("Alpine:v3.18", "alpine:3.18"),
            ("Alpine:edge", "alpine:edge"),
            ("Red Hat:enterprise_linux:9::baseos", "redhat:9"),
            ("Red Hat:rhel_eus:9.2::appstream", "redhat:rhel_eus-9.2"),
            ("Rocky Linux:8", "rocky:8"),
            ("AlmaLinux:9", "almalinux:9"),
            ("SUSE:Linux Enterprise Module for Basesystem 15 SP5", "suse:15.5"),
            ("openSUSE:Leap 15.5", "opensuse:15.5"),
            ("openSUSE:Tumbleweed", "opensuse:tumbleweed"),
            ("Photon OS:4.0", "photon:4.0"),
            ("Wolfi", "wolfi"),
            ("Something:New", "something:new"),
        ] {
            assert_eq!(Ecosystem::from_osv(given).as_str(), normal, "{given}");
        }
    }

    #[test]
    fn of_packages() {
        for (purl, normal) in [
            ("pkg:deb/debian/openssl@3?distro=debian-12", Some("debian:12")),
            ("pkg:deb/debian/openssl@3?distro=bookworm", Some("debian:12")),
            ("pkg:deb/ubuntu/openssl@3?distro=ubuntu-22.04", Some("ubuntu:22.04")),
            ("pkg:deb/ubuntu/openssl@3?distro=jammy", Some("ubuntu:22.04")),
            ("pkg:apk/alpine/musl@1?distro=alpine-3.18.4", Some("alpine:3.18")),
            ("pkg:apk/alpine/musl@1?distro=3.18.4", Some("alpine:3.18")),
            ("pkg:apk/wolfi/musl@1?distro=wolfi-20230201", Some("wolfi")),
            ("pkg:rpm/rhel/bash@5?distro=rhel-9.4", Some("redhat:9")),
            ("pkg:rpm/centos/bash@5?distro=centos-7.6.1810", Some("centos:7")),
            ("pkg:rpm/opensuse/bash@5?distro=opensuse-leap-15.5", Some("opensuse:15.5")),
            ("pkg:rpm/sles/bash@5?distro=sles-15.5", Some("suse:15.5")),
            ("pkg:rpm/amzn/bash@5?distro=amzn-2", Some("amazon:2")),
            ("pkg:rpm/fedora/bash@5?distro=fedora-40", Some("fedora:40")),
            ("pkg:rpm/fedora/bash@5", Some("fedora")),
            ("pkg:cargo/adler@1", Some("crates.io")),
            ("pkg:golang/github.com/pkg/errors@v1", Some("go")),
            ("pkg:generic/x", None),
        ] {
            let purl: Purl = purl.parse().unwrap();
            assert_eq!(Ecosystem::of(&purl).as_ref().map(Ecosystem::as_str), normal, "{purl}");
        }
    }

    #[test]
    fn names() {
        let normal = |ecosystem: &str, name: &str| Ecosystem::from_osv(ecosystem).normal_name(name);
        assert_eq!(normal("PyPI", "Zope.Interface__x"), "zope-interface-x");
        assert_eq!(
            normal("SwiftURL", "https://github.com/Apple/swift-nio.git"),
            "github.com/apple/swift-nio"
        );
        assert_eq!(normal("npm", "JSONStream"), "JSONStream");
        assert_eq!(normal("NuGet", "Newtonsoft.Json"), "newtonsoft.json");
    }
}
