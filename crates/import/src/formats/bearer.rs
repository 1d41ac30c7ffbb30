//! Bearer CLI JSON (`bearer scan -f json`, `jsonv2`): findings by severity, or in one list that names it.
//!
//! Bearer's fingerprint of a finding survives moved lines and is the anchor.

use crate::common::code::Hit;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::Tree;
use crate::common::{head, ids, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, Finding};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "bearer",
    name: "Bearer",
    summary: "JSON: weaknesses in code and leaks of sensitive data",
    extensions: &["json"],
    docs: "https://docs.bearer.com/reference/commands/",
    tool: "bearer",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout {
    version: ("version", ""),
    heads: &["version"],
    lists: &["critical", "high", "medium", "low", "warning", "findings"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.object();
    let marks = ["\"cwe_ids\"", "\"documentation_url\"", "\"fingerprint\""];
    let mut lists = LAYOUT.lists.iter().filter_map(|list| keys.value(list));
    Sniff::when(lists.any(|list| marks.iter().all(|mark| head::has(list, mark))))
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let start = Head::peek(input)?;
    // What Bearer writes where it found nothing.
    if start.trimmed().iter().filter(|byte| !byte.is_ascii_whitespace()).eq(b"{}") {
        let mut out = Out::new(sink);
        out.source(FORMAT.tool, "");
        return out.finish(FORMAT.id);
    }
    LAYOUT.parse(input, options, sink, found)
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (rule, path) = (record.text("id"), record.first(&["filename", "full_filename"]));
    if rule.is_empty() {
        return Err("no id".into());
    }
    let own = record.text("severity");
    let print = record.text("fingerprint");
    let hit = Hit {
        rule: &rule,
        title: &record.text("title"),
        severity: ids::severity(if own.is_empty() { record.list } else { &own }),
        cwe: &record.texts("cwe_ids").join(","),
        path: &path,
        line: record.count("line_number"),
        anchor: &print,
        snippet: &record.first(&["code_extract", "snippet"]),
    };
    let words = record.text("description");
    let (about, fix) = words.split_once("## Remediation").unwrap_or((&words, ""));
    let finding = Finding {
        description: text::body(about.trim_start_matches("## Description").trim()),
        fix: text::body(fix.trim_start_matches('s').trim()),
        raw_id: text::some(&print),
        tags: record.texts("category_groups").iter().map(|group| text::name(group)).collect(),
        references: text::links([&*record.text("documentation_url")]),
        ..hit.finding(options.asset_or(AssetKind::Repository))
    };
    record.tell(finding, out)
}
