//! Staticcheck JSON lines (`staticcheck -f json`): bugs and simplifications of Go code.
//!
//! Staticcheck gives no code: check and file are the place. What does not compile is a gap.

use crate::common::code::Hit;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::Tree;
use crate::common::{ids, loci, text};
use crate::format::{Format, Options, Sniff};
use bartizan_model::{AssetKind, Finding};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "staticcheck",
    name: "Staticcheck",
    summary: "JSON lines: bugs in Go code",
    extensions: &["json", "jsonl"],
    docs: "https://staticcheck.dev/docs/running-staticcheck/cli/formatters/",
    tool: "staticcheck",
    sniff: |head| Sniff::when(head.keys().has_all(&["code", "severity", "location", "message", "end"])),
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (rule, path, words) = (record.text("code"), record.text("location/file"), record.text("message"));
    if rule.is_empty() {
        return Err("no code".into());
    }
    if rule == "compile" {
        out.gap(loci::path(&path), text::name(&words));
        return Ok(());
    }
    let ignored = record.text("severity") == "ignored";
    let hit = Hit {
        rule: &rule,
        title: &words,
        severity: ids::severity(if ignored { "" } else { "warning" }),
        path: &path,
        line: record.count("location/line"),
        ..Hit::default()
    };
    let finding = Finding {
        suppressed: ignored.then(|| "ignored".to_owned()),
        references: text::links([&*format!("https://staticcheck.dev/docs/checks/#{rule}")]),
        ..hit.finding(options.asset_or(AssetKind::Repository))
    };
    record.tell(finding, out)
}
