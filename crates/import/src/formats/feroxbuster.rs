//! feroxbuster JSON lines (`--json -o file`). A path that was found is an informational finding on its web application; answers of a
//! server that has something for every path are left out.

use crate::common::layout::{Layout, Record, Told};
use crate::common::tree::Tree;
use crate::common::{out::Out, web};
use crate::format::{Format, Head, Options, Sniff};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "feroxbuster",
    name: "feroxbuster",
    summary: "JSON lines: paths that were found",
    extensions: &["json", "jsonl"],
    docs: "https://epi052.github.io/feroxbuster-docs/",
    tool: "feroxbuster",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    Sniff::when(match keys.text("type") {
        Some("response") => keys.has_all(&["wildcard", "content_length"]),
        Some("configuration") => keys.has_all(&["wordlist", "status_codes"]),
        Some("statistics") => keys.has_all(&["wildcards_filtered", "requests"]),
        _ => false,
    })
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
