//! The registry: every kind of file that packages are read from, alphabetical, two lines each.

use super::Extractor;

mod cargo_lock;

/// All kinds of files, by id.
pub static EXTRACTORS: &[Extractor] = &[cargo_lock::EXTRACTOR];

#[cfg(test)]
mod tests;
