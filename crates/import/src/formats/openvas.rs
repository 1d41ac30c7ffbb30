//! OpenVAS and Greenbone: the XML report of every GMP and OMP version, and the CSV result lists.
//!
//! One finding per result on a host and port. A host's details become the asset with its operating system and its
//! applications. Nothing is covered, since a report is made with a filter (levels, quality of detection); a scan that did not
//! end, and each error of it, is a gap.

use crate::common::out::{Out, Stop};
use crate::common::table::{Row, Table};
use crate::common::walk::walk;
use crate::common::xml::Element;
use crate::common::{assets, cvss, dates, ids, loci, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::observation::{AssetSeen, ComponentSeen, WeaknessSeen};
use bartizan_model::{Cpe, Finding, Observation, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "openvas",
    name: "OpenVAS / Greenbone",
    summary: "XML report (GMP and OMP) and CSV results: findings, hosts, operating systems, applications",
    extensions: &["xml", "csv"],
    docs: "https://docs.greenbone.net/API/GMP/gmp-22.4.html#element_report",
    tool: "openvas",
    sniff,
    parse,
};

const ROOTS: &[&str] = &["report", "get_reports_response", "get_results_response"];
const COLUMNS: &[&str] = &["NVT Name", "NVT OID"];

fn sniff(head: &Head<'_>) -> Sniff {
    let root = head.root().map(|(root, _)| root).unwrap_or_default();
    let text = head.text();
    let marks = ["<gmp>", "<omp>", "1.3.6.1.4.1.25623", "<scan_run_status>", "<report_format"];
    match root {
        "get_reports_response" | "get_results_response" => Sniff::Yes,
        "report" if marks.iter().any(|mark| text.contains(mark)) => Sniff::Yes,
        "" if head.csv(COLUMNS) => Sniff::Yes,
        _ => Sniff::No,
    }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    out.source(FORMAT.tool, "");
    let head = Head::peek(input)?;
    if !head.trimmed().starts_with(b"<") {
        let table = Table::open(input, &options.limits, FORMAT.id, COLUMNS)?;
        table.rows(&mut out, &mut |row, at, out| self::row(row, at, options, out))?;
        return out.finish(FORMAT.id);
    }
    let (mut status, mut inside) = (String::new(), false);
    walk(input, options, &mut out, FORMAT.id, ROOTS, &mut |element, xml, out| {
        inside |= ["results", "result", "hosts", "task"].contains(&element.name.as_str());
        match element.name.as_str() {
            "result" => {
                let at = out.record(xml.place(), "<result>");
                let result = xml.subtree(element)?;
                let result = self::result(&result, &at, options, out);
                out.settle(&at, result)?;
            }
            "host" => {
                let at = out.record(xml.place(), "<host>");
                let element = xml.subtree(element)?;
                host(&element, &at, out)?;
            }
            "error" => {
                let error = xml.subtree(element)?;
                let host = error.child("host").map_or("", |host| host.text.trim());
                out.gap(format!("host {}", text::name(host)), text::name(error.text_of("description")));
            }
            "scan_run_status" => status = text::name(&xml.subtree(element)?.text),
            "scan_end" => {
                let end = dates::date(&xml.subtree(element)?.text);
                out.summary.seen_at = end.or(out.summary.seen_at);
            }
            "ports" | "filters" | "scan" | "report_format" => xml.skip()?,
            _ => {}
        }
        Ok(())
    })?;
    if !inside {
        let why = "it has neither results nor hosts".to_owned();
        return Err(ParseError::WrongFormat { format: FORMAT.id, why });
    }
    if !matches!(status.as_str(), "" | "Done") {
        out.gap("the scan", format!("its status is {status}, not Done: results may be missing"));
    }
    out.finish(FORMAT.id)
}

fn host(host: &Element, at: &Place, out: &mut Out<'_>) -> Result<(), ParseError> {
    let of = |name: &str| {
        let detail = host.children("detail").find(|detail| detail.text_of("name").eq_ignore_ascii_case(name));
        detail.map_or("", |detail| detail.text_of("value"))
    };
    let Some(asset) = assets::machine([of("hostname"), host.text_of("ip"), host.text.trim()], [of("MAC")])
    else {
        return Ok(());
    };
    if host.text_of("end").is_empty() && !host.text_of("start").is_empty() {
        out.gap(format!("host {}", asset.name), "the scan of it did not end");
    }
    let os = [of("best_os_txt"), of("OS")].into_iter().find_map(text::some);
    let seen_at = [host.text_of("end"), host.text_of("start")].into_iter().find_map(dates::date);
    out.observe(at, Observation::Asset(AssetSeen { os, seen_at, ..AssetSeen::new(asset.clone()) }), None)?;
    for detail in host.children("detail").filter(|detail| detail.text_of("name") == "App") {
        if let Some(cpe) = Cpe::parse(detail.text_of("value")) {
            let (name, version) = (text::name(cpe.product()), text::name(&cpe.version().unwrap_or_default()));
            let (purl, locations) = (String::new(), Vec::new());
            let component = ComponentSeen {
                asset: asset.clone(),
                purl,
                name,
                version,
                locations,
                vantage: String::new(),
            };
            out.observe(at, Observation::Component(component), None)?;
        }
    }
    Ok(())
}

fn result(result: &Element, at: &Place, options: &Options, out: &mut Out<'_>) -> Result<(), Stop> {
    let host = result.child("host").ok_or("no host")?;
    let asset = assets::machine([host.text_of("hostname"), host.text.trim()], [])
        .or_else(|| options.asset.clone())
        .ok_or("neither host nor address")?;
    let empty = Element::default();
    let nvt = result.child("nvt").unwrap_or(&empty);
    let mut weakness = WeaknessSeen { rule: text::name(nvt.attr("oid")), ..WeaknessSeen::default() };
    // The id of a result of the CVE scanner is the CVE.
    weakness.ids.extend(ids::ids_in(&weakness.rule));
    let mut references = Vec::new();
    for reference in nvt.within("refs", "ref") {
        match reference.attr("type").to_ascii_lowercase().as_str() {
            "cve" | "cve_id" => ids::push_id(&mut weakness.ids, reference.attr("id")),
            _ => references.push(reference.attr("id")),
        }
    }
    nvt.text_of("cve").split([',', ' ']).for_each(|cve| ids::push_id(&mut weakness.ids, cve));
    references.extend(nvt.text_of("xref").split([',', ' ']).filter_map(|link| link.strip_prefix("URL:")));
    let tags: Vec<_> = nvt.text_of("tags").split('|').filter_map(|tag| tag.split_once('=')).collect();
    let tag = |name: &str| tags.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| *value);
    let (port, protocol) = port(result.text_of("port"));
    let (threat, score) = (result.text_of("threat"), result.text_of("severity"));
    let title = [result.text_of("name"), nvt.text_of("name")].into_iter().find(|name| !name.is_empty());
    if weakness.rule.is_empty() || weakness.rule == "0" {
        weakness.rule = text::title(title.ok_or("neither a name nor the id of a test")?, "").to_lowercase();
    }
    // What a test could not do is no weakness.
    if threat.eq_ignore_ascii_case("Error") {
        out.gap(
            format!("{} on {}", weakness.rule, asset.name),
            text::title(result.text_of("description"), "it failed"),
        );
        return Ok(());
    }
    let quality = result.child("qod").map_or("", |qod| qod.text_of("value"));
    let solution = match nvt.text_of("solution") {
        "" => tag("solution"),
        solution => solution,
    };
    let original = result.text_of("original_threat");
    let overridden = threat.eq_ignore_ascii_case("False Positive");
    let affected = text::labelled([("Affected", tag("affected"))]);
    let finding = Finding {
        description: text::paragraphs([tag("summary"), tag("insight"), tag("impact"), &affected]),
        fix: text::paragraphs([solution]),
        cvss: cvss::vectors(
            nvt.within("severities", "severity")
                .flat_map(|severity| [severity.text_of("value"), severity.text_of("vector")])
                .chain([tag("cvss_base_vector")]),
        ),
        cvss_score: score_of(score),
        epss: epss(nvt),
        evidence: text::body(result.text_of("description")),
        raw_id: text::some(result.attr("id")),
        seen_at: dates::date(result.text_of("creation_time")),
        tags: text::some(nvt.text_of("family"))
            .map(|family| format!("family:{family}"))
            .into_iter()
            .collect(),
        confidence: if quality.is_empty() { String::new() } else { format!("{}%", text::name(quality)) },
        references: text::links(references),
        suppressed: overridden.then(|| "false positive".to_owned()),
        ..Finding::new(
            text::title(title.unwrap_or_default(), &weakness.rule),
            severity(if overridden { original } else { threat }, score),
            weakness,
            asset,
            loci::port(protocol, port),
        )
    };
    Ok(out.finding(at, finding, None)?)
}

