//! How packages are read from one kind of file.

use super::{Package, Standing};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// Most lockfiles and manifests are far smaller.
pub(crate) const TEXT: u64 = 64 << 20;
/// Databases and executables.
pub(crate) const BINARY: u64 = 512 << 20;
/// So many bytes tell what a file begins with.
pub(crate) const HEAD: u64 = 16;
/// How executables of Windows begin.
pub(crate) const PE: &[&[u8]] = &[b"MZ"];
/// How executables begin: ELF, Windows, and Mach-O in both byte orders, for one processor or several.
pub(crate) const PROGRAM: &[&[u8]] = &[
    b"\x7fELF",
    b"MZ",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"\xca\xfe\xba\xbf",
];

/// One kind of file that names packages: a row of [`EXTRACTORS`](super::EXTRACTORS).
#[derive(Debug)]
pub struct Extractor {
    /// Its id, equal to the name of its file: `cargo_lock`.
    pub id: &'static str,
    /// The kind of file in people's words: `Cargo.lock`.
    pub name: &'static str,
    /// Where the format is described.
    pub docs: &'static str,
    /// Whether a file is of this kind, by its path: relative to the root, parts separated by `/`.
    pub wants: fn(path: &str) -> bool,
    /// The bytes with which it begins, one of these: any where there are none. Files that begin otherwise are not read.
    pub magic: &'static [&'static [u8]],
    /// The most bytes of it that are read. A larger file is a gap, never cut short.
    pub cap: u64,
    /// The purl types of the packages that it names: any where there are none. A file of this kind that cannot be read
    /// may hide such packages.
    pub kinds: &'static [&'static str],
    /// Reads it. The error is one sentence that says what is wrong with the file, and where.
    pub extract: fn(&File<'_>) -> Result<Vec<Package>, String>,
}

impl Extractor {
    /// Whether a file that begins with these bytes (at least the first 16, or all of it) may be of this kind.
    pub fn begins(&self, head: &[u8]) -> bool {
        self.magic.is_empty() || self.magic.iter().any(|magic| head.starts_with(magic))
    }
}

/// A file to read packages from.
pub struct File<'a> {
    /// Its path relative to the root, parts separated by `/`.
    pub path: &'a str,
    /// All of its bytes.
    pub bytes: &'a [u8],
    /// Reads another file inside the same root by its path relative to it (for what a manifest includes); `None` where
    /// there is none, or it is too large.
    pub other: &'a dyn Fn(&str) -> Option<Vec<u8>>,
    /// Takes a sentence on what could not be read of the file, where the rest of it still holds.
    pub problem: &'a dyn Fn(String),
}

impl<'a> File<'a> {
    /// The file as text without a byte order mark.
    ///
    /// # Errors
    /// Where it is no UTF-8.
    pub(crate) fn text(&self) -> Result<&'a str, String> {
        let bytes = self.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(self.bytes);
        std::str::from_utf8(bytes).map_err(|error| format!("not UTF-8 at byte {}", error.valid_up_to()))
    }

    /// A package that the file names. Where its name is none, that is a problem of this entry alone.
    pub(crate) fn package(
        &self,
        standing: Standing,
        kind: &str,
        name: &str,
        version: &str,
    ) -> Option<Package> {
        match Package::new(standing, kind, name, version) {
            Ok(package) => Some(package),
            Err(error) => {
                self.problem(format!("an entry was left out, with the name {name:?}: {error}"));
                None
            }
        }
    }

    /// An entry of the file, or the problem that it is none; `at` says where it stands.
    pub(crate) fn entry<T>(&self, entry: Entry<T>, at: &str) -> Option<T> {
        match entry {
            Entry::Good(entry) => Some(entry),
            Entry::Bad(_) => {
                self.problem(format!("an entry of `{at}` was left out: it has not the form it should"));
                None
            }
        }
    }

    /// Says what could not be read of the file, where the rest of it still holds.
    pub(crate) fn problem(&self, why: impl Into<String>) {
        (self.problem)(why.into());
    }

    /// The name without its folders.
    pub(crate) fn name(&self) -> &'a str {
        name(self.path)
    }

    /// Reads a file by its path relative to this one's folder; `..` leads up, never out of the root.
    pub(crate) fn beside(&self, path: &str) -> Option<Vec<u8>> {
        (self.other)(&self.place(path)?)
    }

    /// The path of a file, relative to the root, by its path relative to this one's folder; `None` out of the root.
    pub(crate) fn place(&self, path: &str) -> Option<String> {
        let folder = self.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
        for part in path.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop()?;
                }
                part => parts.push(part),
            }
        }
        Some(parts.join("/"))
    }
}

/// An entry of a list or table in JSON or TOML, or whatever stands in its place: a bad one costs only itself.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Entry<T> {
    Good(T),
    Bad(IgnoredAny),
}

/// The last part of a path.
pub(crate) fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
