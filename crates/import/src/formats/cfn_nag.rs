//! cfn_nag JSON (`cfn_nag_scan --output-format json`): rules that resources of CloudFormation templates break, one finding a resource.

use crate::common::layout::{Layout, Record, Told};
use crate::common::tree::Tree;
use crate::common::{loci, out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "cfn_nag",
    name: "cfn_nag",
    summary: "JSON: rules broken by the resources of CloudFormation templates",
    extensions: &["json"],
    docs: "https://github.com/stelligent/cfn_nag",
    tool: "cfn_nag",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let file = keys.holds("file_results", "\"violations\"");
    Sniff::when(keys.has("filename") && file)
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let file = record.text("filename");
    if !record.at("file_results").is_object() {
        return Err("no file_results".into());
    }
    for it in record.items("file_results/violations") {
        let rule = it.text("id");
        if rule.is_empty() {
            return Err("a violation without id".into());
        }
        // A template that could not be read is a violation with this id.
        if rule == "FATAL" {
            out.gap(loci::path(&file), text::name(&it.text("message")));
            continue;
        }
        let severity = if it.text("type") == "WARN" { Severity::Medium } else { Severity::High };
        let resources = it.texts("logical_resource_ids");
        let lines = it.texts("line_numbers");
        let all = resources.len().max(1);
        for at in 0..all {
            let resource = resources.get(at).cloned().unwrap_or_default();
            let weakness = WeaknessSeen { rule: text::name(&rule), ..WeaknessSeen::default() };
            let finding = Finding {
                component_name: text::name(&resource),
                line: lines.get(at).and_then(|line| line.parse().ok()).filter(|line| *line > 0),
                raw_id: text::some(&rule),
                tags: text::tags([("check", &*it.text("name"))]),
                ..Finding::new(
                    text::title(&it.text("message"), &rule),
                    severity,
                    weakness,
                    options.asset_or(AssetKind::Repository),
                    loci::file(&file, &text::name(&resource)),
                )
            };
            record.tell(finding, out)?;
        }
    }
    Ok(())
}
