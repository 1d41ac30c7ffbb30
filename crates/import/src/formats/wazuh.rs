//! Wazuh: vulnerabilities from its API (up to 4.7), from its indexer (4.8 and later, also as lines of documents), and alerts of
//! the vulnerability detector as JSON lines.
//!
//! One finding per package and CVE on the agent's host. The agent with its operating system is an asset.

use crate::common::kept::Once;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::{self, Tree, Value};
use crate::common::{assets, dates, ids, purl, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::{AssetSeen, WeaknessSeen};
use bartizan_model::{AssetRef, Finding, Locus, Observation};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "wazuh",
    name: "Wazuh",
    summary: "vulnerabilities of the API and the indexer, vulnerability detector alerts",
    extensions: &["json", "jsonl"],
    docs: "https://documentation.wazuh.com/current/user-manual/capabilities/vulnerability-detection/index.html",
    tool: "wazuh",
    sniff,
    parse,
};

static ANSWER: Layout = Layout { lists: &["data/affected_items", "hits/hits"], ..Layout::of(&FORMAT) };

static DOCUMENTS: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let within = |key: &str, marks: &[&str]| keys.holds_any(key, marks);
    let api = within("data", &["\"affected_items\""]);
    let index = within("hits", &["wazuh-states-vulnerabilities", "\"wazuh\""]);
    let alert = keys.has("agent") && within("data", &["\"vulnerability\""]);
    let document = keys.has("_source") && within("_index", &["wazuh-states-vulnerabilities"]);
    let state = keys.has_all(&["agent", "vulnerability", "package"]);
    // What the indexer answers where nothing was found, as any other index of its kind.
    let nothing = keys.has("_shards") && within("hits", &["\"hits\":[]", "\"hits\": []"]);
    match (api || index || alert || document || state, nothing) {
        (true, _) => Sniff::Yes,
        (false, true) => Sniff::Maybe,
        (false, false) => Sniff::No,
    }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let head = Head::peek(input)?;
    let keys = head.object();
    let answer = keys.has("hits") || keys.holds("data", "\"affected_items\"");
    let layout = if answer { &ANSWER } else { &DOCUMENTS };
    let mut agents = Once::new(options.limits.deferred / 2);
    layout.parse(input, options, sink, |record, options, out| match record.list {
        "data/affected_items" => old(record, options, out),
        _ if record.at("data/vulnerability").is_object() => alert(record, &mut agents, options, out),
        _ if record.at("_source").is_object() => {
            state(record.at("_source"), record, &mut agents, options, out)
        }
        _ => state(record, record, &mut agents, options, out),
    })
}

/// The agent's host, observed once while so many agents can be remembered.
fn agent(
    agent: &Value<'_>,
    os: &Value<'_>,
    agents: &mut Once,
    record: &Record<'_>,
    options: &Options,
    out: &mut Out<'_>,
) -> Result<AssetRef, crate::common::out::Stop> {
    let names = [agent.text("name"), agent.text("ip"), agent.text("host/ip")];
    let asset = assets::machine(names.iter().map(|name| &**name), [])
        .or_else(|| options.asset.clone())
        .ok_or("an agent without name and address")?;
    if agents.first(&asset.name) {
        let os = text::some(&os.first(&["full", "name"]));
        let seen = AssetSeen { os, ..AssetSeen::new(asset.clone()) };
        out.observe(&record.at, Observation::Asset(seen), None)?;
    }
    Ok(asset)
}

fn package(it: &Value<'_>, os: &str) -> (Option<String>, String, String) {
    let (name, version) = (text::name(&it.text("name")), text::name(&it.text("version")));
    let kind = it.text("type");
    let ecosystem = match (&*kind, os) {
        ("deb", "ubuntu") => "ubuntu",
        ("deb", "debian") => "debian",
        ("pypi" | "npm", _) => &*kind,
        _ => "",
    };
    (purl::build(ecosystem, &name, &version), name, version)
}

fn finding(
    id: &str,
    package: (Option<String>, String, String),
    asset: AssetRef,
    severity: &str,
    title: &str,
) -> Finding {
    let mut weakness = WeaknessSeen { rule: text::name(id), ..WeaknessSeen::default() };
    ids::push_id(&mut weakness.ids, id);
    let (purl, component_name, component_version) = package;
    let locus = match &purl {
        Some(purl) => Locus::package(purl),
        None if component_name.is_empty() => Locus::Whole,
        None => Locus::package(&purl::generic(&component_name, &component_version)),
    };
    let title = if title.is_empty() { format!("{id} in {component_name}") } else { title.to_owned() };
    Finding {
        component: purl,
        component_name,
        component_version,
        ..Finding::new(text::title(&title, id), ids::severity(severity), weakness, asset, locus)
    }
}

