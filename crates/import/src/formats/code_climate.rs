//! Code Climate JSON, as its engines, Code Quality of GitLab and many linters write it: an array or values that follow each other.
//!
//! The fingerprint of an issue is the same as long as it is the same place, and is the anchor.

use crate::common::code::Hit;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::{Tree, paragraphs};
use crate::common::{ids, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Finding, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "code_climate",
    name: "Code Climate, GitLab Code Quality",
    summary: "JSON issues of Code Climate and of tools that write its format",
    extensions: &["json"],
    docs: "https://github.com/codeclimate/platform/blob/master/spec/analyzers/SPEC.md",
    tool: "code-climate",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let place = keys.holds_any("location", &["\"lines\"", "\"positions\""]);
    Sniff::when(place && keys.has("description") && keys.has_any(&["check_name", "fingerprint"]))
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
