//! Package URLs of a distribution's packages (<https://github.com/package-url/purl-spec>).

use bartizan_model::Purl;
use bartizan_model::host::{OsRelease, Package};

/// The package URL of an installed package: `pkg:deb/debian/openssl@3.0.11-1?arch=amd64&distro=debian-12`. `None` where
/// it has no name.
///
/// The qualifier `upstream` names the source package (with its version where that differs), since the advisories of
/// the distributions are about source packages; `distro` names the distribution and its release, by codename where it
/// has no number yet. `rpmmod` names the module stream: each has advisories of its own.
pub fn purl(package: &Package, os: Option<&OsRelease>) -> Option<Purl> {
    let os = os.filter(|os| !os.id.is_empty());
    let vendor = match os {
        Some(os) => os.id.as_str(),
        None => match package.manager.as_str() {
            "apk" => "alpine",
            "alpm" => "arch",
            "deb" => "debian",
            "opkg" => "",
            _ => "unknown",
        },
    };
    // rpm's epoch is a qualifier; Debian's and Arch's are part of the version.
    let (epoch, version) = match package.version.split_once(':') {
        Some((epoch, version)) if package.manager == "rpm" => (epoch, version),
        _ => ("", package.version.as_str()),
    };
    let distro = os.map_or(String::new(), |os| {
        let release = if os.version_id.is_empty() { &os.codename } else { &os.version_id };
        let dash = if release.is_empty() { "" } else { "-" };
        format!("{}{dash}{release}", os.id)
    });
    let upstream = if package.source_version != package.version && !package.source_version.is_empty() {
        format!("{}@{}", package.source, package.source_version)
    } else if package.source == package.name {
        String::new()
    } else {
        package.source.clone()
    };
    let purl = Purl::new(&package.manager, vendor, &package.name).ok()?.with_version(version);
    Some(
        purl.with_qualifier("arch", &package.arch)
            .with_qualifier("distro", &distro)
            .with_qualifier("epoch", epoch)
            .with_qualifier("rpmmod", &package.module)
            .with_qualifier("upstream", &upstream),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(manager: &str, name: &str, version: &str, source: &str, source_version: &str) -> Package {
        Package {
            manager: manager.into(),
            name: name.into(),
            version: version.into(),
            arch: "amd64".into(),
            source: source.into(),
            source_version: source_version.into(),
            module: String::new(),
        }
    }

    #[test]
    fn exact() {
        let os = |id: &str, version: &str| OsRelease {
            id: id.into(),
            version_id: version.into(),
            ..OsRelease::default()
        };
        let debian = os("debian", "12");
        let testing = OsRelease { codename: "trixie".into(), ..os("debian", "") };
        for (package, os, url) in [
            (
                package("deb", "openssl", "3.0.11-1", "openssl", "3.0.11-1"),
                Some(&debian),
                "pkg:deb/debian/openssl@3.0.11-1?arch=amd64&distro=debian-12",
            ),
            (
                package("deb", "libstdc++6", "1:12.2.0-14+b1", "gcc-12", "1:12.2.0-14"),
                Some(&debian),
                "pkg:deb/debian/libstdc%2B%2B6@1:12.2.0-14%2Bb1?arch=amd64&distro=debian-12&upstream=gcc-12%401:12.2.0-14",
            ),
            (
                package("deb", "bash", "5.2", "bash", "5.2"),
                Some(&testing),
                "pkg:deb/debian/bash@5.2?arch=amd64&distro=debian-trixie",
            ),
            (
                package("rpm", "bind", "32:9.16-1.el9", "bind", "32:9.16-1.el9"),
                Some(&os("rhel", "9.4")),
                "pkg:rpm/rhel/bind@9.16-1.el9?arch=amd64&distro=rhel-9.4&epoch=32",
            ),
            (
                Package {
                    module: "nodejs:18:8070020221213:63b3".into(),
                    ..package("rpm", "nodejs", "1:18.12-2.el8", "nodejs", "1:18.12-2.el8")
                },
                Some(&os("rhel", "8.7")),
                "pkg:rpm/rhel/nodejs@18.12-2.el8?arch=amd64&distro=rhel-8.7&epoch=1&rpmmod=nodejs:18:8070020221213:63b3",
            ),
            (
                package("apk", "ssl_client", "1.36.1-r5", "busybox", "1.36.1-r5"),
                None,
                "pkg:apk/alpine/ssl_client@1.36.1-r5?arch=amd64&upstream=busybox",
            ),
        ] {
            assert_eq!(purl(&package, os).unwrap().to_string(), url);
        }
        assert_eq!(purl(&package("deb", "", "1", "", "1"), None), None);
    }
}
