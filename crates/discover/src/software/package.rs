//! A package that a file names.

use bartizan_model::{Purl, PurlError};

/// A package that a file names, as firmly as that file can.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Package {
    /// Type, namespace, name and version (empty where the file gives none); source package, distribution and the like
    /// are its qualifiers.
    pub purl: Purl,
    /// How firmly the file names it.
    pub standing: Standing,
    /// Only used to develop or test, never shipped, where the file says so.
    pub dev: bool,
}

/// How firmly a file names a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It is installed here: a package database, an unpacked package, a built executable.
    Installed,
    /// Just this version was chosen: a lockfile.
    Locked,
    /// It is asked for, and the version (if any) is the least or only one the manifest allows; in languages that know
    /// only ranges, the range as it stands.
    Declared,
}

impl Package {
    /// A package by its purl type and the name its ecosystem gives it (see [`Purl::of`]).
    ///
    /// # Errors
    /// Where the name is empty.
    pub(crate) fn new(standing: Standing, kind: &str, name: &str, version: &str) -> Result<Self, PurlError> {
        Ok(Self { purl: Purl::of(kind, name)?.with_version(version), standing, dev: false })
    }

    /// The same package, used only in development or not.
    #[must_use]
    pub(crate) fn dev(mut self, dev: bool) -> Self {
        self.dev = dev;
        self
    }

    /// The same package with a qualifier of its purl.
    #[must_use]
    pub(crate) fn qualified(mut self, key: &str, value: &str) -> Self {
        self.purl = self.purl.with_qualifier(key, value);
        self
    }
}
