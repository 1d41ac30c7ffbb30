//! PMD reports: CSV, XML and JSON (`pmd check -f csv|xml|json`).
//!
//! PMD gives no code: class and method are the anchor where it names them, else rule and file are the place. Files that it
//! could not process are gaps.

use crate::common::code::Hit;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::table::{Row, Table};
use crate::common::tree::Tree;
use crate::common::xml::Element;
use crate::common::{dates, ids, loci, text, walk};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, Finding};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "pmd",
    name: "PMD",
    summary: "CSV, XML and JSON: rules broken in Java, Apex and other code",
    extensions: &["csv", "xml", "json"],
    docs: "https://docs.pmd-code.org/latest/pmd_userdocs_report_formats.html",
    tool: "pmd",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout {
    version: ("pmdVersion", ""),
    heads: &["pmdVersion"],
    lists: &["files", "processingErrors"],
    ..Layout::of(&FORMAT)
};

const COLUMNS: &[&str] = &["Problem", "Package", "File", "Priority", "Line", "Rule set", "Rule"];

fn sniff(head: &Head<'_>) -> Sniff {
    let xml = head.is_root("pmd");
    let keys = head.keys();
    let json = !keys.in_array && keys.has("pmdVersion");
    Sniff::when(xml || json || head.csv(COLUMNS))
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let start = Head::peek(input)?;
    match start.trimmed().first() {
        Some(b'<') => xml(input, options, sink),
        Some(b'{' | b'[') => LAYOUT.parse(input, options, sink, json),
        _ => csv(input, options, sink),
    }
}

/// A broken rule, whatever the shape.
fn finding(hit: &Hit<'_>, priority: &str, words: &str, set: &str, link: &str, options: &Options) -> Finding {
    Finding {
        severity: ids::of_five(priority),
        description: text::body(words),
        tags: text::some(set).into_iter().collect(),
        references: text::links([link]),
        ..hit.finding(options.asset_or(AssetKind::Repository))
    }
}

fn csv(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    let table = Table::open(input, &options.limits, "pmd", COLUMNS)?;
    out.source("pmd", "");
    table.rows(&mut out, &mut |row: &Row<'_>, at, out| {
        let rule = row.get("Rule");
        if rule.is_empty() {
            return Err("no rule".into());
        }
        let line = row.get("Line").parse().ok();
        let hit = Hit { rule, title: rule, path: row.get("File"), line, ..Hit::default() };
        let finding =
            finding(&hit, row.get("Priority"), row.get("Description"), row.get("Rule set"), "", options);
        Ok(out.finding(at, finding, Some(row.raw().as_bytes()))?)
    })?;
    out.finish("pmd")
}

fn json(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let path = record.text("filename");
    if record.list == "processingErrors" {
        out.gap(loci::path(&path), text::line(&record.text("message"), text::TITLE));
        return Ok(());
    }
    if path.is_empty() || !record.at("violations").is_array() {
        return Err("no filename with violations".into());
    }
    for violation in record.items("violations") {
        let rule = violation.text("rule");
        let hit = Hit {
            rule: &rule,
            title: &rule,
            path: &path,
            line: violation.count("beginline"),
            ..Hit::default()
        };
        let (words, set) = (violation.text("description"), violation.text("ruleset"));
        let link = violation.text("externalInfoUrl");
        record.tell(finding(&hit, &violation.text("priority"), &words, &set, &link, options), out)?;
    }
    Ok(())
}

fn xml(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    walk::walk(input, options, &mut out, "pmd", &["pmd"], &mut |element, xml, out| {
        match element.name.as_str() {
            "pmd" => {
                out.source("pmd", element.attr("version"));
                out.summary.seen_at = dates::date(element.attr("timestamp"));
            }
            "file" => {
                let at = out.record(xml.place(), "<file>");
                let file = xml.subtree(element)?;
                for violation in file.children("violation") {
                    out.finding(&at, violation_of(violation, file.attr("name"), options), None)?;
                }
            }
            "error" => {
                out.gap(loci::path(element.attr("filename")), text::name(element.attr("msg")));
                xml.skip()?;
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(out.end())
}

fn violation_of(violation: &Element, path: &str, options: &Options) -> Finding {
    let scope = ["package", "class", "method", "variable"].map(|key| violation.attr(key));
    let scope: Vec<_> = scope.into_iter().filter(|part| !part.is_empty()).collect();
    let hit = Hit {
        rule: violation.attr("rule"),
        title: violation.attr("rule"),
        path,
        line: violation.attr("beginline").parse().ok(),
        anchor: &scope.join("."),
        ..Hit::default()
    };
    let (set, link) = (violation.attr("ruleset"), violation.attr("externalInfoUrl"));
    finding(&hit, violation.attr("priority"), violation.text.trim(), set, link, options)
}
