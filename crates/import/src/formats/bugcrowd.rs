//! Bugcrowd CSV export of submissions: what researchers reported to a bug bounty program.
//!
//! A submission is on the URL or the target that it names. Submissions that are settled carry their state.

use crate::common::out::Out;
use crate::common::table::{Row, Table};
use crate::common::{assets, dates, head, ids, loci, text};
use crate::error::ParseError;
use crate::format::{Format, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "bugcrowd",
    name: "Bugcrowd",
    summary: "CSV export of submissions",
    extensions: &["csv"],
    docs: "https://docs.bugcrowd.com/customers/submission-management/",
    tool: "bugcrowd",
    sniff,
    parse,
};

fn sniff(head: &[u8]) -> Sniff {
    if head::csv(head, COLUMNS) { Sniff::Yes } else { Sniff::No }
}

const COLUMNS: &[&str] = &["reference_number", "target_name", "title", "priority"];

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    let table = Table::open(input, &options.limits, "bugcrowd", COLUMNS)?;
    out.source("bugcrowd", "");
    table.rows(&mut out, &mut |row, at, out| {
        if row.get("title").is_empty() {
            return Err("no title".into());
        }
        let finding = found(row, options);
        out.summary.seen_at = out.summary.seen_at.max(finding.seen_at);
        Ok(out.finding(at, finding, Some(row.raw().as_bytes()))?)
    })?;
    out.finish("bugcrowd")
}

fn found(row: &Row<'_>, options: &Options) -> Finding {
    // Bugcrowd's priorities: P1 is critical, P5 is informational.
    let severity = ids::of_five(row.get("priority").trim_start_matches(['P', 'p']));
    let place = row.first(&["bug_url", "target_name"]);
    let url = assets::Url::parse(place);
    let asset = options.asset.clone().or_else(|| url.as_ref().and_then(assets::Url::web_application));
    let asset = asset.or_else(|| assets::named(AssetKind::Application, row.get("target_name")));
    let locus =
        url.filter(|url| !url.scheme.is_empty()).map_or(Locus::Whole, |url| loci::route(&url.path, ""));
    let (id, state) = (row.get("reference_number"), row.get("state"));
    let settled = [
        "resolved",
        "wont_fix",
        "not_applicable",
        "not_reproducible",
        "out_of_scope",
        "duplicate",
        "informational",
    ];
    let rule = format!("submission-{id}");
    Finding {
        description: text::paragraphs([row.get("description"), row.get("vulnerability_description")]),
        fix: text::body(row.first(&["remediation_advice", "vrt_remediation_advice"])),
        evidence: text::labelled([("Request", row.get("http_request")), ("More", row.get("extra_info"))]),
        raw_id: text::some(id),
        found_at: dates::date(row.get("submitted_at")),
        tags: text::some(row.first(&["vrt_name", "bug_type"])).into_iter().collect(),
        references: text::links([row.get("vulnerability_references")]),
        suppressed: settled.contains(&state).then(|| text::name(state)),
        ..Finding::new(
            text::title(row.get("title"), ""),
            severity,
            WeaknessSeen { rule: text::name(&rule), ..WeaknessSeen::default() },
            asset.unwrap_or_else(|| options.asset_or(AssetKind::Application)),
            locus,
        )
    }
}
