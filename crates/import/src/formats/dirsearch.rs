//! dirsearch: the JSON report of versions 0.4 and later, and of those before.
//!
//! A path that was found is an informational finding on its web application.

use crate::common::layout::{self, Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::{Tree, Value};
use crate::common::{dates, head, web};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::Finding;
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "dirsearch",
    name: "dirsearch",
    summary: "JSON report: paths that were found, with status and redirect",
    extensions: &["json"],
    docs: "https://github.com/maurosoria/dirsearch#reports",
    tool: "dirsearch",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout {
    format: "dirsearch",
    tool: "dirsearch",
    version: ("", ""),
    heads: &["info"],
    lists: &["results", "results/*[]"],
};

fn sniff(head: &Head<'_>) -> Sniff {
    let is_one = head.keys().is_some_and(|keys| {
        let info = keys
            .value("info")
            .is_some_and(|info| head::has(info, "dirsearch") || head::has(info, "\"args\""));
        keys.has("results") && info
    });
    if is_one { Sniff::Yes } else { Sniff::No }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    layout::parse(&LAYOUT, input, &options.limits, sink, &mut |record, out| {
        result(record, record, "", options, out)
    })
}

fn result(record: &Record<'_>, it: &Value<'_>, base: &str, options: &Options, out: &mut Out<'_>) -> Told {
    // Old versions: {"http://host/": [{"path": ...}]}.
    if base.is_empty()
        && let Some(sites) = it.as_object().filter(|it| it.keys().any(|key| key.contains("://")))
    {
        for (base, found) in sites {
            for it in found.as_array().into_iter().flatten() {
                result(record, it, base, options, out)?;
            }
        }
        return Ok(());
    }
    let path = it.first(&["url", "path"]);
    if path.is_empty() {
        return Err("neither url nor path".into());
    }
    let url = if path.contains("://") {
        path.into_owned()
    } else {
        format!("{}/{}", base.trim_end_matches('/'), path.trim_start_matches('/'))
    };
    let (length, redirect) = (it.text("content-length"), it.text("redirect"));
    let more = [("length", &*length), ("redirect", &*redirect)];
    let finding = Finding {
        seen_at: dates::date(&record.head("info").text("time")),
        ..web::path_found(&url, &it.text("status"), &more, options)
    };
    record.tell(finding, out)
}
