//! truffleHog3 JSON (`trufflehog3 -f JSON`): an array of secrets, with rules (3.x) or with reasons as truffleHog 2 writes them.
//!
//! The secret and the lines around it are not kept: the digest of the secret is the anchor.

use crate::common::code::Leak;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::strings_found::{self, history};
use crate::common::tree::Tree;
use crate::common::{dates, ids};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Finding};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "trufflehog3",
    name: "truffleHog3",
    summary: "JSON of all versions: secrets in a repository's history",
    extensions: &["json"],
    docs: "https://github.com/feeltheajf/trufflehog3",
    tool: "trufflehog3",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let newer =
        keys.has_all(&["rule", "secret"]) && keys.has_any(&["context", "pattern"]) && keys.has("path");
    let older =
        keys.has_all(&["stringsFound", "branch"]) && !keys.has_any(&["printDiff", "old_file_id", "diff"]);
    Sniff::when(newer || older)
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    match strings_found::finding(record, options) {
        Some(finding) => record.tell_alone(finding, out),
        None => by_rule(record, options, out),
    }
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
