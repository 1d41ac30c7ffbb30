//! kube-hunter JSON (`--report json`): weaknesses of a cluster by the address where they were found, and the services it saw.

use crate::common::layout::{Layout, Record, Told};
use crate::common::tree::{Tree, links, paragraphs};
use crate::common::{assets, ids, out::Out, text};
use crate::format::{Format, Options, Sniff};
use bartizan_model::Observation;
use bartizan_model::observation::ServiceSeen;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, AssetRef, Finding, Locus};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "kube_hunter",
    name: "kube-hunter",
    summary: "JSON: weaknesses of a Kubernetes cluster by address, services",
    extensions: &["json"],
    docs: "https://aquasecurity.github.io/kube-hunter/",
    tool: "kube-hunter",
    sniff: |head| Sniff::when(head.keys().has_all(&["nodes", "services", "vulnerabilities"])),
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, record),
};

static LAYOUT: Layout = Layout { lists: &["services", "vulnerabilities"], ..Layout::of(&FORMAT) };

fn record(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    if record.list == "services" { service(record, out) } else { found(record, options, out) }
}

/// The host and port of `10.0.1.1:10255`; `Local to Pod (...)` is no address.
fn place(location: &str) -> Option<(AssetRef, Option<u16>)> {
    let url = assets::Url::parse(location).filter(|url| !url.host.contains(' '))?;
    Some((assets::host(&url.host, [&*url.host])?, url.port))
}

fn service(record: &Record<'_>, out: &mut Out<'_>) -> Told {
    let (asset, port) = place(&record.text("location")).ok_or("a service without address")?;
    let Some(port) = port else { return Ok(()) };
    let seen = ServiceSeen {
        asset,
        protocol: "tcp".to_owned(),
        port,
        name: text::name(&record.text("service")),
        product: String::new(),
        version: String::new(),
        addresses: Vec::new(),
        vantage: String::new(),
        cpe: String::new(),
    };
    Ok(out.observe(&record.at, Observation::Service(seen), Some(record.raw))?)
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (id, title) = (record.said("vid"), record.text("vulnerability"));
    if id.is_empty() && title.is_empty() {
        return Err("neither vid nor vulnerability".into());
    }
    let location = record.text("location");
    let (asset, port) =
        place(&location).unwrap_or_else(|| (options.asset_or(AssetKind::CloudResource), None));
    let rule = if id.is_empty() { title.to_lowercase() } else { id.to_string() };
    let weakness =
        WeaknessSeen { rule: text::name(&rule), ids: ids::ids_in(&title), ..WeaknessSeen::default() };
    let finding = Finding {
        description: paragraphs([record.text("description"), record.text("category")]),
        evidence: paragraphs([&*location, &*record.text("evidence")]),
        raw_id: text::some(&id),
        references: links([record.text("avd_reference")]),
        ..Finding::new(
            text::title(&title, &id),
            ids::severity(&record.text("severity")),
            weakness,
            asset,
            port.map_or(Locus::Whole, |port| Locus::port("tcp", port)),
        )
    };
    record.tell(finding, out)
}
