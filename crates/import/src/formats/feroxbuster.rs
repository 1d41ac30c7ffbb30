//! feroxbuster JSON lines (`--json -o file`). A path that was found is an informational finding on its web application; answers of a
//! server that has something for every path are left out.

use crate::common::layout::{self, Layout, Record, Told};
use crate::common::tree::Tree;
use crate::common::{out::Out, web};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "feroxbuster",
    name: "feroxbuster",
    summary: "JSON lines: paths that were found",
    extensions: &["json", "jsonl"],
    docs: "https://epi052.github.io/feroxbuster-docs/",
    tool: "feroxbuster",
    sniff,
    parse,
};

static LAYOUT: Layout =
    Layout { format: "feroxbuster", tool: "feroxbuster", version: ("", ""), heads: &[], lists: &[""] };

fn sniff(head: &Head<'_>) -> Sniff {
    let Some(keys) = head.keys() else { return Sniff::No };
    let ours = match keys.text("type") {
        Some("response") => keys.has("wildcard") && keys.has("content_length"),
        Some("configuration") => keys.has("wordlist") && keys.has("status_codes"),
        Some("statistics") => keys.has("wildcards_filtered") && keys.has("requests"),
        _ => false,
    };
    if ours { Sniff::Yes } else { Sniff::No }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    layout::parse(&LAYOUT, input, &options.limits, sink, &mut |record, out| found(record, options, out))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (kind, url) = (record.text("type"), record.text("url"));
    if kind != "response" || record.is_true("wildcard") {
        return if kind.is_empty() { Err("no type".into()) } else { Ok(()) };
    }
    if url.is_empty() {
        return Err("no url".into());
    }
    let redirect = record.text("headers/location");
    let length = record.text("content_length");
    let more = [("length", &*length), ("method", &*record.text("method")), ("redirect", &*redirect)];
    record.tell(web::path_found(&url, &record.text("status"), &more, options), out)
}
