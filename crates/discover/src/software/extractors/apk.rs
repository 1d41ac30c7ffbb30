//! apk's database of installed packages: one-letter keys, an empty line after each package.

use super::os_packages;
use crate::software::extractor::{BINARY, Extractor};
use bartizan_model::host;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "apk",
    name: "apk's installed packages",
    docs: "https://wiki.alpinelinux.org/wiki/Apk_spec",
    wants: |path| path == "lib/apk/db/installed" || path.ends_with("/lib/apk/db/installed"),
    magic: &[],
    cap: BINARY,
    kinds: &["apk"],
    extract: |file| Ok(os_packages(file, &["usr/lib/apk/", "lib/apk/"], &parse(file.bytes)?)),
};

/// Reads the database.
///
/// # Errors
/// At the first line that does not begin with a letter and a colon.
pub(crate) fn parse(bytes: &[u8]) -> Result<Vec<host::Package>, String> {
    let mut found = Vec::new();
    let (mut name, mut version, mut arch, mut origin) = (None, None, String::new(), None);
    for (number, line) in bytes.split(|byte| *byte == b'\n').chain([&b""[..]]).enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            let (arch, origin) = (std::mem::take(&mut arch), origin.take());
            let (name, version) = (name.take(), version.take());
            if let (Some(name), Some(version)) = (name.filter(|name: &String| !name.is_empty()), version) {
                found.push(host::Package {
                    manager: "apk".to_owned(),
                    source: origin.unwrap_or_else(|| name.clone()),
                    name,
                    source_version: String::clone(&version),
                    module: String::new(),
                    version,
                    arch,
                });
            }
            continue;
        }
        let [key, b':', value @ ..] = line else {
            return Err(format!("line {}: it does not begin with a letter and a colon", number + 1));
        };
        let value = || String::from_utf8_lossy(value).trim().to_owned();
        match key {
            b'P' => name = Some(value()),
            b'V' => version = Some(value()),
            b'A' => arch = value(),
            b'o' => origin = Some(value()),
            _ => {}
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check_in, samples};
    use super::*;

    #[test]
    fn what_is_installed() {
        assert_eq!(
            check_in(
                &EXTRACTOR,
                "lib/apk/db/installed",
                "C:Q1abc=\nP:ssl_client\nV:1.36.1-r5\nA:x86_64\no:busybox\nF:usr/bin\nR:ssl_client\n\nP:musl\nV:1.2.4-r2\nA:x86_64\n",
                &[("etc/os-release", "ID=alpine\nVERSION_ID=3.18.4\n")],
                &[
                    "installed pkg:apk/alpine/ssl_client@1.36.1-r5?arch=x86_64&distro=alpine-3.18.4&upstream=busybox",
                    "installed pkg:apk/alpine/musl@1.2.4-r2?arch=x86_64&distro=alpine-3.18.4",
                ],
            ),
            [""; 0]
        );
        assert!(parse(b"P:musl\nnonsense\n").is_err());
    }

    #[test]
    fn published_databases() {
        for (path, bytes) in samples("syft-testdata.tar.zst") {
            if path.contains("/multiple-") && path.ends_with("apk/db/installed") {
                let found = parse(&bytes).unwrap();
                let names = bytes.split(|byte| *byte == b'\n').filter(|line| line.starts_with(b"P:"));
                assert_eq!(found.len(), names.count(), "{path}");
            }
        }
    }
}
