//! Infer JSON (`infer run`, `report.json`): bugs in Java, C, C++, Objective-C and Erlang.
//!
//! Infer's key of a bug is the same when lines move, and is the anchor with the procedure.

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
    id: "infer",
    name: "Infer",
    summary: "report.json: bugs in Java, C, C++ and Objective-C",
    extensions: &["json"],
    docs: "https://fbinfer.com/docs/infer-workflow/",
    tool: "infer",
    sniff,
    parse,
};

static LAYOUT: Layout =
    Layout { format: "infer", tool: "infer", version: ("", ""), heads: &[], lists: &[""] };

fn sniff(head: &Head<'_>) -> Sniff {
    match head.keys().filter(|keys| keys.in_array) {
        Some(keys)
            if keys.has("bug_type") && keys.has_any(&["qualifier", "procedure"]) && keys.has("file") =>
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
    let (rule, path) = (record.text("bug_type"), record.text("file"));
    if rule.is_empty() || path.is_empty() {
        return Err("no bug_type or no file".into());
    }
    let key = record.first(&["key", "node_key", "hash", "procedure"]);
    let hit = Hit {
        rule: &rule,
        title: &record.first(&["bug_type_hum", "bug_type"]),
        severity: ids::severity(&record.first(&["severity", "kind"])),
        path: &path,
        line: record.count("line"),
        anchor: &key,
        ..Hit::default()
    };
    let steps = record.items("bug_trace").iter().map(|step| {
        format!("{}:{} {}", step.text("filename"), step.text("line_number"), step.text("description"))
    });
    let steps: Vec<_> = steps.take(200).collect();
    let finding = Finding {
        description: text::body(&record.text("qualifier")),
        evidence: text::labelled([("Procedure", &*record.text("procedure")), ("Trace", &steps.join("\n"))]),
        raw_id: text::some(&record.first(&["hash", "key"])),
        ..hit.finding(options.asset_or(AssetKind::Repository))
    };
    record.tell(finding, out)
}
