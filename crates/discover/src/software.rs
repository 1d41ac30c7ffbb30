//! What software a folder of files declares, locks or holds: lockfiles, manifests, installed forms, package databases.
//!
//! Nothing is executed and nothing is resolved: an [`Extractor`] reads the bytes of one file and says which packages that
//! file names. [`EXTRACTORS`] lists them all; to add one, see CONTRIBUTING.md.

mod deno;
pub(crate) mod distro;
mod extractor;
mod extractors;
mod jsonc;
mod npm;
mod package;
mod python;
mod range;
mod reach;
pub(crate) mod rpm;
#[cfg(unix)]
mod walk;
mod xml;
mod yaml;
mod zipped;

pub use extractor::{Extractor, File};
pub use extractors::EXTRACTORS;
pub(crate) use extractors::{apk, dpkg};
pub use package::{Package, Standing};
#[cfg(unix)]
pub use walk::{Walked, walk};
