//! Package URLs of installed packages (<https://github.com/package-url/purl-spec>).

use bartizan_model::host::{OsRelease, Package};

/// The package URL of an installed package: `pkg:deb/debian/openssl@3.0.11-1?arch=amd64&distro=debian-12`.
///
/// The qualifier `upstream` names the source package (with its version where that differs), since the advisories of
/// the distributions are about source packages.
pub fn purl(package: &Package, os: Option<&OsRelease>) -> String {
    let vendor = match os.map(|os| os.id.as_str()).filter(|id| !id.is_empty()) {
        Some(id) => id,
        None => match package.manager.as_str() {
            "apk" => "alpine",
            "deb" => "debian",
            _ => "unknown",
        },
    };
    // rpm's epoch is a qualifier; Debian's is part of the version.
    let (epoch, version) = match package.version.split_once(':') {
        Some((epoch, version)) if package.manager == "rpm" => (Some(epoch), version),
        _ => (None, package.version.as_str()),
    };
    let mut url =
        format!("pkg:{}/{}/{}", package.manager, encode(&vendor.to_lowercase()), encode(&package.name));
    if !version.is_empty() {
        url.push('@');
        url.push_str(&encode(version));
    }
    // Qualifiers in the order of their names, as the specification asks.
    let mut qualifiers = Vec::new();
    if !package.arch.is_empty() {
        qualifiers.push(format!("arch={}", encode(&package.arch)));
    }
    if let Some(os) = os.filter(|os| !os.id.is_empty()) {
        let release = if os.version_id.is_empty() { &os.codename } else { &os.version_id };
        let dash = if release.is_empty() { "" } else { "-" };
        qualifiers.push(format!("distro={}{dash}{}", encode(&os.id), encode(release)));
    }
    if let Some(epoch) = epoch {
        qualifiers.push(format!("epoch={}", encode(epoch)));
    }
    if package.source_version != package.version && !package.source_version.is_empty() {
        qualifiers.push(format!(
            "upstream={}%40{}",
            encode(&package.source),
            encode(&package.source_version)
        ));
    } else if package.source != package.name && !package.source.is_empty() {
        qualifiers.push(format!("upstream={}", encode(&package.source)));
    }
    if !qualifiers.is_empty() {
        url.push('?');
        url.push_str(&qualifiers.join("&"));
    }
    url
}

/// Percent-encodes all but the unreserved characters and the colon, which the specification leaves as it is.
fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b".-_~:".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
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
                package("rpm", "bind", "32:9.16-1.el9", "bind", "32:9.16-1.el9"),
                Some(&os("rhel", "9.4")),
                "pkg:rpm/rhel/bind@9.16-1.el9?arch=amd64&distro=rhel-9.4&epoch=32",
            ),
            (
                package("apk", "ssl_client", "1.36.1-r5", "busybox", "1.36.1-r5"),
                None,
                "pkg:apk/alpine/ssl_client@1.36.1-r5?arch=amd64&upstream=busybox",
            ),
        ] {
            assert_eq!(purl(&package, os), url);
        }
    }
}
