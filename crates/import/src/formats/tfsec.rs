//! tfsec JSON (`tfsec -f json`): checks that Terraform code fails. Ignored results are told as such.

use crate::common::layout::{Layout, Record, Told};
use crate::common::tree::{Tree, links, paragraphs};
use crate::common::{ids, loci, out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "tfsec",
    name: "tfsec",
    summary: "JSON: checks that Terraform code fails",
    extensions: &["json"],
    docs: "https://aquasecurity.github.io/tfsec/",
    tool: "tfsec",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &["results"], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let ours = head.has_all(&["\"rule_description\"", "\"location\""])
        || head.has("\"rule_provider\"")
        || head.has_all(&["\"rule_id\"", "\"passed\"", "\"start_line\"", "tfsec.dev"]);
    Sniff::when(keys.has("results") && ours)
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let rule = record.first(&["rule_id", "long_id"]);
    if rule.is_empty() {
        return Err("no rule_id".into());
    }
    // 1 is a check that passed, 2 one that was ignored; older versions say `passed`.
    let status = record.text("status");
    if status == "1" || record.is_true("passed") {
        return Ok(());
    }
    let resource = record.text("resource");
    let weakness = WeaknessSeen { rule: text::name(&rule), ..WeaknessSeen::default() };
    let (rule_words, words) = (record.text("rule_description"), record.text("description"));
    let finding = Finding {
        description: paragraphs([words.clone(), record.text("impact")]),
        fix: text::body(&record.text("resolution")),
        evidence: text::body(&resource),
        component_name: text::name(&resource),
        line: record.count("location/start_line"),
        raw_id: Some(text::name(&record.first(&["long_id", "rule_id"]))),
        references: links(record.texts("links").into_iter().chain([record.text("link")])),
        suppressed: (status == "2").then(|| "ignored".to_owned()),
        ..Finding::new(
            text::title(&rule_words, &words),
            ids::severity(&record.text("severity")),
            weakness,
            options.asset_or(AssetKind::Repository),
            loci::file(&record.text("location/filename"), &text::name(&resource)),
        )
    };
    record.tell(finding, out)
}
