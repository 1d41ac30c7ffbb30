//! Acunetix: the XML export (`ScanGroup`). The JSON of Acunetix 360 has the form of Invicti's.
//!
//! One finding per report item, on the web application of the scan's start URL. The rule is the item's name: its module may
//! report several weaknesses.

use crate::common::out::{Out, Stop};
use crate::common::walk::walk;
use crate::common::xml::Element;
use crate::common::{cvss, dates, html, ids, text, web};
use crate::error::ParseError;
use crate::format::{Format, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::Finding;
use bartizan_model::observation::WeaknessSeen;
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "acunetix",
    name: "Acunetix",
    summary: "XML export: items with path, parameter, CVSS, CWE, request",
    extensions: &["xml"],
    docs: "https://www.acunetix.com/support/docs/wvs/exporting-scan-results/",
    tool: "acunetix",
    sniff: |head| Sniff::when(head.is_root("ScanGroup")),
    parse,
};

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    out.source(FORMAT.tool, "");
    let mut start = String::new();
    walk(input, options, &mut out, FORMAT.id, &["ScanGroup"], &mut |element, xml, out| {
        match element.name.as_str() {
            "ScanGroup" => out.summary.seen_at = dates::day_first(element.attr("ExportedOn")),
            "StartURL" => start = text::name(&xml.subtree(element)?.text),
            // The crawler knows the scheme.
            "Crawler" if !element.attr("StartUrl").is_empty() => start = text::name(element.attr("StartUrl")),
            "StartTime" | "FinishTime" => {
                out.summary.seen_at = dates::day_first(&xml.subtree(element)?.text).or(out.summary.seen_at);
            }
            "Aborted" => {
                let aborted = xml.subtree(element)?.text.trim().eq_ignore_ascii_case("true");
                if aborted {
                    out.gap(format!("the scan of {start}"), "it was aborted: items may be missing");
                }
            }
            "SiteFiles" => xml.skip()?,
            "ReportItem" => {
                let at = out.record(xml.place(), "<ReportItem>");
                let item = xml.subtree(element)?;
                let result = self::item(&item, &start, &at, options, out);
                out.settle(&at, result)?;
            }
            _ => {}
        }
        Ok(())
    })?;
    out.finish(FORMAT.id)
}

fn item(item: &Element, start: &str, at: &Place, options: &Options, out: &mut Out<'_>) -> Result<(), Stop> {
    let name = text::title(item.text_of("Name"), item.text_of("ModuleName"));
    if name.is_empty() {
        return Err("an item without a name".into());
    }
    let mut weakness = WeaknessSeen { rule: name.to_lowercase(), ..WeaknessSeen::default() };
    for cwe in item.within("CWEList", "CWE") {
        ids::cwes_in(&mut weakness.cwe, if cwe.text.trim().is_empty() { cwe.attr("id") } else { &cwe.text });
    }
    for cve in item.within("CVEList", "CVE") {
        ids::ids_in(&cve.words()).iter().for_each(|id| ids::push_id(&mut weakness.ids, id));
    }
    let affects = item.text_of("Affects");
    let url = match affects.contains("://") {
        true => affects.to_owned(),
        false => {
            let origin = start.find("://").map_or(0, |at| at + 3);
            let end = start[origin..].find('/').map_or(start.len(), |end| origin + end);
            format!("{}/{}", &start[..end], affects.trim_start_matches('/'))
        }
    };
    let parameter = item.text_of("Parameter");
    let parameter = if parameter == "<empty>" { "" } else { parameter };
    let (asset, locus) = web::spot(&url, parameter, options);
    let of = |name: &str| html::plain(item.text_of(name));
    let description = ["Description", "Impact", "DetailedInformation"].map(of);
    let technical =
        |name: &'static str| item.within("TechnicalDetails", name).next().map_or("", |part| part.text.trim());
    let exchange = web::exchange(&url, technical("Request"), technical("Response"));
    let [v4, v3, v2] = ["CVSS4", "CVSS3", "CVSS"].map(|name| item.child(name));
    let vectors = [v4, v3, v2].into_iter().flatten();
    let yes = |text: &str| ["true", "1", "yes"].iter().any(|yes| text.eq_ignore_ascii_case(yes));
    let finding = Finding {
        description: text::paragraphs(description.iter().map(String::as_str)),
        fix: text::body(&of("Recommendation")),
        cvss: cvss::vectors(vectors.clone().map(|cvss| cvss.text_of("Descriptor"))),
        cvss_score: vectors.clone().find_map(|cvss| cvss.text_of("Score").parse().ok()),
        evidence: text::paragraphs([exchange.as_str(), &of("Details")]),
        raw_id: text::some(item.text_of("ModuleName")),
        seen_at: out.summary.seen_at,
        tags: text::some(item.text_of("Type")).map(|kind| format!("type:{kind}")).into_iter().collect(),
        references: text::links(
            item.within("References", "Reference").map(|reference| reference.text_of("URL")),
        ),
        suppressed: yes(item.text_of("IsFalsePositive")).then(|| "false positive".to_owned()),
        ..Finding::new(name, ids::severity(item.text_of("Severity")), weakness, asset, locus)
    };
    Ok(out.finding(at, finding, None)?)
}
