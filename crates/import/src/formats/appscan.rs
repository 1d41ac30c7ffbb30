//! HCL AppScan XML (`<xml-report>`): AppScan Standard and Enterprise (DAST), AppScan Source and AppScan on Cloud (SAST).
//!
//! The report is groups of things that refer to each other by ids: issues to URLs, entities, issue types, and those to advisories.
//! All but issues are kept in memory as names; issues are told when every group was read.

use crate::common::code::Hit;
use crate::common::kept::{Kept, Known};
use crate::common::out::Out;
use crate::common::xml::Element;
use crate::common::{assets, cvss, html, ids, loci, text, walk};
use crate::error::ParseError;
use crate::format::{Format, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "appscan",
    name: "HCL AppScan",
    summary: "XML reports of dynamic and static analysis, of AppScan on Cloud too",
    extensions: &["xml"],
    docs: "https://help.hcl-software.com/appscan/",
    tool: "appscan",
    sniff: |head| Sniff::when(head.is_root("xml-report")),
    parse,
};

/// Things by group and id.
struct Things(Known<Element>);

impl Things {
    fn put(&mut self, group: &str, item: Element) {
        let bytes = item.bytes();
        self.0.put(format!("{group} {}", item.attr("id")), item, bytes);
    }

    /// What an issue's child of this name refers to.
    fn of(&self, issue: &Element, name: &str) -> Option<&Element> {
        let child = issue.child(name)?;
        let id = if child.text_of("ref").is_empty() { child.text.trim() } else { child.text_of("ref") };
        self.0.get(&format!("{name} {id}"))
    }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    let mut things = Things(Known::new(options.limits.deferred / 2));
    let mut issues: Kept<(Place, Element)> = Kept::new(options.limits.deferred);
    let mut group = String::new();
    walk::walk(input, options, &mut out, "appscan", &["xml-report"], &mut |element, xml, out| {
        match element.name.as_str() {
            "xml-report" => out.source("appscan", element.attr("xmlExportVersion")),
            "scan-configuration" | "scan-summary" => xml.skip()?,
            "item" if group == "issue" => {
                let at = out.record(xml.place(), "<item>");
                let issue = xml.subtree(element)?;
                let texts = issue.bytes();
                issues.push(&at.clone(), (at, issue), texts)?;
            }
            "item" if !group.is_empty() => things.put(&group, xml.subtree(element)?),
            name => {
                if let Some(name) = name.strip_suffix("-group") {
                    group = name.to_owned();
                }
            }
        }
        Ok(())
    })?;
    things.0.tell("things that issues refer to", &mut out);
    for (at, issue) in issues {
        match found(&issue, &things, options) {
            Some(finding) => out.finding(&at, finding, None)?,
            None => out.reject(at, "an issue without a type"),
        }
    }
    out.finish("appscan")
}

fn found(issue: &Element, things: &Things, options: &Options) -> Option<Finding> {
    let nothing = Element::default();
    let kind = things.of(issue, "issue-type").unwrap_or(&nothing);
    let said = |name: &str| said(issue, name);
    let own = said("issue-type");
    let title =
        [kind.text_of("name"), issue.text_of("name"), own].into_iter().find(|title| !title.is_empty())?;
    let advisory = things.of(kind, "advisory").or_else(|| things.of(issue, "advisory")).unwrap_or(&nothing);
    let advisory = advisory.child("advisory").unwrap_or(advisory);
    let fix =
        things.of(kind, "fix-recommendation").or_else(|| things.of(issue, "remediation")).unwrap_or(&nothing);
    let mut weakness = WeaknessSeen {
        rule: text::name(if own.is_empty() { title } else { own }),
        ..WeaknessSeen::default()
    };
    for cwe in [said("cwe"), kind.text_of("cwe"), advisory.text_of("cwe")] {
        ids::cwes_in(&mut weakness.cwe, cwe);
    }
    advisory.within("cwe", "link").for_each(|link| ids::cwes_in(&mut weakness.cwe, link.text.trim()));
    weakness.ids = ids::ids_in(issue.text_of("cve"));
    let severity =
        [said("severity"), said("severity-id")].into_iter().find(|word| !word.is_empty()).unwrap_or_default();
    let parts = address_of_parts(issue);
    let address = things.of(issue, "url").map_or_else(|| said("url"), |url| url.text_of("name"));
    let address = if address.is_empty() { &parts } else { address };
    let entity = things.of(issue, "entity").map_or("", |entity| entity.text_of("name"));
    let url = assets::Url::parse(address);
    let web = url.as_ref().and_then(assets::Url::web_application);
    let file =
        [said("source-file"), said("location"), address, entity].into_iter().find(|file| !file.is_empty());
    let mut finding = match web {
        Some(asset) => {
            let path = url.as_ref().map_or("/", |url| &url.path);
            Finding::new("", ids::severity(severity), weakness, asset, loci::route(path, entity))
        }
        None => Finding {
            weakness,
            severity: ids::severity(severity),
            ..in_code(issue, file.unwrap_or_default()).finding(options.asset_or(AssetKind::Repository))
        },
    };
    let words = |name: &str| html::plain(&flat(advisory.child(name)));
    let recommended = html::plain(&flat(Some(fix)));
    finding.title = text::title(title, "");
    finding.description = text::paragraphs([
        words("testDescription").as_str(),
        &words("testTechnicalDescription"),
        &words("securityRisks"),
        &words("causes"),
    ]);
    finding.fix = text::body(&recommended);
    finding.cvss = cvss::vectors([issue.text_of("cvss-vector"), kind.text_of("cvss-vector")]);
    finding.cvss_score = issue.text_of("cvss-score").parse().ok().filter(|score| *score > 0.0);
    finding.evidence = text::paragraphs([
        finding.evidence.as_str(),
        &text::labelled([("URL", address), ("Entity", entity)]),
        &proof(issue),
    ]);
    finding.raw_id = text::some(issue.attr("id"));
    Some(finding)
}

