//! Tenable's lists of assets: the export and the list of its API (JSON) and the table of its interface (CSV).
//!
//! Nothing is found here: each host is known by its names, addresses, agent and instance, so that scans meet it. A list may be
//! filtered without saying so: nothing is covered.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::table::{self, Row};
use crate::common::tree::Tree;
use crate::common::{assets, dates, head, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::AssetSeen;
use bartizan_model::{AssetKind, AssetRef, Identifier, IdentifierKind, Observation, Timestamp};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "tenable_assets",
    name: "Tenable assets",
    summary: "JSON and CSV lists of assets: names, addresses, agents, cloud instances, operating systems",
    extensions: &["json", "csv"],
    docs: "https://developer.tenable.com/reference/exports-assets-download-chunk",
    tool: "tenable",
    sniff,
    parse,
};

static EXPORT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };
static LIST: Layout = Layout { lists: &["assets[]"], ..Layout::of(&FORMAT) };

/// The columns by which the table is known, of newer and older interfaces.
const TABLES: [&[&str]; 4] = [
    &["asset_id", "ipv4_addresses", "last_observed"],
    &["id", "ipv4_addresses", "acr"],
    &["Asset ID", "IPv4 Address", "Last Seen"],
    &["Asset UUID", "IPv4 Address", "Operating System"],
];

fn sniff(head: &Head<'_>) -> Sniff {
    let listed = |text: &[u8]| {
        head::has(text, "\"has_agent\"") && (head::has(text, "\"ipv4\"") || head::has(text, "\"ipv4s\""))
    };
    let keys = head.keys();
    let json = keys.value("assets").is_some_and(listed)
        || keys.has("has_agent") && keys.has_any(&["ipv4s", "ipv4", "fqdns"]);
    let table = TABLES.iter().any(|columns| head.csv(columns)) && !head.csv(&["Plugin ID"]);
    Sniff::when(json || table)
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let start = Head::peek(input)?;
    if !start.is_json() && !start.trimmed().is_empty() {
        return table(input, options, sink);
    }
    let list = start.keys().has("assets");
    let layout = if list { &LIST } else { &EXPORT };
    layout.parse(input, options, sink, asset)
}

