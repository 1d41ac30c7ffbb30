//! Checkstyle XML, which many linters write: Checkstyle itself, PHP_CodeSniffer, ktlint, detekt, ESLint, ShellCheck, golangci-lint.
//!
//! The format gives no code: rule and file are the place. An error without a rule goes by its words.

use crate::common::code::Hit;
use crate::common::out::Out;
use crate::common::xml::Element;
use crate::common::{ids, loci, text, walk};
use crate::error::ParseError;
use crate::format::{Format, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, Finding};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "checkstyle",
    name: "Checkstyle XML",
    summary: "XML of Checkstyle and of the linters that write its format",
    extensions: &["xml"],
    docs: "https://checkstyle.org/",
    tool: "checkstyle",
    sniff: |head| Sniff::when(head.is_root("checkstyle")),
    parse,
};

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    walk::walk(input, options, &mut out, "checkstyle", &["checkstyle"], &mut |element, xml, out| {
        match element.name.as_str() {
            "checkstyle" => out.source("checkstyle", element.attr("version")),
            "file" => {
                let at = out.record(xml.place(), "<file>");
                let file = xml.subtree(element)?;
                for error in file.children("error") {
                    out.finding(&at, found(error, file.attr("name"), options), None)?;
                }
                for exception in file.children("exception") {
                    out.gap(loci::path(file.attr("name")), text::line(&exception.text, text::TITLE));
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(out.end())
}

fn found(error: &Element, path: &str, options: &Options) -> Finding {
    let (source, words) = (error.attr("source"), error.attr("message"));
    let hit = Hit {
        rule: if source.is_empty() { words } else { source },
        title: words,
        severity: ids::severity(error.attr("severity")),
        path,
        line: error.attr("line").parse().ok(),
        ..Hit::default()
    };
    hit.finding(options.asset_or(AssetKind::Repository))
}
