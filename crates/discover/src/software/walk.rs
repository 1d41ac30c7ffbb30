//! A walk through a folder: each file that an extractor wants is read once, and its packages are handed on at once.

use super::Package;
use super::reading::{Hidden, Reading, wanting};
use crate::root::Root;
use bartizan_model::coverage::Gap;

/// The most entries that are looked at.
const ENTRIES: u64 = 5_000_000;
/// The most folders in one another.
const DEPTH: usize = 256;
/// The kernel's own trees and what lives only until the next start, never entered on a running system.
const KERNEL: &[&str] = &["dev", "proc", "run", "sys"];

/// Where engines keep the files of containers, not entered on a running system: they are no part of it.
const CONTAINERS: &[&str] =
    &["var/lib/containerd", "var/lib/containers/storage", "var/lib/docker", "var/lib/kubelet/pods"];

/// What a walk looked at, and what it could not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Walked {
    /// Files, folders and all else that was come upon.
    pub entries: u64,
    /// Files that were read.
    pub read: u64,
    /// Links, none of which is followed: what they lead to is come upon by itself, or lies outside.
    pub links: u64,
    /// What could not be read, in whole or in part.
    pub gaps: Vec<Gap>,
    /// Which packages may have been missed for it.
    pub hidden: Hidden,
}

/// Walks through all of `root`, in the order of names, files before folders. `found` takes each package with the path of
/// its file (relative to the root); `progress` takes the number of entries so far, after each folder.
pub fn walk(root: &Root, progress: &mut dyn FnMut(u64), found: &mut dyn FnMut(&str, Package)) -> Walked {
    let mut walk = Walk { root, walked: Walked::default(), reading: Reading::new(root), found };
    // Folders still to be entered, the next one last; each ends with `/`, but for the root.
    let mut todo = vec![String::new()];
    while let Some(folder) = todo.pop() {
        if walk.walked.entries >= ENTRIES {
            walk.reading.blind(place(&folder), format!("the walk ended at its limit of {ENTRIES} entries"));
            break;
        }
        let mut folders = walk.folder(&folder);
        if !folders.is_empty() && folder.matches('/').count() >= DEPTH {
            walk.reading.blind(
                place(&folder),
                format!("more than {DEPTH} folders in one another; deeper ones were not read"),
            );
            folders.clear();
        }
        todo.extend(folders.into_iter().rev());
        progress(walk.walked.entries);
    }
    let (gaps, hidden) = walk.reading.finish();
    Walked { gaps, hidden, ..walk.walked }
}

/// How people call a folder of the root.
fn place(folder: &str) -> &str {
    if folder.is_empty() { "." } else { folder.trim_end_matches('/') }
}

struct Walk<'a> {
    root: &'a Root,
    walked: Walked,
    reading: Reading<'a>,
    found: &'a mut dyn FnMut(&str, Package),
}

