//! KubeLinter JSON (`--format json`): one finding a report of a check on an object in a manifest. The tool does not rate
//! them: all are medium.

use crate::common::layout::{Layout, Record, Told};
use crate::common::tree::{Tree, paragraphs};
use crate::common::{dates, loci, out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "kube_linter",
    name: "KubeLinter",
    summary: "JSON: checks of Kubernetes manifests that failed",
    extensions: &["json"],
    docs: "https://docs.kubelinter.io/",
    tool: "kube-linter",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout {
    version: ("Summary", "KubeLinterVersion"),
    heads: &["Checks", "Summary"],
    lists: &["Reports"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    Sniff::when(keys.has("Checks") && (keys.has("Reports") || head.has("\"objectKinds\"")))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let rule = record.text("Check");
    if rule.is_empty() {
        return Err("no Check".into());
    }
    let object = record.at("Object/K8sObject");
    let about = record.head("Checks").as_array().into_iter().flatten().find(|it| it.text("name") == rule);
    let named = format!("{}/{}", object.text("GroupVersionKind/Kind"), object.text("Name"));
    let parts = [&*object.text("Namespace"), &named]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("/");
    let message = record.text("Diagnostic/Message");
    let anchor = format!("{parts} {}", loci::snippet(&message));
    let weakness = WeaknessSeen { rule: text::name(&rule), ..WeaknessSeen::default() };
    let finding = Finding {
        description: paragraphs([about.map(|it| it.text("description")).unwrap_or_default()]),
        fix: text::body(&record.text("Remediation")),
        evidence: text::body(&message),
        component_name: text::name(&named),
        raw_id: Some(text::name(&rule)),
        seen_at: dates::date(&record.head("Summary").text("CheckEndTime")),
        ..Finding::new(
            text::title(&message, &rule),
            Severity::Medium,
            weakness,
            options.asset_or(AssetKind::Repository),
            loci::file(&record.text("Object/Metadata/FilePath"), &anchor),
        )
    };
    record.tell(finding, out)
}
