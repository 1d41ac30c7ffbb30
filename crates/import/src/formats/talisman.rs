//! Talisman JSON reports (`talisman --scan`, `talisman_report.json`): files that may hold secrets.
//!
//! Talisman writes what it found into its words; what stands behind the colon is covered, its digest is the anchor.

use crate::common::code::Leak;
use crate::common::layout::{self, Layout, Record, Told};
use crate::common::out::Out;
use crate::common::strings_found::history;
use crate::common::tree::Tree;
use crate::common::{head, ids};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, Finding};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "talisman",
    name: "Talisman",
    summary: "JSON: files that may hold secrets",
    extensions: &["json"],
    docs: "https://thoughtworks.github.io/talisman/",
    tool: "talisman",
    sniff,
    parse,
};

static LAYOUT: Layout =
    Layout { format: "talisman", tool: "talisman", version: ("", ""), heads: &[], lists: &["results"] };

fn sniff(head: &Head<'_>) -> Sniff {
    match head.keys().filter(|keys| !keys.in_array) {
        Some(keys) if keys.value("results").is_some_and(|it| head::has(it, "\"failure_list\"")) => Sniff::Yes,
        Some(keys)
            if keys.has("results")
                && keys.value("summary").is_some_and(|it| head::has(it, "\"filecontent\"")) =>
        {
            Sniff::Yes
        }
        _ => Sniff::No,
    }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    layout::parse(&LAYOUT, input, &options.limits, sink, &mut |record, out| found(record, options, out))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let path = record.text("filename");
    if path.is_empty() {
        return Err("no filename".into());
    }
    for list in ["failure_list", "warning_list", "ignore_list"] {
        for failure in record.items(list) {
            let (kind, words) = (failure.text("type"), failure.text("message"));
            let (title, secret) = words.split_once(": ").unwrap_or((&words, ""));
            let leak = Leak {
                rule: if kind.is_empty() { "filecontent" } else { &kind },
                title,
                severity: ids::severity(&failure.text("severity")),
                path: &path,
                line: None,
                secret,
            };
            let commits = failure.texts("commits");
            let commits: Vec<_> = commits.iter().take(20).map(|commit| ("commit", &**commit)).collect();
            let finding = Finding {
                tags: history(&commits),
                suppressed: (list == "ignore_list").then(|| "ignored".to_owned()),
                ..leak.finding(options.asset_or(AssetKind::Repository))
            };
            record.tell_alone(finding, out)?;
        }
    }
    Ok(())
}
