//! The detailed report.

use super::{Flaw, app, severity};
use crate::common::out::Out;
use crate::common::package::Package;
use crate::common::walk;
use crate::common::xml::Element;
use crate::common::{dates, ids, loci, text};
use crate::error::ParseError;
use crate::format::{Options, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::{AssetRef, Finding, Timestamp};
use std::io::BufRead;

/// What the root says.
struct Run {
    app: AssetRef,
    seen_at: Option<Timestamp>,
}

pub(super) fn parse(
    input: &mut dyn BufRead,
    options: &Options,
    sink: &mut dyn Sink,
) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    let mut run = Run { app: app("", options), seen_at: None };
    walk::walk(input, options, &mut out, "veracode", &["detailedreport"], &mut |element, xml, out| {
        match element.name.as_str() {
            "detailedreport" => {
                out.source("veracode", "");
                let seen_at = ["last_update_time", "generation_date"]
                    .iter()
                    .find_map(|key| dates::date(element.attr(key)));
                run = Run { app: app(element.attr("app_name"), options), seen_at };
                out.summary.seen_at = seen_at;
            }
            "category" => {
                let at = out.record(xml.place(), "<category>");
                category(&xml.subtree(element)?, &run, &at, out)?;
            }
            "component" => {
                let at = out.record(xml.place(), "<component>");
                component(&xml.subtree(element)?, &run, &at, out)?;
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(out.end())
}

/// Flaws of one category, by CWE.
fn category(category: &Element, run: &Run, at: &Place, out: &mut Out<'_>) -> Result<(), ParseError> {
    let about = category.child("desc").map(words).unwrap_or_default();
    let fix = category.child("recommendations").map(words).unwrap_or_default();
    for cwe in category.children("cwe") {
        let of_cwe = cwe.child("description").map(words).unwrap_or_default();
        let kinds = ["staticflaws", "dynamicflaws", "manualflaws"];
        for flaw in kinds.iter().flat_map(|kind| cwe.within(kind, "flaw")) {
            let path = format!("{}{}", flaw.attr("sourcefilepath"), flaw.attr("sourcefile"));
            let name = match flaw.attr("categoryname") {
                "" => category.attr("categoryname"),
                name => name,
            };
            let told = Flaw {
                id: flaw.attr("issueid"),
                cwe: if flaw.attr("cweid").is_empty() { cwe.attr("cweid") } else { flaw.attr("cweid") },
                category: name,
                level: flaw.attr("severity"),
                path: if flaw.attr("url").is_empty() { &path } else { flaw.attr("url") },
                parameter: flaw.attr("vuln_parameter"),
                function: flaw.attr("functionprototype"),
                module: flaw.attr("module"),
            };
            let of_flaw = crate::common::html::plain(flaw.attr("description"));
            let finding = Finding {
                description: text::paragraphs([of_flaw.as_str(), &of_cwe, &about]),
                fix: text::body(&fix),
                line: flaw.attr("line").parse().ok().filter(|line| *line > 0),
                found_at: dates::date(flaw.attr("date_first_occurrence")),
                seen_at: run.seen_at,
                suppressed: done(flaw.attr("remediation_status"), flaw.attr("mitigation_status")),
                ..told.finding(run.app.clone())
            };
            out.finding(at, finding, None)?;
        }
    }
    Ok(())
}

/// A component and its vulnerabilities. Without any it is still software that is there.
fn component(component: &Element, run: &Run, at: &Place, out: &mut Out<'_>) -> Result<(), ParseError> {
    // `maven:com.h2database:h2:2.1.214:`
    let id: Vec<_> = component.attr("library_id").split(':').collect();
    let name =
        [component.attr("library"), component.attr("file_name")].into_iter().find(|name| !name.is_empty());
    let Some(name) = name else {
        out.reject(at.clone(), "a component without a name");
        return Ok(());
    };
    let package = match id.as_slice() {
        ["maven", group, artifact, version, ..] => {
            Package::new("maven", &format!("{group}:{artifact}"), version)
        }
        [kind, name, _, version, ..] if !name.is_empty() => Package::new(kind, name, version),
        _ => Package::new("", name, component.attr("version")),
    };
    out.observe(at, package.seen(run.app.clone()), None)?;
    let paths: Vec<_> =
        component.within("file_paths", "file_path").map(|path| loci::path(path.attr("value"))).collect();
    for vulnerability in component.within("vulnerabilities", "vulnerability") {
        let id = vulnerability.attr("cve_id");
        let none: [&str; 0] = [];
        let mut finding =
            package.vulnerability(run.app.clone(), id, none, "", severity(vulnerability.attr("severity")));
        ids::cwes_in(&mut finding.weakness.cwe, vulnerability.attr("cwe_id"));
        let accepted = vulnerability.attr("mitigation") == "true";
        let finding = Finding {
            description: text::body(vulnerability.attr("cve_summary")),
            cvss_score: vulnerability.attr("cvss_score").parse().ok().filter(|score| *score > 0.0),
            component_name: text::name(name),
            component_version: text::name(component.attr("version")),
            evidence: text::labelled([("File", component.attr("file_name")), ("At", &paths.join(", "))]),
            found_at: dates::date(vulnerability.attr("first_found_date")),
            seen_at: run.seen_at,
            suppressed: accepted.then(|| "mitigated".to_owned()),
            ..finding
        };
        out.finding(at, finding, None)?;
    }
    Ok(())
}

/// Texts of an element and all below it, which Veracode puts into attributes.
fn words(element: &Element) -> String {
    let own = [element.attr("text"), element.text.trim()];
    let below = element.children.iter().map(words);
    let all: Vec<_> =
        own.into_iter().map(str::to_owned).chain(below).filter(|text| !text.is_empty()).collect();
    all.join("\n")
}

/// The word for a flaw that is fixed, or of which a mitigation was accepted.
fn done(remediation: &str, mitigation: &str) -> Option<String> {
    match (remediation.to_lowercase().as_str(), mitigation.to_lowercase().as_str()) {
        ("fixed", _) => Some(Finding::FIXED.to_owned()),
        (_, "accepted") => Some("mitigated".to_owned()),
        ("mitigated" | "potential false positive", _) => Some(remediation.to_lowercase()),
        _ => None,
    }
}
