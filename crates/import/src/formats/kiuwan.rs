//! Kiuwan CSV: defects and vulnerabilities of Kiuwan Code Security and Code Analysis.
//!
//! A defect is known by its rule, its file and its line of code; for data flows the source is part of the place too. Muted ones
//! carry that word.

use crate::common::code::Hit;
use crate::common::table::{self, Row};
use crate::common::{loci, text};
use crate::error::ParseError;
use crate::format::{Format, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, Finding, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "kiuwan",
    name: "Kiuwan",
    summary: "CSV of defects and vulnerabilities in code",
    extensions: &["csv"],
    docs: "https://www.kiuwan.com/docs/display/K5/Export+defects",
    tool: "kiuwan",
    sniff: |head| Sniff::when(head.csv(COLUMNS)),
    parse,
};

const COLUMNS: &[&str] = &["Rule code", "Rule", "Priority", "Software characteristic", "File"];

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    table::parse(&FORMAT, COLUMNS, input, options, sink, |row, at, out| {
        let rule = row.first(&["Rule code", "Rule"]);
        if rule.is_empty() || row.get("File").is_empty() {
            return Err("no rule code or no file".into());
        }
        Ok(out.finding(at, defect(row, rule, options), Some(row.raw().as_bytes()))?)
    })
}

fn defect(row: &Row<'_>, rule: &str, options: &Options) -> Finding {
    let (sink, source) = (row.get("Line text"), row.get("Source line text"));
    let from = row.get("Source file");
    let anchor = loci::snippet(&format!("{sink} {from} {source}"));
    let severity = match row.get("Priority").to_ascii_lowercase().as_str() {
        "very high" => Severity::Critical,
        "high" => Severity::High,
        "normal" | "medium" => Severity::Medium,
        "low" => Severity::Low,
        "very low" => Severity::Info,
        _ => Severity::Unknown,
    };
    let hit = Hit {
        rule,
        title: row.first(&["Rule", "Rule code"]),
        severity,
        cwe: row.get("CWE"),
        path: row.get("File"),
        line: row.get("Line number").parse().ok(),
        anchor: &anchor,
        snippet: sink,
    };
    let origin = [from, row.get("Source line number")].map(str::trim).join(":");
    let origin = if from.is_empty() { "" } else { &origin };
    let norms = row.get("Normative").split(',').map(str::trim).filter(|norm| !norm.is_empty());
    let muted = row.get("Muted").eq_ignore_ascii_case("yes");
    Finding {
        evidence: text::labelled([("Line", sink), ("Source", origin), ("Source line", source)]),
        compliance: norms.map(text::name).collect(),
        tags: ["Software characteristic", "Vulnerability type", "Language", "Framework"]
            .iter()
            .filter_map(|column| text::some(row.get(column)))
            .collect(),
        suppressed: muted.then(|| text::name(&format!("muted {}", row.get("Status").replace("none", "")))),
        ..hit.finding(options.asset_or(AssetKind::Repository))
    }
}
