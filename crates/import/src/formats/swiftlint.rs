//! SwiftLint JSON (`swiftlint lint --reporter json`): rules broken in Swift code.

use crate::common::code::Hit;
use crate::common::layout::{self, Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::Tree;
use crate::common::{ids, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, Finding};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "swiftlint",
    name: "SwiftLint",
    summary: "JSON: rules broken in Swift code",
    extensions: &["json"],
    docs: "https://realm.github.io/SwiftLint/",
    tool: "swiftlint",
    sniff,
    parse,
};

static LAYOUT: Layout =
    Layout { format: "swiftlint", tool: "swiftlint", version: ("", ""), heads: &[], lists: &[""] };

fn sniff(head: &Head<'_>) -> Sniff {
    match head.keys().filter(|keys| keys.in_array) {
        Some(keys) if ["character", "reason", "rule_id", "type"].iter().all(|key| keys.has(key)) => {
            Sniff::Yes
        }
        _ => Sniff::No,
    }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    layout::parse(&LAYOUT, input, &options.limits, sink, &mut |record, out| found(record, options, out))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (rule, path) = (record.text("rule_id"), record.text("file"));
    if rule.is_empty() || path.is_empty() {
        return Err("no rule_id or no file".into());
    }
    let hit = Hit {
        rule: &rule,
        title: &record.first(&["type", "rule_id"]),
        severity: ids::severity(&record.text("severity")),
        path: &path,
        line: record.count("line"),
        ..Hit::default()
    };
    let description = text::body(&record.text("reason"));
    let finding = Finding { description, ..hit.finding(options.asset_or(AssetKind::Repository)) };
    record.tell(finding, out)
}
