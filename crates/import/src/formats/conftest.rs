//! Conftest JSON (`conftest test -o json`): Open Policy Agent's verdicts on configuration files. A failure is high and a warning
//! medium, unless the policy's metadata rates it; exceptions are told as suppressed.

use crate::common::layout::{Layout, Record, Told};
use crate::common::tree::{Tree, links, paragraphs};
use crate::common::{ids, loci, out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "conftest",
    name: "Conftest (Open Policy Agent)",
    summary: "JSON: policies that configuration files fail",
    extensions: &["json"],
    docs: "https://www.conftest.dev/options/",
    tool: "conftest",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    Sniff::when(
        keys.has_all(&["filename", "namespace"]) && keys.has_any(&["successes", "failures", "warnings"]),
    )
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let file = record.text("filename");
    if file.is_empty() {
        return Err("no filename".into());
    }
    let namespace = record.text("namespace");
    for (list, rated) in
        [("failures", Severity::High), ("warnings", Severity::Medium), ("exceptions", Severity::Medium)]
    {
        for item in record.items(list) {
            let message = item.text("msg");
            let metadata = item.at("metadata");
            // Only some policies name themselves; else the message is all there is.
            let named = metadata.first(&["id", "code", "details/policyID", "short_name"]);
            let rule = if named.is_empty() { text::line(&message, text::TITLE) } else { named };
            let severity = match ids::severity(&metadata.first(&["severity", "details/severity"])) {
                Severity::Unknown => rated,
                severity => severity,
            };
            let query = metadata.text("query");
            let anchor = loci::snippet(&message);
            let weakness =
                WeaknessSeen { rule: text::name(&format!("{namespace}:{rule}")), ..WeaknessSeen::default() };
            let finding = Finding {
                description: paragraphs([metadata.text("description")]),
                evidence: paragraphs([message.clone(), query]),
                references: links([metadata.text("url")]),
                suppressed: (list == "exceptions").then(|| "exception".to_owned()),
                ..Finding::new(
                    text::title(&message, &rule),
                    severity,
                    weakness,
                    options.asset_or(AssetKind::Repository),
                    loci::file(&file, &anchor),
                )
            };
            record.tell(finding, out)?;
        }
    }
    Ok(())
}