fn row(row: &Row<'_>, at: &Place, options: &Options, out: &mut Out<'_>) -> Result<(), Stop> {
    let asset = assets::machine([row.get("Hostname"), row.get("IP")], [])
        .or_else(|| options.asset.clone())
        .ok_or("neither host nor address")?;
    let mut weakness = WeaknessSeen { rule: text::name(row.get("NVT OID")), ..WeaknessSeen::default() };
    row.get("CVEs").split([',', ' ']).for_each(|cve| ids::push_id(&mut weakness.ids, cve));
    if weakness.rule.is_empty() {
        return Err("no NVT OID".into());
    }
    let (port, protocol) = port(row.get("Port"));
    let protocol = if row.get("Port Protocol").is_empty() { protocol } else { row.get("Port Protocol") };
    let affected = text::labelled([("Affected", row.get("Affected Software/OS"))]);
    let words = [row.get("Summary"), row.get("Vulnerability Insight"), row.get("Impact"), &affected];
    let quality = row.get("QoD");
    let finding = Finding {
        description: text::paragraphs(words),
        fix: text::paragraphs([row.get("Solution")]),
        cvss_score: score_of(row.get("CVSS")),
        evidence: text::body(row.get("Specific Result")),
        raw_id: text::some(row.get("Result ID")),
        seen_at: dates::date(row.get("Timestamp")),
        confidence: if quality.is_empty() { String::new() } else { format!("{}%", text::name(quality)) },
        references: text::links(row.get("Other References").split([',', ' '])),
        ..Finding::new(
            text::title(row.get("NVT Name"), &weakness.rule),
            severity(row.get("Severity"), row.get("CVSS")),
            weakness,
            asset,
            loci::port(protocol, port),
        )
    };
    out.summary.seen_at = out.summary.seen_at.max(finding.seen_at);
    Ok(out.finding(at, finding, Some(row.raw().as_bytes()))?)
}

