//! Sobelow JSON (`mix sobelow --format json`): weaknesses of Phoenix applications, by how sure Sobelow is.
//!
//! Sobelow rates nothing but its confidence. The variable that is used is the anchor where it names one.

use crate::common::code::Hit;
use crate::common::layout::{Layout, Record, Told};
use crate::common::tree::Tree;
use crate::common::{out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Finding, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "sobelow",
    name: "Sobelow",
    summary: "JSON: weaknesses of Phoenix applications",
    extensions: &["json"],
    docs: "https://hexdocs.pm/sobelow/",
    tool: "sobelow",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout {
    version: ("sobelow_version", ""),
    heads: &["sobelow_version"],
    lists: &["findings/*"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    Sniff::when(
        keys.has("sobelow_version")
            || keys.has("findings") && head.has("\"high_confidence\"") && keys.has("total_findings"),
    )
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let kind = record.text("type");
    if kind.is_empty() {
        return Err("no type".into());
    }
    // `XSS.Raw: XSS`: the module of the check, and its words.
    let (rule, words) = kind.split_once(": ").unwrap_or((&kind, ""));
    let confidence = record.key.trim_end_matches("_confidence");
    let severity = match confidence {
        "high" => Severity::High,
        "medium" => Severity::Medium,
        _ => Severity::Low,
    };
    let variable = record.first(&["variable", "key", "pipeline", "action"]);
    let hit = Hit {
        rule,
        title: words,
        severity,
        path: &record.first(&["file", "filename"]),
        line: record.first(&["line", "vuln_line_no"]).parse().ok(),
        anchor: &variable,
        ..Hit::default()
    };
    let finding = Finding {
        confidence: text::name(confidence),
        evidence: text::labelled([("Variable", &*variable)]),
        ..hit.finding(options.asset_or(AssetKind::Repository))
    };
    record.tell(finding, out)
}
