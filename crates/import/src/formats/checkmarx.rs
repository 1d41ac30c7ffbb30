//! Checkmarx: CxSAST XML, CxFlow JSON, CxOSA JSON, and Checkmarx One JSON (SAST, IaC, SCA, container and secret
//! results, in one list or grouped by query).
//!
//! The similarity id is Checkmarx' own name of a place across scans and is the anchor. A result that people called not
//! exploitable carries that word.

use crate::common::head;
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use std::io::BufRead;

mod cxflow;
mod cxsast;
mod one;
mod osa;
mod summary;

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

/// The rule of a query: its name, which stays when Checkmarx numbers its queries anew. Infrastructure code is looked at by KICS,
/// whose queries go by ids of their own (UUIDs).
fn rule(name: &str, id: &str) -> String {
    let uuid = id.len() == 36 && id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    match () {
        () if uuid => format!("kics:{id}"),
        () if name.is_empty() => id.to_owned(),
        () => name.to_owned(),
    }
}

fn sniff(head: &Head<'_>) -> Sniff {
    if let Some((root, _)) = head.root() {
        return Sniff::when(root == "CxXMLResults");
    }
    if osa::is_one(head) {
        return Sniff::Yes;
    }
    let keys = head.object();
    if keys.has("xissues") {
        return Sniff::Yes;
    }
    let marks = ["\"similarityId\"", "\"vulnerabilityDetails\"", "\"queryId\"", "\"firstFoundAt\""];
    let marked = |list: &[u8]| marks.iter().filter(|mark| head::has(list, mark)).count() > 1;
    let results = keys.value("results").is_some_and(marked);
    Sniff::when(results || keys.has_all(&["scanID", "results"]) || summary::is_one(keys))
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let start = Head::peek(input)?;
    if start.trimmed().starts_with(b"<") {
        cxsast::parse(input, options, sink)
    } else if start.keys().has("xissues") {
        cxflow::parse(input, options, sink)
    } else if osa::is_one(&start) {
        osa::parse(input, options, sink)
    } else if summary::is_one(start.object()) {
        summary::parse(input, options, sink)
    } else {
        one::parse(input, options, sink)
    }
}
