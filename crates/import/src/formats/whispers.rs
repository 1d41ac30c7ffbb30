//! Whispers JSON: hard-coded secrets in configuration and code.
//!
//! The value is not kept; its digest with its key is the anchor.

use crate::common::code::{Leak, covered};
use crate::common::layout::{self, Layout};
use crate::common::tree::Tree;
use crate::common::{ids, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, Finding};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "whispers",
    name: "Whispers",
    summary: "JSON: hard-coded secrets in configuration and code",
    extensions: &["json"],
    docs: "https://github.com/adeptex/whispers",
    tool: "whispers",
    sniff,
    parse,
};

static LAYOUT: Layout =
    Layout { format: "whispers", tool: "whispers", version: ("", ""), heads: &[], lists: &[""] };

fn sniff(head: &Head<'_>) -> Sniff {
    match head.keys() {
        Some(keys) if ["key", "value", "file", "line"].iter().all(|key| keys.has(key)) => {
            if keys.has_any(&["rule_id", "rule"]) { Sniff::Yes } else { Sniff::No }
        }
        _ => Sniff::No,
    }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    layout::parse(&LAYOUT, input, &options.limits, sink, &mut |record, out| {
        let rule = record.first(&["rule_id", "rule/id", "rule", "message"]);
        let path = record.text("file");
        if rule.is_empty() || path.is_empty() {
            return Err("no rule_id or no file".into());
        }
        let (key, value) = (record.text("key"), record.text("value"));
        let leak = Leak {
            rule: &rule,
            title: &record.first(&["message", "rule/message", "rule/description"]),
            severity: ids::severity(&record.first(&["severity", "rule/severity"])),
            path: &path,
            line: record.count("line"),
            secret: &value,
        };
        let evidence = text::body(&text::labelled([("Key", &*covered(&key, &value))]));
        let finding = Finding { evidence, ..leak.finding(options.asset_or(AssetKind::Repository)) };
        record.tell_alone(finding, out)
    })
}
