//! What a format's parser writes to: counts, stops, and says what was damaged.

use super::cleared::Cleared;
use super::credentials;
use crate::error::ParseError;
use crate::format::{Source, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::{Covered, Finding, Gap, Loci, Observation, Timestamp};
use std::borrow::Cow;

/// The most CVEs that one record may name; the longest honest lists, of kernel updates, have some hundreds.
const MOST_CVES: usize = 4_096;

/// Why a record came to nothing.
pub(crate) enum Stop {
    /// It cannot be used, for this reason; the rest of the report can.
    Record(String),
    /// Nothing more can be read.
    Report(ParseError),
}

impl Stop {
    /// The tool decided by a word that it is not known to use: what it found is open, and never taken for good.
    pub(crate) fn unknown(what: &str, word: &str) -> Self {
        Self::Record(format!("its {what} `{}` is not known", super::text::name(word)))
    }
}

impl From<String> for Stop {
    fn from(why: String) -> Self {
        Self::Record(why)
    }
}

impl From<&str> for Stop {
    fn from(why: &str) -> Self {
        Self::Record(why.to_owned())
    }
}

impl From<ParseError> for Stop {
    fn from(error: ParseError) -> Self {
        Self::Report(error)
    }
}

/// A sink with a summary.
pub(crate) struct Out<'s> {
    sink: &'s mut dyn Sink,
    pub(crate) summary: Summary,
    named: bool,
    /// The tool named last.
    tool: String,
    cleared: Cleared,
    /// Whether it was said that rejected records keep everything open.
    told_rejected: bool,
    /// What counts as looked at once the report ended properly.
    in_the_end: Vec<Covered>,
}

impl<'s> Out<'s> {
    pub(crate) fn new(sink: &'s mut dyn Sink) -> Self {
        let (summary, cleared) = Default::default();
        Self {
            sink,
            summary,
            named: false,
            tool: String::new(),
            cleared,
            told_rejected: false,
            in_the_end: Vec::new(),
        }
    }

    /// Names the tool of what follows.
    pub(crate) fn source(&mut self, name: &str, version: &str) {
        let version = super::text::name(version);
        let version = (!version.is_empty()).then_some(version);
        let source = Source { name: super::text::name(name).to_lowercase(), version };
        if self.named && source.name != self.tool {
            // Each tool speaks for itself.
            self.hand_over_cleared();
        }
        self.tool.clone_from(&source.name);
        self.sink.source(&source);
        if !self.named {
            self.named = true;
            self.summary.source = source;
        }
    }

    /// Begins the next record at this place.
    pub(crate) fn record(&mut self, mut at: Place, path: &'static str) -> Place {
        self.summary.records += 1;
        at.record = self.summary.records;
        at.path = Cow::Borrowed(path);
        at
    }

    pub(crate) fn observe(
        &mut self,
        at: &Place,
        observation: Observation,
        raw: Option<&[u8]>,
    ) -> Result<(), ParseError> {
        self.summary.observations += 1;
        match self.sink.observe(at.clone(), observation, raw) {
            std::ops::ControlFlow::Continue(()) => Ok(()),
            std::ops::ControlFlow::Break(()) => Err(ParseError::Stopped { at: at.clone() }),
        }
    }

