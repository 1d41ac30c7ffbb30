//! Bugcrowd submissions, as CSV export and as answers of its API: what researchers reported to a bug bounty program.
//!
//! A submission is on the URL or the target that it names. Submissions that are settled carry their state.

use crate::common::layout::Layout;
use crate::common::table::{self};
use crate::common::tree::Tree;
use crate::common::{assets, dates, head, ids, loci, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus};
use std::borrow::Cow;
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "bugcrowd",
    name: "Bugcrowd",
    summary: "submissions: CSV export and API answers",
    extensions: &["csv", "json"],
    docs: "https://docs.bugcrowd.com/customers/submission-management/",
    tool: "bugcrowd",
    sniff,
    parse,
};

const COLUMNS: &[&str] = &["reference_number", "target_name", "title", "priority"];

static LAYOUT: Layout = Layout { lists: &["[]", "data"], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let marks = ["\"attributes\"", "\"bug_url\"", "\"vrt_id\""];
    let listed = head.listed().text("type") == Some("submission") && head.has_all(&marks);
    Sniff::when(listed || keys.holds_all("data", &marks) || head.csv(COLUMNS))
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    if head::begins_json(input)? {
        return LAYOUT.parse(input, options, sink, |record, options, out| {
            // What the API names otherwise, and elsewhere.
            let finding = found(
                |name| match name {
                    "reference_number" => record.text("id"),
                    "priority" => record.text("attributes/severity"),
                    "vrt_name" => record.text("attributes/vrt_id"),
                    "target_name" => record.text("relationships/target/data/name"),
                    name => record.text(&format!("attributes/{name}")),
                },
                options,
            )?;
            record.tell(finding, out)
        });
    }
    table::parse(&FORMAT, COLUMNS, input, options, sink, |row, at, out| {
        let finding = found(|name| row.get(name).into(), options)?;
        out.summary.seen_at = out.summary.seen_at.max(finding.seen_at);
        Ok(out.finding(at, finding, Some(row.raw().as_bytes()))?)
    })
}

fn found<'a>(get: impl Fn(&str) -> Cow<'a, str>, options: &Options) -> Result<Finding, &'static str> {
    let (title, target) = (get("title"), get("target_name"));
    if title.is_empty() {
        return Err("no title");
    }
    let first =
        |names: [&str; 2]| names.map(&get).into_iter().find(|text| !text.is_empty()).unwrap_or_default();
    // Bugcrowd's priorities: P1 is critical, P5 is informational.
    let severity = ids::of_five(get("priority").trim_start_matches(['P', 'p']));
    let url = assets::Url::parse(&first(["bug_url", "target_name"]));
    let asset = options.asset.clone().or_else(|| url.as_ref().and_then(assets::Url::web_application));
    let asset = asset.or_else(|| assets::named(AssetKind::Application, &target));
    let locus =
        url.filter(|url| !url.scheme.is_empty()).map_or(Locus::Whole, |url| loci::route(&url.path, ""));
    let (id, state) = (get("reference_number"), get("state").replace('-', "_"));
    let settled = [
        "resolved",
        "wont_fix",
        "not_applicable",
        "not_reproducible",
        "out_of_scope",
        "duplicate",
        "informational",
    ];
    let duplicate = get("duplicate").eq_ignore_ascii_case("true").then(|| "duplicate".to_owned());
    let rule = format!("submission-{id}");
    Ok(Finding {
        description: text::paragraphs([&*get("description"), &get("vulnerability_description")]),
        fix: text::body(&first(["remediation_advice", "vrt_remediation_advice"])),
        evidence: text::labelled([("Request", &*get("http_request")), ("More", &get("extra_info"))]),
        raw_id: text::some(&id),
        found_at: dates::date(&get("submitted_at")),
        tags: text::some(&first(["vrt_name", "bug_type"])).into_iter().collect(),
        references: text::links([&*get("vulnerability_references")]),
        suppressed: settled.contains(&&*state).then_some(state).or(duplicate),
        ..Finding::new(
            text::title(&title, ""),
            severity,
            WeaknessSeen { rule: text::name(&rule), ..WeaknessSeen::default() },
            asset.unwrap_or_else(|| options.asset_or(AssetKind::Application)),
            locus,
        )
    })
}
