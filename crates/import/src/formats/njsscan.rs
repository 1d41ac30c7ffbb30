//! njsscan JSON (`njsscan --json`): weaknesses in Node.js code and templates; mobsfscan writes the same shape for mobile code.
//!
//! One finding for each file that a rule matched. A rule without files (a missing security control) is about the repository.

use crate::common::code::Hit;
use crate::common::layout::{self, Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::{Tree, Value, paragraphs};
use crate::common::{head, ids, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, Finding};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "njsscan",
    name: "njsscan, mobsfscan",
    summary: "JSON: weaknesses in Node.js, Android and iOS source code",
    extensions: &["json"],
    docs: "https://github.com/ajinabraham/njsscan",
    tool: "njsscan",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout {
    format: "njsscan",
    tool: "njsscan",
    version: ("njsscan_version", ""),
    heads: &["njsscan_version"],
    lists: &["nodejs/*", "templates/*", "results/*", "errors"],
};

fn sniff(head: &Head<'_>) -> Sniff {
    match head.keys().filter(|keys| !keys.in_array) {
        Some(keys) if keys.has_any(&["njsscan_version", "mobsfscan_version"]) => Sniff::Yes,
        Some(keys) if keys.has("nodejs") && keys.has("templates") => Sniff::Yes,
        // mobsfscan: the version stands behind the results.
        Some(keys)
            if keys
                .value("results")
                .is_some_and(|it| head::has(it, "\"masvs\"") && head::has(it, "\"metadata\"")) =>
        {
            Sniff::Yes
        }
        _ => Sniff::No,
    }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    layout::parse(&LAYOUT, input, &options.limits, sink, &mut |record, out| match record.list {
        "errors" => {
            let why = record.first(&["message", "long_msg", "type", ""]);
            out.gap("a part of the run", text::line(&why, text::TITLE));
            Ok(())
        }
        _ => rule(record, options, out),
    })
}

fn rule(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (about, files) = (record.at("metadata"), record.items("files"));
    if !about.is_object() {
        return Err("no metadata".into());
    }
    let nowhere = [Value::Null];
    for file in if files.is_empty() { &nowhere[..] } else { files } {
        let hit = Hit {
            rule: record.key,
            title: record.key,
            severity: ids::of_rule(&about.text("severity")),
            cwe: &about.text("cwe"),
            path: &file.text("file_path"),
            line: file.count("match_lines/0"),
            anchor: "",
            snippet: &file.text("match_string"),
        };
        let frameworks = [("OWASP", "owasp-web"), ("OWASP-Mobile", "owasp-mobile"), ("MASVS", "masvs")];
        let controls = frameworks.iter().map(|(name, key)| (name, about.text(key)));
        let finding = Finding {
            description: paragraphs([about.text("description")]),
            compliance: controls
                .filter(|(_, control)| !control.is_empty())
                .map(|(name, control)| text::name(&format!("{name}:{control}")))
                .collect(),
            references: text::links([&*about.text("reference")]),
            ..hit.finding(options.asset_or(AssetKind::Repository))
        };
        record.tell(finding, out)?;
    }
    Ok(())
}
