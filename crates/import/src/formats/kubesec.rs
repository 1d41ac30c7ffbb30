//! Kubesec JSON (`kubesec scan`): what a Kubernetes object does that is critical, and what it should do. Of what passed nothing is told.

use crate::common::layout::{Layout, Record, Told};
use crate::common::tree::Tree;
use crate::common::{loci, out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "kubesec",
    name: "Kubesec",
    summary: "JSON: critical settings of Kubernetes objects, and advice",
    extensions: &["json"],
    docs: "https://kubesec.io/",
    tool: "kubesec",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    Sniff::when(keys.has_all(&["object", "valid", "score"]) && keys.has_any(&["scoring", "message"]))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let object = record.text("object");
    if object.is_empty() {
        return Err("no object".into());
    }
    let file = record.text("fileName");
    if record.text("valid") == "false" {
        out.gap(text::name(&format!("{object} of {file}")), text::name(&record.text("message")));
    }
    for (list, severity) in [("critical", Severity::High), ("advise", Severity::Low)] {
        for it in record.items(&format!("scoring/{list}")) {
            let (rule, reason, selector) =
                (it.first(&["id", "selector"]), it.text("reason"), it.text("selector"));
            if rule.is_empty() {
                return Err("a check without id".into());
            }
            let weakness = WeaknessSeen { rule: text::name(&rule), ..WeaknessSeen::default() };
            let points = it.text("points");
            let finding = Finding {
                evidence: text::labelled([
                    ("object", &*object),
                    ("selector", &*selector),
                    ("points", &*points),
                ]),
                component_name: text::name(&object),
                raw_id: text::some(&rule),
                tags: vec![list.to_owned()],
                ..Finding::new(
                    text::title(&reason, &rule),
                    severity,
                    weakness,
                    options.asset_or(AssetKind::Repository),
                    loci::file(&file, &text::name(&object)),
                )
            };
            record.tell(finding, out)?;
        }
    }
    Ok(())
}
