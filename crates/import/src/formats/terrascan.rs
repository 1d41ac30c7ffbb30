//! Terrascan JSON (`terrascan scan -o json`): policies that infrastructure code violates; skipped ones are told as such.

use crate::common::layout::{Layout, Record, Told};
use crate::common::tree::Tree;
use crate::common::{ids, loci, out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "terrascan",
    name: "Terrascan",
    summary: "JSON: violated and skipped policies of infrastructure code",
    extensions: &["json"],
    docs: "https://runterrascan.io/docs/",
    tool: "terrascan",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout {
    heads: &["results/scan_summary"],
    lists: &["results/violations", "results/skipped_violations"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let ours = head.has("\"scan_summary\"")
        || head.has_all(&["\"rule_name\"", "\"violations\""])
            && head.has_any(&["\"plan_root\"", "\"resource_type\""]);
    Sniff::when(keys.has("results") && ours)
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let rule = record.first(&["rule_id", "rule_name"]);
    if rule.is_empty() {
        return Err("no rule".into());
    }
    let resource = format!("{}.{}", record.text("resource_type"), record.text("resource_name"));
    let weakness = WeaknessSeen { rule: text::name(&rule), ..WeaknessSeen::default() };
    let reason = record.text("skip_comment");
    let skipped = record.list.ends_with("skipped_violations");
    let finding = Finding {
        evidence: text::body(&resource),
        component_name: text::name(&resource),
        line: record.count("line"),
        raw_id: Some(text::name(&rule)),
        tags: text::tags([("category", &*record.text("category"))]),
        suppressed: skipped.then(|| text::because("skipped", &reason)),
        ..Finding::new(
            text::title(&record.text("description"), &rule),
            ids::severity(&record.text("severity")),
            weakness,
            options.asset_or(AssetKind::Repository),
            loci::file(&record.text("file"), &text::name(&resource)),
        )
    };
    record.tell(finding, out)
}