    /// Hands a finding over. One that names several CVEs is several: each is a weakness of its own, with a priority of its own,
    /// and what other tools say of it meets there.
    pub(crate) fn finding(
        &mut self,
        at: &Place,
        finding: Finding,
        raw: Option<&[u8]>,
    ) -> Result<(), ParseError> {
        // What is told of a credential in code is the credential.
        let (mut finding, raw) = match credentials::shown_by(&finding) {
            true => (credentials::cover(finding), None),
            false => (finding, raw),
        };
        let is_cve = |id: &String| id.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("CVE-"));
        if finding.weakness.ids.iter().filter(|id| is_cve(id)).count() < 2 {
            return self.one(at, finding, raw);
        }
        let ids = std::mem::take(&mut finding.weakness.ids);
        let (mut cves, others): (Vec<_>, Vec<_>) = ids.into_iter().partition(is_cve);
        if cves.len() > MOST_CVES {
            let left_out = cves.split_off(MOST_CVES).len();
            let what = format!("{} ({at})", finding.title);
            self.gap(what, format!("it names more than {MOST_CVES} CVEs; {left_out} of them are left out"));
        }
        for cve in cves {
            let mut own = finding.clone();
            own.weakness.ids = std::iter::once(cve).chain(others.iter().cloned()).collect();
            self.one(at, own, raw)?;
        }
        Ok(())
    }

    fn one(&mut self, at: &Place, finding: Finding, raw: Option<&[u8]>) -> Result<(), ParseError> {
        self.summary.findings += 1;
        if finding.is_gone() {
            self.clear(&finding);
        }
        self.observe(at, Observation::Finding(Box::new(finding)), raw)
    }

    pub(crate) fn reject(&mut self, at: Place, reason: impl Into<String>) {
        self.summary.rejected += 1;
        self.sink.reject(at, reason.into());
    }

    /// Rejects a record that came to nothing, and stops only where the report did.
    pub(crate) fn settle(&mut self, at: &Place, result: Result<(), Stop>) -> Result<(), ParseError> {
        match result {
            Ok(()) => Ok(()),
            Err(Stop::Record(why)) => {
                self.reject(at.clone(), why);
                Ok(())
            }
            Err(Stop::Report(error)) => Err(error),
        }
    }

    /// The tool looked for what this finding says, at this very place, and it is not there: the check passed, or what was found
    /// before is fixed.
    pub(crate) fn clear(&mut self, finding: &Finding) {
        // What is fixed was last seen then, and looked for after that.
        let looked_at =
            finding.seen_at.map(|at| Timestamp::from_micros(at.micros() + i64::from(finding.is_gone())));
        self.summary.seen_at = self.summary.seen_at.max(looked_at);
        self.cleared.add(&self.tool, finding);
    }

    fn hand_over_cleared(&mut self) {
        let cleared = std::mem::take(&mut self.cleared);
        if cleared.left_out > 0 {
            let what = format!("{} places at which nothing is any more", cleared.left_out);
            self.gap(what, "so many are told that nothing is closed at these");
        }
        cleared.covered().for_each(|covered| self.sink.cover(covered));
    }

    /// A report of which no record could be used is none of this format.
    pub(crate) fn some_used(&self, format: &'static str) -> Result<(), ParseError> {
        if self.summary.records > 0 && self.summary.records == self.summary.rejected {
            let why = "no record in it could be used".to_owned();
            return Err(ParseError::WrongFormat { format, why });
        }
        Ok(())
    }

    /// The summary, unless [no record could be used](Self::some_used).
    pub(crate) fn finish(self, format: &'static str) -> Result<Summary, ParseError> {
        self.some_used(format)?;
        Ok(self.end())
    }

    /// The summary of a report that ended properly.
    pub(crate) fn end(mut self) -> Summary {
        self.hand_over_cleared();
        for covered in std::mem::take(&mut self.in_the_end) {
            self.cover(covered);
        }
        self.summary
    }

    /// Says that all of something was looked at. Where a record could not be used, what is missing may stand in it: then nothing is
    /// covered by silence.
    pub(crate) fn cover(&mut self, covered: Covered) {
        if self.summary.rejected == 0 || covered.loci == Loci::Facts {
            return self.sink.cover(covered);
        }
        if !std::mem::replace(&mut self.told_rejected, true) {
            self.gap(
                "what is gone",
                "records of the report could not be used, so nothing that it does not tell is closed",
            );
        }
    }

    /// As [`Self::cover`], said while the report is read.
    pub(crate) fn cover_in_the_end(&mut self, covered: Covered) {
        self.in_the_end.push(covered);
    }

    pub(crate) fn gap(&mut self, what: impl Into<String>, why: impl Into<String>) {
        self.sink.gap(Gap::new(what, why));
    }

    /// As a gap, though the tool looked at all that it should have.
    pub(crate) fn note(&mut self, what: impl Into<String>, why: impl Into<String>) {
        self.sink.note(Gap::new(what, why));
    }

    /// Says that bytes were replaced, where they were.
    pub(crate) fn damaged(&mut self, damaged: Option<(u64, u64)>) {
        if let Some((offset, count)) = damaged {
            self.gap(
                "the text of the report",
                format!(
                    "{count} places hold bytes that are not UTF-8, the first at byte {offset}; they were replaced by \
                     U+FFFD, so names there may be incomplete"
                ),
            );
        }
    }
}
