//! What software a folder of files declares, locks or holds: lockfiles, manifests, installed forms, package databases.
//!
//! Nothing is executed and nothing is resolved: an [`Extractor`] reads the bytes of one file and says which packages that
//! file names. [`EXTRACTORS`] lists them all; to add one, see CONTRIBUTING.md.

mod deno;
pub(crate) mod distro;
mod extractor;
mod extractors;
#[cfg(unix)]
mod files;
#[cfg(unix)]
mod image;
#[cfg(unix)]
mod inventory;
mod jsonc;
mod npm;
#[cfg(unix)]
mod owners;
mod package;
mod python;
mod range;
mod reach;
#[cfg(unix)]
mod reading;
pub(crate) mod rpm;
#[cfg(unix)]
mod subject;
#[cfg(unix)]
mod walk;
mod xml;
mod yaml;
mod zipped;

pub(crate) use extractor::HEAD;
pub use extractor::{Extractor, File};
pub use extractors::EXTRACTORS;
pub(crate) use extractors::{apk, dpkg};
#[cfg(unix)]
pub use image::image;
#[cfg(unix)]
pub use inventory::{Inventory, LeftOut, Wish, files};
pub use package::{Package, Standing};
#[cfg(unix)]
pub use reading::Hidden;
#[cfg(unix)]
pub use walk::{Walked, walk};
