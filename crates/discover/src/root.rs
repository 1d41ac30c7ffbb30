//! The folder that stands for `/`, and the only way in which collectors read files.
//!
//! Whatever is read may be hostile: sizes are bounded, pipes and devices are never opened, and a symbolic link inside
//! another root than `/` is resolved inside that root, as `chroot` would.

use std::collections::BTreeSet;
use std::fs::{self, File, FileType, Metadata};
use std::io::{self, ErrorKind, Read};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Component, Path, PathBuf};

use crate::host::identity;
use crate::software::HEAD;
use bartizan_model::host::FileMeta;

/// The largest configuration file that is read.
pub(crate) const SMALL: u64 = 4 << 20;
/// The largest database or kernel table that is read.
pub(crate) const LARGE: u64 = 256 << 20;
/// The most entries of one folder that are listed.
const ENTRIES: usize = 200_000;
/// Symbolic links followed in one path, as the kernel does.
const LINKS: u32 = 40;

/// Where the host's files are, and whether they belong to the system that is running.
#[derive(Debug, Clone)]
pub struct Root {
    path: PathBuf,
    live: bool,
}

impl Root {
    /// The running system: `/`, its `/proc` and `/sys`, and its commands.
    pub fn live() -> Self {
        Self { path: PathBuf::from("/"), live: true }
    }

