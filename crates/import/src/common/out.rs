//! What a format's parser writes to: counts, stops, and says what was damaged.

use crate::error::ParseError;
use crate::format::{Source, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::{Covered, Finding, Gap, Observation};
use std::borrow::Cow;

/// A sink with a summary.
pub(crate) struct Out<'s> {
    sink: &'s mut dyn Sink,
    pub(crate) summary: Summary,
    named: bool,
}

impl<'s> Out<'s> {
    pub(crate) fn new(sink: &'s mut dyn Sink) -> Self {
        Self { sink, summary: Summary::default(), named: false }
    }

    /// Names the tool of what follows.
    pub(crate) fn source(&mut self, name: &str, version: &str) {
        let version = super::text::name(version);
        let version = (!version.is_empty()).then_some(version);
        let source = Source { name: super::text::name(name).to_lowercase(), version };
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

    pub(crate) fn finding(
        &mut self,
        at: &Place,
        finding: Finding,
        raw: Option<&[u8]>,
    ) -> Result<(), ParseError> {
        self.summary.findings += 1;
        self.observe(at, Observation::Finding(Box::new(finding)), raw)
    }

    pub(crate) fn reject(&mut self, at: Place, reason: impl Into<String>) {
        self.summary.rejected += 1;
        self.sink.reject(at, reason.into());
    }

    pub(crate) fn cover(&mut self, covered: Covered) {
        self.sink.cover(covered);
    }

    pub(crate) fn gap(&mut self, what: impl Into<String>, why: impl Into<String>) {
        self.sink.gap(Gap::new(what, why));
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
