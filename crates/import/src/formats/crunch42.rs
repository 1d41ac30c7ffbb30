//! 42Crunch API Security Audit JSON: problems of an OpenAPI definition.
//!
//! A problem is at the places of the definition that the report's index names. Criticality goes from 1 (informational) to 5.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::Tree;
use crate::common::{head, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "crunch42",
    name: "42Crunch API Security Audit",
    summary: "JSON: problems of OpenAPI definitions",
    extensions: &["json"],
    docs: "https://docs.42crunch.com/",
    tool: "42crunch",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout {
    version: ("assessmentVersion", ""),
    heads: &["assessmentVersion", "report/index"],
    lists: &["report/security/issues/*", "report/data/issues/*"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let own = |it: &[u8]| head::has(it, "\"issueCounter\"") || head::has(it, "\"openapiState\"");
    Sniff::when(
        keys.has_any(&["assessmentVersion", "taskId", "report"]) && keys.value("report").is_some_and(own),
    )
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let words = record.text("description");
    if words.is_empty() && !record.at("issues").is_array() {
        return Err("neither a description nor issues".into());
    }
    let index = record.head("report/index");
    for issue in record.items("issues") {
        let own = issue.text("criticality");
        let level = if own.is_empty() { record.text("criticality") } else { own };
        let severity = match &*level {
            "5" => Severity::Critical,
            "4" => Severity::High,
            "3" => Severity::Medium,
            "2" => Severity::Low,
            "1" | "0" => Severity::Info,
            _ => Severity::Unknown,
        };
        // A number is a place in the index.
        let pointer = issue.text("pointer");
        let place = index.text(&pointer);
        let place = if place.is_empty() { pointer } else { place };
        let special = issue.text("specificDescription");
        let weakness = WeaknessSeen { rule: text::name(record.key), ..WeaknessSeen::default() };
        let finding = Finding {
            description: text::paragraphs([&*words, &special]),
            tags: vec![if record.list.contains("security") { "security" } else { "data" }.to_owned()],
            ..Finding::new(
                text::title(&words, record.key),
                severity,
                weakness,
                options.asset_or(AssetKind::WebApplication),
                Locus::named("definition", &text::name(&place)),
            )
        };
        record.tell_alone(finding, out)?;
    }
    Ok(())
}
