//! Scan results (`SCAN`), as the web interface saves them: hosts with categories of detections.

use super::{confidence, words};
use crate::common::out::{Out, Stop};
use crate::common::xml::{Element, Xml};
use crate::common::{assets, cvss, dates, ids, loci, text};
use crate::error::ParseError;
use crate::format::Options;
use crate::sink::Place;
use bartizan_model::observation::{AssetSeen, WeaknessSeen};
use bartizan_model::{AssetRef, Finding, Observation};

/// Reads what begins here; the number of information records that were left out.
pub(super) fn element(
    element: Element,
    xml: &mut Xml<'_>,
    options: &Options,
    out: &mut Out<'_>,
) -> Result<u64, ParseError> {
    match element.name.as_str() {
        "KEY" => {
            let key = element.attr("value").to_owned();
            let value = xml.subtree(element)?.text;
            match key.as_str() {
                "DATE" => out.summary.seen_at = dates::date(&value),
                "STATUS" if !value.trim().eq_ignore_ascii_case("finished") => {
                    out.gap("the scan", format!("its status is {}", text::name(&value)));
                }
                _ => {}
            }
            Ok(0)
        }
        "IP" => {
            let at = out.record(xml.place(), "<IP>");
            let ip = xml.subtree(element)?;
            let result = host(&ip, &at, options, out);
            let left_out = *result.as_ref().unwrap_or(&0);
            out.settle(&at, result.map(|_| ()))?;
            Ok(left_out)
        }
        _ => Ok(0),
    }
}

fn host(ip: &Element, at: &Place, options: &Options, out: &mut Out<'_>) -> Result<u64, Stop> {
    let netbios = ip.text_of("NETBIOS_HOSTNAME");
    let name = Some(ip.attr("name")).filter(|name| !name.starts_with("No registered")).unwrap_or_default();
    let asset = assets::machine([name, ip.attr("value"), netbios], [])
        .or_else(|| options.asset.clone())
        .ok_or("neither host nor address")?;
    let seen_at = out.summary.seen_at;
    let os = text::some(ip.text_of("OS"));
    out.observe(at, Observation::Asset(AssetSeen { os, seen_at, ..AssetSeen::new(asset.clone()) }), None)?;
    let mut left_out = 0;
    for (group, record) in [("VULNS", "VULN"), ("PRACTICES", "PRACTICE")] {
        for category in ip.within(group, "CAT") {
            for detection in category.children(record) {
                let finding = finding(detection, category, &asset);
                out.finding(at, Finding { confidence: confidence(record), seen_at, ..finding }, None)?;
            }
        }
    }
    for (group, record) in [("INFOS", "INFO"), ("SERVICES", "SERVICE")] {
        left_out += ip.within(group, "CAT").flat_map(|category| category.children(record)).count() as u64;
    }
    Ok(left_out)
}

fn finding(detection: &Element, category: &Element, asset: &AssetRef) -> Finding {
    let mut weakness = WeaknessSeen { rule: text::name(detection.attr("number")), ..WeaknessSeen::default() };
    let listed = detection.within("CVE_ID_LIST", "CVE_ID").map(|cve| cve.text_of("ID"));
    detection.attr("cveid").split(',').chain(listed).for_each(|cve| ids::push_id(&mut weakness.ids, cve));
    let links =
        detection.within("VENDOR_REFERENCE_LIST", "VENDOR_REFERENCE").map(|vendor| vendor.text_of("URL"));
    let score = [detection.text_of("CVSS3_BASE"), detection.text_of("CVSS_BASE")];
    let description = [words(detection.text_of("DIAGNOSIS")), words(detection.text_of("CONSEQUENCE"))];
    let solution = [detection.text_of("SOLUTION"), detection.text_of("SOLUTION_COMMENT")].map(words);
    Finding {
        description: text::paragraphs(description.iter().map(String::as_str)),
        fix: text::paragraphs(solution.iter().map(String::as_str)),
        cvss: cvss::vectors(["CVSS3_VECTOR", "CVSS_VECTOR"].map(|name| detection.text_of(name))),
        cvss_score: score.into_iter().find_map(|score| score.parse().ok()),
        evidence: text::body(detection.text_of("RESULT")),
        raw_id: Some(weakness.rule.clone()),
        tags: text::some(category.attr("value")).map(|it| format!("category:{it}")).into_iter().collect(),
        references: text::links(links),
        ..Finding::new(
            text::title(detection.text_of("TITLE"), &format!("QID {}", weakness.rule)),
            ids::severity_of_five(detection.attr("severity")),
            weakness,
            asset.clone(),
            loci::port(category.attr("protocol"), category.attr("port")),
        )
    }
}
