//! Qualys Web Application Scanning: scan and web application reports (XML), and the findings of its API (`ServiceResponse`).
//!
//! One finding per detection on a URL and parameter; its rule is the QID. Reports explain their QIDs in a glossary at the end.
//! Severities 1 to 5 are Info to Critical. What was gathered as information (missing headers, links, cookies) is informational.

use crate::common::kept::{Kept, Known};
use crate::common::out::Out;
use crate::common::walk::walk;
use crate::common::xml::Element;
use crate::common::{cvss, dates, html, ids, text, web};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{Finding, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "qualys_was",
    name: "Qualys WAS",
    summary: "XML reports of web applications and scans, findings of the API: URL, parameter, payload, CWE, CVSS",
    extensions: &["xml"],
    docs: "https://docs.qualys.com/en/was/api/",
    tool: "qualys-was",
    sniff,
    parse,
};

const REPORTS: [&str; 2] = ["WAS_SCAN_REPORT", "WAS_WEBAPP_REPORT"];

fn sniff(head: &Head<'_>) -> Sniff {
    match head.root() {
        Some((root, _)) if REPORTS.contains(&root) => Sniff::Yes,
        Some((root, _)) if root == "ServiceResponse" && head.has("<Finding>") => Sniff::Yes,
        _ => Sniff::No,
    }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    out.source(FORMAT.tool, "");
    let roots = [REPORTS[0], REPORTS[1], "ServiceResponse"];
    let mut kept: Kept<(Place, Finding, bool)> = Kept::new(options.limits.deferred);
    let mut glossary: Known<Element> = Known::new(options.limits.deferred / 2);
    walk(input, options, &mut out, FORMAT.id, &roots, &mut |element, xml, out| {
        match element.name.as_str() {
            "GENERATION_DATETIME" => out.summary.seen_at = dates::date(&xml.subtree(element)?.text),
            "VULNERABILITY" | "SENSITIVE_CONTENT" | "INFORMATION_GATHERED" => {
                let at = out.record(xml.place(), "<VULNERABILITY>");
                let informs = element.name == "INFORMATION_GATHERED";
                let detection = xml.subtree(element)?;
                match detected(&detection, options) {
                    Some(finding) => {
                        let texts = finding.evidence.len() + 512;
                        kept.push(&at, (at.clone(), finding, informs), texts)?;
                    }
                    None => out.reject(at, "a detection without QID"),
                }
            }
            "QID" => {
                let details = xml.subtree(element)?;
                let bytes = details.bytes();
                glossary.put(text::name(details.text_of("QID")), details, bytes);
            }
            "Finding" => {
                let at = out.record(xml.place(), "<Finding>");
                let finding = xml.subtree(element)?;
                let informs = finding.text_of("type") == "INFORMATION_GATHERED";
                match told(&finding, options) {
                    Some(mut finding) => {
                        if informs {
                            finding.severity = Severity::Info;
                        }
                        out.summary.seen_at = out.summary.seen_at.max(finding.seen_at);
                        out.finding(&at, finding, None)?;
                    }
                    None => out.reject(at, "a finding without QID"),
                }
            }
            // Lists of groups have elements of the same names.
            "FILTERS" | "SUMMARY" | "GROUP_LIST" | "OWASP_LIST" | "WASC_LIST" | "APPENDIX" => xml.skip()?,
            _ => {}
        }
        Ok(())
    })?;
    glossary.tell("explanations of QIDs", &mut out);
    for (at, mut finding, informs) in kept {
        if let Some(details) = glossary.get(&finding.weakness.rule) {
            explain(&mut finding, details);
        }
        // Their levels are of another scale.
        if informs {
            finding.severity = Severity::Info;
        }
        out.finding(&at, finding, None)?;
    }
    out.finish(FORMAT.id)
}

/// What its status means for whether the finding still stands.
fn suppressed(status: &str, ignored: &str) -> Option<String> {
    let yes = |word: &str| ["true", "yes", "1"].iter().any(|yes| word.eq_ignore_ascii_case(yes));
    match () {
        () if status.eq_ignore_ascii_case("fixed") => Some(Finding::FIXED.to_owned()),
        () if yes(ignored) => Some("ignored".to_owned()),
        () => None,
    }
}

/// A text, which may say of itself that it is base64.
fn plain(element: Option<&Element>) -> String {
    let Some(element) = element else { return String::new() };
    match element.attr("base64") {
        "true" => web::decoded(&element.text),
        _ => element.text.trim().to_owned(),
    }
}

