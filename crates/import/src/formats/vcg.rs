//! VisualCodeGrepper (VCG) XML export: suspicious places in C, C++, C#, Java, PHP, VB and PL/SQL code.

use crate::common::code::Hit;
use crate::common::out::Out;
use crate::common::{head, ids, text, walk};
use crate::error::ParseError;
use crate::format::{Format, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, Finding, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "vcg",
    name: "VisualCodeGrepper",
    summary: "XML export: suspicious places in code",
    extensions: &["xml"],
    docs: "https://github.com/nccgroup/VCG",
    tool: "vcg",
    sniff,
    parse,
};

fn sniff(head: &[u8]) -> Sniff {
    match head::xml_root(head) {
        Some((root, _)) if root == "CodeIssueCollection" => Sniff::Yes,
        _ => Sniff::No,
    }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    walk::walk(input, options, &mut out, "vcg", &["CodeIssueCollection"], &mut |element, xml, out| {
        match element.name.as_str() {
            "CodeIssueCollection" => out.source("vcg", ""),
            "CodeIssue" => {
                let at = out.record(xml.place(), "<CodeIssue>");
                let issue = xml.subtree(element)?;
                let title = issue.text_of("Title");
                if title.is_empty() {
                    out.reject(at, "an issue without a title");
                    return Ok(());
                }
                let severity = match issue.text_of("Priority") {
                    "1" => Severity::Critical,
                    "2" => Severity::High,
                    "3" => Severity::Medium,
                    // Standard, low, suspicious comment.
                    "4" | "5" => Severity::Low,
                    "6" | "7" => Severity::Info,
                    _ => ids::severity(issue.text_of("Severity")),
                };
                let hit = Hit {
                    rule: title,
                    title,
                    severity,
                    path: issue.text_of("FileName"),
                    line: issue.text_of("Line").parse().ok(),
                    snippet: issue.text_of("CodeLine"),
                    ..Hit::default()
                };
                let finding = Finding {
                    description: text::body(issue.text_of("Description")),
                    tags: text::some(issue.text_of("Severity")).into_iter().collect(),
                    ..hit.finding(options.asset_or(AssetKind::Repository))
                };
                out.finding(&at, finding, None)?;
            }
            _ => {}
        }
        Ok(())
    })?;
    out.finish("vcg")
}