/// `443/tcp`, `general/tcp`, `https (443/tcp)` as port and protocol.
fn port(text: &str) -> (&str, &str) {
    let inner = text.split_once('(').map_or(text, |(_, inner)| inner.trim_end_matches(')'));
    inner.split_once('/').unwrap_or((inner, ""))
}

/// The highest of the test's CVEs.
fn epss(nvt: &Element) -> Option<f64> {
    let scores = ["max_epss", "max_severity"].map(|of| nvt.within("epss", of).next());
    let scores = scores.into_iter().flatten().map(|of| of.text_of("score").parse().ok());
    scores.flatten().find(|score| (0.0..=1.0).contains(score))
}

fn score_of(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|score| (0.0..=10.0).contains(score))
}

fn severity(threat: &str, score: &str) -> Severity {
    match threat {
        "Log" | "Debug" | "False Positive" => Severity::Info,
        "Alarm" => Severity::High,
        "" => ids::severity(&score_of(score).map_or(String::new(), |score| format!("{score:.1}"))),
        threat => ids::severity(threat),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_of_every_version() {
        for (text, expected) in [
            ("443/tcp", ("443", "tcp")),
            ("general/tcp", ("general", "tcp")),
            ("https (443/tcp)", ("443", "tcp")),
        ] {
            assert_eq!(port(text), expected);
        }
        assert_eq!((severity("", "7.5"), severity("Log", "0.0")), (Severity::High, Severity::Info));
    }
}
