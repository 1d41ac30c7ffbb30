//! dirsearch: the JSON report of versions 0.4 and later, and of those before.
//!
//! A path that was found is an informational finding on its web application.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::{Tree, Value};
use crate::common::{dates, web};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::Finding;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "dirsearch",
    name: "dirsearch",
    summary: "JSON report: paths that were found, with status and redirect",
    extensions: &["json"],
    docs: "https://github.com/maurosoria/dirsearch#reports",
    tool: "dirsearch",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout =
    Layout { heads: &["info"], lists: &["results", "results/*[]"], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let info = keys.holds_any("info", &["dirsearch", "\"args\""]);
    Sniff::when(keys.has("results") && info)
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    result(record, record, "", options, out)
}

fn result(record: &Record<'_>, it: &Value<'_>, base: &str, options: &Options, out: &mut Out<'_>) -> Told {
    // Old versions: {"http://host/": [{"path": ...}]}.
    if base.is_empty()
        && let Some(sites) = it.as_object().filter(|it| it.keys().any(|key| key.contains("://")))
    {
        for (base, found) in sites {
            for it in record.items_of(found, "") {
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
