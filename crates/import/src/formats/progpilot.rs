//! Progpilot JSON: tainted data flows and broken rules in PHP.
//!
//! Progpilot's id of a vulnerability is the anchor; of a flow the source and the sink are told.

use crate::common::code::Hit;
use crate::common::layout::{self, Layout, Record, Told};
use crate::common::out::Out;
use crate::common::text;
use crate::common::tree::Tree;
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, Finding, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "progpilot",
    name: "Progpilot",
    summary: "JSON: taint flows in PHP",
    extensions: &["json"],
    docs: "https://github.com/designsecurity/progpilot",
    tool: "progpilot",
    sniff,
    parse,
};

static LAYOUT: Layout =
    Layout { format: "progpilot", tool: "progpilot", version: ("", ""), heads: &[], lists: &[""] };

fn sniff(head: &Head<'_>) -> Sniff {
    match head.keys() {
        Some(keys)
            if keys.has("vuln_name") && keys.has_any(&["vuln_cwe", "vuln_id", "sink_name", "vuln_rule"]) =>
        {
            Sniff::Yes
        }
        _ => Sniff::No,
    }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    layout::parse(&LAYOUT, input, &options.limits, sink, &mut |record, out| found(record, options, out))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let rule = record.first(&["vuln_name", "vuln_rule"]);
    if rule.is_empty() {
        return Err("no vuln_name".into());
    }
    let id = record.text("vuln_id");
    let hit = Hit {
        rule: &rule,
        title: &rule.replace('_', " "),
        severity: Severity::Medium,
        cwe: &record.text("vuln_cwe"),
        path: &record.first(&["sink_file", "vuln_file"]),
        line: record.first(&["sink_line", "vuln_line"]).parse().ok(),
        anchor: &id,
        snippet: "",
    };
    let joined = |key: &str| record.texts(key).join(", ");
    let source = format!("{} at {}:{}", joined("source_name"), joined("source_file"), joined("source_line"));
    let source = if joined("source_name").is_empty() { "" } else { &source };
    let finding = Finding {
        description: text::body(&record.text("vuln_description")),
        evidence: text::labelled([("Source", source), ("Sink", &record.text("sink_name"))]),
        raw_id: text::some(&id),
        tags: text::some(&record.text("vuln_type")).into_iter().collect(),
        ..hit.finding(options.asset_or(AssetKind::Repository))
    };
    record.tell(finding, out)
}
