//! ImmuniWeb: the XML of vulnerabilities, and the JSON of Discovery (domains, web and mobile applications, cloud, network,
//! repositories, incidents).
//!
//! In Discovery every remediation of an asset is a finding; the assets are observations of their own. Examples of leaked
//! credentials are not kept.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::{Out, Stop};
use crate::common::tree::{Tree, Value};
use crate::common::walk::walk;
use crate::common::xml::Element;
use crate::common::{assets, cvss, dates, html, ids, text, web};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::observation::{AssetSeen, WeaknessSeen};
use bartizan_model::{
    AssetKind, AssetRef, Finding, Identifier, IdentifierKind, Locus, Observation, Severity,
};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "immuniweb",
    name: "ImmuniWeb",
    summary: "vulnerabilities as XML; assets, remediations and incidents of Discovery as JSON",
    extensions: &["xml", "json"],
    docs: "https://www.immuniweb.com/api/",
    tool: "immuniweb",
    sniff,
    parse,
};

static DISCOVERY: Layout = Layout {
    lists: &[
        "domains[]",
        "webapps[]",
        "mobileapps[]",
        "cloud[]",
        "network[]",
        "repositories[]",
        "incidents[]",
    ],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let json = keys.has("domains") && keys.has_any(&["webapps", "mobileapps", "incidents"]);
    let xml = head.is_root("Vulnerabilities");
    // An empty list is written without a mark of its own.
    let text = head.text();
    let marked = text.contains("<CWE-ID>") || text.contains("<CVSSv3>") || !text.contains("<Vulnerability>");
    Sniff::when(json || (xml && marked))
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let head = Head::peek(input)?;
    if !head.trimmed().starts_with(b"<") {
        return DISCOVERY.parse(input, options, sink, discovered);
    }
    let mut out = Out::new(sink);
    out.source(FORMAT.tool, "");
    walk(input, options, &mut out, FORMAT.id, &["Vulnerabilities"], &mut |element, xml, out| {
        if element.name == "Vulnerability" {
            let at = out.record(xml.place(), "<Vulnerability>");
            let element = xml.subtree(element)?;
            let result = vulnerability(&element, &at, options, out);
            out.settle(&at, result)?;
        }
        Ok(())
    })?;
    out.finish(FORMAT.id)
}

fn vulnerability(it: &Element, at: &Place, options: &Options, out: &mut Out<'_>) -> Result<(), Stop> {
    let rule = text::some(&it.text_of("Type").to_lowercase()).or_else(|| text::some(it.text_of("Name")));
    let mut weakness = WeaknessSeen { rule: rule.ok_or("neither Type nor Name")?, ..WeaknessSeen::default() };
    ids::cwes_in(&mut weakness.cwe, it.text_of("CWE-ID"));
    it.text_of("CVE-ID").split([',', ' ']).for_each(|cve| ids::push_id(&mut weakness.ids, cve));
    let (asset, locus) = web::spot(it.text_of("URL"), "", options);
    let (score, vector) = it.text_of("CVSSv3").split_once(' ').unwrap_or((it.text_of("CVSSv3"), ""));
    let finding = Finding {
        description: text::body(&html::plain(it.text_of("Description"))),
        fix: text::body(&html::plain(it.text_of("Remediation"))),
        cvss: cvss::vectors([vector.trim_matches(['[', ']'])]),
        cvss_score: score.parse().ok(),
        evidence: web::exchange(it.text_of("URL"), it.text_of("PoC"), ""),
        raw_id: text::some(it.text_of("ID")),
        found_at: dates::date(it.text_of("Date")),
        suppressed: it.text_of("Status").eq_ignore_ascii_case("fixed").then(|| Finding::FIXED.to_owned()),
        ..Finding::new(
            text::title(it.text_of("Name"), &weakness.rule),
            ids::severity(it.text_of("Risk")),
            weakness,
            asset,
            locus,
        )
    };
    Ok(out.finding(at, finding, None)?)
}

fn discovered(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    if !record.is_object() {
        return Err("it is no object".into());
    }
    let asset = asset(record, options).ok_or("neither name nor link")?;
    let seen_at = dates::date(&record.first(&["last_scan", "lastupdatedt"]));
    out.summary.seen_at = out.summary.seen_at.max(seen_at);
    let seen = AssetSeen { seen_at, ..AssetSeen::new(asset.clone()) };
    out.observe(&record.at, Observation::Asset(seen), None)?;
    for remediation in record.texts("remediations") {
        let advice = html::plain(&remediation);
        let sentence = advice.split(". ").next().unwrap_or_default();
        let section = record.list.trim_end_matches("[]");
        let weakness =
            WeaknessSeen { rule: text::title(sentence, section).to_lowercase(), ..WeaknessSeen::default() };
        let tags = [record.text("tag"), record.text("group")];
        let name = text::name(&record.text("name"));
        let finding = Finding {
            fix: text::body(&advice),
            raw_id: text::some(&record.text("id")),
            seen_at,
            found_at: dates::date(&record.text("discovered")),
            tags: tags.iter().filter_map(|tag| text::some(tag)).collect(),
            ..Finding::new(
                text::title(&format!("{name}: {sentence}"), section),
                Severity::Info,
                weakness,
                asset.clone(),
                if section == "incidents" { Locus::named("incident", &name) } else { Locus::Whole },
            )
        };
        record.tell_alone(finding, out)?;
    }
    match record.at("remediations") {
        Value::Null | Value::String(_) => Ok(()),
        Value::Array(all) if all.iter().all(Value::is_string) => Ok(()),
        _ => Err("not all of its remediations are texts".into()),
    }
}

fn asset(record: &Record<'_>, options: &Options) -> Option<AssetRef> {
    let name = record.first(&["name", "link"]);
    let domain = |name: &str| {
        AssetRef::new(
            AssetKind::Domain,
            &text::name(name),
            Identifier::new(IdentifierKind::Fqdn, &text::name(name)),
        )
    };
    match record.list {
        "domains[]" => domain(&name),
        "webapps[]" => {
            let link = record.first(&["link", "name"]);
            let link = if link.contains("://") { link.into_owned() } else { format!("https://{link}") };
            assets::Url::parse(&link)?.web_application()
        }
        "mobileapps[]" => assets::named(AssetKind::Application, &name),
        "cloud[]" => assets::named(AssetKind::CloudResource, &name),
        "network[]" => assets::machine([&*name, &*record.text("ip")], []),
        "repositories[]" => assets::named(AssetKind::Repository, &name),
        _ => match &*record.text("data/domain") {
            "" => Some(options.asset_or(AssetKind::Domain)),
            name => domain(name),
        },
    }
}