    /// The files of a system that is not running: a mounted disk or an unpacked image.
    pub fn folder(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), live: false }
    }

    /// A folder that stands for a running system, with `proc` and `sys` in it; no command is ever run. For tests.
    pub fn replica(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), live: true }
    }

    /// Whether `/proc` and `/sys` belong to this system.
    pub const fn is_live(&self) -> bool {
        self.live
    }

    /// Whether commands of this system may be run.
    pub fn runs_commands(&self) -> bool {
        self.live && self.is_real()
    }

    /// Whether the folder is the system's own `/`.
    pub(crate) fn is_real(&self) -> bool {
        self.path == Path::new("/")
    }

    /// The place of `path` (absolute, as the host sees it) in our own file system, with its links followed.
    pub(crate) fn resolve(&self, path: &str) -> io::Result<PathBuf> {
        self.place(Path::new(path), true)
    }

    /// Like `resolve`, but the last component stays what it is, even where it is a link.
    pub(crate) fn resolve_link(&self, path: &str) -> io::Result<PathBuf> {
        self.place(Path::new(path), false)
    }

    fn place(&self, path: &Path, follow_last: bool) -> io::Result<PathBuf> {
        if path.as_os_str().as_bytes().contains(&0) {
            return Err(io::Error::new(ErrorKind::InvalidInput, "a path with a zero byte"));
        }
        if self.is_real() {
            return Ok(Path::new("/").join(path));
        }
        // What is still to walk, in reverse; `inside` is the walked part, relative to the root and free of links.
        let mut todo: Vec<_> = components(path);
        let mut inside = PathBuf::new();
        let mut links = 0;
        while let Some(name) = todo.pop() {
            if name == ".." {
                inside.pop();
                continue;
            }
            inside.push(&name);
            if todo.is_empty() && !follow_last {
                break;
            }
            let here = self.path.join(&inside);
            match fs::symlink_metadata(&here) {
                Ok(meta) if meta.is_symlink() => {
                    links += 1;
                    if links > LINKS {
                        return Err(io::Error::other("too many symbolic links"));
                    }
                    let target = fs::read_link(&here)?;
                    inside.pop();
                    if target.is_absolute() {
                        inside = PathBuf::new();
                    }
                    todo.extend(components(&target));
                }
                Ok(_) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(self.path.join(inside))
    }

    /// Owner and mode of a file, links followed; `None` where it is not there.
    pub(crate) fn stat(&self, path: &str) -> Result<Option<Metadata>, String> {
        absent(path, self.resolve(path).and_then(fs::metadata))
    }

    /// Like [`Root::stat`], as the model has it.
    pub(crate) fn meta(&self, path: &str) -> Result<Option<FileMeta>, String> {
        Ok(self.stat(path)?.map(|meta| file_meta(path, &meta)))
    }

    /// Whether something is there. What cannot be looked at is taken as absent: use it only to pick a way to look.
    pub(crate) fn exists(&self, path: &str) -> bool {
        matches!(self.stat(path), Ok(Some(_)))
    }

    /// The target of a symbolic link, as it stands; `None` where the path is no link.
    pub(crate) fn link(&self, path: &str) -> Option<String> {
        let target = fs::read_link(self.resolve_link(path).ok()?).ok()?;
        Some(target.to_string_lossy().into_owned())
    }

    /// Opens a regular file; `None` where it is not there.
    pub(crate) fn open(&self, path: &str) -> Result<Option<File>, String> {
        let Some(place) = absent(path, self.resolve(path))? else { return Ok(None) };
        // Looked at before opening, since to open a device can be an act (a watchdog starts to count).
        let Some(meta) = absent(path, fs::metadata(&place))? else { return Ok(None) };
        if !meta.is_file() {
            return Err(format!("{path}: not a regular file, so it was not read"));
        }
        let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
        let opened = fs::OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(&place);
        let Some(file) = absent(path, opened)? else { return Ok(None) };
        // Looked at again, since it may have been exchanged in between.
        match file.metadata() {
            Ok(meta) if meta.is_file() => Ok(Some(file)),
            Ok(_) => Err(format!("{path}: not a regular file, so it was not read")),
            Err(error) => Err(why(path, &error)),
        }
    }

    /// The bytes of a regular file of at most `cap` bytes; `None` where it is not there. A larger file is an error,
    /// never cut short.
    pub(crate) fn bytes(&self, path: &str, cap: u64) -> Result<Option<Vec<u8>>, String> {
        self.bytes_if(path, cap, &|_| true)
    }

    /// Like [`Root::bytes`], and `None` where the first bytes (16, or all of a shorter file) are not wanted.
    pub(crate) fn bytes_if(
        &self,
        path: &str,
        cap: u64,
        wanted: &dyn Fn(&[u8]) -> bool,
    ) -> Result<Option<Vec<u8>>, String> {
        let Some(mut file) = self.open(path)? else { return Ok(None) };
        let mut bytes = Vec::new();
        if let Err(error) = file.by_ref().take(HEAD).read_to_end(&mut bytes) {
            return Err(why(path, &error));
        }
        if !wanted(&bytes) {
            return Ok(None);
        }
        // What says that it is larger need not be read to know it; what grows or lies (`/proc`) is bounded all the same.
        let mut larger = file.metadata().is_ok_and(|meta| meta.len() > cap);
        if !larger {
            if let Err(error) =
                file.take((cap + 1).saturating_sub(bytes.len() as u64)).read_to_end(&mut bytes)
            {
                return Err(why(path, &error));
            }
            larger = bytes.len() as u64 > cap;
        }
        if larger {
            return Err(format!("{path}: larger than {} KiB, so it was not read", cap >> 10));
        }
        Ok(Some(bytes))
    }

    /// The text of a file, invalid UTF-8 replaced; `None` where it is not there.
    pub(crate) fn text(&self, path: &str) -> Result<Option<String>, String> {
        Ok(self.bytes(path, SMALL)?.map(lossy))
    }

    /// The text of a file that has to be there.
    pub(crate) fn need(&self, path: &str) -> Result<String, String> {
        self.text(path)?.ok_or_else(|| format!("{path}: not found"))
    }

    /// The names in a folder, sorted; `None` where it is not there. Names that are no UTF-8 are an error of their own
    /// kind: they are kept lossily and will then not be found.
    pub(crate) fn list(&self, path: &str) -> Result<Option<Vec<String>>, String> {
        let Some(entries) = absent(path, self.resolve(path).and_then(fs::read_dir))? else { return Ok(None) };
        let mut names = BTreeSet::new();
        for entry in entries {
            let entry = entry.map_err(|error| why(path, &error))?;
            names.insert(entry.file_name().to_string_lossy().into_owned());
            if names.len() > ENTRIES {
                return Err(format!("{path}: more than {ENTRIES} entries, so it was not read"));
            }
        }
        Ok(Some(names.into_iter().collect()))
    }

    /// What is in a folder, sorted by name, each with its kind: a link as a link. A name that is no UTF-8 cannot be
    /// asked for again and stands as `Err`, lossily.
    pub(crate) fn entries(&self, path: &str) -> Result<Vec<Entry>, String> {
        let folder = self.resolve(path).and_then(fs::read_dir).map_err(|error| why(path, &error))?;
        let mut entries = Vec::new();
        for entry in folder {
            let entry = entry.map_err(|error| why(path, &error))?;
            let name = entry.file_name().into_string().map_err(|name| name.to_string_lossy().into_owned());
            match entry.file_type() {
                Ok(kind) => entries.push((name, kind)),
                // It went away in the meantime.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(why(path, &error)),
            }
            if entries.len() > ENTRIES {
                return Err(format!("{path}: more than {ENTRIES} entries, so it was not read"));
            }
        }
        entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(entries)
    }

    /// `Err` with the reason why a live source is not asked.
    pub(crate) fn need_live(&self, what: &str) -> Result<(), String> {
        if self.live {
            Ok(())
        } else {
            Err(format!("{what} is only known of a running system; collect on the host itself"))
        }
    }
}

/// An entry of a folder: its name, as `Err` where that is no UTF-8, and its kind.
pub(crate) type Entry = (Result<String, String>, FileType);

/// The name of this machine; `localhost` where it has none.
pub fn host_name() -> String {
    let root = Root::live();
    let read = |path: &str| root.text(path).ok().flatten().unwrap_or_default();
    ["/proc/sys/kernel/hostname", "/etc/hostname"]
        .iter()
        .map(|path| identity::hostname(&read(path)))
        .find(|name| !name.is_empty())
        .unwrap_or_else(|| "localhost".to_owned())
}

/// Text from bytes, invalid UTF-8 replaced.
pub(crate) fn lossy(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Metadata in the model's words.
pub(crate) fn file_meta(path: &str, meta: &Metadata) -> FileMeta {
    FileMeta {
        path: path.to_owned(),
        mode: meta.mode() & 0o7777,
        uid: meta.uid(),
        gid: meta.gid(),
        folder: meta.is_dir(),
        package: None,
    }
}

/// An input/output error as a sentence that says what would help.
pub(crate) fn why(path: &str, error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::PermissionDenied => format!("{path}: permission denied (run as root)"),
        ErrorKind::NotFound => format!("{path}: not found"),
        _ => format!("{path}: {error}"),
    }
}

/// "Not there" as `None`, every other failure as its reason.
fn absent<T>(path: &str, result: io::Result<T>) -> Result<Option<T>, String> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(why(path, &error)),
    }
}

