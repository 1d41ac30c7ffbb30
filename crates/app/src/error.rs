//! What can go wrong in a use case, and whose fault it is.

use bartizan_import::{DetectError, OpenError, ParseError};
use bartizan_model::query;
use bartizan_store::StoreError;

/// An error of a use case.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The store failed or refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The person's query does not parse.
    #[error(transparent)]
    Query(query::ParseError),
    /// The person asked for something that makes no sense; says what would.
    #[error("{0}")]
    Input(String),
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A report's outer layer (compression, archive) could not be undone.
    #[error("{file}: {source}")]
    Open {
        /// The report.
        file: String,
        /// Why.
        source: OpenError,
    },
    /// A report's format is not known.
    #[error("{file}: {source}")]
    Detect {
        /// The report.
        file: String,
        /// Why.
        source: DetectError,
    },
    /// A table that no format knows, and of which nobody said what its columns mean.
    #[error(
        "{file}: a table that no format knows; say what its columns mean ({columns}): the import page asks, `bartizan import --map FILE` reads it"
    )]
    Table {
        /// The file.
        file: String,
        /// Its columns.
        columns: String,
    },
    /// A report is broken; nothing of it was stored.
    #[error("{file}: {source}; nothing of it was imported")]
    Parse {
        /// The report.
        file: String,
        /// Where and why.
        source: ParseError,
    },
    /// A report is none of the format that was named; nothing of it was stored.
    #[error(
        "{file}: it cannot be read as `{named}`, and looks like `{looks}`; leave the format out and it is recognised; nothing of it was imported"
    )]
    OtherFormat {
        /// The report.
        file: String,
        /// The format that was named.
        named: &'static str,
        /// The format that it looks like.
        looks: &'static str,
    },
    /// A person stopped the run; nothing of it was stored.
    #[error("stopped, as asked; nothing of it was stored")]
    Cancelled,
    /// A feed file is none that is known, or broken; the data held before was kept.
    #[error("{file}: {why}; what was loaded before is kept")]
    Feed {
        /// The file.
        file: String,
        /// Why.
        why: String,
    },
    /// The advisory library cannot be read or written.
    #[error(transparent)]
    Advisories(bartizan_advisory::index::IndexError),
    /// There is more than fits into memory; says what to do.
    #[error("{0}")]
    TooMuch(String),
    /// A thread of ours panicked: our fault.
    #[error("an internal error stopped the run; nothing of it was stored")]
    Internal,
}
