//! Whispers JSON: hard-coded secrets in configuration and code.
//!
//! The value is not kept; its digest with its key is the anchor.

use crate::common::code::{Leak, covered};
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::Tree;
use crate::common::{ids, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Finding};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "whispers",
    name: "Whispers",
    summary: "JSON: hard-coded secrets in configuration and code",
    extensions: &["json"],
    docs: "https://github.com/adeptex/whispers",
    tool: "whispers",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    Sniff::when(keys.has_all(&["key", "value", "file", "line"]) && keys.has_any(&["rule_id", "rule"]))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
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
}
