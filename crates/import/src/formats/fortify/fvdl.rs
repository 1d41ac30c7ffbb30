//! FVDL: vulnerabilities, then descriptions of their classes, code snippets, and what rules say of impact and probability.

use super::decisions::Decisions;
use crate::common::code::Hit;
use crate::common::kept::{Kept, Known};
use crate::common::out::Out;
use crate::common::xml::Element;
use crate::common::{assets, dates, html, ids, text, walk};
use crate::error::ParseError;
use crate::format::{Options, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::{AssetKind, Finding, Severity};
use std::collections::HashSet;
use std::io::BufRead;

/// A vulnerability whose meaning is still to come.
struct Issue {
    at: Place,
    finding: Finding,
    class: String,
    snippet: String,
    severity: f64,
    confidence: f64,
}

/// What stands behind the vulnerabilities.
struct Behind {
    /// Description and recommendation of a class.
    about: Known<(String, String)>,
    code: Known<String>,
    rules: Known<Rule>,
}

#[derive(Default)]
struct Rule {
    cwe: Vec<u32>,
    impact: Option<f64>,
    probability: Option<f64>,
    accuracy: Option<f64>,
}

pub(super) fn parse(
    input: &mut dyn BufRead,
    options: &Options,
    sink: &mut dyn Sink,
) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    let mut issues: Kept<Issue> = Kept::new(options.limits.deferred);
    let mut wanted: HashSet<String> = HashSet::new();
    let part = || options.limits.deferred / 4;
    let mut behind =
        Behind { about: Known::new(part()), code: Known::new(part()), rules: Known::new(part()) };
    let (mut build, mut seen_at) = (String::new(), None);
    let (mut decisions, mut begun) = (Decisions::default(), false);
    walk::walk(input, options, &mut out, "fortify", &["Audit", "FVDL"], &mut |element, xml, out| {
        match element.name.as_str() {
            "FVDL" => {
                out.source("fortify", "");
                begun = true;
            }
            "Issue" if !begun => decisions.take(&xml.subtree(element)?),
            "CreatedTS" => {
                seen_at = dates::date(&format!("{} {}", element.attr("date"), element.attr("time")));
                out.summary.seen_at = seen_at;
            }
            "BuildID" => build = text::name(&xml.subtree(element)?.text),
            "Vulnerability" => {
                let at = out.record(xml.place(), "<Vulnerability>");
                let Some(issue) = issue(&xml.subtree(element)?, &at, &build, options) else {
                    out.reject(at, "a vulnerability without a class");
                    return Ok(());
                };
                wanted.insert(issue.snippet.clone());
                let texts = 1024 + issue.finding.evidence.len() + 2 * issue.snippet.len();
                issues.push(&at, issue, texts)?;
            }
            "Description" => behind.class(&xml.subtree(element)?),
            "Snippet" if wanted.contains(element.attr("id")) => behind.code(&xml.subtree(element)?),
            "Rule" if !element.attr("id").is_empty() => behind.rule(&xml.subtree(element)?),
            "SourceFiles" | "UnifiedNodePool" | "Snippet" => xml.skip()?,
            _ => {}
        }
        Ok(())
    })?;
    if !begun {
        let why = "it holds what people decided, without the issues; import the whole .fpr".to_owned();
        return Err(ParseError::WrongFormat { format: "fortify", why });
    }
    behind.about.tell("descriptions of classes", &mut out);
    behind.code.tell("snippets", &mut out);
    behind.rules.tell("rules", &mut out);
    for issue in issues {
        let (at, mut finding) = behind.meaning_of(issue);
        decisions.add(&mut finding);
        out.finding(&at, Finding { seen_at, ..finding }, None)?;
    }
    out.finish("fortify")
}

fn issue(vulnerability: &Element, at: &Place, build: &str, options: &Options) -> Option<Issue> {
    let (class, instance) = (vulnerability.child("ClassInfo")?, vulnerability.child("InstanceInfo")?);
    let kind = [class.text_of("Type"), class.text_of("Subtype")];
    let kind: Vec<_> = kind.into_iter().filter(|word| !word.is_empty()).collect();
    let rule = class.text_of("ClassID");
    if rule.is_empty() && kind.is_empty() {
        return None;
    }
    let unified = vulnerability.within("AnalysisInfo", "Unified").next();
    let context = unified.and_then(|unified| unified.child("Context"));
    let function = context.and_then(|context| context.child("Function"));
    let symbol = function.map_or(String::new(), |function| {
        let parts = ["namespace", "enclosingClass", "name"].map(|key| function.attr(key));
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".")
    });
    let entries = unified.and_then(|unified| unified.within("Trace", "Primary").next());
    let nodes: Vec<_> = entries.map_or(Vec::new(), |primary| primary.within("Entry", "Node").collect());
    // The last node of a trace is where the harm is done; the default node is the one that is shown.
    let shown = nodes.iter().find(|node| node.attr("isDefault") == "true").or(nodes.last());
    let place = shown.and_then(|node| node.child("SourceLocation"));
    let path = place.map_or("", |place| place.attr("path"));
    let trace: Vec<_> = nodes
        .iter()
        .filter_map(|node| {
            let place = node.child("SourceLocation")?;
            Some(format!("{}:{} {}", place.attr("path"), place.attr("line"), node.attr("label")))
        })
        .collect();
    let id = instance.text_of("InstanceID");
    let hit = Hit {
        rule,
        title: &kind.join(": "),
        path,
        line: place.and_then(|place| place.attr("line").parse().ok()),
        anchor: if id.is_empty() { &symbol } else { id },
        ..Hit::default()
    };
    let asset = assets::named(AssetKind::Repository, build).filter(|_| options.asset.is_none());
    let mut finding = hit.finding(asset.unwrap_or_else(|| options.asset_or(AssetKind::Repository)));
    finding.evidence = text::labelled([("Function", &*symbol), ("Trace", &trace.join("\n"))]);
    finding.raw_id = text::some(id);
    finding.confidence = text::name(instance.text_of("Confidence"));
    finding.tags = text::some(class.text_of("Kingdom")).into_iter().collect();
    let number = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite());
    Some(Issue {
        at: at.clone(),
        class: text::name(rule),
        snippet: text::name(place.map_or("", |place| place.attr("snippet"))),
        severity: number(instance.text_of("InstanceSeverity")).unwrap_or(-1.0),
        confidence: number(instance.text_of("Confidence")).unwrap_or(5.0),
        finding,
    })
}

