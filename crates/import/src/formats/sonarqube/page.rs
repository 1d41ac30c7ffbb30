//! The HTML page of sonar-report: a table of issues, and behind it the rules that they break.

use super::{Seen, asset};
use crate::common::out::Out;
use crate::common::utf8::Utf8;
use crate::common::{head, html};
use crate::error::ParseError;
use crate::format::{Options, Summary};
use crate::sink::{Place, Sink};
use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{BufRead, Read};

const FORMAT: &str = "sonarqube";

pub(super) fn is_one(head: &[u8]) -> bool {
    head::trim(head).starts_with(b"<") && head::has(head, "<title>SonarQube")
}

pub(super) fn parse(
    input: &mut dyn BufRead,
    options: &Options,
    sink: &mut dyn Sink,
) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    let text = read(input, options)?;
    if !is_one(text.as_bytes()) {
        let why = "its title is not that of a SonarQube report".to_owned();
        return Err(ParseError::WrongFormat { format: FORMAT, why });
    }
    if !text.trim_end().ends_with("</html>") {
        let at = Place { offset: text.len() as u64, ..Place::default() };
        return Err(ParseError::Truncated { at, what: "</html> was still expected".to_owned() });
    }
    out.source("sonarqube", "");
    let Some((_, details)) = text.split_once("Detail of the Detected") else { return Ok(out.end()) };
    let (table, rest) = details.split_once("</table>").unwrap_or((details, ""));
    let rules = rules(rest);
    let project = between(&text, "<title>SonarQube Vulnerability Report for", "</title>").map(html::plain);
    let mut columns: Vec<String> = Vec::new();
    let (mut line, mut counted) = (1, 0);
    for row in table.split("<tr").skip(1) {
        let heads: Vec<_> = cells(row, "th").map(|cell| html::plain(cell).to_lowercase()).collect();
        if !heads.is_empty() {
            columns = heads;
            continue;
        }
        let cells: Vec<_> = cells(row, "td").map(html::plain).collect();
        let cell = |name: &str| {
            let at = columns.iter().position(|column| column == name);
            at.and_then(|at| cells.get(at)).map_or("", |cell| cell.trim())
        };
        let offset = (row.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
        line += text.get(counted..offset).map_or(0, |passed| passed.matches('\n').count());
        counted = offset;
        let place = Place { record: 0, line: line as u64, offset: offset as u64, path: Cow::Borrowed("") };
        let at = out.record(place, "<tr>");
        let rule = cell("rule");
        if rule.is_empty() {
            out.reject(at, "a row without a rule");
            continue;
        }
        let seen = Seen {
            rule,
            severity: cell("severity"),
            path: cell("component"),
            line: cell("line").parse().ok(),
            title: cell("description"),
            words: cell("message"),
            rule_words: rules.get(rule).copied().unwrap_or_default(),
            key: cell("key"),
            hash: "",
        };
        let asset = asset(project.as_deref().unwrap_or_default(), options);
        out.finding(&at, seen.finding(asset), Some(html::plain(row).as_bytes()))?;
    }
    Ok(out.end())
}

/// The page as a whole: rules stand behind what refers to them.
fn read(input: &mut dyn BufRead, options: &Options) -> Result<String, ParseError> {
    let limit = options.limits.record;
    let mut bytes = Vec::new();
    let broken = |source| ParseError::Io { at: Place::default(), source };
    Utf8::new(input, limit).take(limit as u64 + 1).read_to_end(&mut bytes).map_err(broken)?;
    if bytes.len() > limit {
        return Err(ParseError::TooLarge { at: Place::default(), what: "the page", limit });
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    if text.trim().is_empty() { Err(ParseError::Empty { format: FORMAT }) } else { Ok(text) }
}

/// The contents of the cells of a row.
fn cells<'a>(row: &'a str, tag: &'static str) -> impl Iterator<Item = &'a str> {
    let (open, close) = (format!("<{tag}"), format!("</{tag}>"));
    let mut rest = row;
    std::iter::from_fn(move || {
        let cell = &rest[rest.find(&open)?..];
        let (cell, after) = cell.split_once(&close)?;
        rest = after;
        cell.split_once('>').map(|(_, content)| content)
    })
}

/// The rules by their keys: each begins with a link to itself, and its words go on to the next.
fn rules(page: &str) -> HashMap<String, &str> {
    page.split("rule_key=")
        .skip(1)
        .filter_map(|part| {
            let (_, part) = part.split_once('>')?;
            let (key, rest) = part.split_once("</a>")?;
            let words = rest.rsplit_once("<tr").map_or(rest, |(words, _)| words);
            Some((key.trim().to_owned(), words))
        })
        .collect()
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> Option<&'a str> {
    text.split_once(from)?.1.split_once(to).map(|(inner, _)| inner)
}
