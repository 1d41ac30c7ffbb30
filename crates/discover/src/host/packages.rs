//! Installed packages of dpkg, apk and rpm.

use super::{Group, fact};
use crate::root::{LARGE, Root, SMALL};
use bartizan_model::host::{HostFacts, Package};

mod rpm;
pub(super) use rpm::{database as rpm_database, file_owners as rpm_file_owners};
#[cfg(test)]
pub(super) use rpm::{package as parse_rpm_header, parse_query as parse_rpm_query};

pub(super) const GROUP: Group = Group {
    name: "packages",
    reads: "/var/lib/dpkg/status, /var/lib/dpkg/status.d, /lib/apk/db/installed, rpmdb.sqlite (else `rpm -qa`)",
    needs: "nothing; rpm databases other than SQLite need the rpm command of a running system",
    collect,
};

/// Where apk keeps its database.
pub(super) const APK: [&str; 2] = ["/lib/apk/db/installed", "/usr/lib/apk/db/installed"];

fn collect(root: &Root, facts: &mut HostFacts) {
    facts.packages = fact(read(root));
}

fn read(root: &Root) -> Result<Vec<Package>, String> {
    let mut found = Vec::new();
    let mut any = false;
    if let Some(bytes) = root.bytes("/var/lib/dpkg/status", LARGE)? {
        any = true;
        found.extend(parse_dpkg(&bytes, true));
    }
    // One file a package, without a status: images that were put together without dpkg.
    for name in root.list("/var/lib/dpkg/status.d")?.unwrap_or_default() {
        if name.ends_with(".md5sums") {
            continue;
        }
        any = true;
        let bytes = root.bytes(&format!("/var/lib/dpkg/status.d/{name}"), SMALL)?.unwrap_or_default();
        found.extend(parse_dpkg(&bytes, false));
    }
    for path in APK {
        if let Some(bytes) = root.bytes(path, LARGE)? {
            any = true;
            found.extend(parse_apk(&bytes));
            break;
        }
    }
    if let Some(packages) = rpm::read(root)? {
        any = true;
        found.extend(packages);
    }
    if !any {
        return Err("no package database of dpkg, apk or rpm was found".to_owned());
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// Lines of bytes without their line end.
pub(super) fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|b| *b == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

/// Reads dpkg's stanzas: those whose status ends in `installed`, or all where no status is written.
pub(super) fn parse_dpkg(bytes: &[u8], with_status: bool) -> Vec<Package> {
    let mut found = Vec::new();
    let mut stanza = Stanza::default();
    for line in lines(bytes).chain([&b""[..]]) {
        if line.is_empty() {
            found.extend(std::mem::take(&mut stanza).package(with_status));
            continue;
        }
        // Continuation lines begin with a space.
        let value =
            |key: &str| Some(String::from_utf8_lossy(line.strip_prefix(key.as_bytes())?).trim().to_owned());
        match line[0] {
            b'P' => stanza.name = value("Package:").or(stanza.name),
            b'V' => stanza.version = value("Version:").or(stanza.version),
            b'A' => stanza.arch = value("Architecture:").or(stanza.arch),
            b'S' => {
                stanza.source = value("Source:").or(stanza.source);
                stanza.status = value("Status:").or(stanza.status);
            }
            _ => {}
        }
    }
    found
}

#[derive(Default)]
struct Stanza {
    name: Option<String>,
    version: Option<String>,
    arch: Option<String>,
    source: Option<String>,
    status: Option<String>,
}

impl Stanza {
    fn package(self, with_status: bool) -> Option<Package> {
        if with_status && self.status?.split_whitespace().nth(2) != Some("installed") {
            return None;
        }
        let (name, version) = (self.name?, self.version?);
        // `Source: gcc-12 (12.2.0-14)`; the version is given only where it differs.
        let (source, source_version) = match self.source {
            None => (name.clone(), version.clone()),
            Some(text) => match text.split_once('(') {
                Some((source, rest)) => {
                    (source.trim().to_owned(), rest.trim_end().trim_end_matches(')').trim().to_owned())
                }
                None => (text, version.clone()),
            },
        };
        Some(Package {
            manager: "deb".to_owned(),
            name,
            version,
            arch: self.arch.unwrap_or_default(),
            source,
            source_version,
        })
    }
}

/// Reads apk's installed database: one-letter keys, an empty line after each package.
pub(super) fn parse_apk(bytes: &[u8]) -> Vec<Package> {
    let mut found = Vec::new();
    let (mut name, mut version, mut arch, mut origin) = (None, None, String::new(), None);
    for line in lines(bytes).chain([&b""[..]]) {
        if line.is_empty() {
            let (arch, origin) = (std::mem::take(&mut arch), origin.take());
            if let (Some(name), Some(version)) = (name.take(), version.take()) {
                let name: String = name;
                found.push(Package {
                    manager: "apk".to_owned(),
                    source: origin.unwrap_or_else(|| name.clone()),
                    name,
                    source_version: String::clone(&version),
                    version,
                    arch,
                });
            }
            continue;
        }
        let [key, b':', value @ ..] = line else { continue };
        let value = || String::from_utf8_lossy(value).trim().to_owned();
        match key {
            b'P' => name = Some(value()),
            b'V' => version = Some(value()),
            b'A' => arch = value(),
            b'o' => origin = Some(value()),
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(packages: &[Package]) -> Vec<String> {
        let line = |p: &Package| {
            format!("{} {} {} {} {} {}", p.manager, p.name, p.version, p.arch, p.source, p.source_version)
        };
        packages.iter().map(line).collect()
    }

    #[test]
    fn dpkg() {
        let status = b"Package: openssl\nStatus: install ok installed\nArchitecture: amd64\nVersion: 3.0.11-1\nDescription: x\n Package: not this\n\nPackage: gone\nStatus: deinstall ok config-files\nVersion: 1\n\nPackage: libgcc-s1\nStatus: hold ok installed\nSource: gcc-12 (12.2.0-14)\nVersion: 12.2.0-14+b1\nArchitecture: amd64\n\nPackage: libssl3\nStatus: install ok installed\nSource: openssl\nVersion: 3.0.11-1";
        assert_eq!(
            text(&parse_dpkg(status, true)),
            [
                "deb openssl 3.0.11-1 amd64 openssl 3.0.11-1",
                "deb libgcc-s1 12.2.0-14+b1 amd64 gcc-12 12.2.0-14",
                "deb libssl3 3.0.11-1  openssl 3.0.11-1"
            ]
        );
        assert_eq!(
            text(&parse_dpkg(b"Package: tzdata\nVersion: 2024a-0+deb12u1\n", false)),
            ["deb tzdata 2024a-0+deb12u1  tzdata 2024a-0+deb12u1"]
        );
    }

    #[test]
    fn apk() {
        let db = b"C:Q1abc=\nP:ssl_client\nV:1.36.1-r5\nA:x86_64\no:busybox\nF:usr/bin\nR:ssl_client\n\nP:musl\nV:1.2.4-r2\nA:x86_64\n";
        assert_eq!(
            text(&parse_apk(db)),
            ["apk ssl_client 1.36.1-r5 x86_64 busybox 1.36.1-r5", "apk musl 1.2.4-r2 x86_64 musl 1.2.4-r2"]
        );
    }
}
