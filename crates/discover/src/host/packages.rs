//! Installed packages of dpkg, apk and rpm.

use super::{Group, fact};
use crate::root::{LARGE, Root, SMALL};
use crate::software::{apk, dpkg};
use bartizan_model::host::{HostFacts, Package};

mod rpm;
#[cfg(test)]
pub(super) use rpm::parse_query as parse_rpm_query;
pub(super) use rpm::{database as rpm_database, file_owners as rpm_file_owners};

pub(super) const GROUP: Group = Group {
    name: "packages",
    reads: "/var/lib/dpkg/status, /var/lib/dpkg/status.d, /lib/apk/db/installed, rpm's database (else `rpm -qa`)",
    needs: "nothing",
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
        found.extend(dpkg::parse(&bytes, true)?);
    }
    // One file a package, without a status: images that were put together without dpkg.
    for name in root.list("/var/lib/dpkg/status.d")?.unwrap_or_default() {
        if name.ends_with(".md5sums") {
            continue;
        }
        any = true;
        let bytes = root.bytes(&format!("/var/lib/dpkg/status.d/{name}"), SMALL)?.unwrap_or_default();
        found.extend(dpkg::parse(&bytes, false)?);
    }
    for path in APK {
        if let Some(bytes) = root.bytes(path, LARGE)? {
            any = true;
            found.extend(apk::parse(&bytes)?);
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
