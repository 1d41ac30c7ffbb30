//! Rapid7 AppSpider: `VulnerabilitiesSummary.xml`.
//!
//! One finding per vulnerability, on the web application and route of its URL; the rule is the vulnerability type.

use crate::common::out::{Out, Stop};
use crate::common::walk::walk;
use crate::common::xml::Element;
use crate::common::{dates, html, ids, text, web};
use crate::error::ParseError;
use crate::format::{Format, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{Finding, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "appspider",
    name: "AppSpider",
    summary: "VulnerabilitiesSummary.xml: vulnerabilities with URL, parameter, CWE, traffic",
    extensions: &["xml"],
    docs: "https://docs.rapid7.com/appspider/reports/",
    tool: "appspider",
    sniff: |head| Sniff::when(head.is_root("VulnSummary")),
    parse,
};

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    walk(input, options, &mut out, FORMAT.id, &["VulnSummary"], &mut |element, xml, out| {
        match element.name.as_str() {
            "VulnSummary" => out.source(FORMAT.tool, ""),
            "ScanStarted" | "ScanEnded" => {
                out.summary.seen_at = dates::date(&xml.subtree(element)?.text).or(out.summary.seen_at);
            }

            "Vuln" => {
                let at = out.record(xml.place(), "<Vuln>");
                let element = xml.subtree(element)?;
                let result = vulnerability(&element, &at, options, out);
                out.settle(&at, result)?;
            }
            _ => {}
        }
        Ok(())
    })?;
    out.finish(FORMAT.id)
}

fn vulnerability(it: &Element, at: &Place, options: &Options, out: &mut Out<'_>) -> Result<(), Stop> {
    let kind = text::name(it.text_of("VulnType"));
    if kind.is_empty() {
        return Err("no VulnType".into());
    }
    let said =
        |name: &str| Some(it.text_of(name)).filter(|text| !matches!(*text, "N/A" | "0")).unwrap_or_default();
    let mut weakness = WeaknessSeen { rule: kind.to_lowercase(), ..WeaknessSeen::default() };
    ids::cwes_in(&mut weakness.cwe, said("CweId"));
    let url =
        ["VulnUrl", "NormalizedUrl", "Url", "WebSite"].into_iter().map(said).find(|url| !url.is_empty());
    let url = url.unwrap_or_default();
    let (asset, locus) = web::spot(url, said("ParameterName"), options);
    let exchange =
        web::exchange(url, &web::decoded(said("CrawlTraffic")), &web::decoded(said("CrawlTrafficResponse")));
    let found = text::labelled([
        ("attack", said("AttackType")),
        ("value", said("AttackValue")),
        ("matched", said("MatchedString")),
        ("address", said("WebSiteIP")),
    ]);
    let severity = match said("AttackScore").split('-').next().unwrap_or_default() {
        // From 1 (informational) to 4 (high), with the word behind.
        "1" => Severity::Info,
        "2" => Severity::Low,
        "3" => Severity::Medium,
        "4" => Severity::High,
        other => ids::severity(other),
    };
    let finding = Finding {
        description: text::body(&html::plain(it.text_of("Description"))),
        fix: text::body(&html::plain(it.text_of("Recommendation"))),
        evidence: text::paragraphs([exchange.as_str(), &found]),
        raw_id: text::some(it.text_of("DbId")),
        seen_at: dates::date(it.text_of("ScanEnd")).or(out.summary.seen_at),
        confidence: text::name(it.text_of("Confidence")).to_lowercase(),
        ..Finding::new(text::title(&kind, ""), severity, weakness, asset, locus)
    };
    Ok(out.finding(at, finding, None)?)
}
