//! Rusty Hog JSON of all its hogs: Ankamali (Google Docs), Berkshire (S3), Choctaw (git), Duroc (files), Essex (Confluence),
//! Gottingen (Jira), Hante (Slack).
//!
//! The strings that were found are not kept: their digest is the anchor.

use crate::common::layout::{self, Layout};
use crate::common::strings_found;
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "rusty_hog",
    name: "Rusty Hog",
    summary: "JSON of Choctaw, Duroc, Essex, Gottingen and the other hogs: secrets in code, pages and tickets",
    extensions: &["json"],
    docs: "https://github.com/newrelic/rusty-hog",
    tool: "rusty-hog",
    sniff,
    parse,
};

static LAYOUT: Layout =
    Layout { format: "rusty_hog", tool: "rusty-hog", version: ("", ""), heads: &[], lists: &[""] };

fn sniff(head: &Head<'_>) -> Sniff {
    let marks =
        ["old_file_id", "linenum", "page_id", "issue_id", "g_drive_id", "bucket", "ts", "old_line_num"];
    match head.keys() {
        Some(keys) if keys.has("stringsFound") && keys.has("reason") && keys.has_any(&marks) => Sniff::Yes,
        _ => Sniff::No,
    }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    layout::parse(&LAYOUT, input, &options.limits, sink, &mut |record, out| {
        let Some(finding) = strings_found::finding(record, options) else {
            return Err("no reason with stringsFound".into());
        };
        record.tell_alone(finding, out)
    })
}
