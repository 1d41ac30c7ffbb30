//! Alert Logic: the CSV export of vulnerabilities.
//!
//! One finding per row, on the host; times are written with the month first.

use crate::common::out::{Out, Stop};
use crate::common::table::{self, Row};
use crate::common::{assets, dates, ids, loci, text};
use crate::error::ParseError;
use crate::format::{Format, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{Cpe, Finding};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "alertlogic",
    name: "Alert Logic",
    summary: "CSV export: vulnerabilities of hosts with CVE, port, evidence, resolution",
    extensions: &["csv"],
    docs: "https://docs.alertlogic.com/",
    tool: "alertlogic",
    sniff: |head| Sniff::when(head.csv(COLUMNS)),
    parse,
};

const COLUMNS: &[&str] = &["Vulnerability", "Deployment Name", "Asset Name", "Vulnerability Key"];

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    table::parse(&FORMAT, COLUMNS, input, options, sink, |row, at, out| vulnerability(row, at, options, out))
}

fn vulnerability(row: &Row<'_>, at: &Place, options: &Options, out: &mut Out<'_>) -> Result<(), Stop> {
    let rule = text::some(row.first(&["Vulnerability ID", "Vulnerability"])).ok_or("no Vulnerability ID")?;
    let mut weakness = WeaknessSeen { rule, ..WeaknessSeen::default() };
    row.get("CVE").split([',', ' ']).for_each(|cve| ids::push_id(&mut weakness.ids, cve));
    let asset = assets::machine([row.get("Asset Name"), row.get("IP Address")], [])
        .or_else(|| options.asset.clone())
        .ok_or("neither host nor address")?;
    let (protocol, port) = row.get("Protocol/Port").split_once('/').unwrap_or_default();
    let os = Cpe::parse(row.get("Operating System")).map(|cpe| format!("os:{}", cpe.package()));
    let tags =
        [("deployment", "Deployment Name"), ("account", "Customer Account"), ("network", "VPC/Network")];
    let tags = tags
        .into_iter()
        .filter_map(|(kind, name)| text::some(row.get(name)).map(|it| format!("{kind}:{it}")));
    let exploited = row.get("CISA Known Exploited").eq_ignore_ascii_case("yes");
    let finding = Finding {
        description: text::body(row.get("Description")),
        fix: text::body(row.get("Resolution")),
        cvss_score: row.get("CVSS Score").parse().ok(),
        evidence: text::body(row.get("Evidence")),
        raw_id: text::some(row.first(&["Vulnerability Span ID", "Vulnerability Key"])),
        seen_at: dates::month_first(row.get("Last Scanned")),
        found_at: dates::month_first(row.get("First Seen")),
        tags: tags.chain(os).chain(exploited.then(|| "known-exploited".to_owned())).collect(),
        ..Finding::new(
            text::title(row.get("Vulnerability"), &weakness.rule),
            ids::severity(row.get("Severity")),
            weakness,
            asset,
            loci::port(protocol, port),
        )
    };
    out.summary.seen_at = out.summary.seen_at.max(finding.seen_at);
    Ok(out.finding(at, finding, Some(row.raw().as_bytes()))?)
}
