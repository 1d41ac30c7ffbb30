//! The CSV export of Snyk's issues report: one row an issue of a project.

use super::FORMAT;
use crate::common::out::Stop;
use crate::common::table::{Row, Table};
use crate::common::{assets, dates, ids, out::Out, text};
use crate::error::ParseError;
use crate::format::{Options, Summary};
use crate::sink::Sink;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus};
use std::io::BufRead;

pub(super) const COLUMNS: &[&str] = &["PROBLEM_TITLE", "PROJECT_NAME", "ISSUE_SEVERITY"];

pub(super) fn parse(
    input: &mut dyn BufRead,
    options: &Options,
    sink: &mut dyn Sink,
) -> Result<Summary, ParseError> {
    let table = Table::open(input, &options.limits, FORMAT.id, COLUMNS)?;
    let mut out = Out::new(sink);
    out.source(FORMAT.tool, "");
    table.rows(&mut out, &mut |row, at, out| {
        if row.get("ISSUE_TYPE").eq_ignore_ascii_case("license") {
            out.note(format!("licence issue of {}", text::name(project(row))), "licences are not imported");
            return Ok(());
        }
        Ok(out.finding(at, finding(row, options)?, Some(row.raw().as_bytes()))?)
    })?;
    out.finish(FORMAT.id)
}

fn project<'a>(row: &'a Row<'_>) -> &'a str {
    row.get("PROJECT_NAME")
}

fn finding(row: &Row<'_>, options: &Options) -> Result<Finding, Stop> {
    let (title, link) = (row.get("PROBLEM_TITLE"), row.get("ISSUE_URL"));
    if title.is_empty() {
        return Err("no PROBLEM_TITLE".into());
    }
    // Snyk's id of the problem, where it is there or in the address of its page.
    let id = match row.first(&["PROBLEM_ID", "VULN_DB_URL"]) {
        "" => link.rsplit(['#', '/']).next().unwrap_or_default().trim_start_matches("issue-"),
        known => known.rsplit('/').next().unwrap_or_default(),
    };
    let id = if id.starts_with("SNYK-") || id.starts_with("npm:") { id } else { title };
    let mut weakness = WeaknessSeen { rule: text::name(id), ..WeaknessSeen::default() };
    for cve in row.get("CVE").split([',', ' ', ';', '|', '[', ']', '"', '\'']) {
        ids::push_id(&mut weakness.ids, cve);
    }
    ids::cwes_in(&mut weakness.cwe, row.get("CWE"));
    let named = assets::named(AssetKind::Repository, project(row)).filter(|_| options.asset.is_none());
    let status = row.first(&["ISSUE_STATUS_INDICATOR", "ISSUE_STATUS"]).to_lowercase();
    let maturity = row.get("EXPLOIT_MATURITY");
    Ok(Finding {
        cvss_score: row.get("CVSS_SCORE").parse().ok(),
        epss: row.get("EPSS_SCORE").parse().ok().filter(|epss| (0.0..=1.0).contains(epss)),
        raw_id: text::some(row.get("ISSUE_ID")).or_else(|| text::some(link)),
        found_at: dates::date(row.get("FIRST_INTRODUCED")),
        tags: text::tags([("product", row.get("PRODUCT_NAME")), ("exploit", maturity)]),
        references: text::links([link, row.get("CVE_URL"), row.get("PROJECT_URL")]),
        suppressed: match status.as_str() {
            "resolved" => Some(Finding::FIXED.to_owned()),
            "ignored" => Some(status),
            _ => None,
        },
        ..Finding::new(
            text::title(title, id),
            ids::severity(row.get("ISSUE_SEVERITY")),
            weakness,
            named.unwrap_or_else(|| options.asset_or(AssetKind::Repository)),
            Locus::named("issue", &text::name(id)),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sink::Collected;

    #[test]
    fn rows_of_the_issues_report() {
        let mut report = &b"ISSUE_SEVERITY_RANK,ISSUE_SEVERITY,SCORE,PROBLEM_TITLE,CVE,CVE_URL,CWE,PROJECT_NAME,PROJECT_URL,EXPLOIT_MATURITY,AUTOFIXABLE,FIRST_INTRODUCED,PRODUCT_NAME,ISSUE_URL,ISSUE_STATUS_INDICATOR,ISSUE_TYPE\n\
            2,High,721,Prototype Pollution,CVE-2099-0001,,CWE-1321,shop/web:package.json,,Proof of Concept,true,2026-03-01 10:00:00,Snyk Open Source,https://app.example/p#issue-SNYK-JS-WIDGET-1,Open,Vulnerability\n\
            4,Low,10,GPL-3.0 license,,,,shop/web:package.json,,,false,2026-03-01 10:00:00,Snyk Open Source,,Open,License\n"[..];
        assert_eq!(crate::format::detect(report).map(|format| format.id), Ok("snyk_issues"));
        let mut seen = Collected::default();
        (FORMAT.parse)(&mut report, &Options::default(), &mut seen).unwrap();
        let findings: Vec<_> = seen.findings().collect();
        assert_eq!((findings.len(), seen.gaps.len()), (1, 1));
        assert_eq!(
            (findings[0].weakness.rule.as_str(), findings[0].weakness.ids.as_slice()),
            ("SNYK-JS-WIDGET-1", &["CVE-2099-0001".to_owned()][..])
        );
        assert_eq!(findings[0].asset.name, "shop/web:package.json");
        assert!(findings[0].found_at.is_some());
    }
}
