//! Code Climate JSON, as its engines, Code Quality of GitLab and many linters write it: an array or values that follow each other.
//!
//! The fingerprint of an issue is the same as long as it is the same place, and is the anchor.

use crate::common::code::Hit;
use crate::common::layout::{self, Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::{Tree, paragraphs};
use crate::common::{head, ids, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, Finding, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "code_climate",
    name: "Code Climate, GitLab Code Quality",
    summary: "JSON issues of Code Climate and of tools that write its format",
    extensions: &["json"],
    docs: "https://github.com/codeclimate/platform/blob/master/spec/analyzers/SPEC.md",
    tool: "code-climate",
    sniff,
    parse,
};

static LAYOUT: Layout =
    Layout { format: "code_climate", tool: "code-climate", version: ("", ""), heads: &[], lists: &[""] };

fn sniff(head: &Head<'_>) -> Sniff {
    let Some(keys) = head.keys() else { return Sniff::No };
    let place =
        keys.value("location").is_some_and(|it| head::has(it, "\"lines\"") || head::has(it, "\"positions\""));
    if place && keys.has("description") && keys.has_any(&["check_name", "fingerprint"]) {
        Sniff::Yes
    } else {
        Sniff::No
    }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    layout::parse(&LAYOUT, input, &options.limits, sink, &mut |record, out| found(record, options, out))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    // Engines also write what they measured.
    if record.text("type") == "measurement" {
        return Ok(());
    }
    let (rule, words) = (record.first(&["check_name", "description"]), record.text("description"));
    let path = record.text("location/path");
    if rule.is_empty() || path.is_empty() {
        return Err("no check_name or no path".into());
    }
    // Here `major` is the third of five steps.
    let severity = match &*record.text("severity").to_lowercase() {
        "critical" => Severity::High,
        "major" => Severity::Medium,
        word => ids::severity(word),
    };
    let print = record.text("fingerprint");
    let hit = Hit {
        rule: &rule,
        title: &words,
        severity,
        cwe: "",
        path: &path,
        line: record.first(&["location/lines/begin", "location/positions/begin/line"]).parse().ok(),
        anchor: &print,
        snippet: "",
    };
    let finding = Finding {
        description: paragraphs([words.clone(), record.text("content/body")]),
        raw_id: text::some(&print),
        tags: record.texts("categories").iter().map(|category| text::name(category)).collect(),
        ..hit.finding(options.asset_or(AssetKind::Repository))
    };
    record.tell(finding, out)
}
