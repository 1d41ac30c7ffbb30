//! Contrast Assess: the CSV export of vulnerabilities.
//!
//! One finding per vulnerability, on the application; the rule is Contrast's rule name, the place the request's route.

use crate::common::out::{Out, Stop};
use crate::common::table::{self, Row};
use crate::common::{assets, dates, ids, loci, text};
use crate::error::ParseError;
use crate::format::{Format, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "contrast",
    name: "Contrast",
    summary: "CSV export: vulnerabilities of applications by rule and route",
    extensions: &["csv"],
    docs: "https://docs.contrastsecurity.com/en/export-vulnerabilities.html",
    tool: "contrast",
    sniff: |head| Sniff::when(head.csv(COLUMNS)),
    parse,
};

const COLUMNS: &[&str] = &["Vulnerability Name", "Vulnerability ID", "Rule Name", "Application Name"];

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    table::parse(&FORMAT, COLUMNS, input, options, sink, |row, at, out| vulnerability(row, at, options, out))
}

fn vulnerability(row: &Row<'_>, at: &Place, options: &Options, out: &mut Out<'_>) -> Result<(), Stop> {
    let rule = text::some(row.get("Rule Name")).ok_or("no Rule Name")?;
    let mut weakness = WeaknessSeen { rule, ..WeaknessSeen::default() };
    ids::cwes_in(&mut weakness.cwe, row.get("CWE ID"));
    let asset = assets::named(AssetKind::Application, row.get("Application Name"))
        .unwrap_or_else(|| options.asset_or(AssetKind::Application));
    let route = row.get("Request URI");
    let status = row.get("Status").to_lowercase();
    let suppressed = match status.as_str() {
        "fixed" | "remediated" | "remediated - auto-verified" | "auto-remediated" => Some(Finding::FIXED),
        "not a problem" => Some("false positive"),
        _ => None,
    };
    let request = [
        ("method", row.get("Request Method")),
        ("route", route),
        ("query", row.get("Request Qs")),
        ("body", row.get("Request Body")),
    ];
    let date = |names: [&str; 2]| names.into_iter().find_map(|name| dates::date(row.get(name)));
    let finding = Finding {
        evidence: text::labelled(request),
        raw_id: text::some(row.get("Vulnerability ID")),
        seen_at: date(["Last Seen Datetime", "Last Seen"]),
        found_at: date(["First Seen Datetime", "First Seen"]),
        tags: text::some(row.get("Category"))
            .map(|category| format!("category:{category}"))
            .into_iter()
            .collect(),
        suppressed: suppressed.map(str::to_owned),
        ..Finding::new(
            text::title(row.get("Vulnerability Name"), &weakness.rule),
            ids::severity(row.get("Severity")),
            weakness,
            asset,
            if route.is_empty() { Locus::Whole } else { loci::route(route, "") },
        )
    };
    out.summary.seen_at = out.summary.seen_at.max(finding.seen_at);
    Ok(out.finding(at, finding, Some(row.raw().as_bytes()))?)
}
