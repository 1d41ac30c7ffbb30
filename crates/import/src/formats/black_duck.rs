//! Black Duck: the security report of a project version (CSV), vulnerable components of the API (JSON), and rapid scans of Detect
//! (JSON). What people judged (ignored, not affected, patched) is told as such.

use crate::common::layout::{Layout, Record, Told};
use crate::common::package::{Package, fixed_in};
use crate::common::table::{self};
use crate::common::tree::{Tree, cwes};
use crate::common::{assets, dates, head, ids, out::Out, purl, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::AssetKind;
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "black_duck",
    name: "Black Duck",
    summary: "CSV security report, API and rapid scan JSON: vulnerabilities of components",
    extensions: &["json"],
    docs: "https://documentation.blackduck.com/",
    tool: "black-duck",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout { heads: &["totalCount"], lists: &["items", "[]"], ..Layout::of(&FORMAT) };

const COLUMNS: [&str; 4] = ["Component name", "Component version name", "Vulnerability id", "Security Risk"];

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let api =
        keys.has("items") && head.has_any(&["\"vulnerabilityWithRemediation\"", "vulnerable-bom-components"]);
    let listed = keys.in_array && keys.has("vulnerabilityWithRemediation");
    let rapid = keys.in_array
        && keys.has("componentName")
        && keys.has_any(&["policyViolationVulnerabilities", "allVulnerabilities"]);
    Sniff::when(api || listed || rapid || head.csv(&COLUMNS))
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    if !head::begins_json(input)? {
        return table(input, options, sink);
    }
    LAYOUT.parse(input, options, sink, component)
}

/// A component by its origin: a forge and an id in the forge's own form (`maven`, `org.example:widget:1.0`).
fn package(forge: &str, origin: &str, name: &str, version: &str) -> Package {
    let kind = match forge.to_lowercase().as_str() {
        "npmjs" => "npm".to_owned(),
        "long_tail" | "" => "generic".to_owned(),
        other => other.to_owned(),
    };
    let bare = origin.strip_suffix(version).unwrap_or(origin).trim_end_matches([':', '/']);
    let known = !bare.is_empty() && purl::build(&kind, bare, version).is_some();
    Package::new(&kind, if known { bare } else { name }, version)
}

fn over(status: &str) -> Option<String> {
    let status = status.to_lowercase().replace('_', " ");
    ["ignored", "not affected", "patched", "mitigated", "remediation complete", "duplicate"]
        .contains(&status.as_str())
        .then_some(status)
}

fn component(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let name = record.text("componentName");
    if name.is_empty() {
        return Err("no componentName".into());
    }
    let version = record.first(&["componentVersionName", "versionName"]);
    let origin = record.first(&["componentVersionOriginId", "externalId", "componentIdentifier"]);
    let (forge, origin) = match origin.split_once(':') {
        // `maven:org.example:widget:1.0`, as rapid scans name it.
        Some((forge, rest)) if record.text("componentIdentifier") == origin => {
            (forge.to_owned(), rest.to_owned())
        }
        _ => (record.first(&["componentVersionOriginName", "originName"]).into_owned(), origin.into_owned()),
    };
    let package = package(&forge, &origin, &name, &version);
    let listed = record.items("allVulnerabilities");
    let listed = if listed.is_empty() { record.items("policyViolationVulnerabilities") } else { listed };
    let asset = options.asset_or(AssetKind::Application);
    for item in record.items("vulnerabilityWithRemediation").iter().chain(listed) {
        let id = item.first(&["vulnerabilityName", "name"]);
        let severity = ids::severity(&item.first(&["severity", "vulnSeverity"]));
        let known = [item.text("relatedVulnerability").rsplit('/').next().unwrap_or_default().to_owned()];
        let mut finding = package.vulnerability(asset.clone(), &id, known, "", severity);
        finding.component_name = text::name(&name);
        finding.description = text::body(&item.text("description"));
        finding.cvss_score = item.number("overallScore").or_else(|| item.number("baseScore"));
        finding.weakness.cwe = cwes([item.text("cweId")].into_iter().chain(item.texts("cweIds")));
        finding.evidence = text::body(&format!("{name} {version} {origin}"));
        finding.found_at = dates::date(&item.text("remediationCreatedAt"));
        finding.suppressed = over(&item.text("remediationStatus"));
        record.tell(finding, out)?;
    }
    Ok(())
}

fn table(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    table::parse(&FORMAT, &COLUMNS, input, options, sink, |row, at, out| {
        let (name, id) = (row.get("Component name"), row.get("Vulnerability id"));
        if name.is_empty() || id.is_empty() {
            return Err("no component or no vulnerability".into());
        }
        let version = row.get("Component version name");
        let origin = row.first(&[
            "Component origin id",
            "Origin id",
            "Channel version origin id",
            "Component origin version name",
        ]);
        let package = package(
            row.first(&["Origin name", "Component origin name", "Channel origin"]),
            origin,
            name,
            version,
        );
        let project = assets::named(AssetKind::Application, row.get("Project name"))
            .filter(|_| options.asset.is_none());
        let asset = project.unwrap_or_else(|| options.asset_or(AssetKind::Application));
        // `BDSA-2025-0001 (CVE-2025-0001)`: its own id, and in brackets the public one.
        let (own, related) = id.split_once(" (").unwrap_or((id, ""));
        let related = related.trim_end_matches(')');
        let mut finding =
            package.vulnerability(asset, own, [related], "", ids::severity(row.get("Security Risk")));
        finding.component_name = text::name(name);
        finding.description = text::body(row.get("Description"));
        finding.cvss_score = row.first(&["Overall score", "Base score"]).parse().ok();
        finding.weakness.cwe = cwes([row.first(&["CWE Ids", "CWE"]).into()]);
        fixed_in(&mut finding, row.get("Solution available version"));
        finding.evidence = text::body(&format!("{name} {version} {origin}"));
        finding.references = text::links([row.get("URL")]);
        finding.suppressed = over(row.get("Remediation status"));
        Ok(out.finding(at, finding, Some(row.raw().as_bytes()))?)
    })
}
