//! Microsoft Defender for Endpoint: which machine has which CVE, and the machines themselves: answers of the API
//! (`machinesVulnerabilities`, the exports by machine, advanced hunting), the files of an export (JSON lines) and the tables of the
//! portal (CSV). A machine is known by the id that its agent has, so that all meet.
//!
//! The same fields are called `deviceId`, `DeviceId` or `Device ID`: they are read as the first.

use crate::common::layout::{Layout, Told};
use crate::common::package::Package;
use crate::common::table::Table;
use crate::common::tree::{Tree, Value, paragraphs};
use crate::common::{assets, dates, ids, out::Out, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::observation::AssetSeen;
use bartizan_model::{AssetKind, AssetRef, Identifier, IdentifierKind, Observation};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "ms_defender",
    name: "Microsoft Defender for Endpoint",
    summary: "JSON of the API, exported files, CSV of the portal: machines and the vulnerabilities of their software",
    extensions: &["json", "csv"],
    docs: "https://learn.microsoft.com/en-us/defender-endpoint/api/get-all-vulnerabilities-by-machines",
    tool: "defender-for-endpoint",
    sniff,
    parse,
};

static LAYOUT: Layout =
    Layout { heads: &["@odata.context"], lists: &["value", "Results", "results"], ..Layout::of(&FORMAT) };
static LINES: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

/// The columns by which tables are known.
const TABLES: [&[&str]; 4] = [
    &["DeviceId", "DeviceName", "CveId"],
    &["Device ID", "Device name", "CVE ID"],
    &["Device ID", "Device name", "OS platform", "Health status"],
    &["DeviceId", "DeviceName", "OSPlatform", "OnboardingStatus"],
];

fn sniff(head: &Head<'_>) -> Sniff {
    if TABLES.iter().any(|columns| head.csv(columns)) {
        return Sniff::Yes;
    }
    let keys = head.keys();
    let has = |words: [&str; 2]| head.has_any(&words);
    let found = has(["\"cveId\"", "\"CveId\""])
        && (has(["\"machineId\"", "\"deviceId\""]) || has(["\"MachineId\"", "\"DeviceId\""]));
    let machines = head.has_all(&["\"computerDnsName\"", "\"healthStatus\""]);
    let context = keys.text("@odata.context").unwrap_or_default().to_lowercase();
    let ours = context.contains("windowsdefenderatp");
    let listed = keys.has_any(&["value", "Results", "results"]) && (found || machines || ours);
    let lines = keys.has_any(&["cveId", "CveId"]) && keys.has_any(&["machineId", "deviceId", "DeviceId"])
        || keys.has_all(&["computerDnsName", "healthStatus"]);
    Sniff::when(listed || lines)
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let head = Head::peek(input)?;
    if let Some(columns) = TABLES.into_iter().find(|columns| head.csv(columns)) {
        let table = Table::open(input, &options.limits, FORMAT.id, columns)?;
        let names: Vec<_> = table.columns().iter().map(|name| camel(name)).collect();
        let mut out = Out::new(sink);
        out.source(FORMAT.tool, "");
        table.rows(&mut out, &mut |row, at, out| {
            let fields = names.iter().map(|name| name.as_str().into());
            let fields = fields.zip(row.fields().map(|field| Value::String(field.trim().into())));
            tell(&Value::Object(fields.collect()), at, row.raw().as_bytes(), out)
        })?;
        return out.finish(FORMAT.id);
    }
    let listed = head.keys().has_any(&["value", "Results", "results"]);
    let layout = if listed { &LAYOUT } else { &LINES };
    layout.parse(input, options, sink, |record, _, out| {
        let known = |key: &str| record.get(key).is_some();
        if known("DeviceId") || known("MachineId") || known("CveId") {
            let fields = record.as_object().into_iter().flatten();
            let fields = fields.map(|(name, value)| (camel(name).into(), value.clone()));
            return tell(&Value::Object(fields.collect()), &record.at, record.raw, out);
        }
        tell(record, &record.at, record.raw, out)
    })
}

