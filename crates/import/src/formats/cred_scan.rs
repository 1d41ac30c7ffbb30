//! Microsoft Credential Scanner (CredScan) CSV: secrets in files.
//!
//! The matching details are not kept. CredScan's hash of the secret is the anchor; suppressed matches carry their justification.

use crate::common::code::Leak;
use crate::common::table::{self};
use crate::common::{dates, text};
use crate::error::ParseError;
use crate::format::{Format, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, Finding, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "cred_scan",
    name: "Microsoft CredScan",
    summary: "CSV: secrets in files",
    extensions: &["csv"],
    docs: "https://learn.microsoft.com/en-us/azure/security/develop/security-code-analysis-overview",
    tool: "credscan",
    sniff: |head| Sniff::when(head.csv(COLUMNS)),
    parse,
};

const COLUMNS: &[&str] = &["TimeofDiscovery", "Source", "Searcher", "HashKey"];

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    table::parse(&FORMAT, COLUMNS, input, options, sink, |row, at, out| {
        // `CSCAN-GENERAL0060 General Password`
        let (rule, title) = row.get("Searcher").split_once(' ').unwrap_or((row.get("Searcher"), ""));
        if rule.is_empty() {
            return Err("no searcher".into());
        }
        let leak = Leak {
            rule,
            title,
            severity: Severity::High,
            path: row.get("Source"),
            line: row.get("Line").parse().ok(),
            secret: row.get("HashKey"),
        };
        let suppressed = ["yes", "true"].contains(&row.get("IsSuppressed").to_ascii_lowercase().as_str());
        let why = text::some(row.get("SuppressJustification")).unwrap_or_else(|| "suppressed".to_owned());
        let finding = Finding {
            seen_at: dates::date(row.get("TimeofDiscovery")),
            confidence: text::name(row.get("MatchingScore")),
            raw_id: text::some(row.get("HashKey")),
            suppressed: suppressed.then_some(why),
            ..leak.finding(options.asset_or(AssetKind::Repository))
        };
        Ok(out.finding(at, finding, None)?)
    })
}
