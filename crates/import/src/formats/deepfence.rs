//! Deepfence ThreatMapper's reports as spreadsheets (each sheet is read as a table) or CSV: vulnerabilities, compliance, secrets
//! and malware, each with columns of its own, in older and newer words. Of a secret neither the content nor the row is kept. A
//! node is a host, or a container on one (`shop / web-1.example.org`).

use crate::common::package::{Package, fixed_in};
use crate::common::table::{self, Row};
use crate::common::tree::vectors;
use crate::common::{assets, dates, head, ids, loci, text};
use crate::error::ParseError;
use crate::format::{Format, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, AssetRef, Finding, Locus, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "deepfence",
    name: "Deepfence ThreatMapper",
    summary: "spreadsheets and CSV: vulnerabilities, failed compliance checks, secrets and malware by node",
    extensions: &["xlsx", "csv"],
    docs: "https://docs.deepfence.io/",
    tool: "threatmapper",
    sniff: |head| Sniff::when(KINDS.iter().any(|(columns, _)| head.csv(columns))),
    parse,
};

/// What makes a finding of a row.
type Make = fn(&Row<'_>, &Options) -> Told;

/// The columns of each kind of report.
const KINDS: [(&[&str], Make); 6] = [
    (&["cve_id", "cve_caused_by_package", "cve_severity"], vulnerability),
    (&["CVE ID", "Caused By Package", "Node Name"], vulnerability),
    (&["compliance_check_type", "test_number", "status"], check),
    (&["Compliance Standard", "Control ID", "Node Name"], check),
    (&["Rule Name", "File Name", "Node Name"], malware),
    (&["Filename", "Content", "Rule", "Node Name"], secret),
];

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let head = input.fill_buf().map(<[u8]>::to_vec).unwrap_or_default();
    let kind = KINDS.iter().find(|(columns, _)| head::csv(&head, columns));
    let (columns, make) = kind.copied().unwrap_or(KINDS[0]);
    // A secret stands in its row.
    let secret = columns.contains(&"Content");
    table::parse(&FORMAT, columns, input, options, sink, |row, place, out| {
        let Some(finding) = make(row, options)? else { return Ok(()) };
        out.summary.seen_at = out.summary.seen_at.max(finding.seen_at);
        let raw = row.raw();
        Ok(out.finding(place, finding, Some(raw.as_bytes()).filter(|_| !secret))?)
    })
}

/// The host, which stands behind the container where there is one.
fn node(row: &Row<'_>, options: &Options) -> AssetRef {
    let named = row.first(&["host_name", "Node Name", "node_name"]);
    let host = named.rsplit(" / ").next().unwrap_or_default();
    assets::host(host, [host]).unwrap_or_else(|| options.asset_or(AssetKind::Host))
}

fn tags(row: &Row<'_>) -> Vec<String> {
    let named = row.first(&["Container Name", "cve_container_image"]).split(" / ").next().unwrap_or_default();
    let node = row.get("Node Name").split_once(" / ").map_or("", |(container, _)| container);
    text::tags([
        ("account", row.get("cloud_account_id")),
        ("container", if named.is_empty() { node } else { named }),
        ("cluster", row.get("Kubernetes Cluster Name")),
    ])
}

type Told = Result<Option<Finding>, &'static str>;

fn masked(row: &Row<'_>) -> Option<String> {
    let is = row.get("masked");
    (is.eq_ignore_ascii_case("true") || is == "1").then(|| "masked".to_owned())
}

