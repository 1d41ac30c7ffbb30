//! Fortify SCA: `.fpr` files, the `audit.fvdl` inside of them, and the XML of its report templates.
//!
//! Fortify's instance id follows an issue when lines move and is the anchor. An FVDL tells what its issues mean, how bad they are
//! and their code only behind them, so they are kept back until then. What people decided of them stands in another file of the
//! `.fpr`, which comes before the issues (see `archive`).

use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use std::io::BufRead;

mod decisions;
mod fvdl;
mod listing;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "fortify",
    name: "Fortify",
    summary: "FVDL (in .fpr files) and XML reports: issues in code with traces, CWE and audit state",
    extensions: &["fvdl", "fpr", "xml"],
    docs: "https://www.microfocus.com/documentation/fortify-static-code/",
    tool: "fortify",
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Sniff {
    match head.root() {
        Some(("FVDL", _)) => Sniff::Yes,
        Some((root, namespace)) if root == "Audit" && namespace.contains("fortify") => Sniff::Yes,
        Some((root, _)) if root == "ReportDefinition" && head.has("Fortify") => Sniff::Yes,
        Some(("ReportDefinition", _)) => Sniff::Maybe,
        _ => Sniff::No,
    }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let start = Head::peek(input)?;
    let report = start.is_root("ReportDefinition");
    if report { listing::parse(input, options, sink) } else { fvdl::parse(input, options, sink) }
}

/// Whether the word that people chose for an issue says that it is none.
fn is_harmless(analysis: &str) -> bool {
    ["not an issue", "false positive"].iter().any(|word| analysis.trim().eq_ignore_ascii_case(word))
}
