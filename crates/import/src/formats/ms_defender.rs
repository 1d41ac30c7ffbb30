//! Microsoft Defender for Endpoint, vulnerability management API: which machine has which CVE (`machinesVulnerabilities`, and the
//! export by machine), and the machines themselves. A machine is known by the id that its agent has, so that both meet.

use crate::common::layout::{self, Layout, Record, Told};
use crate::common::package::Package;
use crate::common::tree::{Tree, paragraphs};
use crate::common::{dates, head, ids, out::Out, text};
use crate::error::ParseError;
use crate::format::{Format, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::AssetSeen;
use bartizan_model::{AssetKind, AssetRef, Identifier, IdentifierKind, Observation};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "ms_defender",
    name: "Microsoft Defender for Endpoint",
    summary: "JSON of the API: machines and the vulnerabilities of their software",
    extensions: &["json"],
    docs: "https://learn.microsoft.com/en-us/defender-endpoint/api/get-all-vulnerabilities-by-machines",
    tool: "defender-for-endpoint",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout {
    format: "ms_defender",
    tool: "defender-for-endpoint",
    version: ("", ""),
    heads: &["@odata.context"],
    lists: &["value"],
};

fn sniff(head: &[u8]) -> Sniff {
    let Some(keys) = head::Keys::of(head) else { return Sniff::No };
    let found =
        head::has(head, "\"cveId\"") && (head::has(head, "\"machineId\"") || head::has(head, "\"deviceId\""));
    let machines = head::has(head, "\"computerDnsName\"") && head::has(head, "\"healthStatus\"");
    if keys.has("value") && (found || machines) { Sniff::Yes } else { Sniff::No }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    layout::parse(&LAYOUT, input, &options.limits, sink, &mut |record, out| {
        if record.get("cveId").is_some() { found(record, out) } else { machine(record, out) }
    })
}

fn machine(record: &Record<'_>, out: &mut Out<'_>) -> Told {
    let (id, name) = (record.text("id"), record.said("computerDnsName"));
    if id.is_empty() || record.get("healthStatus").is_none() && record.get("osPlatform").is_none() {
        return Err("neither a vulnerability nor a machine".into());
    }
    let mut identifiers = vec![Identifier::new(IdentifierKind::AgentId, &id), Identifier::host(&name)];
    for address in record.items("ipAddresses") {
        identifiers.push(Identifier::new(IdentifierKind::Ip, &address.text("ipAddress")));
        let mac = address.text("macAddress");
        identifiers.push(Identifier::new(IdentifierKind::Mac, &mac).filter(|mac| mac.value.len() == 17));
    }
    identifiers.push(Identifier::new(IdentifierKind::Ip, &record.text("lastIpAddress")));
    let cloud_id = record.text("vmMetadata/resourceId");
    identifiers.push(Identifier::new(IdentifierKind::CloudId, &cloud_id));
    let asset = AssetRef::new(AssetKind::Host, &text::name(&name), identifiers.into_iter().flatten())
        .ok_or("no id")?;
    let os = format!("{} {}", record.text("osPlatform"), record.said("osVersion"));
    let seen_at = dates::date(&record.text("lastSeen"));
    let mut seen = AssetSeen { os: Some(text::name(&os)), seen_at, ..AssetSeen::new(asset) };
    for key in ["healthStatus", "onboardingStatus", "exposureLevel", "riskScore", "deviceValue"] {
        let value = record.said(key);
        if !value.is_empty() {
            seen.attributes.insert(key.to_owned(), text::name(&value));
        }
    }
    Ok(out.observe(&record.at, Observation::Asset(seen), Some(record.raw))?)
}

fn found(record: &Record<'_>, out: &mut Out<'_>) -> Told {
    let (id, machine) = (record.text("cveId"), record.first(&["machineId", "deviceId"]));
    if id.is_empty() || machine.is_empty() {
        return Err("no cveId or no machine".into());
    }
    let name = record.text("deviceName");
    let identifiers = [Identifier::new(IdentifierKind::AgentId, &machine), Identifier::host(&name)];
    let asset = AssetRef::new(AssetKind::Host, &text::name(&name), identifiers.into_iter().flatten())
        .ok_or("no machine")?;
    let software = record.first(&["productName", "softwareName"]);
    let package = Package::new("generic", &software, &record.first(&["productVersion", "softwareVersion"]));
    let severity = ids::severity(&record.first(&["severity", "vulnerabilitySeverityLevel"]));
    let mut finding = package.vulnerability(asset, &id, [""; 0], "", severity);
    let vendor = record.first(&["productVendor", "softwareVendor"]);
    finding.cvss_score = record.number("cvssScore");
    let update = record.said("fixingKbId");
    finding.fix = match (&*update, &*record.said("recommendedSecurityUpdate")) {
        ("", "") => String::new(),
        ("", named) => text::body(&format!("Install {named}.")),
        (update, _) => text::body(&format!("Install the update KB{}.", update.trim_start_matches("KB"))),
    };
    let places = record.texts("diskPaths").into_iter().chain(record.texts("registryPaths"));
    let what = format!("{vendor} {software} {}", finding.component_version);
    finding.evidence = paragraphs([what.into()].into_iter().chain(places));
    finding.raw_id = text::some(&record.text("id"));
    finding.found_at = dates::date(&record.text("firstSeenTimestamp"));
    finding.seen_at = dates::date(&record.text("lastSeenTimestamp"));
    let exploit = record.text("exploitabilityLevel");
    finding.tags = text::tags([("exploit", &*exploit)]);
    record.tell(finding, out)
}
