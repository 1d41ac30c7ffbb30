//! Qualys: asset data reports (XML and CSV), scan results (`SCAN`), host detections of the API, VMDR data lists and
//! HackerGuardian exports (CSV); and lists of hosts (XML of the API, CSV), which name no detections.
//!
//! One finding per detection on a host and port; its rule is the QID in every shape. Severities 1 to 5 are Info to Critical.
//! A potential vulnerability ("Practice") says so as its confidence. Nothing is covered: every shape may be filtered without
//! saying so.

use crate::common::out::Out;
use crate::common::walk::walk;
use crate::common::{assets, html, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{Finding, Identifier};
use std::io::BufRead;

mod assets_report;
mod hosts;
mod rows;
mod scan;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "qualys",
    name: "Qualys",
    summary: "asset data report and lists of hosts (XML, CSV), scan results and host detections (XML), VMDR and HackerGuardian CSV",
    extensions: &["xml", "csv"],
    docs: "https://docs.qualys.com/en/vm/api/index.htm",
    tool: "qualys",
    sniff,
    parse,
};

const ROOTS: &[&str] = &["ASSET_DATA_REPORT", "SCAN", "HOST_LIST_VM_DETECTION_OUTPUT", "HOST_LIST_OUTPUT"];

fn sniff(head: &Head<'_>) -> Sniff {
    let root = head.root().map(|(root, _)| root).unwrap_or_default();
    let text = || head.text();
    match root {
        "ASSET_DATA_REPORT" | "HOST_LIST_VM_DETECTION_OUTPUT" | "HOST_LIST_OUTPUT" => Sniff::Yes,
        "SCAN" if text().contains("<SCAN value=") || text().contains("qualys") => Sniff::Yes,
        "" if rows::SHAPES.iter().any(|needed| head.csv(needed)) || hosts::is_list(head) => Sniff::Yes,
        _ => Sniff::No,
    }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    out.source(FORMAT.tool, "");
    let head = Head::peek(input)?;
    if hosts::is_list(&head) {
        hosts::read(input, options, &mut out)?;
        return out.finish(FORMAT.id);
    }
    if !head.trimmed().starts_with(b"<") {
        rows::read(input, options, &mut out)?;
        return out.finish(FORMAT.id);
    }
    let mut report = assets_report::Report::new(options);
    let mut root = String::new();
    let mut left_out = 0_u64;
    walk(input, options, &mut out, FORMAT.id, ROOTS, &mut |element, xml, out| {
        if root.is_empty() {
            element.name.as_str().clone_into(&mut root);
            return Ok(());
        }
        if root == "SCAN" {
            left_out += scan::element(element, xml, options, out)?;
            return Ok(());
        }
        report.element(element, xml, out)
    })?;
    report.finish(&mut out)?;
    if left_out > 0 {
        let why = format!(
            "{left_out} of them (INFO, SERVICE) are left out: they say what a host is, not what is wrong"
        );
        out.note("information records", why);
    }
    out.finish(FORMAT.id)
}

/// Its texts are HTML; `'-` and `-` stand for nothing.
fn words(html: &str) -> String {
    let plain = html::plain(html);
    if matches!(plain.as_str(), "-" | "'-") { String::new() } else { text::paragraphs([plain.as_str()]) }
}

/// What its type of detection means.
fn confidence(kind: &str) -> String {
    match kind {
        "Vuln" | "VULN" => "confirmed".to_owned(),
        "Practice" | "PRACTICE" => "potential".to_owned(),
        "Ig" | "IG" => "information".to_owned(),
        other => text::name(other).to_lowercase(),
    }
}

/// The id that Qualys gives a host: its agent's, or its own number.
fn host_id(id: &str) -> Option<Identifier> {
    let is_number = id.bytes().all(|byte| byte.is_ascii_digit());
    assets::agent(if is_number { "qualys" } else { "qualys-agent" }, id)
}

/// What its status means for whether the finding still stands.
fn suppressed(status: &str, ignored: &str, disabled: &str) -> Option<String> {
    let yes = |word: &str| matches!(word.to_ascii_lowercase().as_str(), "yes" | "1" | "true");
    if status.eq_ignore_ascii_case("fixed") {
        Some(Finding::FIXED.to_owned())
    } else if yes(ignored) {
        Some("ignored".to_owned())
    } else {
        yes(disabled).then(|| "disabled".to_owned())
    }
}