/// What is known of a host.
#[derive(Default)]
struct Known {
    /// Names and addresses, the best name first.
    names: Vec<String>,
    macs: Vec<String>,
    /// Tenable's own id, and that of its agent.
    id: String,
    agent: String,
    clouds: Vec<String>,
    serials: Vec<String>,
    os: String,
    seen_at: Option<Timestamp>,
    attributes: Vec<(&'static str, String)>,
}

impl Known {
    fn seen(self) -> Option<AssetSeen> {
        let kinds = [(IdentifierKind::CloudId, &self.clouds), (IdentifierKind::Serial, &self.serials)];
        let agents = [assets::agent("tenable", &self.id), assets::agent("nessus", &self.agent)];
        let strong =
            kinds.iter().flat_map(|(kind, texts)| texts.iter().filter_map(|it| Identifier::new(*kind, it)));
        let macs = self.macs.iter().filter(|mac| mac.len() >= 12);
        let macs = macs.filter_map(|mac| Identifier::new(IdentifierKind::Mac, mac));
        let names = self.names.iter().filter_map(|name| Identifier::host(name));
        let name = self.names.first().unwrap_or(&self.id);
        let strong = strong.chain(agents.into_iter().flatten());
        let asset = AssetRef::new(AssetKind::Host, name, names.chain(macs).chain(strong))?;
        let attributes = self.attributes.into_iter().filter(|(_, value)| !value.is_empty());
        Some(AssetSeen {
            os: text::some(&self.os),
            seen_at: self.seen_at,
            attributes: attributes.map(|(name, value)| (name.to_owned(), value)).collect(),
            ..AssetSeen::new(asset)
        })
    }
}

fn asset(record: &Record<'_>, _: &Options, out: &mut Out<'_>) -> Told {
    let all = |keys: &[&str]| -> Vec<String> {
        keys.iter().flat_map(|key| record.texts(key)).map(|text| text::name(&text)).collect()
    };
    let known = Known {
        names: all(&[
            "fqdns",
            "fqdn",
            "hostnames",
            "hostname",
            "network_interfaces/0/fqdns",
            "ipv4s",
            "ipv4",
            "ipv6s",
            "ipv6",
            "netbios_names",
            "netbios_name",
        ]),
        macs: all(&["mac_addresses", "mac_address"]),
        id: text::name(&record.text("id")),
        agent: text::name(&record.first(&["agent_uuid", "tenable_uuid"])),
        clouds: all(&["aws_ec2_instance_id", "azure_resource_id", "azure_vm_id", "gcp_instance_id"]),
        serials: all(&["bios_uuid"]),
        os: record.texts("operating_systems").first().cloned().unwrap_or_default().into_owned(),
        seen_at: dates::date(&record.first(&["last_seen", "last_scan_time"])),
        attributes: vec![
            ("system-type", record.texts("system_types").join(", ")),
            ("network", text::name(&record.text("network_name"))),
            ("deleted-at", text::name(&record.text("deleted_at"))),
            ("terminated-at", text::name(&record.text("terminated_at"))),
        ],
    };
    let seen = known.seen().ok_or("neither name, address nor id")?;
    out.summary.seen_at = out.summary.seen_at.max(seen.seen_at);
    Ok(out.observe(&record.at, Observation::Asset(seen), Some(record.raw))?)
}

fn table(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let start = Head::peek(input)?;
    let columns = TABLES.into_iter().find(|columns| start.csv(columns)).unwrap_or(TABLES[0]);
    table::parse(&FORMAT, columns, input, options, sink, |row, at, out| {
        let seen = listed(row).seen().ok_or("neither name, address nor id")?;
        out.summary.seen_at = out.summary.seen_at.max(seen.seen_at);
        Ok(out.observe(at, Observation::Asset(seen), Some(row.raw().as_bytes()))?)
    })
}

fn listed(row: &Row<'_>) -> Known {
    // Several stand in one field: `10.0.0.1, 10.0.0.2`, `["10.0.0.1"]`.
    let all = |names: &[&str]| -> Vec<String> {
        let fields = names.iter().map(|name| row.get(name));
        let each = fields.flat_map(|field| field.split([',', ';', '|', '\n']));
        each.map(|it| text::name(it.trim_matches(['[', ']', '"', '\'', ' '])))
            .filter(|it| !it.is_empty())
            .collect()
    };
    Known {
        names: all(&[
            "fqdns",
            "FQDN",
            "DNS",
            "display_fqdn",
            "host_name",
            "Host Name",
            "name",
            "Name",
            "Asset Name",
            "ipv4_addresses",
            "display_ipv4_address",
            "IPv4 Address",
            "ipv6_addresses",
            "IPv6 Address",
            "NetBIOS Name",
        ]),
        macs: all(&["mac_addresses", "MAC Address", "MAC Addresses"]),
        id: text::name(row.first(&["asset_id", "Asset ID", "Asset UUID", "id"])),
        agent: text::name(row.first(&["agent_uuid", "Agent UUID", "Tenable UUID"])),
        clouds: all(&[
            "aws_ec2_instance_id",
            "AWS Instance ID",
            "azure_resource_id",
            "Azure Resource ID",
            "GCP Instance ID",
        ]),
        serials: all(&["bios_uuid", "BIOS UUID"]),
        os: row.first(&["display_operating_system", "operating_systems", "Operating System"]).to_owned(),
        seen_at: dates::date(row.first(&["last_observed", "last_seen", "Last Seen"])),
        attributes: vec![("system-type", text::name(row.first(&["system_type", "System Type"])))],
    }
}
