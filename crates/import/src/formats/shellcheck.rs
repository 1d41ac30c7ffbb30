//! ShellCheck JSON (`shellcheck -f json`, `json1`): problems of shell scripts.
//!
//! ShellCheck gives no code: rule and file are the place.

use crate::common::code::Hit;
use crate::common::layout::{self, Layout, Record, Told};
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
    id: "shellcheck",
    name: "ShellCheck",
    summary: "JSON: problems of shell scripts",
    extensions: &["json"],
    docs: "https://www.shellcheck.net/wiki/",
    tool: "shellcheck",
    sniff,
    parse,
};

static LAYOUT: Layout =
    Layout { format: "shellcheck", tool: "shellcheck", version: ("", ""), heads: &[], lists: &[""] };

fn sniff(head: &Head<'_>) -> Sniff {
    let Some(keys) = head.keys() else { return Sniff::No };
    let own =
        keys.in_array && ["file", "endLine", "endColumn", "level", "code"].iter().all(|key| keys.has(key));
    let second =
        keys.value("comments").is_some_and(|it| head::has(it, "\"endLine\"") && head::has(it, "\"level\""));
    if own || second { Sniff::Yes } else { Sniff::No }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    layout::parse(&LAYOUT, input, &options.limits, sink, &mut |record, out| found(record, options, out))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let comments = if record.at("comments").is_array() {
        record.items("comments")
    } else {
        std::slice::from_ref(&**record)
    };
    for comment in comments {
        let (code, path) = (comment.text("code"), comment.text("file"));
        if code.is_empty() || path.is_empty() {
            return Err("no code or no file".into());
        }
        let rule = format!("SC{code}");
        let hit = Hit {
            rule: &rule,
            title: &comment.text("message"),
            severity: ids::severity(&comment.text("level")),
            path: &path,
            line: comment.count("line"),
            ..Hit::default()
        };
        let finding = Finding {
            references: text::links([&*format!("https://www.shellcheck.net/wiki/{rule}")]),
            ..hit.finding(options.asset_or(AssetKind::Repository))
        };
        record.tell_alone(finding, out)?;
    }
    Ok(())
}
