//! Progpilot JSON: tainted data flows and broken rules in PHP.
//!
//! Progpilot's id of a vulnerability is the anchor; of a flow the source and the sink are told.

use crate::common::code::Hit;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::text;
use crate::common::tree::Tree;
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Finding, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "progpilot",
    name: "Progpilot",
    summary: "JSON: taint flows in PHP",
    extensions: &["json"],
    docs: "https://github.com/designsecurity/progpilot",
    tool: "progpilot",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    Sniff::when(keys.has("vuln_name") && keys.has_any(&["vuln_cwe", "vuln_id", "sink_name", "vuln_rule"]))
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
