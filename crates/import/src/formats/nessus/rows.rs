//! The CSV exports: Nessus and Web App Scanning (`Plugin ID`), Security Center (`Plugin`, `Plugin Name`), and Tenable
//! Vulnerability Management's findings (`definition.id`). Nessus writes one row for each CVE of a plugin: rows that follow
//! each other and differ by nothing else are one finding.

use super::item::{Item, finding};
use super::{FORMAT, cwes};
use crate::common::out::{Out, Stop};
use crate::common::table::{Row, Table};
use crate::common::{assets, dates, text};
use crate::error::ParseError;
use crate::format::Options;
use crate::sink::Place;
use bartizan_model::{AssetKind, AssetRef, Finding};
use std::io::BufRead;

/// The columns by which each export is known.
pub(super) const SHAPES: [&[&str]; 4] = [
    &["Plugin ID", "Risk", "Host", "Name"],
    &["Plugin", "Plugin Name", "Family", "Severity", "IP Address"],
    &["definition.id", "definition.name"],
    &["Plugin ID", "Plugin Name", "Asset Name"],
];

/// A finding whose next row may only add a CVE to it.
struct Open {
    at: Place,
    finding: Finding,
    raw: String,
}

pub(super) fn read(input: &mut dyn BufRead, options: &Options, out: &mut Out<'_>) -> Result<(), ParseError> {
    let head = input.fill_buf().map_err(|source| ParseError::Io { at: Place::default(), source })?;
    let shape = SHAPES.into_iter().find(|needed| crate::common::head::csv(head, needed)).unwrap_or(SHAPES[0]);
    let table = Table::open(input, &options.limits, FORMAT.id, shape)?;
    let mut open: Option<Open> = None;
    let done = table.rows(out, &mut |row, at, out| {
        let next = Open { at: at.clone(), finding: self::row(row, options)?, raw: row.raw() };
        if let Some(last) = &mut open
            && same(&last.finding, &next.finding)
        {
            for id in next.finding.weakness.ids {
                if !last.finding.weakness.ids.contains(&id) {
                    last.finding.weakness.ids.push(id);
                }
            }
            return Ok(());
        }
        out.summary.seen_at = out.summary.seen_at.max(next.finding.seen_at);
        match open.replace(next) {
            Some(last) => Ok(out.finding(&last.at, last.finding, Some(last.raw.as_bytes()))?),
            None => Ok(()),
        }
    });
    if let Some(last) = open {
        out.finding(&last.at, last.finding, Some(last.raw.as_bytes()))?;
    }
    done
}

/// Whether two rows say the same but for the CVE.
fn same(a: &Finding, b: &Finding) -> bool {
    a.weakness.rule == b.weakness.rule && a.asset == b.asset && a.locus == b.locus && a.evidence == b.evidence
}

