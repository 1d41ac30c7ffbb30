//! Version orders: which of two versions of a package is the older one.
//!
//! Every ecosystem has an order of its own ([`Scheme`]). A version is read once into a [`Key`]: bytes whose plain byte
//! order *is* the version order. Comparing is a `memcmp`, bounds of ranges can lie precomputed in a file, and no order
//! can contradict itself, because bytes cannot. Versions that an order holds for equal (`1.0` and `1.0.0`, where the
//! order says so) have equal keys.
//!
//! Some orders contradict themselves on texts that nobody publishes (`a < b < c < a`). No key can follow them there;
//! the file of the scheme says where and what it does instead.
//!
//! | File | Order | Source |
//! |---|---|---|
//! | `dpkg` | Debian and kin | Debian Policy 5.6.12, `deb-version(7)` |
//! | `rpm` | Red Hat, SUSE and kin | `rpmvercmp`, rpm's version comparison documentation |
//! | `apk` | Alpine, Wolfi, Chainguard; Gentoo | apk-tools, `apk-package(5)`; Package Manager Specification 3 |
//! | `pacman` | Arch | `vercmp(8)` |
//! | `semver` | npm, Go, Cargo, NuGet, Pub and kin | Semantic Versioning 2.0.0 and the packagers' additions |
//! | `pep440` | PyPI | PEP 440; setuptools' order for what is older |
//! | `maven` | Maven | POM reference, "Version Order Specification" |
//! | `gem` | RubyGems | `Gem::Version` |
//! | `composer` | Packagist | PHP's `version_compare`, Composer's normal form |
//! | `conda` | conda | conda's `VersionOrder` |
//! | `dotted` | CRAN, Hackage | `numeric_version`, `Data.Version` |
//! | `jvm` | Java runtimes | JEP 223 and the numbers before it |
//! | `generic` | anything else | a best effort, documented there |

mod apk;
mod composer;
mod conda;
mod dotted;
mod dpkg;
mod gem;
mod generic;
mod jvm;
mod key;
mod maven;
mod names;
mod pacman;
mod padded;
mod pep440;
mod rpm;
mod semver;

pub mod range;

#[cfg(test)]
mod direct;
#[cfg(test)]
mod tests;

pub use key::Key;

use std::cmp::Ordering;

/// The longest version that is read, in bytes.
pub const LONGEST: usize = 1024;

/// An order of versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scheme {
    /// Debian, Ubuntu.
    Dpkg,
    /// Red Hat, Fedora, SUSE, openEuler, Amazon Linux and all others with rpm packages.
    Rpm,
    /// Alpine, Wolfi, Chainguard.
    Apk,
    /// Gentoo.
    Portage,
    /// Arch Linux.
    Pacman,
    /// Semantic Versioning 2.0.0, also of less or more than three numbers. Build metadata is ignored.
    Semver,
    /// npm: as [`Self::Semver`], with ranges of its own.
    Npm,
    /// Go modules and the toolchain: as [`Self::Semver`], also written `go1.21.3`.
    Go,
    /// Dart's Pub and Julia: build metadata counts.
    Pub,
    /// NuGet: upper and lower case are the same.
    Nuget,
    /// Bitnami: `-3` is a revision of the package and does not count.
    Bitnami,
    /// PyPI.
    Pep440,
    /// Maven.
    Maven,
    /// RubyGems.
    Gem,
    /// Packagist.
    Composer,
    /// conda.
    Conda,
    /// CRAN and Bioconductor.
    Cran,
    /// Hackage.
    Hackage,
    /// Java runtimes.
    Jvm,
    /// Whatever has no order of its own: the `custom` versions of CVE records and NVD.
    Generic,
}

/// Why a text is no version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoVersion {
    /// There is nothing.
    #[error("it is empty")]
    Empty,
    /// It is longer than [`LONGEST`].
    #[error("it is longer than {LONGEST} bytes")]
    TooLong,
    /// It holds white space or control characters.
    #[error("it holds white space or control characters")]
    Blank,
    /// The order gives it no meaning.
    #[error("{0}")]
    Meaningless(&'static str),
}

impl Scheme {
    /// All of them.
    pub const ALL: [Self; 20] = [
        Self::Dpkg,
        Self::Rpm,
        Self::Apk,
        Self::Portage,
        Self::Pacman,
        Self::Semver,
        Self::Npm,
        Self::Go,
        Self::Pub,
        Self::Nuget,
        Self::Bitnami,
        Self::Pep440,
        Self::Maven,
        Self::Gem,
        Self::Composer,
        Self::Conda,
        Self::Cran,
        Self::Hackage,
        Self::Jvm,
        Self::Generic,
    ];

    /// The version's key. White space around it does not count.
    ///
    /// # Errors
    ///
    /// The text is no version of this order.
    pub fn key(self, text: &str) -> Result<Key, NoVersion> {
        let text = text.trim();
        if text.is_empty() {
            return Err(NoVersion::Empty);
        }
        if text.len() > LONGEST {
            return Err(NoVersion::TooLong);
        }
        if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(NoVersion::Blank);
        }
        let mut key = Key::with_capacity(2 * text.len() + 8);
        match self {
            Self::Dpkg => dpkg::write(text, &mut key)?,
            Self::Rpm => rpm::write(text, &mut key),
            Self::Apk => apk::write(text, apk::Flavour::Apk, &mut key)?,
            Self::Portage => apk::write(text, apk::Flavour::Portage, &mut key)?,
            Self::Pacman => pacman::write(text, &mut key)?,
            Self::Semver | Self::Npm => semver::write(text, semver::Flavour::Plain, &mut key)?,
            Self::Go => {
                semver::write(text.strip_prefix("go").unwrap_or(text), semver::Flavour::Plain, &mut key)?;
            }
            Self::Pub => semver::write(text, semver::Flavour::OrderedBuild, &mut key)?,
            Self::Nuget => semver::write(&text.to_ascii_lowercase(), semver::Flavour::Plain, &mut key)?,
            Self::Bitnami => semver::write(text, semver::Flavour::Revision, &mut key)?,
            Self::Pep440 => pep440::write(text, &mut key)?,
            Self::Maven => maven::write(text, &mut key)?,
            Self::Gem => gem::write(text, &mut key)?,
            Self::Composer => composer::write(text, &mut key)?,
            Self::Conda => conda::write(text, &mut key)?,
            Self::Cran => dotted::write(text, b".-", &mut key)?,
            Self::Hackage => dotted::write(text, b".", &mut key)?,
            Self::Jvm => jvm::write(text, &mut key)?,
            Self::Generic => generic::write(text, &mut key)?,
        }
        Ok(key)
    }

    /// Which of two versions is the older one.
    ///
    /// # Errors
    ///
    /// The first of the two texts that is no version.
    pub fn compare(self, left: &str, right: &str) -> Result<Ordering, NoVersion> {
        Ok(self.key(left)?.cmp(&self.key(right)?))
    }
}
