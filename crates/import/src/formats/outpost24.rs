//! Outpost24 OUTSCAN and HIAB: the XML report.
//!
//! One finding per detail, at the port of its host. Hosts with their platforms are assets, listed ports are services.

use crate::common::out::{Out, Stop};
use crate::common::walk::walk;
use crate::common::xml::Element;
use crate::common::{assets, cvss, dates, ids, loci, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::observation::{AssetSeen, ServiceSeen, WeaknessSeen};
use bartizan_model::{AssetRef, Finding, Locus, Observation, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "outpost24",
    name: "Outpost24",
    summary: "XML report: findings, hosts, ports",
    extensions: &["xml"],
    docs: "https://kb.outpost24.com/kb/reporting-tools",
    tool: "outpost24",
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Sniff {
    let root = head.is_root("main");
    let marked = head.has_any(&["<reportinfo>", "<detaillist", "<hostlist"]);
    Sniff::when(root && marked)
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    out.source(FORMAT.tool, "");
    let mut known = false;
    walk(input, options, &mut out, FORMAT.id, &["main"], &mut |element, xml, out| {
        known |= matches!(element.name.as_str(), "reportinfo" | "detaillist" | "hostlist");
        let path = match element.name.as_str() {
            "reportdate" => {
                out.summary.seen_at = dates::date(&xml.subtree(element)?.text);
                return Ok(());
            }
            "host" => "<host>",
            "portlist-host" => "<portlist-host>",
            "detail" => "<detail>",
            _ => return Ok(()),
        };
        let at = out.record(xml.place(), path);
        let element = xml.subtree(element)?;
        let result = match path {
            "<host>" => host(&element, &at, options, out),
            "<portlist-host>" => ports(&element, &at, options, out),
            _ => detail(&element, &at, options, out),
        };
        out.settle(&at, result)
    })?;
    if !known {
        let why = "it has no reportinfo, hostlist or detaillist".to_owned();
        return Err(ParseError::WrongFormat { format: FORMAT.id, why });
    }
    out.finish(FORMAT.id)
}

fn asset(it: &Element, options: &Options) -> Result<AssetRef, Stop> {
    let name = if it.text_of("hostname").is_empty() { it.text_of("name") } else { it.text_of("hostname") };
    // In a detail, `name` is the finding's.
    let name = if it.name == "detail" { it.text_of("hostname") } else { name };
    let local = options.asset.clone().filter(|_| assets::is_loopback(it.text_of("ip")));
    let asset =
        local.or_else(|| assets::machine([name, it.text_of("ip")], [])).or_else(|| options.asset.clone());
    asset.ok_or("neither host nor address".into())
}

fn host(it: &Element, at: &Place, options: &Options, out: &mut Out<'_>) -> Result<(), Stop> {
    let asset = asset(it, options)?;
    if it.text_of("completescan") == "false" {
        out.gap(format!("host {}", asset.name), "the scan of it is not complete");
    }
    let seen_at = [it.text_of("end"), it.text_of("start")].into_iter().find_map(dates::date);
    let os = text::some(it.text_of("platform"));
    Ok(out.observe(at, Observation::Asset(AssetSeen { os, seen_at, ..AssetSeen::new(asset) }), None)?)
}

fn ports(it: &Element, at: &Place, options: &Options, out: &mut Out<'_>) -> Result<(), Stop> {
    let asset = asset(it, options)?;
    for info in it.children("portinfo") {
        if let Locus::Port { protocol, port } =
            loci::port(info.text_of("protocol"), info.text_of("portnumber"))
        {
            let service = ServiceSeen {
                asset: asset.clone(),
                protocol,
                port,
                name: text::name(info.text_of("service")),
                product: String::new(),
                version: String::new(),
                cpe: String::new(),
                addresses: Vec::new(),
                vantage: String::new(),
            };
            out.observe(at, Observation::Service(service), None)?;
        }
    }
    Ok(())
}

fn detail(it: &Element, at: &Place, options: &Options, out: &mut Out<'_>) -> Result<(), Stop> {
    let asset = asset(it, options)?;
    let rule = text::some(it.text_of("id")).or_else(|| text::some(&it.text_of("name").to_lowercase()));
    let mut weakness = WeaknessSeen { rule: rule.ok_or("neither id nor name")?, ..WeaknessSeen::default() };
    it.within("cve", "id").for_each(|cve| ids::push_id(&mut weakness.ids, &cve.text));
    let severity = match it.text_of("risk") {
        "1" => Severity::Info,
        "2" => Severity::Low,
        "4" => Severity::Medium,
        "8" => Severity::High,
        "16" => Severity::Critical,
        word => ids::severity(word),
    };
    let empty = Element::default();
    let port = it.child("portinfo").unwrap_or(&empty);
    let history = it.child("history").unwrap_or(&empty);
    let references = it.within("referencelist", "reference").map(|reference| reference.text_of("url"));
    let yes = |name: &str| matches!(it.text_of(name), "1" | "true");
    let v2 = it.text_of("cvss_vector").split(") (").next().unwrap_or_default();
    let finding = Finding {
        description: text::paragraphs([it.text_of("description")]),
        fix: text::paragraphs([it.text_of("solutiontitle"), it.text_of("solution")]),
        cvss: cvss::vectors([it.text_of("cvss_v3_vector"), v2]),
        cvss_score: [it.text_of("cvss_v3_score"), it.text_of("cvss_score")]
            .into_iter()
            .find_map(|it| it.parse().ok()),
        component_name: text::name(it.text_of("product")),
        evidence: text::body(it.text_of("information")),
        raw_id: Some(weakness.rule.clone()),
        seen_at: dates::date(history.text_of("lastseen")),
        found_at: dates::date(history.text_of("firstseen")),
        tags: text::some(it.text_of("family")).map(|family| format!("family:{family}")).into_iter().collect(),
        references: text::links(references),
        suppressed: match () {
            () if yes("falsepositive") => Some("false positive".to_owned()),
            () if yes("accepted") => Some("risk accepted".to_owned()),
            () => None,
        },
        ..Finding::new(
            text::title(it.text_of("name"), &weakness.rule),
            severity,
            weakness,
            asset,
            loci::port(port.text_of("protocol"), port.text_of("portnumber")),
        )
    };
    Ok(out.finding(at, finding, None)?)
}
