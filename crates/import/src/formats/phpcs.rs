//! PHP_CodeSniffer JSON (`phpcs --report=json`), with phpcs-security-audit: messages by file.
//!
//! PHP_CodeSniffer gives no code: rule and file are the place.

use crate::common::code::Hit;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::Tree;
use crate::common::{head, ids, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Finding};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "phpcs",
    name: "PHP_CodeSniffer",
    summary: "JSON: sniffs that matched in PHP, with phpcs-security-audit",
    extensions: &["json"],
    docs: "https://github.com/PHPCSStandards/PHP_CodeSniffer/wiki/Reporting",
    tool: "phpcs",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &["files/*"], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.object();
    Sniff::when(
        keys.has("totals")
            && keys.holds("totals", "\"warnings\"")
            && keys.value("files").is_some_and(|files| !head::has(files, "\"identifier\"")),
    )
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    if !record.at("messages").is_array() {
        return Err("no messages".into());
    }
    for message in record.items("messages") {
        let words = message.text("message");
        let rule = message.text("source");
        if rule.is_empty() {
            return Err("a message without a source".into());
        }
        let hit = Hit {
            rule: &rule,
            title: &words,
            severity: ids::severity(&message.text("type")),
            path: record.key,
            line: message.count("line"),
            ..Hit::default()
        };
        let weight = message.text("severity");
        let finding = Finding {
            evidence: text::labelled([("Severity of the sniff, of 10", &*weight)]),
            ..hit.finding(options.asset_or(AssetKind::Repository))
        };
        record.tell_alone(finding, out)?;
    }
    Ok(())
}
