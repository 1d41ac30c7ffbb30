//! Safety for Python packages, JSON of all versions: lists of lists (1), objects with `vulnerabilities` (2), and scans of projects
//! (3). Ignored vulnerabilities are told as such.

use crate::common::layout::{Layout, Record, Told};
use crate::common::package::{Package, fixed_in};
use crate::common::tree::{Tree, Value, links, vectors};
use crate::common::{dates, ids, out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "safety",
    name: "Safety",
    summary: "JSON of versions 1 to 3: vulnerabilities of Python packages",
    extensions: &["json"],
    docs: "https://docs.safetycli.com/",
    tool: "safety",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, record),
};

static LAYOUT: Layout = Layout {
    version: ("report_meta", "safety_version"),
    heads: &["report_meta", "meta", "scan_results/projects/files/location"],
    lists: &[
        "[]",
        "vulnerabilities",
        "ignored_vulnerabilities",
        "scan_results/projects/files/results/dependencies",
    ],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let two = keys.has("report_meta")
        && keys.has_any(&["vulnerabilities", "scanned_packages", "affected_packages"]);
    let three = keys.has_all(&["scan_results", "meta"]) && head.has("\"scan_type\"");
    Sniff::when(two || three || is_one(head.trimmed()))
}

/// Whether it is a list of rows as version 1 writes them.
fn is_one(head: &[u8]) -> bool {
    // `[["widget", "<1.1", "1.0", "It reads too far.", "12345"]]`
    let Some(rest) = head.strip_prefix(b"[") else { return false };
    let row = serde_json::Deserializer::from_slice(rest).into_iter::<Vec<Value<'_>>>().next();
    row.and_then(Result::ok).is_some_and(|row| row.len() >= 5 && row[..5].iter().all(Value::is_string))
}

fn record(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    match record.list {
        "[]" => row(record, options, out),
        "vulnerabilities" | "ignored_vulnerabilities" => found(record, options, out),
        _ => dependency(record, options, out),
    }
}

fn row(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let [name, affected, version, words, id] = ["0", "1", "2", "3", "4"].map(|at| record.text(at));
    if name.is_empty() || id.is_empty() {
        return Err("no package or no id".into());
    }
    let asset = options.asset_or(AssetKind::Repository);
    let mut finding = Package::new("pypi", &name, &version).vulnerability(
        asset,
        &id,
        ids::ids_in(&words),
        "",
        Severity::Unknown,
    );
    finding.description = text::body(&words);
    finding.evidence = text::body(&format!("{name} {version} (affected: {affected})"));
    record.tell(finding, out)
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (id, name) = (record.text("vulnerability_id"), record.first(&["package_name", "package"]));
    if id.is_empty() || name.is_empty() {
        return Err("no vulnerability_id or no package".into());
    }
    let package = Package::new("pypi", &name, &record.first(&["analyzed_version", "installed_version"]));
    let severity = ids::severity(&record.first(&["severity/cvssv3/base_severity", "severity"]));
    let asset = options.asset_or(AssetKind::Repository);
    let known = [record.first(&["CVE", "CVE/name"]), record.text("severity/source")];
    let mut finding = package.vulnerability(asset, &id, known, "", severity);
    finding.description = text::body(&record.text("advisory"));
    finding.cvss = vectors([record.text("severity/cvssv3/vector_string")]);
    finding.cvss_score = record.number("severity/cvssv3/base_score");
    fixed_in(&mut finding, &record.texts("fixed_versions").join(", "));
    finding.evidence = text::body(&format!(
        "{name} {} (affected: {})",
        finding.component_version,
        record.texts("vulnerable_spec").join(", ")
    ));
    finding.seen_at = dates::date(&record.head("report_meta").text("timestamp"));
    finding.references = links([record.text("more_info_url")]);
    let reason = record.text("ignored_reason");
    let ignored = record.is_true("ignored") || record.list.starts_with("ignored");
    finding.suppressed = ignored.then(|| text::because("ignored", &reason));
    record.tell(finding, out)
}

/// A dependency of a project (version 3): its vulnerabilities are known by their ids alone.
fn dependency(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let name = record.text("name");
    if name.is_empty() {
        return Err("a dependency without name".into());
    }
    let file = record.head("scan_results/projects/files/location").text("");
    for specification in record.items("specifications") {
        let raw = specification.text("raw");
        let version = raw.split("==").nth(1).unwrap_or_default();
        let package = Package::new("pypi", &name, version);
        let asset = options.asset_or(AssetKind::Repository);
        for item in record.items_of(specification, "vulnerabilities/known_vulnerabilities") {
            let mut finding =
                package.vulnerability(asset.clone(), &item.text("id"), [""; 0], "", Severity::Unknown);
            finding.evidence =
                text::body(&format!("{raw} in {file} (affected: {})", item.text("vulnerable_spec")));
            fixed_in(&mut finding, &specification.text("vulnerabilities/remediation/recommended"));
            finding.seen_at = dates::date(&record.head("meta").text("timestamp"));
            finding.suppressed = item.at("ignored").is_object().then(|| "ignored".to_owned());
            record.tell(finding, out)?;
        }
    }
    Ok(())
}
