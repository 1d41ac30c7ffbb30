//! Deepfence ThreatMapper's CSV reports: vulnerabilities, compliance, secrets and malware, each with columns of its own. Of a
//! secret neither the content nor the row is kept. A node is a host, or a container on one (`shop / web-1.example.org`).

use crate::common::package::{Package, fixed_in};
use crate::common::table::{Row, Table};
use crate::common::tree::vectors;
use crate::common::{assets, dates, head, ids, loci, out::Out, text};
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
    summary: "CSV reports: vulnerabilities, failed compliance checks, secrets and malware by node",
    extensions: &["csv"],
    docs: "https://docs.deepfence.io/",
    tool: "threatmapper",
    sniff,
    parse,
};

const VULNERABILITIES: [&str; 3] = ["cve_id", "cve_caused_by_package", "cve_severity"];
const COMPLIANCE: [&str; 3] = ["compliance_check_type", "test_number", "status"];
const SECRETS: [&str; 4] = ["Filename", "Content", "Rule", "Node Name"];
const MALWARE: [&str; 4] = ["Rule Name", "Class", "File Name", "Node Name"];
const ALL: [&[&str]; 4] = [&VULNERABILITIES, &COMPLIANCE, &SECRETS, &MALWARE];

fn sniff(head: &[u8]) -> Sniff {
    if ALL.iter().any(|columns| head::csv(head, columns)) { Sniff::Yes } else { Sniff::No }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let head = input.fill_buf().map(<[u8]>::to_vec).unwrap_or_default();
    let at = ALL.iter().position(|columns| head::csv(&head, columns)).unwrap_or_default();
    let table = Table::open(input, &options.limits, "deepfence", ALL[at])?;
    let mut out = Out::new(sink);
    out.source("threatmapper", "");
    table.rows(&mut out, &mut |row, place, out| {
        let told = match at {
            0 => vulnerability(row, options)?,
            1 => check(row, options)?,
            2 => secret(row, options)?,
            _ => malware(row, options)?,
        };
        let Some(finding) = told else { return Ok(()) };
        out.summary.seen_at = out.summary.seen_at.max(finding.seen_at);
        let raw = row.raw();
        // A secret stands in its row.
        Ok(out.finding(place, finding, Some(raw.as_bytes()).filter(|_| at != 2))?)
    })?;
    out.finish("deepfence")
}

/// The host, which stands behind the container where there is one.
fn node(row: &Row<'_>, options: &Options) -> AssetRef {
    let named = row.first(&["host_name", "Node Name", "node_name"]);
    let host = named.rsplit(" / ").next().unwrap_or_default();
    assets::host(host, [host]).unwrap_or_else(|| options.asset_or(AssetKind::Host))
}

fn tags(row: &Row<'_>) -> Vec<String> {
    text::tags([
        ("account", row.get("cloud_account_id")),
        (
            "container",
            row.first(&["Container Name", "cve_container_image"]).split(" / ").next().unwrap_or_default(),
        ),
        ("cluster", row.get("Kubernetes Cluster Name")),
    ])
}

type Told = Result<Option<Finding>, &'static str>;

fn vulnerability(row: &Row<'_>, options: &Options) -> Told {
    let (id, named) = (row.get("cve_id"), row.get("cve_caused_by_package"));
    if id.is_empty() || named.is_empty() {
        return Err("no cve_id or no package");
    }
    let (name, version) = named.split_once(':').unwrap_or((named, ""));
    let package = Package::new("generic", name, version);
    let mut finding =
        package.vulnerability(node(row, options), id, [""; 0], "", ids::severity(row.get("cve_severity")));
    finding.description = text::body(row.get("cve_description"));
    let vector = row.get("cve_attack_vector").to_uppercase();
    finding.cvss = vectors([vector.into()]);
    finding.cvss_score = row.first(&["cve_cvss_score", "cve_overall_score"]).parse().ok();
    fixed_in(&mut finding, row.get("cve_fixed_in"));
    finding.evidence = text::body(&format!("{named} in {}", row.get("cve_container_image")));
    finding.tags = tags(row);
    finding.seen_at = dates::date(row.get("@timestamp").get(..19).unwrap_or_default());
    finding.references = text::links([row.get("cve_link")]);
    finding.suppressed = row.get("masked").eq_ignore_ascii_case("true").then(|| "masked".to_owned());
    Ok(Some(finding))
}

fn check(row: &Row<'_>, options: &Options) -> Told {
    let (id, status) = (row.get("test_number"), row.get("status").to_lowercase());
    if id.is_empty() {
        return Err("no test_number");
    }
    let severity = match status.as_str() {
        "pass" | "ok" | "skip" => return Ok(None),
        "alarm" | "fail" | "critical" => Severity::High,
        "warn" => Severity::Medium,
        _ => Severity::Info,
    };
    let weakness = WeaknessSeen { rule: text::name(id), ..WeaknessSeen::default() };
    let framework = row.get("compliance_check_type");
    Ok(Some(Finding {
        description: text::body(row.get("test_category")),
        evidence: text::body(row.first(&["test_desc"])),
        raw_id: Some(text::name(id)),
        seen_at: dates::date(row.get("@timestamp").get(..19).unwrap_or_default()),
        compliance: vec![text::name(&format!("{framework}:{id}"))],
        tags: tags(row),
        suppressed: row.get("masked").eq_ignore_ascii_case("true").then(|| "masked".to_owned()),
        ..Finding::new(
            text::title(row.get("test_info"), id),
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
    let title = format!("{} in {path}", row.get("Name"));
    Ok(Some(Finding {
        fix: "Revoke the secret, then remove it from where it lies.".to_owned(),
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
    let title = format!("{rule} ({})", row.get("Class"));
    let locus = loci::file(&inside.map_or_else(|| path.to_owned(), |path| format!("/{path}")), "");
    Ok(Some(Finding {
        description: text::body(row.get("Summary")),
        evidence: text::body(path),
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