/// What an issue says under this name. On Cloud, values stand in `<ref>` too.
fn said<'a>(issue: &'a Element, name: &str) -> &'a str {
    issue.child(name).map_or("", |child| {
        if child.text_of("ref").is_empty() { child.text.trim() } else { child.text_of("ref") }
    })
}

/// The address out of its parts, which stand by themselves on Cloud.
fn address_of_parts(issue: &Element) -> String {
    let [scheme, host, port, path] = ["scheme", "host", "port", "path"].map(|part| said(issue, part));
    let scheme = if scheme.is_empty() { "https" } else { scheme };
    match (host, port) {
        ("", _) => String::new(),
        (host, "") => format!("{scheme}://{host}{path}"),
        (host, port) => format!("{scheme}://{host}:{port}{path}"),
    }
}

/// The place of static analysis, which may be written `path:line`.
fn in_code<'a>(issue: &'a Element, file: &'a str) -> Hit<'a> {
    let (path, line) =
        file.rsplit_once(':').filter(|(_, line)| line.parse::<u64>().is_ok()).unwrap_or((file, ""));
    Hit {
        path,
        line: [line, issue.text_of("line")].into_iter().find_map(|line| line.parse().ok()),
        anchor: issue.text_of("issue-id"),
        snippet: issue.text_of("context"),
        ..Hit::default()
    }
}

/// The first tests that showed it, each with why and what went over the wire.
fn proof(issue: &Element) -> String {
    let variants = issue.within("variant-group", "item").take(3).map(|variant| {
        let traffic = flat(variant.child("test-http-traffic").or_else(|| variant.child("issue-information")));
        text::clean(&format!("{}\n{traffic}", variant.text_of("reasoning")), text::BODY / 4).into_owned()
    });
    variants.collect::<Vec<_>>().join("\n")
}

/// All text of an element and what is in it.
fn flat(element: Option<&Element>) -> String {
    let Some(element) = element else { return String::new() };
    let below = element.children.iter().map(|child| flat(Some(child)));
    let all: Vec<_> = std::iter::once(element.text.trim().to_owned())
        .chain(below)
        .filter(|text| !text.is_empty())
        .collect();
    all.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Limits;
    use crate::sink::Collected;

    #[test]
    fn things_beyond_the_bound_are_told() {
        let pad = "w".repeat(1_500);
        let mut report = "<xml-report><issue-type-group>".to_owned();
        for id in ["a", "b"] {
            report += &format!("<item id=\"{id}\"><name>Name of {id}</name><pad>{pad}</pad></item>");
        }
        report += "</issue-type-group><issue-group>";
        for id in ["a", "b"] {
            report += &format!("<item><issue-type><ref>{id}</ref></issue-type></item>");
        }
        report += "</issue-group></xml-report>";
        let limits = Limits { deferred: 5_000, ..Limits::default() };
        let mut seen = Collected::default();
        parse(&mut report.as_bytes(), &Options { limits, ..Options::default() }, &mut seen).unwrap();
        assert_eq!(
            seen.findings().map(|finding| finding.title.as_str()).collect::<Vec<_>>(),
            ["Name of a", "b"]
        );
        assert_eq!(seen.gaps[0].what, "1 things that issues refer to");
    }
}
