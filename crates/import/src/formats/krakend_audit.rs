//! KrakenD: the audit of a gateway's configuration (`krakend audit --format json`).

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::Tree;
use crate::common::{ids, text};
use crate::format::{Format, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "krakend_audit",
    name: "KrakenD Audit",
    summary: "JSON audit: recommendations for a gateway's configuration",
    extensions: &["json"],
    docs: "https://www.krakend.io/docs/configuration/audit/",
    tool: "krakend-audit",
    sniff: |head| Sniff::when(head.keys().has_all(&["recommendations", "stats"])),
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, recommendation),
};

static LAYOUT: Layout = Layout { lists: &["recommendations"], ..Layout::of(&FORMAT) };

fn recommendation(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let rule = text::some(&record.text("rule")).ok_or("no rule")?;
    let weakness = WeaknessSeen { rule: rule.clone(), ..WeaknessSeen::default() };
    let message = record.text("message");
    let finding = Finding {
        fix: text::body(&message),
        raw_id: Some(rule.clone()),
        ..Finding::new(
            text::title(&message, &rule),
            ids::severity(&record.text("severity")),
            weakness,
            options.asset_or(AssetKind::Application),
            Locus::Whole,
        )
    };
    record.tell(finding, out)
}
