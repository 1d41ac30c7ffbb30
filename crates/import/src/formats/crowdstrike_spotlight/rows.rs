//! The table that the console exports: a row a vulnerability of a product on a host. What its columns are called changed over the
//! years.

use super::FORMAT;
use crate::common::out::{Out, Stop};
use crate::common::table::{Row, Table};
use crate::common::{assets, cvss, dates, head, ids, text};
use crate::error::ParseError;
use crate::format::{Options, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, AssetRef, Finding, Locus};
use std::io::BufRead;

/// The columns by which it is known.
pub(super) const SHAPES: [&[&str]; 4] = [
    &["Hostname", "CVE ID", "ExPRT rating"],
    &["Hostname", "CVE ID", "Exploit status"],
    &["Hostname", "CVE ID", "Base score", "LocalIP"],
    &["Hostname", "CVE ID", "Host ID", "Product"],
];

pub(super) fn parse(
    input: &mut dyn BufRead,
    options: &Options,
    sink: &mut dyn Sink,
) -> Result<Summary, ParseError> {
    let head = input.fill_buf().map_err(|source| ParseError::Io { at: Place::default(), source })?;
    let columns = SHAPES.into_iter().find(|columns| head::csv(head, columns)).unwrap_or(SHAPES[0]);
    let table = Table::open(input, &options.limits, FORMAT.id, columns)?;
    let mut out = Out::new(sink);
    out.source(FORMAT.tool, "");
    table.rows(&mut out, &mut |row, at, out| {
        let finding = finding(row, options)?;
        out.summary.seen_at = out.summary.seen_at.max(finding.seen_at);
        Ok(out.finding(at, finding, Some(row.raw().as_bytes()))?)
    })?;
    out.finish(FORMAT.id)
}

fn asset(row: &Row<'_>) -> Option<AssetRef> {
    let names = [row.get("Hostname"), row.first(&["LocalIP", "Local IP", "Local IP address"])];
    let known = assets::machine(names, [row.first(&["MAC address", "MAC"])]);
    let sensor = assets::agent("crowdstrike", row.first(&["AID", "Host ID", "Agent ID"]));
    let (name, identifiers) = known.map(|asset| (asset.name, asset.identifiers)).unwrap_or_default();
    AssetRef::new(AssetKind::Host, &name, identifiers.into_iter().chain(sensor))
}

fn finding(row: &Row<'_>, options: &Options) -> Result<Finding, Stop> {
    let id = text::some(row.get("CVE ID")).ok_or("no CVE ID")?;
    let asset = asset(row).or_else(|| options.asset.clone()).ok_or("neither host name nor host id")?;
    let mut weakness = WeaknessSeen { rule: id.clone(), ..WeaknessSeen::default() };
    ids::push_id(&mut weakness.ids, &id);
    let product = text::name(row.first(&["Product", "Vulnerable product", "Vulnerable Product Versions"]));
    let version = text::name(row.first(&["Product version", "Version"]));
    let score = row.first(&["Base score", "CVSS base score"]).parse::<f64>().ok();
    let action = ["Recommended remediations", "Remediation", "Remediation details", "Remediation action"];
    let links = ["Remediation links", "Reference links", "References"].map(|name| row.get(name));
    let labels =
        row.get("Tags").split([',', ';']).chain(row.first(&["Groups", "Host groups"]).split([',', ';']));
    let suppressed = match row.first(&["Status", "Vulnerability status"]).to_lowercase() {
        status if status == "closed" => Some(Finding::FIXED.to_owned()),
        // The host was not seen for long.
        status if status == "expired" => Some(status),
        status if status.contains("suppressed") => {
            Some(text::because("suppressed", row.get("Suppression reason")))
        }
        _ => None,
    };
    let what = [product.as_str(), version.as_str()].join(" ");
    Ok(Finding {
        description: text::body(row.first(&["CVE Description", "Vulnerability description", "Description"])),
        fix: text::paragraphs(action.map(|name| row.get(name))),
        cvss: cvss::vectors([row.first(&["CVSS vector", "Vector"])]),
        cvss_score: score.filter(|score| (0.0..=10.0).contains(score)),
        component_name: product.clone(),
        component_version: version,
        raw_id: text::some(row.first(&["Vulnerability ID", "ID"])),
        seen_at: dates::date(row.first(&["Updated", "Last seen", "Updated date"])),
        found_at: dates::date(row.first(&["Created date", "Created", "Open date", "First seen"])),
        tags: text::tags([("exprt", row.get("ExPRT rating")), ("exploit", row.get("Exploit status"))])
            .into_iter()
            .chain(labels.filter_map(text::some).take(50))
            .collect(),
        references: text::links(links),
        suppressed,
        ..Finding::new(
            text::title(&format!("{id} in {}", what.trim()), &id),
            ids::severity(row.first(&["Severity", "CVE severity"])),
            weakness,
            asset,
            if product.is_empty() { Locus::Whole } else { Locus::named("product", &product) },
        )
    })
}