fn vulnerability(row: &Row<'_>, options: &Options) -> Told {
    let (id, named) =
        (row.first(&["cve_id", "CVE ID"]), row.first(&["cve_caused_by_package", "Caused By Package"]));
    if id.is_empty() || named.is_empty() {
        return Err("no CVE or no package");
    }
    let (name, version) = named.split_once(':').unwrap_or((named, ""));
    let package = Package::new("generic", name, version);
    let mut finding = package.vulnerability(
        node(row, options),
        id,
        [""; 0],
        "",
        ids::severity(row.first(&["cve_severity", "Severity"])),
    );
    finding.description = text::body(row.first(&["cve_description", "Description"]));
    let vector = row.first(&["cve_attack_vector", "Attack Vector"]).to_uppercase();
    finding.cvss = vectors([vector.into()]);
    // A spreadsheet may have taken a score for a date, and writes 9.8 with all digits of its fraction.
    let score = row
        .first(&["cve_cvss_score", "cve_overall_score", "CVSS Score", "Overall Score"])
        .parse::<f64>()
        .ok();
    finding.cvss_score = score.filter(|it| (0.0..=10.0).contains(it)).map(|it| (it * 10.0).round() / 10.0);
    fixed_in(&mut finding, row.first(&["cve_fixed_in", "Fixed In"]));
    let place = row.first(&["cve_container_image", "Caused By Package Path", "Node Name"]);
    finding.evidence = text::body(&format!("{named} in {place}"));
    finding.tags = tags(row);
    finding.seen_at = dates::date(row.get("@timestamp").get(..19).unwrap_or_default());
    finding.references = text::links([row.first(&["cve_link", "Link"])]);
    finding.suppressed = masked(row);
    Ok(Some(finding))
}

fn check(row: &Row<'_>, options: &Options) -> Told {
    let (id, status) = (row.first(&["test_number", "Control ID"]), row.get("status").to_lowercase());
    if id.is_empty() {
        return Err("no number of a control");
    }
    let severity = match status.as_str() {
        "pass" | "ok" | "skip" => return Ok(None),
        "alarm" | "fail" | "critical" => Severity::High,
        "warn" => Severity::Medium,
        _ => Severity::Info,
    };
    let weakness = WeaknessSeen { rule: text::name(id), ..WeaknessSeen::default() };
    let framework = row.first(&["compliance_check_type", "Compliance Standard"]);
    Ok(Some(Finding {
        description: text::body(row.first(&["test_category", "Category"])),
        fix: text::body(row.get("Remediation")),
        evidence: text::body(row.first(&["test_desc", "Description"])),
        raw_id: Some(text::name(id)),
        seen_at: dates::date(row.get("@timestamp").get(..19).unwrap_or_default()),
        compliance: vec![text::name(&format!("{framework}:{id}"))],
        tags: tags(row),
        suppressed: masked(row),
        ..Finding::new(
            text::title(row.first(&["test_info", "Info"]), id),
            severity,
            weakness,
            node(row, options),
            Locus::Whole,
        )
    }))
}

fn secret(row: &Row<'_>, options: &Options) -> Told {
    let (rule, path) = (row.get("Rule"), row.get("Filename"));
    if rule.is_empty() || path.is_empty() {
        return Err("no rule or no file");
    }
    let weakness = WeaknessSeen { rule: text::name(rule), cwe: vec![798], ..WeaknessSeen::default() };
    let locus = loci::file(path, &loci::snippet(row.get("Content")));
    let title = format!("{} in {path}", row.first(&["Name", "Rule"]));
    Ok(Some(Finding {
        fix: "Revoke the secret, then remove it from where it lies.".to_owned(),
        suppressed: masked(row),
        raw_id: Some(text::name(rule)),
        tags: tags(row),
        ..Finding::new(
            text::title(&title, rule),
            ids::severity(row.get("Severity")),
            weakness,
            node(row, options),
            locus,
        )
    }))
}

fn malware(row: &Row<'_>, options: &Options) -> Told {
    let (rule, path) = (row.get("Rule Name"), row.get("File Name"));
    if rule.is_empty() || path.is_empty() {
        return Err("no rule or no file");
    }
    // The scanner unpacks a container below a folder of its own.
    let inside =
        path.split_once("/YaraHunter/").and_then(|(_, rest)| rest.split_once('/')).map(|(_, path)| path);
    let weakness = WeaknessSeen { rule: text::name(rule), ..WeaknessSeen::default() };
    let title = match row.get("Class") {
        "" => rule.to_owned(),
        class => format!("{rule} ({class})"),
    };
    let locus = loci::file(&inside.map_or_else(|| path.to_owned(), |path| format!("/{path}")), "");
    Ok(Some(Finding {
        description: text::body(row.get("Summary")),
        evidence: text::body(path),
        suppressed: masked(row),
        raw_id: Some(text::name(rule)),
        tags: tags(row),
        ..Finding::new(
            text::title(&title, rule),
            ids::severity(row.get("Severity")),
            weakness,
            node(row, options),
            locus,
        )
    }))
}
