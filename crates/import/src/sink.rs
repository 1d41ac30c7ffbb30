//! Where observations go, and the places they come from.

use crate::format::Source;
use bartizan_model::{Covered, Finding, Gap, Observation};
use std::borrow::Cow;
use std::fmt;
use std::ops::ControlFlow;

/// A place in a report, for people who look it up.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The number of the record, from 1; 0 outside of records.
    pub record: u64,
    /// The line, from 1.
    pub line: u64,
    /// The byte offset in the decompressed UTF-8 text, from 0.
    pub offset: u64,
    /// JSON path or XML element, may be empty.
    pub path: Cow<'static, str>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.record {
            0 => write!(f, "line {} (byte {})", self.line, self.offset)?,
            record => write!(f, "record {record} (line {})", self.line)?,
        }
        if self.path.is_empty() { Ok(()) } else { write!(f, " in {}", self.path) }
    }
}

/// Takes what a parser finds, in the order of the report.
pub trait Sink {
    /// Which tool made the observations that follow. Called before the first observation, and again where one report
    /// holds runs of several tools.
    fn source(&mut self, source: &Source) {
        let _ = source;
    }

    /// One observation. `raw` is the record as the tool wrote it, where it is safe to keep (never for secrets).
    fn observe(&mut self, at: Place, observation: Observation, raw: Option<&[u8]>) -> ControlFlow<()>;

    /// A record that could not be used. The rest of the report still counts, but the caller must show this.
    fn reject(&mut self, at: Place, reason: String);

    /// Something that the run of the tool named last provably looked at. It counts only where the document ended properly.
    fn cover(&mut self, coverage: Covered);

    /// Something that the run could not look at, or that this parser leaves out.
    fn gap(&mut self, gap: Gap);

    /// Something that is to be told with the gaps, though the tool looked at all that it should have.
    fn note(&mut self, note: Gap) {
        self.gap(note);
    }
}

/// A sink that keeps everything: for small reports and tests.
#[derive(Debug, Default)]
pub struct Collected {
    /// The tools that were named.
    pub sources: Vec<Source>,
    /// The observations with their places.
    pub observations: Vec<(Place, Observation)>,
    /// Rejected records and why.
    pub rejected: Vec<(Place, String)>,
    /// What was covered.
    pub covered: Vec<Covered>,
    /// What was not.
    pub gaps: Vec<Gap>,
}

impl Collected {
    /// The findings among the observations.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.observations.iter().filter_map(|(_, observation)| match observation {
            Observation::Finding(finding) => Some(&**finding),
            _ => None,
        })
    }
}

impl Sink for Collected {
    fn source(&mut self, source: &Source) {
        self.sources.push(source.clone());
    }

    fn observe(&mut self, at: Place, observation: Observation, _raw: Option<&[u8]>) -> ControlFlow<()> {
        self.observations.push((at, observation));
        ControlFlow::Continue(())
    }

    fn reject(&mut self, at: Place, reason: String) {
        self.rejected.push((at, reason));
    }

    fn cover(&mut self, coverage: Covered) {
        self.covered.push(coverage);
    }

    fn gap(&mut self, gap: Gap) {
        self.gaps.push(gap);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_reads_like_a_sentence() {
        let place = Place { record: 12, line: 40, offset: 99, path: Cow::Borrowed("") };
        assert_eq!(place.to_string(), "record 12 (line 40)");
        let place = Place { record: 0, line: 1, offset: 7, path: Cow::Borrowed("Results[]") };
        assert_eq!(place.to_string(), "line 1 (byte 7) in Results[]");
    }
}
