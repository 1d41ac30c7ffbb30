//! Flawfinder CSV (`flawfinder --csv`): dangerous functions in C and C++ code.
//!
//! Flawfinder's fingerprint of the line is the anchor, where the version writes one.

use crate::common::code::Hit;
use crate::common::table::{self, Row};
use crate::common::text;
use crate::error::ParseError;
use crate::format::{Format, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, Finding, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "flawfinder",
    name: "Flawfinder",
    summary: "CSV: dangerous functions in C and C++ code",
    extensions: &["csv"],
    docs: "https://dwheeler.com/flawfinder/",
    tool: "flawfinder",
    sniff: |head| Sniff::when(head.csv(COLUMNS)),
    parse,
};

const COLUMNS: &[&str] = &["File", "Line", "Level", "Category", "Name", "Warning", "CWEs"];

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    table::parse(&FORMAT, COLUMNS, input, options, sink, |row, at, out| {
        if row.get("Name").is_empty() || row.get("File").is_empty() {
            return Err("no name or no file".into());
        }
        let finding = found(row, options);
        out.summary.seen_at = out.summary.seen_at.max(finding.seen_at);
        Ok(out.finding(at, finding, Some(row.raw().as_bytes()))?)
    })
}

fn found(row: &Row<'_>, options: &Options) -> Finding {
    let severity = match row.get("Level") {
        "5" => Severity::Critical,
        "4" => Severity::High,
        "3" => Severity::Medium,
        "2" | "1" => Severity::Low,
        "0" => Severity::Info,
        _ => Severity::Unknown,
    };
    let own = row.get("RuleId");
    let rule = format!("{}/{}", row.get("Category"), row.get("Name"));
    let hit = Hit {
        rule: if own.is_empty() { &rule } else { own },
        title: &format!("{}: {}", row.get("Name"), row.get("Warning")),
        severity,
        cwe: row.get("CWEs"),
        path: row.get("File"),
        line: row.get("Line").parse().ok(),
        anchor: row.get("Fingerprint"),
        snippet: row.get("Context"),
    };
    Finding {
        description: text::body(row.get("Warning")),
        fix: text::paragraphs([row.get("Suggestion"), row.get("Note")]),
        raw_id: text::some(row.get("Fingerprint")),
        references: text::links([row.get("HelpUri")]),
        ..hit.finding(options.asset_or(AssetKind::Repository))
    }
}
