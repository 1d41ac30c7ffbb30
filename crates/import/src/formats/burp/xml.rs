//! The XML report of Burp Suite Professional, and Dastardly's JUnit file.

use super::{FORMAT, Issue, finding};
use crate::common::out::Out;
use crate::common::walk::walk;
use crate::common::xml::Element;
use crate::common::{dates, web};
use crate::error::ParseError;
use crate::format::Options;
use bartizan_model::Finding;
use std::borrow::Cow;
use std::io::BufRead;

pub(super) fn read(input: &mut dyn BufRead, options: &Options, out: &mut Out<'_>) -> Result<(), ParseError> {
    let mut machines = web::Machines::default();
    walk(input, options, out, FORMAT.id, &["issues", "testsuites"], &mut |element, xml, out| {
        match element.name.as_str() {
            "issues" => {
                out.source(FORMAT.tool, element.attr("burpVersion"));
                // Java's zone names tell nothing that is sure: the time is taken as it stands.
                out.summary.seen_at = dates::date(element.attr("exportTime"));
            }
            "testsuites" => out.source(FORMAT.tool, ""),
            "issue" => {
                let at = out.record(xml.place(), "<issue>");
                let element = xml.subtree(element)?;
                let seen_at = out.summary.seen_at;
                match issue(&element, options) {
                    Some(finding) => {
                        let address = element.child("host").map_or("", |host| host.attr("ip"));
                        machines.tell(&finding.asset, address, &at, out)?;
                        out.finding(&at, Finding { seen_at, ..finding }, None)?;
                    }
                    None => out.reject(at, "an issue without type and name"),
                }
            }
            "testcase" => {
                let name = element.attr("name").to_owned();
                let at = xml.place();
                let case = xml.subtree(element)?;
                let Some(failure) = case.child("failure") else { return Ok(()) };
                let at = out.record(at, "<testcase>");
                match failed(&name, failure, options) {
                    Some(finding) => out.finding(&at, finding, None)?,
                    None => out.reject(at, "a failure without a name"),
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    machines.cover(out);
    Ok(())
}

fn issue(issue: &Element, options: &Options) -> Option<Finding> {
    let exchange = issue.child("requestresponse");
    let part = |name: &str| -> Cow<'_, str> {
        match exchange.and_then(|exchange| exchange.child(name)) {
            None => Cow::Borrowed(""),
            Some(part) if part.attr("base64") == "true" => Cow::Owned(web::decoded(&part.text)),
            Some(part) => Cow::Borrowed(&part.text),
        }
    };
    let (request, response) = (part("request"), part("response"));
    let items: String = issue
        .within("issueDetailItems", "issueDetailItem")
        .map(|item| format!("<br>{}", item.text.trim()))
        .collect();
    let detail = format!("{}{items}", issue.text_of("issueDetail"));
    finding(
        &Issue {
            kind: issue.text_of("type"),
            name: issue.text_of("name"),
            serial: issue.text_of("serialNumber"),
            severity: issue.text_of("severity"),
            confidence: issue.text_of("confidence"),
            origin: issue.text_of("host"),
            path: issue.text_of("path"),
            location: issue.text_of("location"),
            detail: &detail,
            background: issue.text_of("issueBackground"),
            remediation_detail: issue.text_of("remediationDetail"),
            remediation: issue.text_of("remediationBackground"),
            references: issue.text_of("references"),
            classifications: issue.text_of("vulnerabilityClassifications"),
            request: &request,
            response: &response,
        },
        options,
    )
}

/// `Severity: High`, `Host: ...`, and the sections `Issue Detail`, `Issue Background`, ... of a failure's text.
fn failed(name: &str, failure: &Element, options: &Options) -> Option<Finding> {
    let text = &failure.text;
    let line = |label: &str| {
        text.lines()
            .find_map(|line| line.trim().strip_prefix(label))
            .map_or("", |rest| rest.trim_start_matches(':').trim())
    };
    const SECTIONS: [&str; 7] = [
        "Issue Detail",
        "Issue Background",
        "Issue Remediation",
        "Remediation Detail",
        "Evidence",
        "References",
        "Vulnerability Classifications",
    ];
    let section = |title: &str| {
        let lines = text.lines().skip_while(|line| line.trim().trim_end_matches(':') != title).skip(1);
        let ends = |line: &&str| !SECTIONS.contains(&line.trim().trim_end_matches(':'));
        lines.take_while(ends).collect::<Vec<_>>().join("\n")
    };
    let severity = if failure.attr("type").is_empty() { line("Severity") } else { failure.attr("type") };
    finding(
        &Issue {
            name,
            severity,
            confidence: line("Confidence"),
            origin: line("Host"),
            path: line("Path"),
            detail: &section("Issue Detail").replace('\n', "<br>"),
            background: &section("Issue Background").replace('\n', "<br>"),
            remediation: &section("Issue Remediation").replace('\n', "<br>"),
            references: &section("References"),
            classifications: &section("Vulnerability Classifications"),
            request: &section("Evidence"),
            ..Issue::default()
        },
        options,
    )
}
