//! Rusty Hog JSON of all its hogs: Ankamali (Google Docs), Berkshire (S3), Choctaw (git), Duroc (files), Essex (Confluence),
//! Gottingen (Jira), Hante (Slack).
//!
//! The strings that were found are not kept: their digest is the anchor.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::strings_found;
use crate::format::{Format, Head, Options, Sniff};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "rusty_hog",
    name: "Rusty Hog",
    summary: "JSON of Choctaw, Duroc, Essex, Gottingen and the other hogs: secrets in code, pages and tickets",
    extensions: &["json"],
    docs: "https://github.com/newrelic/rusty-hog",
    tool: "rusty-hog",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let marks =
        ["old_file_id", "linenum", "page_id", "issue_id", "g_drive_id", "bucket", "ts", "old_line_num"];
    let keys = head.keys();
    Sniff::when(keys.has_all(&["stringsFound", "reason"]) && keys.has_any(&marks))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let Some(finding) = strings_found::finding(record, options) else {
        return Err("no reason with stringsFound".into());
    };
    record.tell_alone(finding, out)
}
