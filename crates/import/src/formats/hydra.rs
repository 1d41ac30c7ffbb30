//! THC Hydra: the JSON output (`-o file -b json`).
//!
//! A login that worked is a finding on the host, for its account and service; the password is not kept. What Hydra complains of is a
//! gap.

use crate::common::layout::{self, Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::Tree;
use crate::common::{assets, dates, head, loci, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::{ServiceSeen, WeaknessSeen};
use bartizan_model::{Finding, Locus, Observation, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "hydra",
    name: "Hydra",
    summary: "JSON output: accounts whose password was guessed",
    extensions: &["json"],
    docs: "https://github.com/vanhauser-thc/thc-hydra",
    tool: "hydra",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout {
    format: "hydra",
    tool: "hydra",
    version: ("generator", "version"),
    heads: &["generator"],
    lists: &["results"],
};

fn sniff(head: &Head<'_>) -> Sniff {
    let is_one = head
        .keys()
        .and_then(|keys| keys.value("generator"))
        .is_some_and(|generator| head::has(generator, "\"Hydra\""));
    if is_one { Sniff::Yes } else { Sniff::No }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    layout::parse(&LAYOUT, input, &options.limits, sink, &mut |record, out| login(record, options, out))
}

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
