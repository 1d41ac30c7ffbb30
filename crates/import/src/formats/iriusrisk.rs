//! IriusRisk CSV export of threats: what a threat model says may go wrong, by component.
//!
//! A threat is on its component of the modelled application. Threats whose risk is accepted or fully mitigated carry that word.

use crate::common::table::{self, Row};
use crate::common::{ids, text};
use crate::error::ParseError;
use crate::format::{Format, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "iriusrisk",
    name: "IriusRisk",
    summary: "CSV of threats",
    extensions: &["csv"],
    docs: "https://support.iriusrisk.com/",
    tool: "iriusrisk",
    sniff: |head| Sniff::when(head.csv(COLUMNS)),
    parse,
};

const COLUMNS: &[&str] = &["Component", "Threat", "Risk Response", "Current Risk"];

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    table::parse(&FORMAT, COLUMNS, input, options, sink, |row, at, out| {
        if row.get("Threat").is_empty() {
            return Err("no threat".into());
        }
        Ok(out.finding(at, found(row, options), Some(row.raw().as_bytes()))?)
    })
}

fn found(row: &Row<'_>, options: &Options) -> Finding {
    let threat = row.get("Threat");
    let mut weakness = WeaknessSeen { rule: text::name(threat), ..WeaknessSeen::default() };
    ids::cwes_in(&mut weakness.cwe, row.first(&["MITRE reference", "Weakness tests", "CWE"]));
    let (response, risk) = (row.get("Risk Response"), row.get("Current Risk"));
    let settled = response.to_lowercase().contains("accepted")
        || risk.eq_ignore_ascii_case("very low")
        || risk.eq_ignore_ascii_case("none");
    let severity = match risk.to_lowercase().as_str() {
        "very high" => ids::severity("critical"),
        "very low" => ids::severity("info"),
        word => ids::severity(word),
    };
    let (inherent, progress) = (row.get("Inherent Risk"), row.get("Countermeasure progress"));
    Finding {
        description: text::labelled([
            ("Use case", row.get("Use case")),
            ("Source", row.get("Source")),
            ("STRIDE", row.get("STRIDE-LM")),
        ]),
        evidence: text::labelled([
            ("Inherent risk", inherent),
            ("Projected risk", row.get("Projected Risk")),
            ("Countermeasures", progress),
        ]),
        raw_id: text::some(row.first(&["Threat ID", "Ref", "ID"])),
        tags: text::some(row.get("Owner")).map(|owner| format!("owner:{owner}")).into_iter().collect(),
        suppressed: settled.then(|| text::name(if response.is_empty() { risk } else { response })),
        ..Finding::new(
            text::title(threat, ""),
            severity,
            weakness,
            options.asset_or(AssetKind::Application),
            Locus::named("component", &text::name(row.get("Component"))),
        )
    }
}
