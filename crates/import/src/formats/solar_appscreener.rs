//! Solar appScreener CSV: vulnerabilities in code, one row for each place.

use crate::common::code::Hit;
use crate::common::table::{self, Row};
use crate::common::{ids, text};
use crate::error::ParseError;
use crate::format::{Format, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, Finding};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "solar_appscreener",
    name: "Solar appScreener",
    summary: "CSV: vulnerabilities in code",
    extensions: &["csv"],
    docs: "https://docs.defectdojo.com/supported_tools/parsers/file/solar_appscreener/",
    tool: "solar-appscreener",
    sniff: |head| Sniff::when(head.csv(COLUMNS)),
    parse,
};

const COLUMNS: &[&str] = &["Vulnerability", "Severity Level", "File"];

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    table::parse(&FORMAT, COLUMNS, input, options, sink, |row, at, out| {
        if row.get("Vulnerability").is_empty() {
            return Err("no vulnerability".into());
        }
        let finding = found(row, options);
        out.summary.seen_at = out.summary.seen_at.max(finding.seen_at);
        Ok(out.finding(at, finding, Some(row.raw().as_bytes()))?)
    })
}

fn found(row: &Row<'_>, options: &Options) -> Finding {
    let hit = Hit {
        rule: row.get("Vulnerability"),
        title: row.get("Vulnerability"),
        severity: ids::severity(row.get("Severity Level")),
        cwe: row.first(&["CWE", "CWE ID"]),
        path: row.get("File"),
        line: row.first(&["Line", "Line Number"]).parse().ok(),
        anchor: "",
        snippet: row.first(&["Code", "Details", "Snippet"]),
    };
    let status = row.get("Status");
    let settled =
        ["rejected", "false positive", "not a vulnerability"].contains(&status.to_lowercase().as_str());
    Finding {
        description: text::body(row.get("Description")),
        fix: text::body(row.first(&["Recommendations", "Recommendation"])),
        references: text::links([row.first(&["Links", "References"])]),
        suppressed: settled.then(|| text::name(status)),
        ..hit.finding(options.asset_or(AssetKind::Repository))
    }
}
