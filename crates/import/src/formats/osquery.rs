//! osquery: the results log of its daemon (JSON lines: events, snapshots and batches), and what the shell prints of one table
//! (`osqueryi --json`), which is about the asset that the caller names.
//!
//! Rows of the tables of packages, programs, listening ports, the operating system, the hardware, its chassis and BitLocker become
//! components, services and facts of the host; what was removed, and other tables, say nothing here. A log holds changes, so nothing is covered.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::{Tree, Value};
use crate::common::{assets, dates, loci, purl, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::{AssetSeen, ComponentSeen, ServiceSeen};
use bartizan_model::{AssetKind, AssetRef, Identifier, IdentifierKind, Locus, Observation};
use std::collections::BTreeMap;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "osquery",
    name: "osquery",
    summary: "results log and tables of the shell: packages, programs, listening ports, operating system of hosts",
    extensions: &["log", "jsonl", "json"],
    docs: "https://osquery.readthedocs.io/en/stable/deployment/logging/",
    tool: "osquery",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, result),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

/// Columns that only one of its tables has together (<https://osquery.io/schema>), for rows without a word on their origin.
const TABLES: [&[&str]; 8] = [
    &["maintainer", "revision", "arch", "status"],
    &["sha1", "release", "epoch", "arch"],
    &["identifying_number", "install_source", "version"],
    &["bundle_identifier", "bundle_short_version", "path"],
    &["pid", "port", "protocol", "family", "address"],
    &["major", "minor", "platform_like", "codename"],
    &["hardware_serial", "hardware_vendor", "uuid"],
    &["directory", "license", "summary", "author"],
];

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let logged = keys.has("hostIdentifier") && keys.has_any(&["columns", "snapshot", "diffResults"]);
    let printed = || TABLES.iter().any(|columns| columns.iter().all(|column| keys.text(column).is_some()));
    Sniff::when(logged || keys.in_array && printed())
}

fn result(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let bare = record.get("hostIdentifier").is_none();
    let printed = bare && TABLES.iter().any(|columns| columns.iter().all(|it| record.get(it).is_some()));
    let named = asset(record).or_else(|| options.asset.clone());
    let named = named.or_else(|| printed.then(|| options.asset_or(AssetKind::Host)));
    let asset = named.ok_or("no hostIdentifier")?;
    let seen_at = dates::date(&record.first(&["unixTime", "calendarTime"]));
    out.summary.seen_at = out.summary.seen_at.max(seen_at);
    if record.text("action") == "removed" {
        return Ok(());
    }
    let rows = ["columns", "snapshot", "diffResults/added"].iter().flat_map(|path| record.items(path));
    let own: Option<&Value<'_>> = printed.then_some(record);
    for row in own.into_iter().chain(rows) {
        if let Some(observation) = observation(row, &asset) {
            let observation = match observation {
                Observation::Asset(seen) => Observation::Asset(AssetSeen { seen_at, ..seen }),
                other => other,
            };
            out.observe(&record.at, observation, None)?;
        }
    }
    Ok(())
}

fn asset(record: &Value<'_>) -> Option<AssetRef> {
    let host = record.text("hostIdentifier");
    // It is the name of the host or, as the daemon is told, its UUID.
    let is_uuid = host.len() == 36 && host.matches('-').count() == 4;
    let uuid =
        if is_uuid { host.clone() } else { record.first(&["decorations/host_uuid", "decorations/uuid"]) };
    let name =
        if is_uuid { record.first(&["decorations/hostname", "decorations/computer_name"]) } else { host };
    let known = assets::machine([&*name], []).map(|asset| asset.identifiers).unwrap_or_default();
    let agent = assets::agent("osquery", &uuid.to_lowercase());
    AssetRef::new(AssetKind::Host, &text::name(&name), known.into_iter().chain(agent))
}

/// What a row says, by the columns that only its table has.
fn observation(row: &Value<'_>, asset: &AssetRef) -> Option<Observation> {
    let has = |columns: &[&str]| columns.iter().all(|column| !row.at(column).is_null());
    let of = |column: &str| text::name(&row.text(column));
    if has(&["port", "protocol", "address"]) && !has(&["remote_port"]) {
        let protocol = if of("protocol") == "17" { "udp" } else { "tcp" };
        let Locus::Port { protocol, port } = loci::port(protocol, &of("port")) else { return None };
        return Some(Observation::Service(ServiceSeen {
            asset: asset.clone(),
            protocol,
            port,
            name: String::new(),
            product: String::new(),
            version: String::new(),
            cpe: String::new(),
            addresses: text::some(&of("address")).into_iter().collect(),
            vantage: String::new(),
        }));
    }
    if has(&["name", "version", "platform", "major"]) {
        let os = text::some(&format!("{} {}", of("name"), of("version")));
        return Some(Observation::Asset(AssetSeen { os, ..AssetSeen::new(asset.clone()) }));
    }
    if has(&["hardware_serial", "uuid"]) {
        let serial = Identifier::new(IdentifierKind::Serial, &of("hardware_serial"));
        let identifiers = asset.identifiers.iter().cloned().chain(serial);
        return AssetRef::new(AssetKind::Host, &asset.name, identifiers)
            .map(|it| Observation::Asset(AssetSeen::new(it)));
    }
    if has(&["chassis_types"]) {
        return Some(told(asset, "chassis", &of("chassis_types").to_lowercase()));
    }
    if has(&["drive_letter", "protection_status"]) {
        // What is on other drives may be anything; the system's is where secrets lie.
        let system = of("drive_letter").eq_ignore_ascii_case("C:");
        return system.then(|| told(asset, "disk-encrypted", &(of("protection_status") == "1").to_string()));
    }
    let name = of("name");
    let ecosystem = match () {
        // Whose distribution it is, the row does not say.
        () if has(&["maintainer", "revision"]) => "deb",
        () if has(&["sha1", "release"]) => "rpm",
        () if has(&["author", "summary"]) => "pypi",
        () if has(&["identifying_number"]) || has(&["install_location"]) || has(&["bundle_identifier"]) => "",
        () => return None,
    };
    let version = match (ecosystem, of("release")) {
        ("rpm", release) if !release.is_empty() => format!("{}-{release}", of("version")),
        _ if has(&["bundle_short_version"]) => of("bundle_short_version"),
        _ => of("version"),
    };
    if name.is_empty() {
        return None;
    }
    Some(Observation::Component(ComponentSeen {
        asset: asset.clone(),
        purl: purl::build(ecosystem, &name, &version).unwrap_or_default(),
        name,
        version,
        locations: ["path", "install_location"]
            .iter()
            .filter_map(|path| text::some(&of(path)))
            .take(1)
            .collect(),
        vantage: String::new(),
    }))
}

/// A fact of the host.
fn told(asset: &AssetRef, name: &str, value: &str) -> Observation {
    let attributes = BTreeMap::from([(name.to_owned(), value.to_owned())]);
    Observation::Asset(AssetSeen { attributes, ..AssetSeen::new(asset.clone()) })
}
