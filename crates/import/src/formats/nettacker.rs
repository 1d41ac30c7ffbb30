//! OWASP Nettacker: the JSON report.
//!
//! An open port is a service; what another module (a vulnerability, a default password, an exposed panel) found is a finding on
//! the target, with the module as rule: on the web application where the module spoke to a URL, else on the host. What has a CVE
//! is a flaw of the machine's software, and is on the host.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::{Tree, Value};
use crate::common::{assets, dates, ids, loci, text, web};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::{ServiceSeen, WeaknessSeen};
use bartizan_model::{Finding, Locus, Observation, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "nettacker",
    name: "OWASP Nettacker",
    summary: "JSON report: open ports as services, results of modules as findings",
    extensions: &["json"],
    docs: "https://nettacker.readthedocs.io/",
    tool: "nettacker",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, result),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    Sniff::when(keys.has_all(&["module_name", "target"]) && keys.has_any(&["event", "json_event", "scan_id"]))
}

fn result(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let module = text::some(&record.text("module_name")).ok_or("no module_name")?;
    let target = record.text("target");
    let url = assets::Url::parse(&target);
    let host = url.as_ref().map_or(&*target, |url| &url.host);
    let local = options.asset.clone().filter(|_| assets::is_loopback(host));
    let asset =
        local.or_else(|| assets::machine([host], [])).or_else(|| options.asset.clone()).ok_or("no target")?;
    let seen_at = dates::date(&record.text("date"));
    out.summary.seen_at = out.summary.seen_at.max(seen_at);
    let locus = loci::port("tcp", &record.text("port"));
    if let (Locus::Port { protocol, port }, "port_scan") = (&locus, module.as_str()) {
        let service = ServiceSeen {
            asset,
            protocol: protocol.clone(),
            port: *port,
            name: String::new(),
            product: String::new(),
            version: String::new(),
            cpe: String::new(),
            addresses: Vec::new(),
            vantage: String::new(),
        };
        return Ok(out.observe(&record.at, Observation::Service(service), Some(record.raw))?);
    }
    let mut weakness = WeaknessSeen { rule: module.clone(), ..WeaknessSeen::default() };
    // Modules of CVEs are named by them, with underscores.
    weakness.ids.extend(ids::ids_in(&module.replace('_', "-")));
    let severity =
        if module.ends_with("_vuln") || module.ends_with("_brute") { Severity::High } else { Severity::Info };
    // What a brute force found is a password.
    let event = if module.ends_with("_brute") { String::new() } else { text::body(&record.text("event")) };
    let event_of = record.text("json_event");
    let spoken_to = serde_json::from_str::<Value>(&event_of).unwrap_or_default();
    let spoken_to = spoken_to.text("url");
    let url = [&*target, &*spoken_to].into_iter().find(|url| url.contains("://"));
    let (asset, locus) = match url {
        Some(url) if target.contains("://") || weakness.ids.is_empty() => web::spot(url, "", options),
        _ => (asset, locus),
    };
    let title = format!("{} on {target}", module.replace('_', " "));
    let finding = Finding {
        evidence: event,
        raw_id: Some(module.clone()),
        seen_at,
        ..Finding::new(text::title(&title, &module), severity, weakness, asset, locus)
    };
    record.tell_alone(finding, out)
}
