//! What can go wrong with a report: whose fault it is, what and where it is, and what to do.

use crate::sink::Place;

/// Why a report could not be read to its end. What was observed before has already gone to the sink.
#[derive(Debug, thiserror::Error)]
pub enum ParseError {
    /// Nothing in it.
    #[error(
        "the report is empty: {format} always writes something; look at the exit code of the tool and export again"
    )]
    Empty {
        /// The format that was expected.
        format: &'static str,
    },
    /// The report stops in the middle.
    #[error(
        "the report ends in the middle, at {at}: {what}; it was cut off while it was written or copied, export it again"
    )]
    Truncated {
        /// Where it ends.
        at: Place,
        /// What was still expected.
        what: String,
    },
    /// The bytes are no valid JSON, XML or CSV.
    #[error(
        "the report is broken at {at}: {why}; the tool wrote it wrongly or it was edited, export it again"
    )]
    Syntax {
        /// Where.
        at: Place,
        /// What is wrong there.
        why: String,
    },
    /// It is something else than it was said to be.
    #[error(
        "this is no {format} report: {why}; leave the format out to have it detected, or name another one"
    )]
    WrongFormat {
        /// The format that was expected.
        format: &'static str,
        /// What shows it.
        why: String,
    },
    /// Nested deeper than any honest report.
    #[error(
        "the report is nested deeper than {limit} levels at {at}; no known tool writes that, so it is refused"
    )]
    TooDeep {
        /// Where.
        at: Place,
        /// The limit.
        limit: usize,
    },
    /// One piece does not fit in the memory that a piece may take.
    #[error("{what} at {at} is larger than {limit} bytes; split the report or raise the limit")]
    TooLarge {
        /// Where it begins.
        at: Place,
        /// What is too large.
        what: &'static str,
        /// The limit in bytes.
        limit: usize,
    },
    /// The sink asked to stop.
    #[error("stopped at {at}, as asked")]
    Stopped {
        /// After which record.
        at: Place,
    },
    /// The reader failed: the disk, the network, or damaged compression.
    #[error("could not read on at {at}: {source}")]
    Io {
        /// Where.
        at: Place,
        /// What the reader said.
        source: std::io::Error,
    },
}

/// Why the outer layer of a report could not be undone.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Reading failed.
    #[error("could not read the report: {0}")]
    Io(#[from] std::io::Error),
    /// It is an archive or a kind of compression that is not undone transparently.
    #[error("this is {0}; unpack it first")]
    Unsupported(&'static str),
    /// It is an archive of several files.
    #[error("this is {0} of several files; read its entries one by one")]
    Archive(&'static str),
    /// The archive is broken.
    #[error("the archive is broken: {0}; download or pack it again")]
    BadArchive(String),
    /// The archive is larger than allowed.
    #[error("the archive is refused: {0}; unpack it yourself if you trust it, or raise the limit")]
    Refused(String),
}

/// Why the format of a report is not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DetectError {
    /// Nothing to look at.
    #[error(
        "the report is empty; look at the exit code of the tool and export again, or name the format if an empty report means no findings"
    )]
    Empty,
    /// No format knows it.
    #[error(
        "no known format: it looks like {looks}; `bartizan formats` and the import page list the {known} that are known; name the format if it is one of them"
    )]
    Unknown {
        /// What it looks like.
        looks: String,
        /// How many formats are known.
        known: usize,
    },
    /// It fits several formats equally well.
    #[error("it could be any of {0}; name the format")]
    Ambiguous(String),
}
