//! njsscan JSON (`njsscan --json`): weaknesses in Node.js code and templates; mobsfscan writes the same shape for mobile code.
//!
//! One finding for each file that a rule matched. A rule without files (a missing security control) is about the repository.

use crate::common::code::Hit;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::{Tree, Value, paragraphs};
use crate::common::{ids, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Finding};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "njsscan",
    name: "njsscan, mobsfscan",
    summary: "JSON: weaknesses in Node.js, Android and iOS source code",
    extensions: &["json"],
    docs: "https://github.com/ajinabraham/njsscan",
    tool: "njsscan",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, record),
};

static LAYOUT: Layout = Layout {
    version: ("njsscan_version", ""),
    heads: &["njsscan_version"],
    lists: &["nodejs/*", "templates/*", "results/*", "errors"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.object();
    let njsscan = keys.has("njsscan_version") || keys.has_all(&["nodejs", "templates"]);
    // mobsfscan: the version stands behind the results.
    let mobsfscan =
        keys.has("mobsfscan_version") || keys.holds_all("results", &["\"masvs\"", "\"metadata\""]);
    Sniff::when(njsscan || mobsfscan)
}

fn record(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    match record.list {
        "errors" => {
            let why = record.first(&["message", "long_msg", "type", ""]);
            out.gap("a part of the run", text::line(&why, text::TITLE));
            Ok(())
        }
        _ => rule(record, options, out),
    }
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
