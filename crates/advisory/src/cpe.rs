//! Names of products: CPE 2.2 URIs and CPE 2.3 formatted strings (NIST IR 7695).

use crate::ecosystem::Ecosystem;

/// A product as a CPE names it, in lower case and without escapes; `*` where anything is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cpe {
    parts: Vec<String>,
}

impl Cpe {
    /// Reads either form; `None` for what is no CPE or names no product.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let parts: Vec<String> = if let Some(rest) = text.strip_prefix("cpe:2.3:") {
            formatted(rest)
        } else {
            text.strip_prefix("cpe:/")?.split(':').map(decoded).collect()
        };
        let found = Self { parts };
        let named = |part: &str| !matches!(part, "" | "*" | "-");
        (matches!(found.part(), "a" | "o" | "h") && named(found.vendor()) && named(found.product()))
            .then_some(found)
    }

    fn at(&self, place: usize) -> &str {
        self.parts.get(place).map_or("*", |part| if part.is_empty() { "*" } else { part })
    }

    /// `a`, `o` or `h`.
    pub(crate) fn part(&self) -> &str {
        self.at(0)
    }

    pub(crate) fn vendor(&self) -> &str {
        self.at(1)
    }

    pub(crate) fn product(&self) -> &str {
        self.at(2)
    }

    /// The version with its update, as one text; `*` or `-` where it names none.
    pub(crate) fn version(&self) -> String {
        match (self.at(3), self.at(4)) {
            (version, "*" | "-") | (version @ ("*" | "-"), _) => version.to_owned(),
            (version, update) => format!("{version}-{update}"),
        }
    }

    /// The name under which its advisories stand: `vendor:product`.
    pub(crate) fn package(&self) -> String {
        format!("{}:{}", self.vendor(), self.product())
    }

    /// The release of a distribution that it names, as one that judges its own packages.
    pub(crate) fn distribution(&self) -> Option<Ecosystem> {
        let (vendor, product, version, update) = (self.vendor(), self.product(), self.at(3), self.at(4));
        let version = if matches!(version, "*" | "-") { "" } else { version };
        match (vendor, product) {
            // Red Hat's streams (`rhel_eus:9.2::appstream`) and products are spelled as OSV does.
            ("redhat", _) => Some(Ecosystem::from_osv(&format!("Red Hat:{product}:{version}"))),
            ("suse", _) => {
                let pack = update.strip_prefix("sp").unwrap_or("");
                let release = if pack.is_empty() { version.to_owned() } else { format!("{version}.{pack}") };
                Ecosystem::distribution("suse", &release)
            }
            ("opensuse", "tumbleweed") => Ecosystem::distribution("opensuse", "tumbleweed"),
            ("opensuse", "leap") => Ecosystem::distribution("opensuse", version),
            ("canonical", "ubuntu_linux") => Ecosystem::distribution("ubuntu", version),
            ("debian", "debian_linux") => Ecosystem::distribution("debian", version),
            ("oracle", "linux") => Ecosystem::distribution("oracle", version),
            ("amazon", "linux" | "linux_2" | "linux_2023") => {
                let named = product.strip_prefix("linux_").unwrap_or(version);
                Ecosystem::distribution("amazon", named)
            }
            ("almalinux" | "rocky" | "fedoraproject" | "openeuler" | "alpinelinux", _) => {
                let family = match vendor {
                    "fedoraproject" => "fedora",
                    "alpinelinux" => "alpine",
                    vendor => vendor,
                };
                Ecosystem::distribution(family, version)
            }
            _ => None,
        }
    }
}

/// The parts of a formatted string: separated by colons that no backslash quotes.
fn formatted(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            ':' => parts.push(String::new()),
            '\\' => parts.last_mut().into_iter().for_each(|part| part.extend(chars.next())),
            c => parts.last_mut().into_iter().for_each(|part| part.extend(c.to_lowercase())),
        }
    }
    parts
}

/// A part of a URI: `%2b` and its kind stand for one character.
fn decoded(part: &str) -> String {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = (*first == b'%')
            .then(|| {
                std::str::from_utf8(after.get(..2)?).ok().and_then(|hex| u8::from_str_radix(hex, 16).ok())
            })
            .flatten();
        rest = if code.is_some() { &after[2..] } else { after };
        bytes.push(code.unwrap_or(*first));
    }
    String::from_utf8_lossy(&bytes).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn both_forms() {
        for (text, package, version) in [
            ("cpe:2.3:a:Apache:log4j:2.14.1:*:*:*:*:*:*:*", "apache:log4j", "2.14.1"),
            ("cpe:2.3:a:a\\:b:c\\+\\+:1.0:rc1:*:*:*:*:*:*", "a:b:c++", "1.0-rc1"),
            ("cpe:/a:redhat:enterprise_linux:9::appstream", "redhat:enterprise_linux", "9"),
            ("cpe:/a:x:c%2b%2b", "x:c++", "*"),
            ("cpe:2.3:o:x:y:-:*:*:*:*:*:*:*", "x:y", "-"),
        ] {
            let cpe = Cpe::parse(text).unwrap();
            assert_eq!((cpe.package().as_str(), cpe.version().as_str()), (package, version), "{text}");
        }
        for bad in ["", "cpe:2.3:a:*:*", "cpe:/", "cpe:/x:a:b", "cpe:2.3:a:b", "pkg:npm/x"] {
            assert_eq!(Cpe::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn distributions() {
        for (text, ecosystem) in [
            ("cpe:/a:redhat:enterprise_linux:9::appstream", Some("redhat:9")),
            ("cpe:/o:redhat:enterprise_linux:7", Some("redhat:7")),
            ("cpe:/a:redhat:rhel_eus:9.2::appstream", Some("redhat:rhel_eus-9.2")),
            ("cpe:/a:redhat:openshift:4.16::el9", Some("redhat:openshift-4.16")),
            ("cpe:/o:suse:sles:15:sp5", Some("suse:15.5")),
            ("cpe:/o:opensuse:leap:15.6", Some("opensuse:15.6")),
            ("cpe:/o:canonical:ubuntu_linux:22.04", Some("ubuntu:22.04")),
            ("cpe:/o:oracle:linux:9", Some("oracle:9")),
            ("cpe:/a:apache:log4j:2", None),
        ] {
            let found = Cpe::parse(text).unwrap().distribution();
            assert_eq!(found.as_ref().map(Ecosystem::as_str), ecosystem, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text(text in "cpe:(2.3:|/)[a:%0-9\\\\é*-]{0,30}") {
            let _ = Cpe::parse(&text).map(|cpe| (cpe.version(), cpe.distribution()));
        }
    }
}