fn row(row: &Row<'_>, options: &Options) -> Result<Finding, Stop> {
    let asset = asset(row).or_else(|| options.asset.clone()).ok_or("neither host nor address")?;
    let output = row.first(&["Plugin Output", "Plugin Text", "output"]);
    let output = output.strip_prefix("Plugin Output:").unwrap_or(output);
    let mut cwe = Vec::new();
    cwes(&mut cwe, row.first(&["XREF", "Cross References"]));
    crate::common::ids::cwes_in(&mut cwe, row.first(&["definition.cwe", "CWE"]));
    let state = row.first(&["Vulnerability State", "state"]);
    let accepted = !row.get("Accept Risk Comment").is_empty()
        || [row.get("Modification"), row.get("risk_modified")]
            .iter()
            .any(|word| word.eq_ignore_ascii_case("accepted"));
    let suppressed = match () {
        () if state.eq_ignore_ascii_case("fixed") => Some(Finding::FIXED.to_owned()),
        () if accepted => Some("risk accepted".to_owned()),
        () => None,
    };
    let mut tags = Vec::new();
    if row.first(&["Exploit?", "Exploit Available"]).eq_ignore_ascii_case("yes") {
        tags.push("exploit-available".to_owned());
    }
    let vpr = row.first(&["VPR Score", "Vulnerability Priority Rating", "definition.vpr.score", "VPR"]);
    tags.extend(text::tags([("vpr", vpr)]));
    let vectors =
        ["CVSS4 Vector", "CVSS V4 Vector", "definition.cvss4.base_vector", "CVSS3 Vector", "CVSS V3 Vector"];
    let older =
        ["definition.cvss3.base_vector", "CVSS Vector", "CVSS V2 Vector", "definition.cvss2.base_vector"];
    let scores = [
        "CVSS v4.0 Base Score",
        "CVSS V4 Base Score",
        "CVSS v3.0 Base Score",
        "CVSS V3 Base Score",
        "CVSS3 Base Score",
        "CVSSv3",
        "definition.cvss3.base_score",
        "CVSS v2.0 Base Score",
        "CVSS V2 Base Score",
        "CVSS Base Score",
        "definition.cvss2.base_score",
        "CVSS",
    ];
    let item = Item {
        plugin: row.first(&["Plugin ID", "Plugin", "definition.id"]),
        name: row.first(&["Name", "Plugin Name", "definition.name"]),
        family: row.first(&["Plugin Family", "Family", "definition.family"]),
        severity: row.first(&["Severity", "Risk", "definition.severity", "Risk Factor"]),
        protocol: row.get("Protocol"),
        port: row.get("Port"),
        synopsis: row.first(&["Synopsis", "definition.synopsis"]),
        description: row.first(&["Description", "definition.description"]),
        solution: row.first(&["Solution", "Steps to Remediate", "definition.solution"]),
        output,
        references: row.first(&["See Also", "definition.see_also"]),
        cves: items(row.first(&["CVE", "CVEs", "definition.cve"])),
        cwes: cwe,
        vectors: vectors.into_iter().chain(older).map(|name| row.get(name)).collect(),
        scores: scores.into_iter().map(|name| row.get(name)).collect(),
        epss: row.first(&["EPSS Score", "EPSS", "definition.epss.score"]),
        cpe: row.first(&["CPE", "definition.cpe"]),
        tags,
        found: row.first(&["First Found", "First Discovered", "first_observed", "First Seen"]),
        seen: ["Last Found", "Last Observed", "last_seen", "Last Seen", "Host End"]
            .into_iter()
            .find_map(|name| dates::date(row.get(name))),
        raw_id: row.get("id"),
        suppressed,
        ..Item::default()
    };
    Ok(finding(&item, &asset).ok_or("no plugin id")?)
}

/// The items of a list as Tenable Vulnerability Management writes it (`['CVE-2024-1', 'CVE-2024-2']`), else the field itself.
fn items(field: &str) -> Vec<&str> {
    match field.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        None => vec![field],
        Some(list) => list.split(',').map(|item| item.trim().trim_matches(['\'', '"'])).collect(),
    }
}

fn asset(row: &Row<'_>) -> Option<AssetRef> {
    let netbios = row.first(&["NetBios", "NetBIOS Name", "asset.netbios_name"]);
    let names = [
        row.first(&["DNS Name", "FQDN", "asset.display_fqdn", "asset.host_name", "Asset Name", "asset.name"]),
        row.get("Host"),
        row.first(&["IP Address", "asset.display_ipv4_address", "Asset IPv4", "asset.ipv4_addresses"]),
        row.first(&["asset.display_ipv6_address", "asset.ipv6_addresses"]),
        netbios.rsplit('\\').next().unwrap_or_default(),
    ];
    let names = names.into_iter().flat_map(items);
    let macs = [row.first(&["MAC Address", "asset.display_mac_address"])];
    let asset = assets::machine(names, macs);
    match assets::agent("tenable", row.first(&["asset.id", "Asset ID", "Agent ID"])) {
        None => asset,
        Some(id) => {
            let (name, known) = asset.map(|asset| (asset.name, asset.identifiers)).unwrap_or_default();
            AssetRef::new(AssetKind::Host, &name, known.into_iter().chain([id]))
        }
    }
}
