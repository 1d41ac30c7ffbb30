//! truffleHog3 JSON (`trufflehog3 -f JSON`): an array of secrets, with rules (3.x) or with reasons as truffleHog 2 writes them.
//!
//! The secret and the lines around it are not kept: the digest of the secret is the anchor.

use crate::common::code::Leak;
use crate::common::layout::{self, Layout, Record, Told};
use crate::common::out::Out;
use crate::common::strings_found::{self, history};
use crate::common::tree::Tree;
use crate::common::{dates, ids};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, Finding};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "trufflehog3",
    name: "truffleHog3",
    summary: "JSON of all versions: secrets in a repository's history",
    extensions: &["json"],
    docs: "https://github.com/feeltheajf/trufflehog3",
    tool: "trufflehog3",
    sniff,
    parse,
};

static LAYOUT: Layout =
    Layout { format: "trufflehog3", tool: "trufflehog3", version: ("", ""), heads: &[], lists: &[""] };

fn sniff(head: &Head<'_>) -> Sniff {
    let Some(keys) = head.keys() else { return Sniff::No };
    let newer =
        keys.has("rule") && keys.has("secret") && keys.has_any(&["context", "pattern"]) && keys.has("path");
    let older = keys.has("stringsFound")
        && keys.has("branch")
        && !keys.has_any(&["printDiff", "old_file_id", "diff"]);
    if newer || older { Sniff::Yes } else { Sniff::No }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    layout::parse(&LAYOUT, input, &options.limits, sink, &mut |record, out| match strings_found::finding(
        record, options,
    ) {
        Some(finding) => record.tell_alone(finding, out),
        None => by_rule(record, options, out),
    })
}

fn by_rule(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let rule = record.first(&["rule/id", "rule/message", "rule"]);
    let (path, secret) = (record.text("path"), record.text("secret"));
    if rule.is_empty() || path.is_empty() {
        return Err("neither a rule with a path nor stringsFound".into());
    }
    let leak = Leak {
        rule: &rule,
        title: &record.first(&["rule/message", "message"]),
        severity: ids::severity(&record.text("rule/severity")),
        path: &path,
        line: record.count("line"),
        secret: &secret,
    };
    let finding = Finding {
        raw_id: Some(record.text("id").into_owned()).filter(|id| !id.is_empty()),
        found_at: dates::date(&record.text("date")),
        tags: history(&[("commit", &record.text("commit")), ("branch", &record.text("branch"))]),
        ..leak.finding(options.asset_or(AssetKind::Repository))
    };
    record.tell_alone(finding, out)
}
