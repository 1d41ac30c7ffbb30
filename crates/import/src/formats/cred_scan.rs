//! Microsoft Credential Scanner (CredScan) CSV: secrets in files.
//!
//! The matching details are not kept. CredScan's hash of the secret is the anchor; suppressed matches carry their justification.

use crate::common::code::Leak;
use crate::common::out::Out;
use crate::common::table::Table;
use crate::common::{dates, head, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
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
    sniff,
    parse,
};

const COLUMNS: &[&str] = &["TimeofDiscovery", "Source", "Searcher", "HashKey"];

fn sniff(head: &Head<'_>) -> Sniff {
    if head::csv(head, COLUMNS) { Sniff::Yes } else { Sniff::No }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    let table = Table::open(input, &options.limits, "cred_scan", COLUMNS)?;
    out.source("credscan", "");
    table.rows(&mut out, &mut |row, at, out| {
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
    })?;
    out.finish("cred_scan")
}
