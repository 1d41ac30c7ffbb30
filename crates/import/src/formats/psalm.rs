//! Psalm JSON (`psalm --output-format=json`): type errors and tainted data flows in PHP.

use crate::common::code::Hit;
use crate::common::layout::{self, Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::Tree;
use crate::common::{ids, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, Finding};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "psalm",
    name: "Psalm",
    summary: "JSON: type errors and taint flows in PHP",
    extensions: &["json"],
    docs: "https://psalm.dev/docs/",
    tool: "psalm",
    sniff,
    parse,
};

static LAYOUT: Layout =
    Layout { format: "psalm", tool: "psalm", version: ("", ""), heads: &[], lists: &[""] };

fn sniff(head: &Head<'_>) -> Sniff {
    match head.keys().filter(|keys| keys.in_array) {
        Some(keys)
            if keys.has("line_from")
                && keys.has_any(&["shortcode", "error_level", "snippet"])
                && keys.has("file_name") =>
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
    let (rule, path) = (record.text("type"), record.first(&["file_name", "file_path"]));
    if rule.is_empty() || path.is_empty() {
        return Err("no type or no file_name".into());
    }
    let (words, code) = (record.text("message"), record.text("snippet"));
    let hit = Hit {
        rule: &rule,
        title: &words,
        severity: ids::severity(&record.text("severity")),
        path: &path,
        line: record.count("line_from"),
        snippet: &code,
        ..Hit::default()
    };
    let finding = Finding {
        references: text::links([&*record.text("link")]),
        ..hit.finding(options.asset_or(AssetKind::Repository))
    };
    record.tell(finding, out)
}
