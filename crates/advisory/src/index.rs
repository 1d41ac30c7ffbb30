//! The compiled advisory index: which advisories name a package, answered from memory-mapped files.
//!
//! Each load of a feed compiles its records into a [`Segment`]; a small update of a large feed is a small segment that
//! shadows the records it renews. The [`Library`] is the folder that holds them: it is changed by writing new files and
//! then exchanging its manifest, so a reader goes on with what it has mapped and never sees half a load.
//!
//! Versions are compared as bytes: a range's bounds are stored as [keys](crate::version::Key) in the order of their scheme.

mod alias;
mod build;
mod library;
mod map;
mod rows;
mod rules;
mod segment;

pub use alias::Weaknesses;
pub use build::{Built, SegmentBuilder};
pub use library::{Batch, Change, Index, Library, Loaded};
pub(crate) use rules::read as read_range;
pub use segment::{AdvisoryRef, Rule, Segment};

use std::path::PathBuf;

/// What can go wrong with the index.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The disk: a file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file of the index was damaged or cut off. Loading the feed anew mends it.
    #[error("{path} is damaged ({why}); load the feed `{feed}` again")]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// The feed it was made from, as far as known.
        feed: String,
        /// What is wrong.
        why: String,
    },
    /// A file was written by a newer Bartizan.
    #[error("{path} was written by a newer version of Bartizan")]
    Newer {
        /// Which file.
        path: PathBuf,
    },
    /// More than one index file can hold.
    #[error("a feed of this size does not fit one index file: more than 4 GiB of names and versions")]
    TooLarge,
}

impl IndexError {
    fn file(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }
}

#[cfg(test)]
mod tests;
