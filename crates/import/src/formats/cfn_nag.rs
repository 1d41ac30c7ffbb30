//! cfn_nag JSON (`cfn_nag_scan --output-format json`): rules that resources of CloudFormation templates break, one finding a resource.

use crate::common::layout::{self, Layout, Record, Told};
use crate::common::tree::Tree;
use crate::common::{head, loci, out::Out, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "cfn_nag",
    name: "cfn_nag",
    summary: "JSON: rules broken by the resources of CloudFormation templates",
    extensions: &["json"],
    docs: "https://github.com/stelligent/cfn_nag",
    tool: "cfn_nag",
    sniff,
    parse,
};

static LAYOUT: Layout =
    Layout { format: "cfn_nag", tool: "cfn_nag", version: ("", ""), heads: &[], lists: &[""] };

fn sniff(head: &Head<'_>) -> Sniff {
    let Some(keys) = head.keys() else { return Sniff::No };
    let file = keys.value("file_results").is_some_and(|it| head::has(it, "\"violations\""));
    if keys.has("filename") && file { Sniff::Yes } else { Sniff::No }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    layout::parse(&LAYOUT, input, &options.limits, sink, &mut |record, out| found(record, options, out))
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