/// A detection of a report, not yet explained.
fn detected(it: &Element, options: &Options) -> Option<Finding> {
    let qid = text::some(it.text_of("QID"))?;
    let payload = it.within("PAYLOADS", "PAYLOAD").next();
    let request = payload.and_then(|payload| payload.child("REQUEST"));
    let headers = request.into_iter().flat_map(|request| request.within("HEADERS", "HEADER"));
    let headers = headers.map(|it| format!("{}: {}", it.text_of("key"), it.text_of("value")));
    let of = |name: &str| request.map_or(String::new(), |request| plain(request.child(name)));
    let request = [format!("{} {}", of("METHOD"), of("URL"))].into_iter().chain(headers).chain([of("BODY")]);
    let request = request.collect::<Vec<_>>().join("\n");
    let response = payload.and_then(|payload| payload.child("RESPONSE"));
    let part = |name: &str| response.map_or(String::new(), |response| plain(response.child(name)));
    let response = [part("EVIDENCE"), part("CONTENTS")].join("\n");
    let url = it.text_of("URL");
    let parameter = it.text_of("PARAM");
    let sent = payload.map_or(String::new(), |payload| plain(payload.child("PAYLOAD")));
    let gathered = plain(it.child("DATA"));
    let about = text::labelled([
        ("Payload", &*sent),
        ("Authentication", it.text_of("AUTHENTICATION")),
        ("Gathered", &gathered),
    ]);
    let evidence = [about, web::exchange(url, request.trim(), response.trim())];
    Some(finding(
        qid,
        url,
        parameter,
        Finding {
            evidence: text::paragraphs(evidence.iter().map(String::as_str)),
            raw_id: text::some(it.text_of("UNIQUE_ID")).or(text::some(it.text_of("ID"))),
            seen_at: dates::date(it.text_of("LAST_TIME_DETECTED")),
            found_at: dates::date(it.text_of("FIRST_TIME_DETECTED")),
            suppressed: suppressed(it.text_of("STATUS"), it.text_of("IGNORED")),
            ..blank(options)
        },
        options,
    ))
}

/// A finding of the API, which explains itself.
fn told(it: &Element, options: &Options) -> Option<Finding> {
    let qid = text::some(it.text_of("qid"))?;
    let url = [it.text_of("url"), it.child("webApp").map_or("", |app| app.text_of("url"))];
    let url = url.into_iter().find(|url| !url.is_empty()).unwrap_or_default();
    let mut finding = finding(
        qid,
        url,
        it.text_of("param"),
        Finding {
            severity: ids::severity_of_five(it.text_of("severity")),
            evidence: text::name(url),
            raw_id: text::some(it.text_of("uniqueId")).or(text::some(it.text_of("id"))),
            seen_at: dates::date(it.text_of("lastDetectedDate")),
            found_at: dates::date(it.text_of("firstDetectedDate")),
            suppressed: suppressed(it.text_of("status"), it.text_of("isIgnored")),
            ..blank(options)
        },
        options,
    );
    finding.title = text::title(it.text_of("name"), &finding.title);
    if let Some(listed) = it.child("cwe") {
        listed.within("list", "long").for_each(|cwe| ids::cwes_in(&mut finding.weakness.cwe, &cwe.text));
    }
    if let Some(score) = it.child("cvssV3") {
        finding.cvss = cvss::vectors([score.text_of("attackVector"), score.text_of("vector")]);
        finding.cvss_score = score.text_of("base").parse().ok();
    }
    Some(finding)
}

fn blank(options: &Options) -> Finding {
    let (asset, locus) = web::spot("", "", options);
    Finding::new("", Severity::Unknown, WeaknessSeen::default(), asset, locus)
}

fn finding(qid: String, url: &str, parameter: &str, told: Finding, options: &Options) -> Finding {
    let parameter = if matches!(parameter, "-" | "N/A") { "" } else { parameter };
    let (asset, locus) = web::spot(url, parameter, options);
    let title = format!("QID {qid}");
    Finding { title, asset, locus, weakness: WeaknessSeen { rule: qid, ..WeaknessSeen::default() }, ..told }
}

/// Adds what the glossary says.
fn explain(finding: &mut Finding, details: &Element) {
    finding.title = text::title(details.text_of("TITLE"), &finding.title);
    finding.severity = ids::severity_of_five(details.text_of("SEVERITY"));
    ids::cwes_in(&mut finding.weakness.cwe, details.text_of("CWE"));
    let description = ["DESCRIPTION", "IMPACT"].map(|name| html::plain(details.text_of(name)));
    finding.description = text::paragraphs(description.iter().map(String::as_str));
    finding.fix = html::plain(details.text_of("SOLUTION"));
    let v3 = details.child("CVSS_V3");
    let scores = [v3.map_or("", |v3| v3.text_of("BASE")), details.text_of("CVSS_BASE")];
    finding.cvss_score = scores.iter().find_map(|score| score.parse().ok());
    finding.cvss = cvss::vectors(v3.into_iter().map(|v3| v3.text_of("VECTOR_STRING")));
    finding.confidence = match details.text_of("CATEGORY").to_lowercase() {
        category if category.contains("potential") => "potential".to_owned(),
        category if category.contains("confirmed") => "confirmed".to_owned(),
        _ => String::new(),
    };
    finding.tags = text::tags([("group", details.text_of("GROUP"))]);
    let wasc = details.text_of("WASC").trim_start_matches("WASC-");
    finding.compliance = text::tags([("OWASP", details.text_of("OWASP")), ("WASC", wasc)]);
}
