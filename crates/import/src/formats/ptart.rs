//! PTART JSON: the hits of penetration tests and their retests (Pentest Assessment and Reporting Tool, Michelin CERT).
//!
//! Attachments and screenshots are left out. A retested hit carries how the retest went.

use crate::common::layout::{self, Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::{self, Tree};
use crate::common::{assets, cvss, dates, head, ids, loci, text};
use crate::error::ParseError;
use crate::format::{Format, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus, Severity};
use serde_json::Value;
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "ptart",
    name: "PTART",
    summary: "JSON of penetration tests: hits and retests",
    extensions: &["json"],
    docs: "https://github.com/certmichelin/PTART",
    tool: "ptart",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout {
    format: "ptart",
    tool: "ptart",
    version: ("", ""),
    heads: &["end_date", "start_date"],
    lists: &["assessments/hits", "retests/hits"],
};

fn sniff(head: &[u8]) -> Sniff {
    match head::Keys::of(head).filter(|keys| !keys.in_array) {
        Some(keys)
            if keys.has_any(&["pentesters", "engagement_overview"])
                && keys.has_any(&["assessments", "executive_summary"]) =>
        {
            Sniff::Yes
        }
        _ => Sniff::No,
    }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    layout::parse(&LAYOUT, input, &options.limits, sink, &mut |record, out| {
        let retest = record.list == "retests/hits";
        let whole: &Value = record;
        let original = if whole.at("original_hit").is_object() { whole.at("original_hit") } else { whole };
        hit(original, record, retest, options, out)
    })
}

fn hit(hit: &Value, record: &Record<'_>, retest: bool, options: &Options, out: &mut Out<'_>) -> Told {
    let (title, id) = (hit.text("title"), hit.text("id"));
    if title.is_empty() {
        return Err("no title".into());
    }
    let url = assets::Url::parse(&hit.text("asset"));
    let asset = url.as_ref().and_then(assets::Url::web_application);
    let asset = asset.or_else(|| url.as_ref().and_then(|url| assets::host(&url.host, [url.host.as_str()])));
    let route = url.as_ref().filter(|url| !url.scheme.is_empty()).map(|url| loci::route(&url.path, ""));
    // 1 is the worst of five.
    let severity = match &*hit.text("severity") {
        "1" => Severity::Critical,
        "2" => Severity::High,
        "3" => Severity::Medium,
        "4" => Severity::Low,
        "5" => Severity::Info,
        word => ids::severity(word),
    };
    let mut weakness = WeaknessSeen { rule: text::name(&title).to_lowercase(), ..WeaknessSeen::default() };
    for cwe in hit.items("cwes") {
        ids::cwes_in(&mut weakness.cwe, &cwe.first(&["cwe_id", "title"]));
    }
    let status = record.text("status");
    let links: Vec<_> = hit.items("references").iter().map(|link| link.text("url")).collect();
    let finding = Finding {
        description: text::paragraphs([
            &*hit.text("body"),
            &if retest { record.text("body") } else { "".into() },
        ]),
        fix: text::body(&hit.text("remediation")),
        cvss: cvss::vectors([&*hit.text("cvss_vector")]),
        cvss_score: hit.number("cvss_score").filter(|score| (0.0..=10.0).contains(score)),
        raw_id: text::some(&id),
        found_at: dates::date(&hit.text("added")),
        seen_at: dates::date(&record.head("end_date").text("")),
        tags: hit
            .texts("labels")
            .iter()
            .filter_map(|label| text::some(label))
            .chain(retest.then(|| "retest".to_owned()))
            .collect(),
        references: tree::links(links),
        suppressed: (status == "F").then(|| "fixed".to_owned()),
        ..Finding::new(
            text::title(&title, ""),
            severity,
            weakness,
            asset.unwrap_or_else(|| options.asset_or(AssetKind::Application)),
            route.unwrap_or(Locus::Whole),
        )
    };
    // The record holds pictures.
    record.tell_alone(finding, out)
}
