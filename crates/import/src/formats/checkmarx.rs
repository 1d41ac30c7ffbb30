//! Checkmarx: CxSAST XML, CxFlow JSON, CxOSA JSON, and Checkmarx One JSON (SAST, IaC, SCA, container and secret results).
//!
//! The similarity id is Checkmarx' own name of a place across scans and is the anchor. A result that people called not
//! exploitable carries that word.

use crate::common::head;
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use std::io::BufRead;

mod cxflow;
mod cxsast;
mod one;
mod osa;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "checkmarx",
    name: "Checkmarx",
    summary: "CxSAST XML, CxFlow, CxOSA and Checkmarx One JSON: data flows in code, infrastructure code, vulnerable packages",
    extensions: &["xml", "json"],
    docs: "https://docs.checkmarx.com/",
    tool: "checkmarx",
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Sniff {
    if let Some((root, _)) = head.root() {
        return if root == "CxXMLResults" { Sniff::Yes } else { Sniff::No };
    }
    if osa::is_one(head) {
        return Sniff::Yes;
    }
    let Some(keys) = head.keys().filter(|keys| !keys.in_array) else { return Sniff::No };
    if keys.has("xissues") {
        return Sniff::Yes;
    }
    let marks = ["\"similarityId\"", "\"vulnerabilityDetails\"", "\"queryId\"", "\"firstFoundAt\""];
    let marked = |list: &[u8]| marks.iter().filter(|mark| head::has(list, mark)).count() > 1;
    let results = keys.value("results").is_some_and(marked);
    if results || (keys.has("scanID") && keys.has("results")) { Sniff::Yes } else { Sniff::No }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let start = input.fill_buf().map_err(|source| ParseError::Io { at: Place::default(), source })?;
    match head::Keys::of(start) {
        _ if head::trim(start).starts_with(b"<") => cxsast::parse(input, options, sink),
        Some(keys) if keys.has("xissues") => cxflow::parse(input, options, sink),
        _ if osa::is_one(start) => osa::parse(input, options, sink),
        _ => one::parse(input, options, sink),
    }
}
