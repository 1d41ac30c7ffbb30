//! Trustwave: vulnerabilities of a managed scan as a table (CSV), and findings of the Fusion platform's API (JSON).

use crate::common::layout::Layout;
use crate::common::table::{self};
use crate::common::tree::Tree;
use crate::common::{assets, dates, head, ids, loci, text, web};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Severity};
use std::borrow::Cow;
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "trustwave",
    name: "Trustwave",
    summary: "CSV of managed scans, JSON of the Fusion API: vulnerabilities of hosts and web applications",
    extensions: &["csv", "json"],
    docs: "https://www.trustwave.com/",
    tool: "trustwave",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout { lists: &["items"], ..Layout::of(&FORMAT) };

const COLUMNS: &[&str] = &["Vulnerability Name", "Severity", "Remediation", "Evidence"];

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let marks = ["\"classification\"", "\"location\"", "\"createdOn\""];
    Sniff::when(keys.holds_all("items", &marks) || head.csv(COLUMNS))
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    if head::begins_json(input)? {
        return LAYOUT.parse(input, options, sink, |record, options, out| {
            record.tell(found(|keys| record.first(keys), options)?, out)
        });
    }
    table::parse(&FORMAT, COLUMNS, input, options, sink, |row, at, out| {
        let finding = found(|keys| row.first(keys).to_owned().into(), options)?;
        Ok(out.finding(at, finding, Some(row.raw().as_bytes()))?)
    })
}

/// Trustwave's levels, whole or by their first letter.
fn severity(word: &str) -> Severity {
    match word.to_uppercase().as_str() {
        "C" => Severity::Critical,
        "H" => Severity::High,
        "M" => Severity::Medium,
        "L" => Severity::Low,
        "I" => Severity::Info,
        word => ids::severity(word),
    }
}

/// What a record says, whatever its shape calls it.
fn found<'a>(get: impl Fn(&[&str]) -> Cow<'a, str>, options: &Options) -> Result<Finding, &'static str> {
    let name = get(&["Vulnerability Name", "name"]);
    if name.is_empty() {
        return Err("no name");
    }
    let nothing = |text: Cow<'a, str>| if text.eq_ignore_ascii_case("none") { "".into() } else { text };
    let [url, domain, ip, port] = [
        get(&["URL", "location/url"]),
        get(&["Domain", "location/domain"]),
        get(&["IP", "IP Address", "location/ip"]),
        get(&["Port", "location/port"]),
    ]
    .map(nothing);
    let protocol = get(&["Protocol", "location/protocol"]);
    let (asset, locus) = if url.contains("://") {
        web::spot(&url, "", options)
    } else {
        let asset = assets::machine([&*domain, &*ip], []).or_else(|| options.asset.clone());
        (asset.unwrap_or_else(|| options.asset_or(AssetKind::Host)), loci::port(&protocol, &port))
    };
    let classification = get(&["classification"]);
    let mut weakness = WeaknessSeen { rule: text::name(&name).to_lowercase(), ..WeaknessSeen::default() };
    for text in [get(&["CVE", "cve"]), classification.clone()] {
        let cves = ids::ids_in(&text).into_iter().filter(|id| id.starts_with("CVE-"));
        weakness.ids.extend(cves);
    }
    ids::cwes_in(&mut weakness.cwe, &get(&["CWE"]));
    let status = get(&["status"]).to_lowercase();
    let over = ["closed", "resolved", "fixed", "accepted", "false positive"].contains(&status.as_str());
    Ok(Finding {
        description: text::paragraphs([&*get(&["Description", "description"]), &*classification]),
        fix: text::body(&get(&["Remediation", "remediation"])),
        evidence: text::paragraphs([&*get(&["Evidence", "evidence"]), &*url]),
        raw_id: text::some(&get(&["id"])),
        found_at: dates::date(&get(&["createdOn"])),
        seen_at: dates::date(&get(&["modifiedOn", "createdOn"])),
        suppressed: match &*status {
            "fixed" | "resolved" => Some(Finding::FIXED.to_owned()),
            _ => over.then_some(status),
        },
        ..Finding::new(
            text::title(&name, ""),
            severity(&get(&["Severity", "severity"])),
            weakness,
            asset,
            locus,
        )
    })
}
