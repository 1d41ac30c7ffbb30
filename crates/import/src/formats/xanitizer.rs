//! Xanitizer XML findings list: taint paths and other weaknesses in Java, Scala, JavaScript and TypeScript code.
//!
//! The anchor is the code of the place itself, else the class. Findings that were classified as none carry that word.

use crate::common::code::Hit;
use crate::common::out::Out;
use crate::common::xml::Element;
use crate::common::{dates, ids, text, walk};
use crate::error::ParseError;
use crate::format::{Format, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, Finding, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "xanitizer",
    name: "Xanitizer",
    summary: "XML findings list: taint paths and weaknesses in code",
    extensions: &["xml"],
    docs: "https://www.rigs-it.com/xanitizer/",
    tool: "xanitizer",
    sniff: |head| Sniff::when(head.is_root("XanitizerFindingsList")),
    parse,
};

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    walk::walk(
        input,
        options,
        &mut out,
        "xanitizer",
        &["XanitizerFindingsList"],
        &mut |element, xml, out| {
            match element.name.as_str() {
                "XanitizerFindingsList" => {
                    out.source("xanitizer", element.attr("xanitizerVersionShort"));
                    out.summary.seen_at =
                        ["timeStampLong", "timeStamp"].iter().find_map(|key| dates::date(element.attr(key)));
                }
                "finding" => {
                    let at = out.record(xml.place(), "<finding>");
                    let element = xml.subtree(element)?;
                    let rule = [element.text_of("problemTypeId"), element.text_of("problemType")];
                    let Some(rule) = rule.into_iter().find(|rule| !rule.is_empty()) else {
                        out.reject(at, "a finding without a problem type");
                        return Ok(());
                    };
                    let finding = Finding { seen_at: out.summary.seen_at, ..found(&element, rule, options) };
                    out.finding(&at, finding, None)?;
                }
                _ => {}
            }
            Ok(())
        },
    )?;
    out.finish("xanitizer")
}

fn found(finding: &Element, rule: &str, options: &Options) -> Finding {
    // The end of a taint path, else its only node.
    let node = ["endNode", "node", "startNode"].iter().find_map(|name| finding.child(name));
    let relative = node.map_or("", |node| node.attr("relativePath"));
    let code: Vec<_> = node.map_or(Vec::new(), |node| {
        node.children("code")
            .filter(|code| code.attr("finding") == "true")
            .map(|code| code.text.trim())
            .collect()
    });
    let (package, file) = (finding.text_of("package"), finding.text_of("file"));
    let own =
        if package.is_empty() { file.to_owned() } else { format!("{}/{file}", package.replace('.', "/")) };
    let line = node.map_or("", |node| node.attr("lineNo"));
    let line = [line, finding.text_of("line")].into_iter().find_map(|line| line.parse().ok());
    let rating: Option<f64> = finding.text_of("rating").parse().ok();
    let hit = Hit {
        rule,
        title: finding.text_of("problemType"),
        severity: rating.map_or(Severity::Unknown, Severity::from_cvss),
        cwe: finding.text_of("cweNumber"),
        path: if relative.is_empty() { &own } else { relative },
        line,
        anchor: if code.is_empty() { finding.text_of("class") } else { "" },
        snippet: &code.join("\n"),
    };
    let class = finding.text_of("classification");
    let harmless = ["false positive", "harmless", "intended", "must be ignored"];
    let mut made = Finding {
        description: text::body(finding.text_of("description")),
        raw_id: text::some(finding.attr("id")),
        found_at: dates::date(finding.text_of("date").split(" - ").next().unwrap_or_default()),
        tags: [finding.text_of("category"), class].iter().filter_map(|tag| text::some(tag)).collect(),
        suppressed: harmless.contains(&class.to_lowercase().as_str()).then(|| class.to_lowercase()),
        ..hit.finding(options.asset_or(AssetKind::Repository))
    };
    made.weakness.ids = ids::ids_in(finding.text_of("problemType"));
    if made.weakness.ids.is_empty() && rule.contains("DependencyCheck") {
        // `lib-1.2.jar: CVE-2015-5211` is the plugin's headline.
        let headline = finding.text_of("description").lines().find(|line| line.contains(": CVE-"));
        made.weakness.ids = headline.map(ids::ids_in).unwrap_or_default();
    }
    made
}
