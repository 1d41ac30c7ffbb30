//! Releases of distributions as CPEs name them.

use crate::ecosystem::Ecosystem;
use bartizan_model::Cpe;

impl Ecosystem {
    /// The release of a distribution that it names, as one that judges its own packages.
    pub fn of_cpe(cpe: &Cpe) -> Option<Self> {
        let (vendor, product, version, update) = (cpe.vendor(), cpe.product(), cpe.release(), cpe.update());
        let version = if matches!(version, "*" | "-") { "" } else { version };
        match (vendor, product) {
            // Red Hat's streams (`rhel_eus:9.2::appstream`) and products are spelled as OSV does.
            ("redhat", _) => Some(Self::from_osv(&format!("Red Hat:{product}:{version}"))),
            ("suse", _) => {
                let pack = update.strip_prefix("sp").unwrap_or("");
                let release = if pack.is_empty() { version.to_owned() } else { format!("{version}.{pack}") };
                Self::distribution("suse", &release)
            }
            ("opensuse", "tumbleweed") => Self::distribution("opensuse", "tumbleweed"),
            ("opensuse", "leap") => Self::distribution("opensuse", version),
            ("canonical", "ubuntu_linux") => Self::distribution("ubuntu", version),
            ("debian", "debian_linux") => Self::distribution("debian", version),
            ("oracle", "linux") => Self::distribution("oracle", version),
            ("amazon", "linux" | "linux_2" | "linux_2023") => {
                let named = product.strip_prefix("linux_").unwrap_or(version);
                Self::distribution("amazon", named)
            }
            ("almalinux" | "rocky" | "fedoraproject" | "openeuler" | "alpinelinux", _) => {
                let family = match vendor {
                    "fedoraproject" => "fedora",
                    "alpinelinux" => "alpine",
                    vendor => vendor,
                };
                Self::distribution(family, version)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            let found = Ecosystem::of_cpe(&Cpe::parse(text).unwrap());
            assert_eq!(found.as_ref().map(Ecosystem::as_str), ecosystem, "{text}");
        }
    }
}
