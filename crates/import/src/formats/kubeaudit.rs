//! kubeaudit JSON lines (`kubeaudit all -p json`): what is missing or wrong in Kubernetes objects. Errors are weaknesses, warnings
//! lesser ones; what it only informs of is left out.

use crate::common::layout::{Layout, Record, Told};
use crate::common::tree::Tree;
use crate::common::{dates, out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "kubeaudit",
    name: "kubeaudit",
    summary: "JSON lines: settings of Kubernetes objects that are missing or dangerous",
    extensions: &["json", "jsonl"],
    docs: "https://github.com/Shopify/kubeaudit#using-kubeaudit",
    tool: "kubeaudit",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    Sniff::when(keys.has("AuditResultName") && keys.has_any(&["level", "msg", "ResourceKind"]))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let rule = record.text("AuditResultName");
    if rule.is_empty() {
        return Err("no AuditResultName".into());
    }
    let severity = match &*record.text("level") {
        "error" => Severity::High,
        "warning" | "warn" => Severity::Medium,
        "info" | "debug" | "trace" => return Ok(()),
        _ => Severity::Unknown,
    };
    let parts =
        ["ResourceNamespace", "ResourceKind", "ResourceName", "Container"].map(|key| record.text(key));
    let object: Vec<_> = parts.iter().filter(|part| !part.is_empty()).map(|part| &**part).collect();
    let object = object.join("/");
    // What else it says is about the rule: `MissingAnnotation`, `Capability`, `SeccompProfileType`.
    let common = ["AuditResultName", "level", "msg", "time", "Container"];
    let about = record.as_object().into_iter().flatten();
    let about = about.filter(|(key, _)| !common.contains(key) && !key.starts_with("Resource"));
    let about: Vec<_> = about.map(|(key, _)| (key, record.text(key))).collect();
    let capability = record.text("Capability");
    let locus = if capability.is_empty() { object.clone() } else { format!("{object}#{capability}") };
    let weakness = WeaknessSeen { rule: text::name(&rule), ..WeaknessSeen::default() };
    let finding = Finding {
        evidence: text::labelled(about.iter().map(|(key, value)| (*key, &**value))),
        component_name: text::name(&object),
        raw_id: text::some(&rule),
        seen_at: dates::date(&record.text("time")),
        ..Finding::new(
            text::title(&record.text("msg"), &rule),
            severity,
            weakness,
            options.asset_or(AssetKind::CloudResource),
            Locus::named("object", &text::name(&locus)),
        )
    };
    record.tell(finding, out)
}
