//! Weaknesses out of the output of Nmap's scripts: CVEs of those that look versions up, what others state to be VULNERABLE, and
//! the exposures of those that only tell how a service is set up.

use super::exposures;
use crate::common::xml::Element;
use crate::common::{ids, text};
use bartizan_model::observation::{ServiceSeen, WeaknessSeen};
use bartizan_model::weakness::cves_in;
use bartizan_model::{AssetRef, Finding, Locus, Severity, Timestamp};

/// Where a script ran.
pub(super) struct Where<'a> {
    pub(super) asset: &'a AssetRef,
    /// The address that was scanned.
    pub(super) address: &'a str,
    pub(super) service: Option<&'a ServiceSeen>,
    pub(super) seen_at: Option<Timestamp>,
}

/// Scripts that look versions up.
pub(super) const LOOKUPS: [&str; 2] = ["vulners", "vulscan"];

/// Reads one script. Its name, where it is a lookup that gave an answer; what it says of it that could not be read.
pub(super) fn read(
    script: &Element,
    place: &Where<'_>,
    findings: &mut Vec<Finding>,
) -> Result<Option<String>, String> {
    let id = script.attr("id");
    if !LOOKUPS.contains(&id) {
        stated(script, place, findings);
        exposed(script, place, findings);
        return Ok(None);
    }
    let before = findings.len();
    if lookup(script, place, findings) > 0 {
        return Err(format!("an entry of {id} has no id of a CVE, though it says that it is one"));
    }
    Ok((findings.len() > before).then(|| id.to_owned()))
}

/// A script that looks versions up. vulners gives tables by CPE, or only text like vulscan and older versions. Gives how many
/// entries could not be read.
fn lookup(script: &Element, place: &Where<'_>, findings: &mut Vec<Finding>) -> usize {
    let mut unread = 0;
    let mut found: Vec<(String, Option<f64>, String)> = Vec::new();
    let mut add =
        |id: String, score: Option<f64>, why: String| match found.iter_mut().find(|(known, ..)| *known == id)
        {
            Some(known) => known.1 = known.1.max_by_score(score),
            None => found.push((id, score, why)),
        };
    for cpe in script.children("table") {
        for entry in cpe.children("table") {
            let score = value(entry, "cvss").parse().ok();
            let (id, kind) = (value(entry, "id"), value(entry, "type"));
            let ids = cves_in(id);
            unread += usize::from(ids.is_empty() && matches!(kind, "cve" | ""));
            // Other types (exploitdb, githubexploit) name exploits, not vulnerabilities.
            if matches!(kind, "cve" | "") || ids.first().is_some_and(|cve| cve.eq_ignore_ascii_case(id)) {
                ids.into_iter().for_each(|id| add(id, score, cpe.attr("key").to_owned()));
            }
        }
    }
    if script.child("table").is_none() {
        for line in script.attr("output").lines() {
            for id in cves_in(line) {
                let score =
                    line.split_whitespace().find_map(|word| word.parse::<f64>().ok().filter(|s| *s <= 10.0));
                add(id, score, line.trim().to_owned());
            }
        }
    }
    for (id, score, why) in found {
        let severity = score.map_or(Severity::Unknown, Severity::from_cvss);
        let score = score.map_or(String::new(), |score| format!(" (score {score})"));
        let mut finding = finding(script, place, &format!("{id} in {}", subject(place)), severity);
        finding.evidence = text::body(&format!("{}: {why}{score}", script.attr("id")));
        finding.weakness.ids.push(id);
        findings.push(finding);
    }
    unread
}

/// A script that tells how a service is set up, where that is a weakness.
fn exposed(script: &Element, place: &Where<'_>, findings: &mut Vec<Finding>) {
    for (exposure, evidence) in exposures::shown(script, place.seen_at) {
        let mut finding = finding(script, place, exposure.title, exposure.severity);
        finding.weakness.rule = exposure.rule(&finding.weakness.rule);
        finding.weakness.cwe.push(exposure.cwe);
        finding.fix = exposure.fix.to_owned();
        finding.evidence = text::body(&evidence);
        findings.push(finding);
    }
}

trait MaxByScore {
    fn max_by_score(self, other: Self) -> Self;
}

impl MaxByScore for Option<f64> {
    fn max_by_score(self, other: Self) -> Self {
        match (self, other) {
            (Some(a), Some(b)) => Some(a.max(b)),
            (a, b) => a.or(b),
        }
    }
}

