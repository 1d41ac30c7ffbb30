//! Faraday CSV export: vulnerabilities of hosts, services and web applications in a workspace.
//!
//! A row is about one target; its names and addresses are of one host. What has a path and is no catalogued vulnerability is on
//! the web application there. Closed and accepted ones carry that word.

use crate::common::table::{self, Row};
use crate::common::{assets, cvss, dates, ids, loci, text, web};
use crate::error::ParseError;
use crate::format::{Format, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "faraday",
    name: "Faraday",
    summary: "CSV export of vulnerabilities",
    extensions: &["csv"],
    docs: "https://docs.faradaysec.com/",
    tool: "faraday",
    sniff: |head| Sniff::when(head.csv(COLUMNS)),
    parse,
};

const COLUMNS: &[&str] = &["confirmed", "severity", "name", "target", "desc"];

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    table::parse(&FORMAT, COLUMNS, input, options, sink, |row, at, out| {
        if row.get("name").is_empty() {
            return Err("no name".into());
        }
        let finding = found(row, options);
        out.summary.seen_at = out.summary.seen_at.max(finding.seen_at);
        Ok(out.finding(at, finding, Some(row.raw().as_bytes()))?)
    })
}

/// Faraday writes lists as Python does: `['a', 'b']`.
fn list(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.trim_matches(['[', ']']).split(',');
    parts.map(|part| part.trim_matches([' ', '\'', '"', '{', '}'])).filter(|part| !part.is_empty())
}

fn found(row: &Row<'_>, options: &Options) -> Finding {
    let mut weakness =
        WeaknessSeen { rule: text::name(row.first(&["external_id", "name"])), ..WeaknessSeen::default() };
    list(row.get("cve")).for_each(|id| ids::push_id(&mut weakness.ids, id));
    ids::cwes_in(&mut weakness.cwe, row.get("cwe"));
    let known_as: Vec<_> =
        std::iter::once(row.first(&["target", "host"])).chain(list(row.get("hostnames"))).collect();
    let host = assets::machine(known_as.iter().copied(), []);
    // `(443/tcp) https`
    let service = row.get("service").trim_start_matches('(').split(')').next().unwrap_or_default();
    let (port, protocol) = service.split_once('/').unwrap_or((service, "tcp"));
    let path = row.get("path");
    let parameter = row.first(&["pname", "parameter_name"]);
    let locus: Locus =
        if path.is_empty() { loci::port(protocol, port) } else { loci::route(path, parameter) };
    let scheme = row.get("service").rsplit(' ').next().unwrap_or_default().to_lowercase();
    let is_web = !path.is_empty() && weakness.ids.is_empty() && ["http", "https"].contains(&scheme.as_str());
    let name = known_as.iter().rev().find(|name| is_web && !name.is_empty());
    let (asset, locus) = match name {
        Some(name) => {
            let url = format!("{scheme}://{name}:{port}/{}", path.trim_start_matches('/'));
            web::spot(&url, parameter, options)
        }
        None => (host.unwrap_or_else(|| options.asset_or(AssetKind::Host)), locus),
    };
    let status = row.get("status").to_lowercase();
    let settled = ["closed", "risk-accepted", "false-positive"].contains(&status.as_str());
    let vectors =
        ["cvss4_vector_string", "cvss3_vector_string", "cvss2_vector_string"].map(|name| row.get(name));
    let scores = ["cvss4_base_score", "cvss3_base_score", "cvss2_base_score"];
    Finding {
        description: text::body(row.get("desc")),
        fix: text::body(row.get("resolution")),
        cvss: cvss::vectors(vectors),
        cvss_score: scores.iter().find_map(|name| row.get(name).parse().ok()).filter(|score| *score > 0.0),
        evidence: text::labelled([
            ("Data", row.get("data")),
            ("Request", row.get("request")),
            ("Response", row.get("response")),
        ]),
        raw_id: text::some(row.get("id")),
        found_at: dates::date(row.first(&["create_date", "date"])),
        seen_at: dates::date(row.first(&["update_date", "last_detected"])),
        tags: list(row.get("tags")).map(text::name).collect(),
        confidence: if row.get("confirmed").eq_ignore_ascii_case("true") {
            "confirmed".to_owned()
        } else {
            String::new()
        },
        references: text::links(list(row.get("refs"))),
        suppressed: settled.then_some(status),
        ..Finding::new(
            text::title(row.get("name"), ""),
            ids::severity(row.get("severity")),
            weakness,
            asset,
            locus,
        )
    }
}
