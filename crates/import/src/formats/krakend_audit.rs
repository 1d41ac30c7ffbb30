//! KrakenD: the audit of a gateway's configuration (`krakend audit --format json`).

use crate::common::layout::{self, Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::Tree;
use crate::common::{ids, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "krakend_audit",
    name: "KrakenD Audit",
    summary: "JSON audit: recommendations for a gateway's configuration",
    extensions: &["json"],
    docs: "https://www.krakend.io/docs/configuration/audit/",
    tool: "krakend-audit",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout {
    format: "krakend_audit",
    tool: "krakend-audit",
    version: ("", ""),
    heads: &[],
    lists: &["recommendations"],
};

fn sniff(head: &Head<'_>) -> Sniff {
    let is_one = head.keys().is_some_and(|keys| keys.has("recommendations") && keys.has("stats"));
    if is_one { Sniff::Yes } else { Sniff::No }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    layout::parse(&LAYOUT, input, &options.limits, sink, &mut |record, out| {
        recommendation(record, options, out)
    })
}

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