/// The named components of a path in reverse, `..` kept.
fn components(path: &Path) -> Vec<std::ffi::OsString> {
    path.components()
        .rev()
        .filter_map(|component| match component {
            Component::Normal(name) => Some(name.to_owned()),
            Component::ParentDir => Some("..".into()),
            _ => None,
        })
        .collect()
}

/// Joins two host paths; an absolute `name` stands for itself.
pub(crate) fn join(folder: &str, name: &str) -> String {
    if name.starts_with('/') { name.to_owned() } else { format!("{}/{name}", folder.trim_end_matches('/')) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn links_stay_inside_the_root() {
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("secret"), "outside").unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("etc/sub")).unwrap();
        fs::write(folder.path().join("etc/inside"), "inside").unwrap();
        symlink(outside.path().join("secret"), folder.path().join("etc/absolute")).unwrap();
        symlink("../../../../../../../../../../etc/passwd", folder.path().join("etc/relative")).unwrap();
        symlink("/etc/inside", folder.path().join("etc/good")).unwrap();
        symlink(outside.path(), folder.path().join("etc/door")).unwrap();
        symlink("loop", folder.path().join("etc/loop")).unwrap();
        let root = Root::folder(folder.path());
        assert_eq!(root.text("/etc/good"), Ok(Some("inside".to_owned())));
        assert_eq!(root.text("/etc/sub/../good"), Ok(Some("inside".to_owned())));
        assert_eq!(root.text("/etc/absolute"), Ok(None));
        assert_eq!(root.text("/etc/relative"), Ok(None));
        assert_eq!(root.text("/etc/door/secret"), Ok(None));
        assert_eq!(root.list("/etc/door"), Ok(None));
        assert_eq!(root.text("/../../../etc/inside"), Ok(Some("inside".to_owned())));
        assert!(root.text("/etc/loop").is_err());
        assert!(root.text("/etc/\0").is_err());
    }

    #[test]
    fn never_opens_what_is_no_file_and_never_cuts_short() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("folder")).unwrap();
        fs::write(folder.path().join("big"), [b'x'; 2000]).unwrap();
        let root = Root::folder(folder.path());
        assert!(root.text("/folder").is_err());
        assert!(root.bytes("/big", 1999).is_err());
        assert_eq!(root.bytes("/big", 2000).map(|b| b.map(|b| b.len())), Ok(Some(2000)));
        assert!(Root::live().text("/dev/null").is_err());
    }
}
