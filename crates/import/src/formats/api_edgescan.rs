//! Edgescan: vulnerabilities of its API.
//!
//! One finding per vulnerability, on the web application or the host at its location.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::{self, Tree};
use crate::common::{assets, dates, html, ids, text, web};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{Finding, Locus, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "api_edgescan",
    name: "Edgescan",
    summary: "API vulnerabilities: location, CVEs, CWEs, remediation, state",
    extensions: &["json"],
    docs: "https://www.edgescan.com/api/",
    tool: "edgescan",
    sniff,
    parse,
};

static ONE_BY_ONE: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };
static LISTED: Layout = Layout { lists: &["vulnerabilities[]"], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let one = keys.has("location_specifier_id") || keys.has_all(&["asset_id", "date_opened"]);
    let listed = keys.holds("vulnerabilities", "\"location_specifier_id\"");
    Sniff::when(one || listed)
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let head = Head::peek(input)?;
    let listed = head.keys().has("vulnerabilities");
    let layout = if listed { &LISTED } else { &ONE_BY_ONE };
    layout.parse(input, options, sink, vulnerability)
}

fn vulnerability(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let name = text::some(&record.text("name")).ok_or("no name")?;
    let rule = record.first(&["definition_id", "type_id"]);
    let rule = if rule.is_empty() { name.to_lowercase() } else { rule.into_owned() };
    let mut weakness = WeaknessSeen { rule, ..WeaknessSeen::default() };
    record.texts("cves").iter().for_each(|cve| ids::push_id(&mut weakness.ids, cve));
    weakness.cwe = tree::cwes(record.texts("cwes"));
    let location = record.text("location");
    let (asset, locus) = if location.contains("://") {
        web::spot(&location, "", options)
    } else {
        let asset = assets::machine([&*location], []).or_else(|| options.asset.clone());
        (asset.ok_or("neither host nor address")?, Locus::Whole)
    };
    let level = record.text("severity");
    let severity = match ids::severity_of_five(&level) {
        Severity::Unknown => ids::severity(&level),
        severity => severity,
    };
    let suppressed = match &*record.text("status") {
        "closed" => Some(Finding::FIXED),
        "risk accepted" | "risk_accepted" => Some("risk accepted"),
        _ => None,
    };
    let tags = record.text("asset_tags");
    let label = record.text("asset_name");
    let finding = Finding {
        description: text::body(&html::plain(&record.text("description"))),
        fix: text::body(&html::plain(&record.text("remediation"))),
        cvss: tree::vectors([record.text("cvss_vector")]),
        cvss_score: record.number("cvss_score"),
        evidence: text::labelled([("location", &*location), ("asset", &*label)]),
        raw_id: text::some(&record.text("id")),
        seen_at: dates::date(&record.text("date_last_seen")),
        found_at: dates::date(&record.text("date_opened")),
        tags: tags.split(',').filter_map(text::some).take(50).collect(),
        suppressed: suppressed.map(str::to_owned),
        ..Finding::new(text::title(&name, ""), severity, weakness, asset, locus)
    };
    record.tell(finding, out)
}
