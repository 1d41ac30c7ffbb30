//! RuboCop JSON (`rubocop --format json`): offenses by file.
//!
//! RuboCop gives no code: cop and file are the place.

use crate::common::code::Hit;
use crate::common::layout::{self, Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::Tree;
use crate::common::{head, ids};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, Finding, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "rubocop",
    name: "RuboCop",
    summary: "JSON: offenses in Ruby code",
    extensions: &["json"],
    docs: "https://docs.rubocop.org/rubocop/formatters.html",
    tool: "rubocop",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout {
    format: "rubocop",
    tool: "rubocop",
    version: ("metadata", "rubocop_version"),
    heads: &["metadata"],
    lists: &["files"],
};

fn sniff(head: &Head<'_>) -> Sniff {
    match head.keys().filter(|keys| !keys.in_array) {
        Some(keys) if keys.value("metadata").is_some_and(|it| head::has(it, "\"rubocop_version\"")) => {
            Sniff::Yes
        }
        _ => Sniff::No,
    }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    layout::parse(&LAYOUT, input, &options.limits, sink, &mut |record, out| found(record, options, out))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let path = record.text("path");
    if path.is_empty() {
        return Err("no path".into());
    }
    for offense in record.items("offenses") {
        let (rule, words) = (offense.text("cop_name"), offense.text("message"));
        let severity = match &*offense.text("severity") {
            "convention" | "refactor" => Severity::Info,
            word => ids::severity(word),
        };
        let hit = Hit {
            rule: &rule,
            title: &words,
            severity,
            path: &path,
            line: offense.count("location/line").or(offense.count("location/start_line")),
            ..Hit::default()
        };
        let corrected = offense.is_true("corrected").then(|| "corrected".to_owned());
        let finding =
            Finding { suppressed: corrected, ..hit.finding(options.asset_or(AssetKind::Repository)) };
        record.tell_alone(finding, out)?;
    }
    Ok(())
}
