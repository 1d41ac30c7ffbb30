//! Infer JSON (`infer run`, `report.json`): bugs in Java, C, C++, Objective-C and Erlang.
//!
//! Infer's key of a bug is the same when lines move, and is the anchor with the procedure.

use crate::common::code::Hit;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::Tree;
use crate::common::{ids, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Finding};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "infer",
    name: "Infer",
    summary: "report.json: bugs in Java, C, C++ and Objective-C",
    extensions: &["json"],
    docs: "https://fbinfer.com/docs/infer-workflow/",
    tool: "infer",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.listed();
    Sniff::when(keys.has("bug_type") && keys.has_any(&["qualifier", "procedure"]) && keys.has("file"))
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
