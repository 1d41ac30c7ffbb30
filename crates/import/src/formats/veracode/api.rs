//! The Findings API.

use super::FORMAT;
use super::{Flaw, app, severity};
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::package::Package;
use crate::common::tree::{self, Tree};
use crate::common::{dates, html, ids, loci, text};
use crate::error::ParseError;
use crate::format::{Options, Summary};
use crate::sink::Sink;
use bartizan_model::Finding;
use std::io::BufRead;

static LAYOUT: Layout =
    Layout { heads: &["page"], lists: &["findings", "_embedded/findings"], ..Layout::of(&FORMAT) };

pub(super) fn parse(
    input: &mut dyn BufRead,
    options: &Options,
    sink: &mut dyn Sink,
) -> Result<Summary, ParseError> {
    let mut told = false;
    LAYOUT.parse(input, options, sink, |record, options, out| {
        let pages = record.head("page").count("total_pages").unwrap_or(1);
        if !std::mem::replace(&mut told, true) && pages > 1 {
            out.gap("other pages", format!("this is one page of {pages}"));
        }
        found(record, options, out)
    })
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let details = record.at("finding_details");
    if !details.is_object() {
        return Err("no finding_details".into());
    }
    let finding = match &*record.text("scan_type") {
        "SCA" => component(record, options)?,
        _ => flaw(record, options),
    };
    let status = record.at("finding_status");
    let resolution = status.text("resolution").to_lowercase();
    let closed = status.text("status").eq_ignore_ascii_case("closed");
    let accepted = status.text("resolution_status").eq_ignore_ascii_case("approved");
    let finding = Finding {
        description: text::body(&html::plain(&record.text("description"))),
        found_at: dates::date(&status.text("first_found_date")),
        seen_at: dates::date(&status.text("last_seen_date")),
        suppressed: (closed || accepted).then(|| text::name(&resolution)),
        ..finding
    };
    record.tell(finding, out)
}

fn flaw(record: &Record<'_>, options: &Options) -> Finding {
    let details = record.at("finding_details");
    let path = details.first(&["url", "file_path", "file_name"]);
    let flaw = Flaw {
        id: &record.text("issue_id"),
        cwe: &details.text("cwe/id"),
        category: &details.first(&["finding_category/name", "cwe/name"]),
        level: &details.text("severity"),
        path: &path,
        parameter: &details.text("vulnerable_parameter"),
        function: &details.text("procedure"),
        module: &details.text("module"),
    };
    let finding = flaw.finding(app(&record.text("context_guid"), options));
    Finding { line: details.count("file_line_number"), ..finding }
}

fn component(record: &Record<'_>, options: &Options) -> Result<Finding, String> {
    let details = record.at("finding_details");
    let (file, version) = (details.text("component_filename"), details.text("version"));
    let id = details.text("cve/name");
    if file.is_empty() {
        return Err("no component_filename".to_owned());
    }
    let package = Package::new("", &file, &version);
    let none: [&str; 0] = [];
    let asset = app(&record.text("context_guid"), options);
    let mut finding = package.vulnerability(asset, &id, none, "", severity(&details.text("severity")));
    ids::cwes_in(&mut finding.weakness.cwe, &details.text("cwe/id"));
    let vectors = [details.text("cve/cvss3/vector"), details.text("cve/vector")];
    let paths: Vec<_> =
        details.items("component_path").iter().map(|path| loci::path(&path.text("path"))).collect();
    Ok(Finding {
        cvss: tree::vectors(vectors),
        cvss_score: details.number("cve/cvss3/score").or(details.number("cve/cvss")),
        evidence: text::labelled([("At", &*paths.join(", "))]),
        references: text::links([&*details.text("cve/href")]),
        ..finding
    })
}
