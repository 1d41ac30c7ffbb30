//! The status file of dpkg and opkg, and the files of `status.d` in images put together without dpkg.

use super::os_packages;
use crate::software::Package;
use crate::software::extractor::{BINARY, Extractor, File};
use bartizan_model::host;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "dpkg",
    name: "dpkg and opkg status",
    docs: "https://man7.org/linux/man-pages/man1/dpkg-query.1.html",
    wants: |path| {
        let path = format!("/{path}");
        let status = |folder: &str| {
            path.ends_with(&format!("{folder}/status"))
                || path.rsplit_once('/').is_some_and(|(at, name)| {
                    at.ends_with(&format!("{folder}/status.d")) && !name.ends_with(".md5sums")
                })
        };
        ["/lib/dpkg", "/lib/opkg"].into_iter().any(status)
    },
    magic: &[],
    cap: BINARY,
    kinds: &["deb", "opkg"],
    extract: |file| {
        let mut packages = parse(file.bytes, !file.path.contains("/status.d/"))?;
        if file.path.contains("opkg/") {
            for package in &mut packages {
                package.manager = "opkg".to_owned();
            }
        }
        Ok(installed(file, &packages))
    },
};

fn installed(file: &File<'_>, packages: &[host::Package]) -> Vec<Package> {
    os_packages(file, &["var/lib/", "usr/lib/"], packages)
}

/// Reads stanzas. A package counts where its files are in place (`installed`, or only triggers are still to run); where
/// no status is written, if it `needs_status`.
///
/// # Errors
/// At the first line that is neither a field nor the continuation of one.
pub(crate) fn parse(bytes: &[u8], needs_status: bool) -> Result<Vec<host::Package>, String> {
    let mut found = Vec::new();
    let mut stanza = Stanza::default();
    for (number, line) in bytes.split(|byte| *byte == b'\n').chain([&b""[..]]).enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.iter().all(u8::is_ascii_whitespace) {
            found.extend(std::mem::take(&mut stanza).package(needs_status));
            continue;
        }
        if line[0] == b' ' || line[0] == b'\t' || line[0] == b'#' {
            continue;
        }
        let colon = line.iter().position(|byte| *byte == b':');
        let (key, value) = colon
            .map(|colon| (&line[..colon], &line[colon + 1..]))
            .ok_or_else(|| format!("line {}: neither a field nor the continuation of one", number + 1))?;
        let field = match key.len() {
            7 if key.eq_ignore_ascii_case(b"Package") => &mut stanza.name,
            7 if key.eq_ignore_ascii_case(b"Version") => &mut stanza.version,
            6 if key.eq_ignore_ascii_case(b"Source") => &mut stanza.source,
            6 if key.eq_ignore_ascii_case(b"Status") => &mut stanza.status,
            12 if key.eq_ignore_ascii_case(b"Architecture") => &mut stanza.arch,
            _ => continue,
        };
        *field = Some(String::from_utf8_lossy(value).trim().to_owned());
    }
    Ok(found)
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
    fn package(self, needs_status: bool) -> Option<host::Package> {
        let there = match &self.status {
            // Want, error flag, status.
            Some(status) => {
                let status = status.split_whitespace().nth(2);
                matches!(status, Some("installed" | "triggers-pending" | "triggers-awaited"))
            }
            None => !needs_status,
        };
        let name = self.name.filter(|name| there && !name.is_empty())?;
        let version = self.version?;
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
        Some(host::Package {
            manager: "deb".to_owned(),
            name,
            version,
            arch: self.arch.unwrap_or_default(),
            source,
            source_version,
            module: String::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_in};
    use super::*;

    const STATUS: &str = "Package: openssl\nStatus: install ok installed\nArchitecture: amd64\nVersion: 3.0.11-1\nDescription: x\n Package: not this\n\nPackage: gone\nStatus: deinstall ok config-files\nVersion: 1\n\nPackage: libgcc-s1\nStatus: hold ok installed\nSource: gcc-12 (12.2.0-14)\nVersion: 12.2.0-14+b1\nArchitecture: amd64\n\n\nPackage: libc-bin\nStatus: install ok triggers-pending\nSource: glibc\nVersion: 2.36\n\nPackage: half\nStatus: install ok unpacked\nVersion: 1\n";

    #[test]
    fn what_is_installed() {
        assert_eq!(
            check_in(
                &EXTRACTOR,
                "root/var/lib/dpkg/status",
                STATUS,
                &[("root/etc/os-release", "ID=debian\nVERSION_ID=12\n")],
                &[
                    "installed pkg:deb/debian/openssl@3.0.11-1?arch=amd64&distro=debian-12",
                    "installed pkg:deb/debian/libgcc-s1@12.2.0-14%2Bb1?arch=amd64&distro=debian-12&upstream=gcc-12%4012.2.0-14",
                    "installed pkg:deb/debian/libc-bin@2.36?distro=debian-12&upstream=glibc",
                ],
            ),
            [""; 0]
        );
    }

    #[test]
    fn without_a_status() {
        check(
            &EXTRACTOR,
            "var/lib/dpkg/status.d/tzdata",
            "Package: tzdata\nVersion: 2024a-0+deb12u1\n",
            &["installed pkg:deb/debian/tzdata@2024a-0%2Bdeb12u1"],
        );
        check(&EXTRACTOR, "var/lib/dpkg/status", "Package: tzdata\nVersion: 2024a\n", &[]);
        assert!(!(EXTRACTOR.wants)("var/lib/dpkg/status.d/tzdata.md5sums"));
    }

    #[test]
    fn opkg() {
        check(
            &EXTRACTOR,
            "usr/lib/opkg/status",
            "Package: busybox\nVersion: 1.36.1-r2\nStatus: install user installed\nArchitecture: x86_64\n",
            &["installed pkg:opkg/busybox@1.36.1-r2?arch=x86_64"],
        );
    }

    #[test]
    fn what_is_no_status() {
        assert_eq!(
            parse(b"Package: a\nnonsense\n", true),
            Err("line 2: neither a field nor the continuation of one".to_owned())
        );
    }

    /// Status files of published images: every stanza that is installed comes out.
    #[test]
    fn published_status_files() {
        let mut seen = 0;
        for (path, bytes) in super::super::tests::samples("claircore-testdata.tar.zst") {
            // vcpkg's file is like it, but lists features of packages as well.
            if !path.ends_with(".status") || path.ends_with("vcpkg.status") {
                continue;
            }
            let text = String::from_utf8_lossy(&bytes);
            let installed =
                text.lines().filter(|line| line.starts_with("Status:") && line.ends_with(" installed"));
            let found = parse(&bytes, true).unwrap();
            assert_eq!(found.len(), installed.count(), "{path}");
            assert!(!found.is_empty(), "{path}");
            assert!(
                found.iter().all(|package| !package.version.is_empty() && !package.source.is_empty()),
                "{path}"
            );
            seen += 1;
        }
        assert!(seen == 0 || seen >= 3, "{seen} status files");
    }
}
