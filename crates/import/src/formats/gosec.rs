//! gosec JSON (`gosec -fmt json`): security issues in Go code.
//!
//! An issue is known by its rule, its file and its code, without the line numbers that gosec writes into the code. Errors of the
//! Go compiler are gaps.

use crate::common::code::Hit;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::Tree;
use crate::common::{ids, loci, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Finding};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "gosec",
    name: "gosec",
    summary: "JSON: security issues in Go code",
    extensions: &["json"],
    docs: "https://github.com/securego/gosec",
    tool: "gosec",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, record),
};

static LAYOUT: Layout = Layout {
    version: ("GosecVersion", ""),
    heads: &["GosecVersion"],
    lists: &["Issues", "Golang errors/*"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.object();
    let found = keys.holds_any("Issues", &["\"rule_id\"", "\"Stats\""]);
    Sniff::when(found || keys.has_any(&["GosecVersion", "Golang errors"]))
}

fn record(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    match record.list {
        "Issues" => issue(record, options, out),
        _ => {
            out.gap(loci::path(record.key), text::name(&record.first(&["error", "Err"])));
            Ok(())
        }
    }
}

fn issue(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (rule, path) = (record.text("rule_id"), record.text("file"));
    if rule.is_empty() || path.is_empty() {
        return Err("no rule_id or no file".into());
    }
    // `40: \tx := 1`, the lines around it too; a range of lines is `40-42`.
    let (line, code) = (record.text("line"), record.text("code"));
    let first = line.split('-').next().unwrap_or_default();
    let matched = code.lines().find_map(|row| row.trim_start().strip_prefix(first)?.strip_prefix(':'));
    let hit = Hit {
        rule: &rule,
        title: &record.text("details"),
        severity: ids::severity(&record.text("severity")),
        cwe: &record.first(&["cwe/id", "cwe/ID", "cwe"]),
        path: &path,
        line: first.parse().ok(),
        anchor: "",
        snippet: matched.unwrap_or(&code),
    };
    let suppressed = record.items("suppressions").first().map(|word| word.first(&["kind", "justification"]));
    let nosec = record.is_true("nosec").then(|| "#nosec".to_owned());
    let finding = Finding {
        evidence: text::body(&code),
        confidence: record.text("confidence").to_lowercase(),
        fix: text::body(&record.text("autofix")),
        references: text::links([&*record.first(&["cwe/url", "cwe/URL"])]),
        suppressed: suppressed.map(|word| text::name(&word)).or(nosec),
        ..hit.finding(options.asset_or(AssetKind::Repository))
    };
    record.tell(finding, out)
}
