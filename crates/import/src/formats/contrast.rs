//! Contrast Security CSV: vulnerabilities that agents in running applications saw, and trace what was asked.
//!
//! A vulnerability is on the application, at the route of the request where there was one. Statuses that settle it are kept.

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
    id: "contrast",
    name: "Contrast Security",
    summary: "CSV export of vulnerabilities",
    extensions: &["csv"],
    docs: "https://docs.contrastsecurity.com/en/vulnerabilities.html",
    tool: "contrast",
    sniff,
    parse,
};

fn sniff(head: &[u8]) -> Sniff {
    if head::csv(head, COLUMNS) { Sniff::Yes } else { Sniff::No }
}

const COLUMNS: &[&str] =
    &["Vulnerability Name", "Vulnerability ID", "Rule Name", "Severity", "Application Name"];

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    let table = Table::open(input, &options.limits, "contrast", COLUMNS)?;
    out.source("contrast", "");
    table.rows(&mut out, &mut |row, at, out| {
        if row.get("Vulnerability Name").is_empty() && row.get("Rule Name").is_empty() {
            return Err("neither a name nor a rule".into());
        }
        let finding = found(row, options);
        out.summary.seen_at = out.summary.seen_at.max(finding.seen_at);
        Ok(out.finding(at, finding, Some(row.raw().as_bytes()))?)
    })?;
    out.some_used("contrast")?;
    Ok(out.summary)
}

fn found(row: &Row<'_>, options: &Options) -> Finding {
    let title = row.get("Vulnerability Name");
    let mut weakness = WeaknessSeen {
        rule: text::name(row.first(&["Rule Name", "Vulnerability Name"])),
        ..WeaknessSeen::default()
    };
    // `https://cwe.mitre.org/data/definitions/79.html`
    let link = row.get("CWE ID");
    let number = link.rsplit('/').next().unwrap_or_default().trim_end_matches(".html");
    ids::cwes_in(&mut weakness.cwe, number);
    let app = assets::named(AssetKind::Application, row.get("Application Name"))
        .filter(|_| options.asset.is_none());
    let uri = row.get("Request URI");
    let parameter = title.split('"').nth(1).filter(|_| title.contains("Parameter")).unwrap_or_default();
    let locus = if uri.is_empty() {
        Locus::named("vulnerability", row.get("Vulnerability ID"))
    } else {
        loci::route(uri, parameter)
    };
    let status = row.get("Status");
    let word = status.replace([' ', '-'], "").to_lowercase();
    let settled = ["notaproblem", "remediated", "fixed"].iter().any(|settled| word.contains(settled));
    let request = format!("{} {}?{}", row.get("Request Method"), uri, row.get("Request Qs"));
    let request = if uri.is_empty() { "" } else { request.trim_end_matches('?') };
    Finding {
        evidence: text::labelled([
            ("Request", request),
            ("Body", row.get("Request Body")),
            ("Events", row.get("Number of Events")),
        ]),
        raw_id: text::some(row.get("Vulnerability ID")),
        found_at: dates::date(row.first(&["First Seen Datetime", "First Seen"])),
        seen_at: dates::date(row.first(&["Last Seen Datetime", "Last Seen"])),
        tags: text::some(row.get("Category")).into_iter().collect(),
        references: text::links([link]),
        suppressed: settled.then(|| text::name(status)),
        ..Finding::new(
            text::title(title, row.get("Rule Name")),
            ids::severity(row.get("Severity")),
            weakness,
            app.unwrap_or_else(|| options.asset_or(AssetKind::Application)),
            locus,
        )
    }
}