impl Behind {
    fn class(&mut self, description: &Element) {
        let words = |names: &[&str]| {
            let parts: Vec<_> =
                names.iter().map(|name| html::plain(&html::plain(description.text_of(name)))).collect();
            text::paragraphs(parts.iter().map(String::as_str))
        };
        let told = (words(&["Abstract", "Explanation"]), words(&["Recommendations"]));
        let bytes = told.0.len() + told.1.len();
        self.about.put(text::name(description.attr("classID")), told, bytes);
    }

    fn code(&mut self, snippet: &Element) {
        let code = text::clean(snippet.text_of("Text"), 4096).into_owned();
        let bytes = code.len();
        self.code.put(text::name(snippet.attr("id")), code, bytes);
    }

    fn rule(&mut self, rule: &Element) {
        let mut told = Rule::default();
        for group in rule.within("MetaInfo", "Group") {
            let number = group.text.trim().parse().ok();
            match group.attr("name") {
                "Impact" => told.impact = number,
                "Probability" => told.probability = number,
                "Accuracy" => told.accuracy = number,
                "altcategoryCWE" => {
                    let words = group.text.replace("CWE ID", "CWE-");
                    ids::cwes_in(&mut told.cwe, &words.replace("CWE- ", "CWE-"));
                }
                _ => {}
            }
        }
        let bytes = size_of_val(told.cwe.as_slice());
        self.rules.put(text::name(rule.attr("id")), told, bytes);
    }

    fn meaning_of(&self, issue: Issue) -> (Place, Finding) {
        let Issue { at, mut finding, class, snippet, severity, confidence } = issue;
        if let Some((about, fix)) = self.about.get(&class) {
            finding.description.clone_from(about);
            finding.fix.clone_from(fix);
        }
        if let Some(code) = self.code.get(&snippet) {
            finding.evidence = text::paragraphs([finding.evidence.as_str(), code]);
        }
        let unknown = Rule::default();
        let rule = self.rules.get(&class).unwrap_or(&unknown);
        finding.weakness.cwe.clone_from(&rule.cwe);
        finding.severity = priority(rule, severity, confidence);
        (at, finding)
    }
}

/// The Fortify Priority Order: impact and likelihood, each high from 2.5 on. Likelihood is accuracy x confidence x
/// probability / 25. Without a rule's numbers the instance's own severity (0 to 5) stands for it.
fn priority(rule: &Rule, severity: f64, confidence: f64) -> Severity {
    if let (Some(impact), Some(probability)) = (rule.impact, rule.probability) {
        let likelihood = rule.accuracy.unwrap_or(5.0) * confidence * probability / 25.0;
        return match (impact >= 2.5, likelihood >= 2.5) {
            (true, true) => Severity::Critical,
            (true, false) => Severity::High,
            (false, true) => Severity::Medium,
            (false, false) => Severity::Low,
        };
    }
    match severity {
        s if s >= 4.5 => Severity::Critical,
        s if s >= 3.5 => Severity::High,
        s if s >= 2.5 => Severity::Medium,
        s if s >= 0.0 => Severity::Low,
        _ => Severity::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use crate::format::{Limits, Options};
    use crate::sink::Collected;

    #[test]
    fn descriptions_beyond_the_bound_are_told() {
        let about = "w".repeat(1_500);
        let mut report = "<FVDL>".to_owned();
        for class in ["A", "B"] {
            report += &format!(
                "<Vulnerability><ClassInfo><ClassID>{class}</ClassID><Type>T</Type></ClassInfo><InstanceInfo/></Vulnerability>\
                 <Description classID=\"{class}\"><Abstract>{about}</Abstract></Description>"
            );
        }
        report += "</FVDL>";
        let options =
            Options { limits: Limits { deferred: 8_000, ..Limits::default() }, ..Options::default() };
        let mut seen = Collected::default();
        super::parse(&mut report.as_bytes(), &options, &mut seen).unwrap();
        assert_eq!(seen.findings().map(|finding| finding.description.len()).collect::<Vec<_>>(), [1_500, 0]);
        assert_eq!(
            seen.gaps.iter().map(|gap| gap.what.as_str()).collect::<Vec<_>>(),
            ["1 descriptions of classes"]
        );
    }
}
