//! CrowdStrike Falcon Spotlight: vulnerabilities of its API (`/spotlight/combined/vulnerabilities/v1`) and of its console (CSV).
//!
//! One finding per CVE and product on the sensor's host. The host is known by the sensor's id, too.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::{self, Tree};
use crate::common::{assets, dates, head, ids, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, AssetRef, Finding, Locus};
use std::io::BufRead;

mod rows;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "crowdstrike_spotlight",
    name: "CrowdStrike Falcon Spotlight",
    summary: "vulnerabilities of the API (JSON) and the console (CSV): CVE, product, host, remediation, state",
    extensions: &["json", "csv"],
    docs: "https://www.falconpy.io/Service-Collections/Spotlight-Vulnerabilities.html",
    tool: "crowdstrike",
    sniff,
    parse,
};

static ANSWER: Layout = Layout { lists: &["resources[]"], ..Layout::of(&FORMAT) };
static RECORDS: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    if rows::SHAPES.iter().any(|columns| head.csv(columns)) {
        return Sniff::Yes;
    }
    let keys = head.keys();
    let marked = |text: &[u8]| head::has(text, "\"aid\"") && head::has(text, "\"cve\"");
    let answer = keys.value("resources").is_some_and(marked);
    let record = keys.has_all(&["aid", "cve"]) && keys.has_any(&["host_info", "apps", "app"]);
    Sniff::when(answer || record)
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let head = Head::peek(input)?;
    if !head.is_json() && !head.trimmed().is_empty() {
        return rows::parse(input, options, sink);
    }
    let answer = head.keys().has("resources");
    let layout = if answer { &ANSWER } else { &RECORDS };
    layout.parse(input, options, sink, vulnerability)
}

fn vulnerability(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let id = text::some(&record.first(&["cve/id", "vulnerability_id"])).ok_or("no cve/id")?;
    let host = record.at("host_info");
    let names = [host.text("hostname"), host.text("local_ip")];
    let known = assets::machine(names.iter().map(|name| &**name), []);
    let sensor = assets::agent("crowdstrike", &record.text("aid"));
    let (name, identifiers) = known.map(|asset| (asset.name, asset.identifiers)).unwrap_or_default();
    let asset = AssetRef::new(AssetKind::Host, &name, identifiers.into_iter().chain(sensor));
    let asset = asset.or_else(|| options.asset.clone()).ok_or("neither aid nor host name")?;
    let mut weakness = WeaknessSeen { rule: id.clone(), ..WeaknessSeen::default() };
    ids::push_id(&mut weakness.ids, &id);
    let advice = record
        .items("remediation/entities")
        .iter()
        .map(|it| tree::paragraphs([it.text("title"), it.text("action")]));
    let advice: Vec<_> = advice.collect();
    let suppressed = match &*record.text("status") {
        "closed" => Some(Finding::FIXED.to_owned()),
        _ if record.is_true("suppression_info/is_suppressed") => {
            Some(text::title(&record.text("suppression_info/reason"), "suppressed").to_lowercase())
        }
        _ => None,
    };
    let products: Vec<_> = match record.items("apps") {
        [] => vec![record.at("app")],
        apps => apps.iter().collect(),
    };
    let links = record.texts("cve/references");
    for product in products {
        let named = text::name(&product.text("product_name_version"));
        let short = text::name(&product.first(&["product_name_normalized", "product_name_version"]));
        let version = named.strip_prefix(short.as_str()).unwrap_or_default().trim();
        let finding = Finding {
            description: text::body(&record.text("cve/description")),
            fix: text::paragraphs(advice.iter().map(String::as_str)),
            cvss: tree::vectors([record.text("cve/vector")]),
            cvss_score: record.number("cve/base_score"),
            component_name: short.clone(),
            component_version: version.to_owned(),
            raw_id: text::some(&record.text("id")),
            seen_at: dates::date(&record.text("updated_timestamp")),
            found_at: dates::date(&record.text("created_timestamp")),
            tags: host.texts("tags").iter().filter_map(|tag| text::some(tag)).take(50).collect(),
            references: text::links(links.iter().map(|link| &**link)),
            suppressed: suppressed.clone(),
            ..Finding::new(
                text::title(&format!("{id} in {named}"), &id),
                ids::severity(&record.text("cve/severity")),
                weakness.clone(),
                asset.clone(),
                if short.is_empty() { Locus::Whole } else { Locus::named("product", &short) },
            )
        };
        record.tell(finding, out)?;
    }
    Ok(())
}
