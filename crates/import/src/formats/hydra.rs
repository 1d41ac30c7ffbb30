//! THC Hydra: the JSON output (`-o file -b json`).
//!
//! A login that worked is a finding on the host, for its account and service; the password is not kept. What Hydra complains of is a
//! gap.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::Tree;
use crate::common::{assets, dates, loci, text};
use crate::format::{Format, Options, Sniff};
use bartizan_model::observation::{ServiceSeen, WeaknessSeen};
use bartizan_model::{Finding, Locus, Observation, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "hydra",
    name: "Hydra",
    summary: "JSON output: accounts whose password was guessed",
    extensions: &["json"],
    docs: "https://github.com/vanhauser-thc/thc-hydra",
    tool: "hydra",
    sniff: |head| Sniff::when(head.keys().holds("generator", "\"Hydra\"")),
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, login),
};

static LAYOUT: Layout = Layout {
    version: ("generator", "version"),
    heads: &["generator"],
    lists: &["results"],
    ..Layout::of(&FORMAT)
};

fn login(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let host = record.text("host");
    let local = options.asset.clone().filter(|_| assets::is_loopback(&host));
    let asset = local.or_else(|| assets::machine([&*host], [])).or_else(|| options.asset.clone());
    let asset = asset.ok_or("neither host nor address")?;
    let name = text::name(&record.text("service"));
    if let Locus::Port { protocol, port } = loci::port("tcp", &record.text("port")) {
        let service = ServiceSeen {
            asset: asset.clone(),
            protocol,
            port,
            name: name.clone(),
            product: String::new(),
            version: String::new(),
            cpe: String::new(),
            addresses: Vec::new(),
            vantage: String::new(),
        };
        out.observe(&record.at, Observation::Service(service), None)?;
    }
    let account = text::name(&record.text("login"));
    let weakness =
        WeaknessSeen { rule: "guessed-password".into(), cwe: vec![521], ..WeaknessSeen::default() };
    let finding = Finding {
        seen_at: dates::date(&record.head("generator").text("built")),
        ..Finding::new(
            text::title(&format!("The {name} password of {account} was guessed"), ""),
            Severity::Critical,
            weakness,
            asset,
            Locus::named("account", &format!("{name}/{account}")),
        )
    };
    record.tell_alone(finding, out)
}
