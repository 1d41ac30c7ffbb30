//! Fortify WebInspect XML exports (`<Scan>` with issues, `<Sessions>` with issues by session): weaknesses of web applications
//! with request and response.

use crate::common::out::Out;
use crate::common::xml::Element;
use crate::common::{assets, dates, html, ids, loci, text, walk};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "webinspect",
    name: "Fortify WebInspect",
    summary: "XML export: weaknesses of web applications",
    extensions: &["xml"],
    docs: "https://www.microfocus.com/documentation/fortify-webinspect/",
    tool: "webinspect",
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Sniff {
    match head.root() {
        Some((root, _)) if root == "Scan" && head.has("<PolicyName") => Sniff::Yes,
        Some((root, _)) if root == "Scan" && head.has("<CheckTypeID") => Sniff::Yes,
        Some((root, _)) if root == "Sessions" && head.has("<Session") => Sniff::Yes,
        _ => Sniff::No,
    }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    walk::walk(input, options, &mut out, "webinspect", &["Scan", "Sessions"], &mut |element, xml, out| {
        match element.name.as_str() {
            "Scan" | "Sessions" => out.source("webinspect", ""),
            "StartTime" => out.summary.seen_at = dates::date(&xml.subtree(element)?.text),
            "Session" => {
                let place = xml.place();
                let session = xml.subtree(element)?;
                for issue in session.within("Issues", "Issue") {
                    let at = out.record(place.clone(), "<Issue>");
                    tell(issue, &session, &at, options, out)?;
                }
            }
            "Issue" => {
                let at = out.record(xml.place(), "<Issue>");
                let issue = xml.subtree(element)?;
                tell(&issue, &issue, &at, options, out)?;
            }
            _ => {}
        }
        Ok(())
    })?;
    out.finish("webinspect")
}

/// An issue, and what tells where it is and how it was asked: itself or its session.
fn tell(
    issue: &Element,
    session: &Element,
    at: &Place,
    options: &Options,
    out: &mut Out<'_>,
) -> Result<(), ParseError> {
    match found(issue, session, options) {
        Some(finding) => out.finding(at, Finding { seen_at: out.summary.seen_at, ..finding }, None),
        None => {
            out.reject(at.clone(), "an issue without a name");
            Ok(())
        }
    }
}

fn found(issue: &Element, session: &Element, options: &Options) -> Option<Finding> {
    let (name, id) = (issue.text_of("Name"), issue.text_of("VulnerabilityID"));
    let rule = [id, name].into_iter().find(|rule| !rule.is_empty())?;
    let url = assets::Url::parse(session.text_of("URL"));
    let asset = url.as_ref().and_then(assets::Url::web_application);
    let section = |title: &str| {
        let section = issue.children("ReportSection").find(|section| section.text_of("Name") == title);
        html::plain(section.map_or("", |section| section.text_of("SectionText")))
    };
    let mut weakness = WeaknessSeen { rule: text::name(rule), ..WeaknessSeen::default() };
    for class in issue.within("Classifications", "Classification") {
        if class.attr("kind").eq_ignore_ascii_case("cwe") {
            ids::cwes_in(&mut weakness.cwe, &class.attr("identifier").replace("CWE-", ""));
            ids::cwes_in(&mut weakness.cwe, &class.text);
        }
    }
    let severity = match issue.text_of("Severity") {
        "4" => Severity::Critical,
        "3" => Severity::High,
        "2" => Severity::Medium,
        "1" => Severity::Low,
        "0" => Severity::Info,
        _ => Severity::Unknown,
    };
    let raw = |name: &str| text::clean(session.text_of(name), text::BODY / 4).into_owned();
    let evidence = [
        ("URL", session.text_of("URL").to_owned()),
        ("request", raw("RawRequest")),
        ("session", raw("VulnerableSession")),
        ("response", raw("RawResponse")),
    ];
    Some(Finding {
        description: text::paragraphs([section("Summary").as_str(), &section("Implication")]),
        fix: text::body(&section("Fix")),
        evidence: text::labelled(evidence.iter().map(|(label, words)| (*label, words.as_str()))),
        raw_id: text::some(id),
        ..Finding::new(
            text::title(name, rule),
            severity,
            weakness,
            asset.unwrap_or_else(|| options.asset_or(AssetKind::WebApplication)),
            loci::route(url.as_ref().map_or("/", |url| &url.path), session.text_of("AttackParamDescriptor")),
        )
    })
}