/// A script that tried it: it states VULNERABLE, in the tables of Nmap's `vulns` library or in its text.
fn stated(script: &Element, place: &Where<'_>, findings: &mut Vec<Finding>) {
    let mut structured = false;
    for table in script.children("table").filter(|table| !value(table, "state").is_empty()) {
        structured = true;
        if !is_vulnerable(value(table, "state")) {
            continue;
        }
        let title = value(table, "title");
        let score =
            table.children("table").filter(|t| t.attr("key") == "scores").flat_map(|t| t.children("elem"));
        let score =
            score.filter_map(|score| score.text.split_whitespace().next()?.parse::<f64>().ok()).next();
        let severity = score.map_or_else(|| risk(script.attr("output"), title), Severity::from_cvss);
        let mut finding = finding(script, place, title, severity);
        for id in table_texts(table, "ids").chain([table.attr("key")]) {
            for cve in cves_in(&id.replace("CVE:", "")) {
                ids::push_id(&mut finding.weakness.ids, &cve);
            }
        }
        finding.description = text::body(&table_texts(table, "description").collect::<Vec<_>>().join("\n"));
        finding.references = text::links(table_texts(table, "refs"));
        findings.push(finding);
    }
    let output = script.attr("output");
    if structured || !is_vulnerable(output) {
        return;
    }
    let first =
        output.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with("VULNERABLE"));
    let first = first.unwrap_or_default();
    let mut finding = finding(script, place, first, risk(output, first));
    finding.weakness.ids = cves_in(&output.replace("CVE:", " "));
    finding.references = text::links([output]);
    findings.push(finding);
}

/// The `Risk factor: High` of a vulnerability, which only the text has.
fn risk(output: &str, title: &str) -> Severity {
    let section = output.split_once(title).map_or("", |(_, rest)| rest);
    let own = section.lines().take_while(|line| !line.contains("VULNERABLE:"));
    let risk = own.filter_map(|line| line.trim().strip_prefix("Risk factor:")).next();
    risk.map_or(Severity::Unknown, ids::severity)
}

/// `VULNERABLE`, `LIKELY VULNERABLE`, `VULNERABLE (Exploitable)`, but not `NOT VULNERABLE` or a question.
fn is_vulnerable(text: &str) -> bool {
    text.match_indices("VULNERABLE").any(|(at, _)| !text[..at].trim_end().ends_with("NOT"))
}

fn finding(script: &Element, place: &Where<'_>, title: &str, severity: Severity) -> Finding {
    let rule = text::name(script.attr("id"));
    let locus = place.service.map_or(Locus::Whole, |service| Locus::port(&service.protocol, service.port));
    let product = place.service.map(|service| (service.product.clone(), service.version.clone()));
    let (component_name, component_version) = product.unwrap_or_default();
    Finding {
        evidence: text::body(script.attr("output")),
        seen_at: place.seen_at,
        component_name,
        component_version,
        vantage: place.address.to_owned(),
        ..Finding::new(
            text::title(title, &format!("{rule} on {}", subject(place))),
            severity,
            WeaknessSeen { ids: Vec::new(), cwe: Vec::new(), rule },
            place.asset.clone(),
            locus,
        )
    }
}

fn subject(place: &Where<'_>) -> String {
    let Some(service) = place.service else { return place.asset.name.clone() };
    let port = format!("port {}/{}", service.port, service.protocol);
    match (service.product.as_str(), service.version.as_str()) {
        ("", _) if service.name.is_empty() => port,
        ("", _) => format!("{} on {port}", service.name),
        (product, "") => format!("{product} on {port}"),
        (product, version) => format!("{product} {version} on {port}"),
    }
}

/// The text of `<elem key="...">`.
pub(super) fn value<'a>(table: &'a Element, key: &str) -> &'a str {
    table.children("elem").find(|elem| elem.attr("key") == key).map_or("", |elem| elem.text.trim())
}

/// The texts of `<table key="..."><elem>...`.
fn table_texts<'a>(table: &'a Element, key: &'a str) -> impl Iterator<Item = &'a str> {
    let tables = table.children("table").filter(move |inner| inner.attr("key") == key);
    tables.flat_map(|inner| inner.children("elem")).map(|elem| elem.text.trim())
}
