//! Ruff JSON (`ruff check --output-format json`, `json-lines`): rules broken in Python code, those of Bandit (`S...`) among them.
//!
//! Ruff gives no code: rule and file are the place. What it could not parse is a gap.

use crate::common::code::Hit;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::Tree;
use crate::common::{loci, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Finding, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "ruff",
    name: "Ruff",
    summary: "JSON: rules broken in Python code",
    extensions: &["json", "jsonl"],
    docs: "https://docs.astral.sh/ruff/",
    tool: "ruff",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    Sniff::when(keys.has("noqa_row") || keys.has_all(&["end_location", "filename", "code"]))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (rule, path, words) = (record.text("code"), record.text("filename"), record.text("message"));
    if path.is_empty() {
        return Err("no filename".into());
    }
    if rule.is_empty() || rule == "invalid-syntax" {
        out.gap(loci::path(&path), text::name(&words));
        return Ok(());
    }
    // Only the rules of flake8-bandit are about security.
    let security = rule.starts_with('S') && rule[1..].bytes().all(|b| b.is_ascii_digit());
    let hit = Hit {
        rule: &rule,
        title: &words,
        severity: if security { Severity::Medium } else { Severity::Info },
        path: &path,
        line: record.count("location/row"),
        ..Hit::default()
    };
    let finding = Finding {
        fix: text::body(&record.text("fix/message")),
        tags: security.then(|| "security".to_owned()).into_iter().collect(),
        references: text::links([&*record.text("url")]),
        ..hit.finding(options.asset_or(AssetKind::Repository))
    };
    record.tell(finding, out)
}
