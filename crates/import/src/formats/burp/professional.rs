//! The HTML report of Burp Suite Professional. What an issue type has in common stands once, then each place where it is.
//!
//! A part begins with `<span class="BODH0" id="1">` (the type; where it is at one place only, also that) or `<span class="BODH1"
//! id="1.1">` (a place); in it `<h2>` begins a section, of which "Summary" is a table of severity, confidence, host and path.

use super::{FORMAT, Issue, tell};
use crate::common::html;
use crate::common::out::Out;
use crate::common::plain_lines::Lines;
use crate::error::ParseError;
use crate::format::{Head, Options};
use crate::sink::Place;
use std::io::BufRead;

/// Whether this is such a page.
pub(super) fn is_one(head: &Head<'_>) -> bool {
    head.is_page(&["<title>Burp Scanner Report"])
}

const TYPE: &str = "<span class=\"BODH0\"";
const PLACE: &str = "<span class=\"BODH1\"";

pub(super) fn read(input: &mut dyn BufRead, options: &Options, out: &mut Out<'_>) -> Result<(), ParseError> {
    out.source(FORMAT.tool, "");
    let mut lines = Lines::new(input, &options.limits);
    // What comes before the first issue is the page's own.
    let mut part: Option<(Place, String)> = None;
    let (mut common, mut ended) = (String::new(), false);
    while let Some((at, line)) = lines.next()? {
        ended |= line.contains("</html>");
        let mut rest = line;
        while let Some(next) = [TYPE, PLACE].iter().filter_map(|mark| rest.find(mark)).min() {
            let (before, begun) = rest.split_at(next);
            if let Some((at, mut block)) = part.take() {
                block.push_str(before);
                told(block, &mut common, at, options, out)?;
            }
            let (mark, after) = begun.split_at(TYPE.len());
            part = Some((at.clone(), mark.to_owned()));
            rest = after;
        }
        let Some((_, block)) = &mut part else { continue };
        if block.len() + rest.len() > options.limits.record {
            return Err(ParseError::TooLarge { at, what: "one issue", limit: options.limits.record });
        }
        block.push_str(rest);
        block.push('\n');
    }
    if let Some((at, block)) = part {
        told(block, &mut common, at, options, out)?;
    }
    if !ended {
        return Err(ParseError::Truncated { at: lines.place(), what: "</html> was still expected".into() });
    }
    out.damaged(lines.damaged());
    Ok(())
}

/// Takes a part: what an issue type has in common is kept for the places that follow.
fn told(
    part: String,
    common: &mut String,
    at: Place,
    options: &Options,
    out: &mut Out<'_>,
) -> Result<(), ParseError> {
    let is_type = part.starts_with(TYPE);
    if is_type && !part.contains("Severity:") {
        *common = part;
        return Ok(());
    }
    let at = out.record(at, "issue");
    let of_type = if is_type { &part } else { &*common };
    let row = |label: &str| {
        let value = part.split_once(label).map_or("", |(_, rest)| rest);
        html::plain(value.split_once("</tr>").map_or("", |(value, _)| value))
    };
    let section = |title: &str| section(&part, title).or_else(|| section(of_type, title)).unwrap_or_default();
    let (request, response) = (html::plain(section("Request")), html::plain(section("Response")));
    let issue = Issue {
        kind: &number(of_type),
        name: &heading(of_type),
        severity: &row("Severity:"),
        confidence: &row("Confidence:"),
        origin: &row("Host:"),
        path: &row("Path:"),
        location: &if is_type { String::new() } else { heading(&part) },
        detail: section("Issue detail"),
        background: section("Issue background"),
        remediation_detail: section("Remediation detail"),
        remediation: section("Issue remediation"),
        references: section("References"),
        classifications: section("Vulnerability classifications"),
        request: &request,
        response: &response,
        ..Issue::default()
    };
    tell(&issue, at, options, out)
}

/// The heading of a part without its number: `1.1. https://shop.example/a [q parameter]`.
fn heading(part: &str) -> String {
    let inner = part.split_once('>').map_or("", |(_, rest)| rest);
    let inner = html::plain(inner.split_once("</span>").map_or("", |(inner, _)| inner));
    inner.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c.is_whitespace()).to_owned()
}

/// PortSwigger's number of the type: in hexadecimal in the link to its description, in decimal elsewhere.
fn number(part: &str) -> String {
    let link = part.split_once("/issues/").map_or("", |(_, rest)| rest.trim_start_matches("details/"));
    let number = link.get(..8).and_then(|digits| u32::from_str_radix(digits, 16).ok());
    number.map_or(String::new(), |number| number.to_string())
}

/// What stands under a heading, as HTML.
fn section<'p>(part: &'p str, title: &str) -> Option<&'p str> {
    let named = |section: &&'p str| section.starts_with(title);
    let (_, body) = part.split("<h2>").skip(1).find(named)?.split_once("</h2>")?;
    Some(body.split("<div class=\"rule\">").next().unwrap_or(body))
}
