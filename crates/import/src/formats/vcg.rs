//! VisualCodeGrepper (VCG), XML and CSV exports: suspicious places in C, C++, C#, Java, PHP, VB and PL/SQL code.
//!
//! The CSV has no header: priority, severity, title, description, file, line, code.

use crate::common::code::Hit;
use crate::common::out::Out;
use crate::common::table::{self, Table};
use crate::common::{head, ids, text, walk};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, Finding, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "vcg",
    name: "VisualCodeGrepper",
    summary: "XML and CSV exports: suspicious places in code",
    extensions: &["xml", "csv"],
    docs: "https://github.com/nccgroup/VCG",
    tool: "vcg",
    sniff,
    parse,
};

const COLUMNS: &[&str] = &["Priority", "Severity", "Title", "Description", "FileName", "Line", "CodeLine"];

/// The tool's words for its seven priorities.
const WORDS: [&str; 8] = [
    "critical",
    "high",
    "medium",
    "standard",
    "low",
    "potential issue",
    "potentially unsafe",
    "suspicious comment",
];

fn sniff(head: &Head<'_>) -> Sniff {
    match head.root() {
        Some(("CodeIssueCollection", _)) => return Sniff::Yes,
        Some(_) => return Sniff::No,
        None => {}
    }
    let head = head::trim(head);
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    let mut fields = line.splitn(3, ',').map(|field| field.trim().trim_matches('"'));
    let (priority, word) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
    let known = matches!(priority.parse(), Ok(1_u8..=7)) && WORDS.contains(&word.to_lowercase().as_str());
    Sniff::when(known && line.matches(',').count() >= 6)
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    if head::first_byte(input)? != Some(b'<') {
        if head::first_byte(input)?.is_none() {
            return Err(ParseError::Empty { format: FORMAT.id });
        }
        out.source("vcg", "");
        // Whether an issue was looked at stands behind the code in some versions.
        let head = Head::peek(input)?;
        let fields = table::beginning(&head, 0).map_or(0, |(fields, _)| fields.len());
        let columns = COLUMNS.iter().chain(std::iter::repeat(&"Other")).take(fields.max(COLUMNS.len()));
        let table = Table::headless(input, &options.limits, &columns.copied().collect::<Vec<_>>());
        table.rows(&mut out, &mut |row, at, out| {
            let finding = issue(|name| row.get(name), options).ok_or("an issue without a title")?;
            Ok(out.finding(at, finding, Some(row.raw().as_bytes()))?)
        })?;
        return out.finish("vcg");
    }
    walk::walk(input, options, &mut out, "vcg", &["CodeIssueCollection"], &mut |element, xml, out| {
        match element.name.as_str() {
            "CodeIssueCollection" => out.source("vcg", ""),
            "CodeIssue" => {
                let at = out.record(xml.place(), "<CodeIssue>");
                let element = xml.subtree(element)?;
                match issue(|name| element.text_of(name), options) {
                    Some(finding) => out.finding(&at, finding, None)?,
                    None => out.reject(at, "an issue without a title"),
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    out.finish("vcg")
}

/// What is suspicious; `None` without a title.
fn issue<'a>(of: impl Fn(&str) -> &'a str, options: &Options) -> Option<Finding> {
    let title = Some(of("Title")).filter(|title| !title.is_empty())?;
    let severity = match of("Priority") {
        "1" => Severity::Critical,
        "2" => Severity::High,
        "3" => Severity::Medium,
        // Standard, low, suspicious comment.
        "4" | "5" => Severity::Low,
        "6" | "7" => Severity::Info,
        _ => ids::severity(of("Severity")),
    };
    let hit = Hit {
        rule: title,
        title,
        severity,
        path: of("FileName"),
        line: of("Line").parse().ok(),
        snippet: of("CodeLine"),
        ..Hit::default()
    };
    Some(Finding {
        description: text::body(of("Description")),
        tags: text::some(of("Severity")).into_iter().collect(),
        ..hit.finding(options.asset_or(AssetKind::Repository))
    })
}
