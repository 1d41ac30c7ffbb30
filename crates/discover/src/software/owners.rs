//! Which files the distribution's own packages brought: their lists say so. What lies in such a file is the
//! distribution's to judge, not for the ranges of whoever wrote it first: it carries fixes of its own.

use super::extractor::BINARY;
use super::files::Files;
use super::rpm;
use crate::host::owners::apk;
use std::collections::{BTreeMap, BTreeSet};

const DPKG: &str = "var/lib/dpkg/info";
/// In images put together without dpkg.
const DISTROLESS: &str = "var/lib/dpkg/status.d";
const APK: [&str; 2] = ["lib/apk/db/installed", "usr/lib/apk/db/installed"];
/// A folder for each package, with `desc` and `files` in it.
const PACMAN: [&str; 2] = ["var/lib/pacman/local", "usr/lib/pacman/local"];
const RPM: [&str; 3] = ["usr/lib/sysimage/rpm", "var/lib/rpm", "usr/share/rpm"];

/// Whether a file lists what a package brought.
pub(crate) fn is_list(path: &str) -> bool {
    let Some((folder, name)) = path.rsplit_once('/') else { return false };
    (folder == DPKG && name.ends_with(".list"))
        || (folder == DISTROLESS && name.ends_with(".md5sums"))
        || (name == "files" && folder.rsplit_once('/').is_some_and(|(folder, _)| PACMAN.contains(&folder)))
}

/// Of some files, those that a package of the distribution brought. A list that cannot be read is told to `problem`.
pub(crate) fn owned<'a>(
    files: &dyn Files,
    paths: impl Iterator<Item = &'a str>,
    problem: &mut dyn FnMut(&str, String),
) -> BTreeSet<&'a str> {
    // Packages may know a file by its place before /bin became a link to /usr/bin.
    let merged = files.link("bin").is_some();
    let mut wanted: BTreeMap<&[u8], &str> = BTreeMap::new();
    for path in paths {
        wanted.insert(path.as_bytes(), path);
        if let Some(old) = path.strip_prefix("usr/").filter(|_| merged) {
            wanted.insert(old.as_bytes(), path);
        }
    }
    let mut owned = BTreeSet::new();
    if wanted.is_empty() {
        return owned;
    }
    let mut own = |path: &[u8]| {
        let path = path.strip_prefix(b"./").or_else(|| path.strip_prefix(b"/")).unwrap_or(path);
        owned.extend(wanted.get(path));
    };
    for folder in [DPKG, DISTROLESS] {
        let names = files.names(folder).unwrap_or_else(|why| {
            problem(folder, why);
            Vec::new()
        });
        for path in names.iter().map(|name| format!("{folder}/{name}")).filter(|path| is_list(path)) {
            match files.bytes(&path, BINARY) {
                Ok(bytes) => bytes.unwrap_or_default().split(|byte| *byte == b'\n').for_each(|line| {
                    // `.md5sums`: the digest, two blanks, the path.
                    own(if folder == DPKG { line } else { line.get(34..).unwrap_or_default() });
                }),
                Err(why) => problem(&path, why),
            }
        }
    }
    for folder in PACMAN {
        let packages = files.names(folder).unwrap_or_else(|why| {
            problem(folder, why);
            Vec::new()
        });
        // `name-version-release`; beside them stands the version of the database.
        let packages = packages.iter().filter(|package| package.contains('-'));
        for path in packages.map(|package| format!("{folder}/{package}/files")) {
            match files.bytes(&path, BINARY) {
                Ok(bytes) => pacman(&bytes.unwrap_or_default(), &mut own),
                Err(why) => problem(&path, why),
            }
        }
    }
    for path in APK {
        match files.bytes(path, BINARY) {
            Ok(bytes) => apk(&bytes.unwrap_or_default(), |path, _| own(path.as_bytes())),
            Err(why) => problem(path, why),
        }
    }
    for path in RPM.iter().flat_map(|folder| rpm::FILES.map(|name| format!("{folder}/{name}"))) {
        let read = match files.bytes(&path, BINARY) {
            Ok(Some(bytes)) => rpm::headers(&bytes, &mut |header| {
                header.files(&mut |path: &str, _: &str| own(path.as_bytes()))
            }),
            Ok(None) => Ok(()),
            Err(why) => Err(why),
        };
        if let Err(why) = read {
            problem(&path, why);
        }
    }
    owned
}

/// Reads the list of a package of pacman: the paths that follow `%FILES%`, to an empty line.
fn pacman(bytes: &[u8], found: &mut dyn FnMut(&[u8])) {
    let mut lines = bytes.split(|byte| *byte == b'\n').skip_while(|line| *line != b"%FILES%").skip(1);
    lines.by_ref().take_while(|line| !line.is_empty()).for_each(found);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_pacman() {
        let read = |text: &str| {
            let mut found = Vec::new();
            pacman(text.as_bytes(), &mut |path| found.push(String::from_utf8_lossy(path).into_owned()));
            found
        };
        assert_eq!(read("%FILES%\nusr/\nusr/bin/x\n\n%BACKUP%\netc/x\tabc\n"), ["usr/", "usr/bin/x"]);
        assert_eq!(read("%BACKUP%\netc/x\tabc\n"), [""; 0]);
        assert_eq!(read("%FILES%"), [""; 0]);
        assert!(is_list("var/lib/pacman/local/a-1-1/files"));
        assert!(!is_list("var/lib/pacman/local/files") && !is_list("var/lib/pacman/local/a/b/files"));
    }
}
