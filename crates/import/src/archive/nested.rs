//! Zips in an archive: collections of several domains or days that were packed together. One level, and no further: their files
//! are handed over as `outer.zip!inner.json`.

use super::{Budget, Entry, zip};
use crate::error::OpenError;
use crate::format::Limits;
use std::io::{self, BufReader, Cursor, Read};
use std::ops::ControlFlow;

/// Hands over entries, and in the place of a zip the files in it.
pub(super) struct Nested<'a> {
    limits: &'a Limits,
    /// Of all files in zips together.
    budget: Budget,
    each: &'a mut dyn FnMut(Entry<'_>) -> ControlFlow<()>,
    failure: Option<OpenError>,
}

impl<'a> Nested<'a> {
    pub(super) fn new(limits: &'a Limits, each: &'a mut dyn FnMut(Entry<'_>) -> ControlFlow<()>) -> Self {
        Self { limits, budget: Budget { entries: limits.entries, bytes: limits.size }, each, failure: None }
    }

    pub(super) fn entry(&mut self, entry: Entry<'_>) -> ControlFlow<()> {
        if !entry.name.to_ascii_lowercase().ends_with(".zip") {
            return (self.each)(entry);
        }
        let mut packed = Vec::new();
        let most = self.limits.deferred;
        if let Err(error) = entry.reader.take(most as u64 + 1).read_to_end(&mut packed) {
            self.failure = Some(error.into());
            return ControlFlow::Break(());
        }
        if packed.len() > most || !packed.starts_with(b"PK\x03\x04") {
            // Whoever opens it says what is wrong with it.
            let mut whole = Cursor::new(packed).chain(entry.reader as &mut dyn Read);
            return (self.each)(Entry { name: entry.name, reader: &mut whole });
        }
        let mut flow = ControlFlow::Continue(());
        let (each, outer) = (&mut self.each, &entry.name);
        let mut inner = |entry: Entry<'_>| {
            flow = each(Entry { name: format!("{outer}!{}", entry.name), reader: entry.reader });
            flow
        };
        let mut packed = BufReader::new(Cursor::new(packed));
        if let Err(error) = zip::read(&mut packed, self.limits, &mut self.budget, &mut inner) {
            self.failure = Some(io::Error::other(format!("`{}` in it: {error}", entry.name)).into());
            return ControlFlow::Break(());
        }
        flow
    }

    /// What came of it, where the archive around them was walked so.
    pub(super) fn end(self, walked: Result<(), OpenError>) -> Result<(), OpenError> {
        self.failure.map_or(walked, Err)
    }
}
