//! Cppcheck XML (`cppcheck --xml`), versions 1 and 2 of the format.
//!
//! Cppcheck gives no code: rule, file and symbol are the place. What keeps Cppcheck itself from looking (`syntaxError`,
//! `preprocessorErrorDirective` and the like) is a gap.

use crate::common::code::Hit;
use crate::common::out::Out;
use crate::common::xml::Element;
use crate::common::{ids, text, walk};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, Finding, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "cppcheck",
    name: "Cppcheck",
    summary: "XML: errors in C and C++ code",
    extensions: &["xml"],
    docs: "https://cppcheck.sourceforge.io/manual.html",
    tool: "cppcheck",
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Sniff {
    match head.root() {
        Some((root, _)) if root == "results" && head.has("<cppcheck") => Sniff::Yes,
        Some((root, _)) if root == "results" && head.has("<error ") => Sniff::Maybe,
        _ => Sniff::No,
    }
}

/// Ids that are about the run and not about the code.
const UNREADABLE: &[&str] = &[
    "syntaxError",
    "preprocessorErrorDirective",
    "internalAstError",
    "internalError",
    "unknownMacro",
    "cppcheckError",
];
/// Ids that only inform.
const NOTES: &[&str] = &[
    "toomanyconfigs",
    "missingInclude",
    "missingIncludeSystem",
    "normalCheckLevelMaxBranches",
    "checkersReport",
    "noValidConfiguration",
];

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    let mut named = false;
    walk::walk(input, options, &mut out, "cppcheck", &["results"], &mut |element, xml, out| {
        match element.name.as_str() {
            "cppcheck" => {
                out.source("cppcheck", element.attr("version"));
                named = true;
            }
            "error" => {
                if !std::mem::replace(&mut named, true) {
                    out.source("cppcheck", "");
                }
                let at = out.record(xml.place(), "<error>");
                let error = xml.subtree(element)?;
                let (id, words) = (error.attr("id"), error.attr("msg"));
                if UNREADABLE.contains(&id) {
                    let file = place(&error).0;
                    out.gap(
                        text::name(if file.is_empty() { "a part of the code" } else { file }),
                        text::name(words),
                    );
                } else if id.is_empty() {
                    out.reject(at, "an error without an id");
                } else if !NOTES.contains(&id) {
                    out.finding(&at, found(&error, options), None)?;
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    if !named {
        out.source("cppcheck", "");
    }
    out.finish("cppcheck")
}

/// File and line: of the first location, or (version 1) of the error itself.
fn place(error: &Element) -> (&str, Option<u64>) {
    let place = error.child("location").unwrap_or(error);
    (place.attr("file"), place.attr("line").parse().ok())
}

fn found(error: &Element, options: &Options) -> Finding {
    let (path, line) = place(error);
    let symbols: Vec<_> = error.children("symbol").map(|symbol| symbol.text.trim()).collect();
    let severity = match error.attr("severity") {
        "error" => Severity::High,
        "warning" => Severity::Medium,
        "portability" | "performance" => Severity::Low,
        "style" | "information" | "debug" => Severity::Info,
        word => ids::severity(word),
    };
    let hit = Hit {
        rule: error.attr("id"),
        title: error.attr("msg"),
        severity,
        cwe: error.attr("cwe"),
        path,
        line,
        anchor: &symbols.join(" "),
        snippet: "",
    };
    let sure = if error.attr("inconclusive") == "true" { "inconclusive" } else { "" };
    Finding {
        description: text::body(error.attr("verbose")),
        confidence: sure.to_owned(),
        tags: text::some(error.attr("severity")).into_iter().collect(),
        ..hit.finding(options.asset_or(AssetKind::Repository))
    }
}