impl Walk<'_> {
    /// Reads the files of a folder and returns the folders in it.
    fn folder(&mut self, folder: &str) -> Vec<String> {
        let mut folders = Vec::new();
        let entries = match self.root.entries(&format!("/{folder}")) {
            Ok(entries) => entries,
            Err(why) => {
                self.reading.blind(place(folder), why);
                return folders;
            }
        };
        for (name, kind) in entries {
            self.walked.entries += 1;
            let name = match name {
                Ok(name) => name,
                Err(lossy) => {
                    self.unnamed(&format!("{folder}{lossy}"), kind.is_dir());
                    continue;
                }
            };
            let path = format!("{folder}{name}");
            if kind.is_symlink() {
                self.walked.links += 1;
            } else if kind.is_dir() {
                if self.root.is_real() && KERNEL.contains(&path.as_str()) {
                    continue;
                }
                if self.root.is_real() && CONTAINERS.contains(&path.as_str()) {
                    let why = "the files of containers are no part of this system: `bartizan discover image` reads images";
                    self.reading.gap(&path, why.to_owned(), &[]);
                    continue;
                }
                folders.push(path + "/");
            } else {
                self.file(&path, kind.is_file());
            }
        }
        folders
    }

    /// Reads what is no folder, where an extractor wants it.
    fn file(&mut self, path: &str, regular: bool) {
        if !regular {
            let wanting = wanting(path);
            if !wanting.is_empty() {
                self.reading.gap(path, "not a regular file, so it was not read".to_owned(), &wanting);
            }
        } else if self.reading.file(path, &mut |package| (self.found)(path, package)) {
            self.walked.read += 1;
        }
    }

    /// What has no name that can be asked for again: a folder may hold anything, a file what its name says.
    fn unnamed(&self, path: &str, folder: bool) {
        let why = "its name is not UTF-8, so it was not read";
        let wanting = wanting(path);
        if folder {
            self.reading.blind(path, why);
        } else if !wanting.is_empty() {
            self.reading.gap(path, why.to_owned(), &wanting);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::extractor::TEXT;
    use super::*;
    use std::ffi::OsStr;
    use std::fs;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::path::Path;

    const LOCK: &str = "[[package]]\nname = 'a'\nversion = '1.0.0'\n";

    fn write(folder: &Path, path: &str, text: impl AsRef<[u8]>) {
        let place = folder.join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, text).unwrap();
    }

    /// What is found, `path purl` a line in the order in which it comes.
    fn run(folder: &Path) -> (Vec<String>, Walked) {
        let mut lines = Vec::new();
        let walked = walk(&Root::folder(folder), &mut |_| {}, &mut |path, package| {
            lines.push(format!("{path} {}", package.purl));
        });
        (lines, walked)
    }

    fn gaps(walked: &Walked) -> Vec<(&str, &str)> {
        walked.gaps.iter().map(|gap| (gap.what.as_str(), gap.why.as_str())).collect()
    }

    #[test]
    fn in_order_and_each_file_once() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "b/Cargo.lock", LOCK);
        write(folder.path(), "b/Cargo.txt", LOCK);
        write(folder.path(), "a/x/Cargo.lock", LOCK);
        write(folder.path(), "a/Cargo.lock", "no TOML");
        write(folder.path(), "z/Cargo.lock", LOCK);
        write(folder.path(), "requirements.txt", "-r sub/more.txt\n-r ../../etc/passwd\n");
        write(folder.path(), "sub/more.txt", "c==2.0\n");
        let (lines, walked) = run(folder.path());
        assert_eq!(
            lines,
            [
                "requirements.txt pkg:pypi/c@2.0",
                "a/x/Cargo.lock pkg:cargo/a@1.0.0",
                "b/Cargo.lock pkg:cargo/a@1.0.0",
                "z/Cargo.lock pkg:cargo/a@1.0.0",
            ]
        );
        assert_eq!((walked.entries, walked.read, walked.links), (12, 5, 0));
        let gaps = gaps(&walked);
        assert_eq!(gaps[0], ("requirements.txt", "\"../../etc/passwd\" was not followed: it leads out"));
        assert_eq!(gaps[1].0, "a/Cargo.lock");
        assert!(
            gaps[1].1.starts_with("not a Cargo.lock that can be read: TOML parse error"),
            "{}",
            gaps[1].1
        );
        assert_eq!(gaps.len(), 2);
    }

    #[test]
    fn no_link_is_followed() {
        let outside = tempfile::tempdir().unwrap();
        write(outside.path(), "Cargo.lock", LOCK);
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "in/Cargo.lock", LOCK);
        symlink(outside.path(), folder.path().join("out")).unwrap();
        symlink(outside.path().join("Cargo.lock"), folder.path().join("Cargo.lock")).unwrap();
        symlink("..", folder.path().join("in/up")).unwrap();
        symlink("loop", folder.path().join("loop")).unwrap();
        // What a file includes stays inside, too.
        write(folder.path(), "requirements.txt", "-r link.txt\n");
        symlink(outside.path().join("Cargo.lock"), folder.path().join("link.txt")).unwrap();
        let (lines, walked) = run(folder.path());
        assert_eq!(lines, ["in/Cargo.lock pkg:cargo/a@1.0.0"]);
        assert_eq!((walked.links, walked.read), (5, 2));
        assert_eq!(gaps(&walked), [("requirements.txt", "\"link.txt\" is included, and could not be read")]);
    }

    #[test]
    fn what_cannot_be_read_is_a_gap() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "pipe/readme", "");
        let pipe = folder.path().join("pipe/Cargo.lock");
        rustix::fs::mknodat(
            rustix::fs::CWD,
            &pipe,
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::from_raw_mode(0o600),
            0,
        )
        .unwrap();
        write(folder.path(), "large/Cargo.lock", "");
        let large = fs::File::options().write(true).open(folder.path().join("large/Cargo.lock")).unwrap();
        large.set_len(TEXT + 1).unwrap();
        fs::create_dir(folder.path().join(OsStr::from_bytes(b"na\xffme"))).unwrap();
        write(folder.path(), "ok/Cargo.lock", LOCK);
        let (lines, walked) = run(folder.path());
        assert_eq!(lines, ["ok/Cargo.lock pkg:cargo/a@1.0.0"]);
        assert_eq!(
            gaps(&walked),
            [
                ("na\u{fffd}me", "its name is not UTF-8, so it was not read"),
                ("large/Cargo.lock", "/large/Cargo.lock: larger than 65536 KiB, so it was not read"),
                ("pipe/Cargo.lock", "not a regular file, so it was not read"),
            ]
        );
    }

    #[test]
    fn folders_closed_or_absent_are_gaps() {
        let folder = tempfile::tempdir().unwrap();
        let (lines, walked) = run(&folder.path().join("absent"));
        assert_eq!((lines.len(), gaps(&walked)), (0, vec![(".", "/: not found")]));
        // Nothing is closed to root.
        if !rustix::process::geteuid().is_root() {
            write(folder.path(), "closed/Cargo.lock", LOCK);
            let closed = folder.path().join("closed");
            fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
            let (_, walked) = run(folder.path());
            fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
            assert_eq!(gaps(&walked), [("closed", "/closed/: permission denied (run as root)")]);
        }
    }

    #[test]
    fn deep_and_wide() {
        let folder = tempfile::tempdir().unwrap();
        for n in 0..10_000 {
            write(folder.path(), &format!("wide/{}/Gemfile{n}.lock", n % 10), "GEM\n  specs:\n    a (1)\n");
        }
        write(folder.path(), &format!("{}Cargo.lock", "d/".repeat(DEPTH + 2)), LOCK);
        let (mut count, mut last) = (0, 0);
        let walked =
            walk(&Root::folder(folder.path()), &mut |entries| last = entries, &mut |_, _| count += 1);
        assert_eq!((count, walked.read, last), (10_000, 10_000, walked.entries));
        assert_eq!(walked.gaps.len(), 1);
        assert_eq!(walked.gaps[0].what.len(), 2 * DEPTH - 1);
    }
}
