//! Lists of hosts as tables: of the API (`asset/host`), of asset groups, and of the inventory.

use super::{FORMAT, host_id};
use crate::common::out::Out;
use crate::common::table::{Row, Table};
use crate::common::{assets, dates, head, text};
use crate::error::ParseError;
use crate::format::Options;
use crate::sink::Place;
use bartizan_model::observation::AssetSeen;
use bartizan_model::{AssetKind, AssetRef, Identifier, IdentifierKind, Observation};
use std::io::BufRead;

/// The columns by which each list is known.
const SHAPES: [&[&str]; 5] = [
    &["ID", "IP", "TRACKING_METHOD"],
    &["Host ID", "IP", "Tracking Method"],
    &["IP", "Tracking", "DNS Hostname", "NetBIOS Hostname"],
    &["Asset ID", "Asset Name", "Qualys Host ID"],
    &["Asset Name", "Asset IPV4", "Operating System", "Tracking Method"],
];

/// Whether a list of hosts begins here: one that names detections is none.
pub(super) fn is_list(head: &[u8]) -> bool {
    SHAPES.iter().any(|columns| head::csv(head, columns)) && !head::csv(head, &["QID"])
}

pub(super) fn read(input: &mut dyn BufRead, options: &Options, out: &mut Out<'_>) -> Result<(), ParseError> {
    let head = input.fill_buf().map_err(|source| ParseError::Io { at: Place::default(), source })?;
    let shape = SHAPES.into_iter().find(|columns| head::csv(head, columns)).unwrap_or(SHAPES[0]);
    let table = Table::open(input, &options.limits, FORMAT.id, shape)?;
    table.rows(out, &mut |row, at, out| {
        let asset = asset(row).ok_or("neither host nor address")?;
        let scanned = ["LAST_VULN_SCAN_DATETIME", "LAST_SCAN_DATETIME", "Last Scan Date", "Last Checked In"];
        let seen = AssetSeen {
            os: text::some(row.first(&["OS", "Operating System"])),
            seen_at: dates::date(row.first(&scanned)),
            ..AssetSeen::new(asset)
        };
        out.summary.seen_at = out.summary.seen_at.max(seen.seen_at);
        Ok(out.observe(at, Observation::Asset(seen), Some(row.raw().as_bytes()))?)
    })
}

fn asset(row: &Row<'_>) -> Option<AssetRef> {
    let names = [
        row.first(&["FQDN", "DNS", "DNS Hostname", "DNS Name", "Asset Name"]),
        row.first(&["IP", "Asset IPV4", "IPv4 Address"]),
        row.first(&["IPV6", "Asset IPV6"]),
        row.first(&["NETBIOS", "NetBIOS Hostname", "NetBIOS Name"]),
    ];
    let known = assets::machine(names, [row.first(&["MAC Address", "MAC"])])?;
    let own =
        ["QG_HOSTID", "Qualys Host ID", "Host ID", "ID", "Asset ID"].into_iter().map(|name| row.get(name));
    let cloud = row.first(&["CLOUD_RESOURCE_ID", "EC2_INSTANCE_ID", "Cloud Resource ID"]);
    let cloud = Identifier::new(IdentifierKind::CloudId, &text::name(cloud));
    let strong = own.filter_map(host_id).take(2).chain(cloud);
    AssetRef::new(AssetKind::Host, &known.name, known.identifiers.iter().cloned().chain(strong))
}
