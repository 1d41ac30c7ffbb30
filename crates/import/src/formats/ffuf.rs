//! ffuf: the JSON report (`-of json`). A path that was found is an informational finding on its web application.

use crate::common::layout::{Layout, Record, Told};
use crate::common::tree::Tree;
use crate::common::{dates, out::Out, web};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::Finding;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "ffuf",
    name: "ffuf",
    summary: "JSON report: paths that were found",
    extensions: &["json"],
    docs: "https://github.com/ffuf/ffuf",
    tool: "ffuf",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { heads: &["time"], lists: &["results"], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    Sniff::when(
        keys.has_all(&["results", "time"]) && keys.text("commandline").is_some_and(|it| it.contains("ffuf")),
    )
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let url = record.text("url");
    if url.is_empty() {
        return Err("no url".into());
    }
    let (length, redirect) = (record.text("length"), record.text("redirectlocation"));
    let more = [("length", &*length), ("redirect", &*redirect), ("type", &*record.text("content-type"))];
    let finding = Finding {
        seen_at: dates::date(&record.head("time").text("")),
        ..web::path_found(&url, &record.text("status"), &more, options)
    };
    record.tell(finding, out)
}