fn old(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let id = text::some(&record.first(&["cve", "cve_id", "name"])).ok_or("no cve")?;
    let names = [record.text("agent_name"), record.text("agent_ip")];
    let asset = match assets::machine(names.iter().map(|name| &**name), []) {
        Some(asset) => asset,
        // The answer for one agent does not name it.
        None => options.asset_or(bartizan_model::AssetKind::Host),
    };
    let package = package(record, "");
    let links = record.texts("external_references").into_iter();
    let finding = Finding {
        description: text::paragraphs([&*record.text("condition"), &*record.text("rationale")]),
        cvss_score: ["cvss3_score", "cvss2_score"]
            .iter()
            .find_map(|key| record.number(key).filter(|n| *n > 0.0)),
        seen_at: dates::date(&record.text("detection_time")),
        found_at: dates::date(&record.text("detection_time")),
        references: tree::links(links),
        suppressed: (record.text("status") == "OBSOLETE").then(|| "obsolete".to_owned()),
        ..finding(&id, package, asset, &record.text("severity"), &record.text("title"))
    };
    record.tell(finding, out)
}

fn state(
    it: &Value<'_>,
    record: &Record<'_>,
    agents: &mut Once,
    options: &Options,
    out: &mut Out<'_>,
) -> Told {
    let vulnerability = it.at("vulnerability");
    let id = text::some(&vulnerability.first(&["id", "cve"])).ok_or("no vulnerability/id")?;
    let os = it.at("host/os");
    let asset = agent(it.at("agent"), os, agents, record, options, out)?;
    let package = package(it.at("package"), &os.text("platform"));
    let reference = vulnerability.text("reference");
    let finding = Finding {
        description: text::paragraphs([
            &*vulnerability.text("description"),
            &*vulnerability.text("scanner/condition"),
        ]),
        cvss_score: vulnerability.number("score/base"),
        raw_id: text::some(&record.text("_id")),
        found_at: dates::date(&vulnerability.text("detected_at")),
        references: text::links(reference.split([',', ' '])),
        ..finding(&id, package, asset, &vulnerability.text("severity"), "")
    };
    record.tell(finding, out)
}

fn alert(record: &Record<'_>, agents: &mut Once, options: &Options, out: &mut Out<'_>) -> Told {
    let vulnerability = record.at("data/vulnerability");
    let id = text::some(&vulnerability.text("cve")).ok_or("no data/vulnerability/cve")?;
    let asset = agent(record.at("agent"), &Value::Null, agents, record, options, out)?;
    let package = package(vulnerability.at("package"), "");
    let status = vulnerability.text("status");
    let links = vulnerability.texts("references").into_iter().chain([vulnerability.text("reference")]);
    let finding = Finding {
        description: text::paragraphs([
            &*vulnerability.text("rationale"),
            &*vulnerability.text("package/condition"),
        ]),
        cvss_score: ["cvss/cvss3/base_score", "score/base", "cvss/cvss2/base_score"]
            .iter()
            .find_map(|path| vulnerability.number(path)),
        seen_at: dates::date(&record.text("timestamp")),
        references: tree::links(links),
        suppressed: status.eq_ignore_ascii_case("solved").then(|| Finding::FIXED.to_owned()),
        ..finding(&id, package, asset, &vulnerability.text("severity"), &vulnerability.text("title"))
    };
    record.tell(finding, out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Limits;
    use crate::sink::Collected;

    #[test]
    fn agents_beyond_the_bound_are_observed_again() {
        let alert = |agent: &str| {
            format!(
                r#"{{"agent":{{"name":"{agent}"}},"data":{{"vulnerability":{{"cve":"CVE-2026-0001","package":{{"name":"p"}}}}}}}}"#
            )
        };
        let report =
            ["a.example.org", "b.example.org", "a.example.org", "b.example.org"].map(alert).join("\n");
        let observed = |deferred: usize| {
            let limits = Limits { deferred, ..Limits::default() };
            let mut seen = Collected::default();
            parse(&mut report.as_bytes(), &Options { limits, ..Options::default() }, &mut seen).unwrap();
            assert_eq!(seen.findings().count(), 4);
            let assets = seen.observations.iter().filter_map(|(_, observation)| match observation {
                Observation::Asset(seen) => Some(seen.asset.name[..1].to_owned()),
                _ => None,
            });
            assets.collect::<String>()
        };
        assert_eq!(observed(Limits::default().deferred), "ab");
        assert_eq!(observed(100), "abb");
    }
}
