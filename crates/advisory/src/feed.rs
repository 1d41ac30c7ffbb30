//! What a feed is: where it comes from, how it is recognised, and how its records are read.

use crate::cve::CveRecord;
use crate::detect::Head;
use crate::epss::EpssScore;
use crate::kev::KevEntry;
use crate::record::Advisory;
use serde_json::Value;
use std::io::BufRead;
use std::ops::ControlFlow;

/// A source of what the world knows: a row of [`FEEDS`](crate::feeds::FEEDS).
#[derive(Debug)]
pub struct Feed {
    /// Its id, equal to the name of its file: `debian_tracker`.
    pub id: &'static str,
    /// Its own name.
    pub name: &'static str,
    /// One line: what it tells.
    pub about: &'static str,
    /// Where it is published. `{}` stands for each of `parts`. A text file (`.txt`) is no feed: it names the file of the day
    /// that lies beside it.
    pub address: &'static str,
    /// What the address is completed with, one download each; empty where it is one file.
    pub parts: &'static [&'static str],
    /// Its licence, as an SPDX expression where there is one.
    pub licence: &'static str,
    /// Where its format is described.
    pub docs: &'static str,
    /// What it is for.
    pub tells: Tells,
    /// Whether a file holds all of it.
    pub shape: Shape,
    /// Whether its files say of which day they are.
    pub dated: bool,
    /// After so many days it is said to be stale wherever an answer rests on it: how often it is published.
    pub fresh_days: i64,
    /// Whether a file is of this feed, by its beginning (decompressed).
    pub sniff: fn(&Head<'_>) -> bool,
    /// Reads a file of it, record by record.
    pub read: fn(&mut dyn BufRead, &mut dyn Sink) -> Result<Summary, FeedError>,
}

impl Feed {
    /// Its files: the part that each is (empty where the feed is one file), and where it is published.
    pub fn files(&self) -> impl Iterator<Item = (&'static str, String)> {
        let parts = if self.parts.is_empty() { &[""][..] } else { self.parts };
        parts.iter().map(|part| (*part, self.address.replace("{}", part)))
    }
}

/// What a feed is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tells {
    /// Which packages carry a weakness: matching rests on it.
    Advisories,
    /// How bad or likely weaknesses are: priorities rest on it.
    Weaknesses,
    /// What ids and names mean: it is looked up.
    Catalogue,
}

/// Whether a file of a feed is all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A file is the whole feed: what is not in it any more is gone.
    Whole,
    /// A file is all of one part of the feed (a branch, a domain), which it names: it replaces that part and no other.
    Parts,
    /// A file holds some records: the others stay as they are.
    Records,
}

/// One thing that a feed says.
#[derive(Debug, Clone, PartialEq)]
pub enum Record {
    /// Which packages a weakness is in.
    Advisory(Box<Advisory>),
    /// A CVE, described and assessed.
    Cve(Box<CveRecord>),
    /// A CVE that is known to be exploited.
    Kev(Box<KevEntry>),
    /// How likely a CVE is to be exploited.
    Epss(EpssScore),
    /// Something to look up by its id, that no package is matched with.
    Entry(Box<Entry>),
}

/// An entry of a catalogue: a technique, a class of weaknesses, a fingerprint, a product's life.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Entry {
    /// Its id in the catalogue: `T1059.001`, `CWE-79`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is, in the source's words; may be empty.
    pub text: String,
    /// What else the source says of it, as an object.
    pub data: serde_json::Map<String, Value>,
}

/// Takes what a feed says. `Break` means: no more, something else failed.
pub trait Sink {
    /// A record.
    fn record(&mut self, record: Record) -> ControlFlow<()>;
    /// A record that could not be used: where, and why.
    fn reject(&mut self, at: String, reason: String);
}

/// What a file was, once it was read to its end.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// The day or moment the data is of (ISO 8601), where the file says so.
    pub as_of: Option<String>,
    /// Which part of the feed it is; empty where a file is the whole feed or single records.
    pub part: String,
    /// Why the file is not all that it claims to be; empty where it is.
    pub incomplete: Vec<String>,
}

/// Why a file could not be read as the feed it seemed to be. Nothing of it is used.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// The file breaks off or cannot be read on.
    #[error("cannot read on: {0}")]
    Io(#[from] std::io::Error),
    /// It is not of the feed's format.
    #[error("{0}")]
    Format(String),
}
