//! Other tools' reports: bytes in, observations out. Pure.
//!
//! A report goes through three doors: [`open`] undoes compression and encodings, [`detect`] says which format it is
//! from its content alone, and the [`Format`]'s `parse` streams [`Observation`]s into a
//! [`Sink`]. Nothing here opens a file, asks the time or holds a whole report.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use bartizan_import::{Collected, Options, detect, open};
//! use std::io::BufRead;
//! let bytes = br#"{"title":"Default password","severity":"high","asset":"printer-3.example.org"}"#;
//! let mut reader = open(&bytes[..], &Options::default().limits)?;
//! let format = detect(reader.fill_buf()?)?;
//! let mut seen = Collected::default();
//! let summary = (format.parse)(&mut reader, &Options::default(), &mut seen)?;
//! assert_eq!((format.id, summary.records, seen.findings().count()), ("bartizan", 1, 1));
//! # Ok(())
//! # }
//! ```
//!
//! **A failure never looks like a clean result.** A report that breaks in the middle yields the observations before the
//! break *and* an `Err`. Import nothing from a failed parse unless a person chose to: collect, look at the result,
//! then commit. [`Sink::cover`] is only ever called after the end of the document was reached properly.

mod archive;
mod columns;
mod common;
mod error;
mod format;
mod formats;
mod open;
mod sink;

pub use archive::{Entry, entries};
pub use columns::{ColumnMap, FIELDS, TableHead};
pub use error::{DetectError, OpenError, ParseError};
pub use format::{Format, Head, Limits, Options, Parse, Sniff, Source, Summary, by_id, detect};
pub use formats::FORMATS;
pub use open::open;
pub use sink::{Collected, Place, Sink};

pub use bartizan_model::{Covered, Gap, Observation};

/// How many bytes of a report's beginning [`detect`] looks at as they are. It works with fewer.
pub const HEAD: usize = 64 * 1024;

/// How far into a JSON report [`detect`] looks for marks where its beginning has none: some tools write them last.
pub const FAR: usize = 4 << 20;
