//! Tenable Nessus, Tenable Vulnerability Management and Security Center: `.nessus` XML (also the first version of it) and
//! their CSV exports.
//!
//! One finding per plugin, host and port; its rule is the plugin id in every shape, so that an XML and a CSV export speak of
//! the same weakness. A compliance check that passed, and what the export itself says is fixed, closes what was found there; nothing
//! else does: an export may be filtered by severity or plugin without saying so. Ports on which the scanner found a service are
//! services.

use crate::common::out::Out;
use crate::common::text;
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use std::io::BufRead;

mod item;
mod rows;
mod xml;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "nessus",
    name: "Nessus and Tenable",
    summary: ".nessus XML and CSV of Nessus, Tenable Vulnerability Management, Security Center and Web App Scanning",
    extensions: &["nessus", "csv", "xml"],
    docs: "https://docs.tenable.com/nessus/Content/NessusFileFormat.htm",
    tool: "nessus",
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Sniff {
    let xml = head.root().is_some_and(|(root, _)| xml::ROOTS.contains(&root));
    Sniff::when(xml || rows::SHAPES.iter().any(|needed| head.csv(needed)))
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    out.source(FORMAT.tool, "");
    let head = Head::peek(input)?;
    if head.trimmed().starts_with(b"<") {
        xml::read(input, options, &mut out)?;
    } else {
        rows::read(input, options, &mut out)?;
    }
    out.finish(FORMAT.id)
}

/// `n/a` and the like are nothing.
fn said(text: &str) -> &str {
    let text = text.trim();
    if ["n/a", "none", "-"].iter().any(|none| text.eq_ignore_ascii_case(none)) { "" } else { text }
}

/// The numbers out of `CWE:20, CWE #79` and of the `CWE` cross references.
fn cwes(into: &mut Vec<u32>, references: &str) {
    for reference in references.split([',', '\n']).map(text::name) {
        if reference.get(..3).is_some_and(|kind| kind.eq_ignore_ascii_case("cwe")) {
            crate::common::ids::cwes_in(into, &reference);
        }
    }
}
