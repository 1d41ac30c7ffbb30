//! ffuf: the JSON report (`-of json`). A path that was found is an informational finding on its web application.

use crate::common::layout::{self, Layout, Record, Told};
use crate::common::tree::Tree;
use crate::common::{dates, out::Out, web};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::Finding;
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "ffuf",
    name: "ffuf",
    summary: "JSON report: paths that were found",
    extensions: &["json"],
    docs: "https://github.com/ffuf/ffuf",
    tool: "ffuf",
    sniff,
    parse,
};

static LAYOUT: Layout =
    Layout { format: "ffuf", tool: "ffuf", version: ("", ""), heads: &["time"], lists: &["results"] };

fn sniff(head: &Head<'_>) -> Sniff {
    let Some(keys) = head.keys() else { return Sniff::No };
    let ours = keys.has("results")
        && keys.has("time")
        && keys.text("commandline").is_some_and(|it| it.contains("ffuf"));
    if ours { Sniff::Yes } else { Sniff::No }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    layout::parse(&LAYOUT, input, &options.limits, sink, &mut |record, out| found(record, options, out))
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
