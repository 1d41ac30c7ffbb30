//! PHPStan JSON (`phpstan --error-format=json`): errors by file.
//!
//! The error's identifier is the rule; before PHPStan 1.11 there is none, and its words stand for it. Errors of no file are gaps.

use crate::common::code::Hit;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::text;
use crate::common::tree::Tree;
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Finding, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "phpstan",
    name: "PHPStan",
    summary: "JSON: errors in PHP code",
    extensions: &["json"],
    docs: "https://phpstan.org/user-guide/output-format",
    tool: "phpstan",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, record),
};

static LAYOUT: Layout = Layout { lists: &["files/*", "errors"], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.object();
    Sniff::when(keys.has("totals") && keys.holds("totals", "\"file_errors\""))
}

fn record(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    match record.list {
        "errors" => {
            out.gap("the run", text::line(&record.text(""), text::TITLE));
            Ok(())
        }
        _ => found(record, options, out),
    }
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    if !record.at("messages").is_array() {
        return Err("no messages".into());
    }
    for message in record.items("messages") {
        let words = message.text("message");
        let rule = message.first(&["identifier", "message"]);
        if rule.is_empty() {
            return Err("a message without words".into());
        }
        let hit = Hit {
            rule: &rule,
            title: &words,
            severity: Severity::Low,
            path: record.key,
            line: message.count("line"),
            anchor: &crate::common::loci::snippet(&words),
            ..Hit::default()
        };
        let finding = Finding {
            fix: text::body(&message.text("tip")),
            ..hit.finding(options.asset_or(AssetKind::Repository))
        };
        record.tell_alone(finding, out)?;
    }
    Ok(())
}
