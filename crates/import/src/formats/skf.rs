//! OWASP Security Knowledge Framework: the checklist results of a project (CSV).
//!
//! A row is a requirement that was not met. It names no place, so the finding is on the project as a whole.

use crate::common::table::{self, Row};
use crate::common::{dates, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "skf",
    name: "OWASP Security Knowledge Framework",
    summary: "CSV of a project's checklist: requirements that are not met, with how to meet them",
    extensions: &["csv"],
    docs: "https://owasp.org/www-project-security-knowledge-framework/",
    tool: "skf",
    sniff,
    parse,
};

const COLUMNS: [&str; 4] = ["date", "title", "description", "mitigation"];
/// What rows of other tools have beside these, so that a table of general use is not taken for this one.
const FOREIGN: [&str; 6] = ["severity", "cve", "cwe", "url", "host", "asset"];

fn sniff(head: &Head<'_>) -> Sniff {
    let foreign = FOREIGN.iter().any(|column| head.csv(&["title", column]));
    Sniff::when(head.csv(&COLUMNS) && !foreign)
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    table::parse(&FORMAT, &COLUMNS, input, options, sink, |row, at, out| {
        let finding = unmet(row, options)?;
        out.summary.seen_at = out.summary.seen_at.max(finding.seen_at);
        Ok(out.finding(at, finding, Some(row.raw().as_bytes()))?)
    })
}

fn unmet(row: &Row<'_>, options: &Options) -> Result<Finding, &'static str> {
    let title = text::title(row.get("title"), "");
    if title.is_empty() {
        return Err("no title");
    }
    // The requirement has no other name than its sentence.
    let weakness = WeaknessSeen { rule: title.to_lowercase(), ..WeaknessSeen::default() };
    let asset = options.asset_or(AssetKind::Application);
    Ok(Finding {
        description: text::body(row.get("description")),
        fix: text::body(row.get("mitigation")),
        seen_at: dates::date(row.get("date")),
        ..Finding::new(title, Severity::Unknown, weakness, asset, Locus::Whole)
    })
}
