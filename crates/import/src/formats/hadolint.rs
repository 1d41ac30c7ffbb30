//! Hadolint JSON (`hadolint -f json`): rules broken in Dockerfiles, those of ShellCheck among them.
//!
//! Hadolint gives no code: rule and file are the place, and where a rule is broken several times in a file that is one
//! exposure. The position in the file is in the evidence.

use crate::common::code::Hit;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::Tree;
use crate::common::{ids, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Finding};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "hadolint",
    name: "Hadolint",
    summary: "JSON: rules broken in Dockerfiles",
    extensions: &["json"],
    docs: "https://github.com/hadolint/hadolint",
    tool: "hadolint",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.listed();
    let rule = keys.text("code").is_some_and(|code| code.starts_with("DL") || code.starts_with("SC"));
    Sniff::when(rule && keys.has_all(&["file", "level", "message"]))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (rule, path) = (record.text("code"), record.text("file"));
    if rule.is_empty() || path.is_empty() {
        return Err("no code or no file".into());
    }
    let hit = Hit {
        rule: &rule,
        title: &record.text("message"),
        severity: ids::severity(&record.text("level")),
        path: &path,
        line: record.count("line"),
        ..Hit::default()
    };
    let link = match rule.strip_prefix("SC") {
        Some(_) => format!("https://www.shellcheck.net/wiki/{rule}"),
        None => format!("https://github.com/hadolint/hadolint/wiki/{rule}"),
    };
    let evidence = format!("line {}, column {}", record.text("line"), record.text("column"));
    let finding = Finding {
        evidence: text::body(&evidence),
        references: text::links([&*link]),
        ..hit.finding(options.asset_or(AssetKind::Repository))
    };
    record.tell(finding, out)
}
