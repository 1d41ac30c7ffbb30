//! SpotBugs XML (`spotbugs -xml`, `-xml:withMessages`), and FindBugs before it: bugs in Java bytecode, with Find Security Bugs.
//!
//! SpotBugs' own instance hash survives moved lines and is the anchor, else class and method are. What a bug pattern means
//! stands at the end of the report, so bugs are kept back until it was read. Classes that were missing are a gap.

use crate::common::code::Hit;
use crate::common::kept::{Kept, Known};
use crate::common::out::Out;
use crate::common::xml::Element;
use crate::common::{dates, html, text, walk};
use crate::error::ParseError;
use crate::format::{Format, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::{AssetKind, Finding, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "spotbugs",
    name: "SpotBugs",
    summary: "XML of SpotBugs, FindBugs and Find Security Bugs",
    extensions: &["xml"],
    docs: "https://spotbugs.readthedocs.io/en/stable/",
    tool: "spotbugs",
    sniff: |head| Sniff::when(head.is_root("BugCollection")),
    parse,
};

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    let mut bugs: Kept<(Place, Finding)> = Kept::new(options.limits.deferred);
    let mut patterns: Known<String> = Known::new(options.limits.deferred / 2);
    walk::walk(input, options, &mut out, "spotbugs", &["BugCollection"], &mut |element, xml, out| {
        match element.name.as_str() {
            "BugCollection" => {
                out.source("spotbugs", element.attr("version"));
                out.summary.seen_at = dates::date(element.attr("analysisTimestamp"));
            }
            "BugInstance" => {
                let at = out.record(xml.place(), "<BugInstance>");
                let bug = xml.subtree(element)?;
                if bug.attr("type").is_empty() {
                    out.reject(at, "a bug without a type");
                    return Ok(());
                }
                let finding = Finding { seen_at: out.summary.seen_at, ..bug_of(&bug, options) };
                let texts = [&finding.title, &finding.description, &finding.evidence].map(String::len);
                let texts = 512 + texts.iter().sum::<usize>();
                bugs.push(&at.clone(), (at, finding), texts)?;
            }
            "BugPattern" => {
                let pattern = xml.subtree(element)?;
                let words = text::body(&html::plain(pattern.text_of("Details")));
                let bytes = words.len();
                patterns.put(text::name(pattern.attr("type")), words, bytes);
            }
            "MissingClass" => {
                let class = xml.subtree(element)?;
                out.gap(text::name(&class.text), "the class was missing when the code was analysed");
            }
            "Project" | "FindBugsSummary" => xml.skip()?,
            _ => {}
        }
        Ok(())
    })?;
    patterns.tell("bug patterns", &mut out);
    for (at, mut finding) in bugs {
        if let Some(about) = patterns.get(&finding.weakness.rule) {
            finding.description = text::paragraphs([finding.description.as_str(), about]);
        }
        out.finding(&at, finding, None)?;
    }
    out.finish("spotbugs")
}

fn bug_of(bug: &Element, options: &Options) -> Finding {
    let lines = || bug.children("SourceLine");
    let inner =
        bug.children.iter().filter(|child| ["Method", "Field", "Class"].contains(&child.name.as_str()));
    let place = lines().find(|line| line.attr("primary") == "true").or_else(|| lines().next());
    let place = place.or_else(|| inner.clone().find_map(|child| child.child("SourceLine")));
    let nothing = Element::default();
    let place = place.unwrap_or(&nothing);
    let member = bug.child("Method").or_else(|| bug.child("Class")).unwrap_or(&nothing);
    let symbol = match (member.attr("classname"), member.attr("name")) {
        (class, "") => class.to_owned(),
        (class, name) => format!("{class}.{name}{}", member.attr("signature")),
    };
    let path = [place.attr("sourcepath"), place.attr("sourcefile"), place.attr("classname")];
    let severity = match bug.attr("priority") {
        "1" => Severity::High,
        "2" => Severity::Medium,
        "3" | "4" => Severity::Low,
        "5" => Severity::Info,
        _ => Severity::Unknown,
    };
    let hash = bug.attr("instanceHash");
    let hit = Hit {
        rule: bug.attr("type"),
        title: bug.text_of("ShortMessage"),
        severity,
        cwe: bug.attr("cweid"),
        path: path.into_iter().find(|path| !path.is_empty()).unwrap_or_default(),
        line: place.attr("start").parse().ok(),
        anchor: if hash.is_empty() { &symbol } else { hash },
        snippet: "",
    };
    Finding {
        description: text::paragraphs([bug.text_of("LongMessage")]),
        evidence: text::labelled([("In", &*symbol)]),
        raw_id: text::some(hash),
        tags: text::some(bug.attr("category")).into_iter().collect(),
        ..hit.finding(options.asset_or(AssetKind::Repository))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Limits;
    use crate::sink::Collected;

    #[test]
    fn patterns_beyond_the_bound_are_told() {
        let (words, mut report) = ("w".repeat(1_000), "<BugCollection version=\"4\">".to_owned());
        for kind in ["A", "B"] {
            report += &format!(
                "<BugInstance type=\"{kind}\" priority=\"1\"><LongMessage>{kind}</LongMessage></BugInstance>"
            );
        }
        for kind in ["A", "B", "C"] {
            report += &format!("<BugPattern type=\"{kind}\"><Details>{words}</Details></BugPattern>");
        }
        report += "</BugCollection>";
        let limits = Limits { deferred: 4_000, ..Limits::default() };
        let mut seen = Collected::default();
        parse(&mut report.as_bytes(), &Options { limits, ..Options::default() }, &mut seen).unwrap();
        let descriptions: Vec<_> = seen.findings().map(|finding| finding.description.as_str()).collect();
        assert_eq!(descriptions, [format!("A\n\n{words}"), "B".to_owned()]);
        assert_eq!(seen.gaps[0].what, "2 bug patterns");
    }
}