/// The name of a field as the API writes it: `Device ID`, `DeviceId` are `deviceId`, `OSPlatform` is `osPlatform`.
fn camel(name: &str) -> String {
    let mut camel = String::with_capacity(name.len());
    for word in name.split([' ', '_', '-']).filter(|word| !word.is_empty()) {
        let capitals = word.bytes().take_while(u8::is_ascii_uppercase).count();
        // The last capital of several begins the next word, unless nothing follows.
        let small = if capitals == word.len() || capitals < 2 { capitals } else { capitals - 1 };
        let (start, rest) = word.split_at(small);
        let start = start.to_ascii_lowercase();
        match start.chars().next().filter(|_| !camel.is_empty()) {
            Some(first) => {
                camel.push(first.to_ascii_uppercase());
                camel.push_str(&start[1..]);
                camel.push_str(rest);
            }
            None if camel.is_empty() => camel.extend([start.as_str(), rest]),
            None => {
                let mut letters = rest.chars();
                camel.extend(letters.next().map(|first| first.to_ascii_uppercase()));
                camel.push_str(letters.as_str());
            }
        }
    }
    camel
}

fn tell(record: &Value<'_>, at: &Place, raw: &[u8], out: &mut Out<'_>) -> Told {
    if record.text("cveId").is_empty() { machine(record, at, raw, out) } else { found(record, at, raw, out) }
}

fn machine(record: &Value<'_>, at: &Place, raw: &[u8], out: &mut Out<'_>) -> Told {
    let (id, name) = (record.first(&["id", "deviceId"]), record.first(&["computerDnsName", "deviceName"]));
    let name = if name.eq_ignore_ascii_case("null") { "".into() } else { name };
    if id.is_empty() || record.get("healthStatus").is_none() && record.get("osPlatform").is_none() {
        return Err("neither a vulnerability nor a machine".into());
    }
    let mut identifiers = vec![assets::agent("defender", &id), Identifier::host(&name)];
    for address in record.items("ipAddresses") {
        identifiers.push(Identifier::new(IdentifierKind::Ip, &address.text("ipAddress")));
        let mac = address.text("macAddress");
        identifiers.push(Identifier::new(IdentifierKind::Mac, &mac).filter(|mac| mac.value.len() == 17));
    }
    let listed = record.first(&["lastIpAddress", "deviceIPs"]);
    identifiers.extend(listed.split([',', ' ', ';']).map(|ip| Identifier::new(IdentifierKind::Ip, ip)));
    let cloud_id = record.text("vmMetadata/resourceId");
    identifiers.push(Identifier::new(IdentifierKind::CloudId, &cloud_id));
    let asset = AssetRef::new(AssetKind::Host, &text::name(&name), identifiers.into_iter().flatten())
        .ok_or("no id")?;
    let os = format!("{} {}", record.text("osPlatform"), record.said("osVersion"));
    let seen_at = dates::date(&record.first(&["lastSeen", "lastDeviceUpdate"]));
    out.summary.seen_at = out.summary.seen_at.max(seen_at);
    let mut seen = AssetSeen { os: Some(text::name(&os)), seen_at, ..AssetSeen::new(asset) };
    for key in ["healthStatus", "onboardingStatus", "exposureLevel", "riskScore", "deviceValue"] {
        let value = record.said(key);
        if !value.is_empty() {
            seen.attributes.insert(key.to_owned(), text::name(&value));
        }
    }
    Ok(out.observe(at, Observation::Asset(seen), Some(raw))?)
}

fn found(record: &Value<'_>, at: &Place, raw: &[u8], out: &mut Out<'_>) -> Told {
    let (id, machine) = (record.text("cveId"), record.first(&["machineId", "deviceId"]));
    if id.is_empty() || machine.is_empty() {
        return Err("no cveId or no machine".into());
    }
    let name = record.text("deviceName");
    let identifiers = [assets::agent("defender", &machine), Identifier::host(&name)];
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
    out.summary.seen_at = out.summary.seen_at.max(finding.seen_at);
    Ok(out.finding(at, finding, Some(raw))?)
}

#[cfg(test)]
mod tests {
    use super::camel;

    #[test]
    fn fields_have_one_name() {
        for (name, expected) in [
            ("DeviceId", "deviceId"),
            ("Device ID", "deviceId"),
            ("OSPlatform", "osPlatform"),
            ("OS platform", "osPlatform"),
            ("Last device update", "lastDeviceUpdate"),
            ("CVE ID", "cveId"),
            ("computerDnsName", "computerDnsName"),
        ] {
            assert_eq!(camel(name), expected, "{name}");
        }
    }
}
