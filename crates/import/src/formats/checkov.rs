//! Checkov JSON (`-o json`), of one framework or several: failed checks of infrastructure code, also skipped ones (told as such),
//! vulnerable packages (`sca_package`, `sca_image`) and secrets. A check that passed closes what it found in that resource before.
//! Of a secret neither the line nor the record is kept.

use crate::common::layout::{Layout, Record, Told};
use crate::common::package::{Package, fixed_in};
use crate::common::tree::{Tree, Value, links, paragraphs, vectors};
use crate::common::{ids, loci, out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Severity, vantage};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "checkov",
    name: "Checkov",
    summary: "JSON: failed and skipped checks of infrastructure code, packages and secrets",
    extensions: &["json"],
    docs: "https://www.checkov.io/8.Outputs/JSON.html",
    tool: "checkov",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout {
    version: ("summary", "checkov_version"),
    heads: &["check_type", "summary", "checkov_version"],
    lists: &["results/failed_checks", "results/skipped_checks", "results/passed_checks", UNREAD],
    ..Layout::of(&FORMAT)
};

/// Files that it could not read.
const UNREAD: &str = "results/parsing_errors[]";

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let ours = keys.has("check_type") && keys.has_any(&["results", "summary"]);
    Sniff::when(ours || keys.has("checkov_version"))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    if record.list == UNREAD {
        out.gap(loci::path(&record.text("")), "it could not be read");
        return Ok(());
    }
    let id = record.text("check_id");
    if id.is_empty() {
        return Err("no check_id".into());
    }
    let kind = record.head("check_type").text("");
    let path = record.first(&["file_path", "repo_file_path"]);
    let asset = options.asset_or(AssetKind::Repository);
    // Paths are below the folder that was scanned (`-d`); which folder that was, the repository's own path tells.
    let whole = record.text("repo_file_path");
    let vantage = vantage::folder(&text::name(whole.strip_suffix(&*path).unwrap_or_default()));
    // Without the platform's key Checkov rates nothing: then a check is medium.
    let severity = match ids::severity(&record.text("severity")) {
        Severity::Unknown => Severity::Medium,
        severity => severity,
    };
    let reason = record.text("check_result/suppress_comment");
    let skipped = record.list.ends_with("skipped_checks");
    let suppressed = skipped.then(|| text::because("skipped", &reason));
    let details = record.at("vulnerability_details");
    let package = details.text("package_name");
    if !package.is_empty() {
        if record.list.ends_with("passed_checks") {
            return Ok(());
        }
        let version = details.text("package_version");
        let package = Package::new(&details.text("package_type"), &package, &version);
        let id = details.first(&["id"]);
        let mut finding =
            package.vulnerability(asset, &id, [""; 0], "", ids::severity(&details.first(&["severity"])));
        finding.description = text::body(&details.text("description"));
        finding.cvss = vectors([details.text("vector")]);
        finding.cvss_score = details.number("cvss");
        let fixes = ["fix_version", "fixed_versions", "lowest_fixed_version"].map(|key| details.texts(key));
        let fixes = fixes.into_iter().find(|versions| !versions.is_empty()).unwrap_or_default();
        fixed_in(&mut finding, &fixes.join(", "));
        finding.evidence = text::body(&path);
        finding.references = links([details.text("link")]);
        finding.suppressed = suppressed;
        return record.tell(finding, out);
    }
    let secret = kind == "secrets";
    let resource = record.text("resource");
    let code = record
        .at("code_block")
        .items("")
        .iter()
        .map(|line| line.text("1").into_owned())
        .collect::<Vec<_>>()
        .join("\n");
    let weakness = WeaknessSeen {
        rule: text::name(&id),
        cwe: if secret { vec![798] } else { Vec::new() },
        ..WeaknessSeen::default()
    };
    // The resource of a secret is a digest of it.
    let finding = Finding {
        description: paragraphs([record.text("description")]),
        fix: if secret {
            "Revoke the secret, then remove it from the file and its history.".to_owned()
        } else {
            String::new()
        },
        evidence: if secret { String::new() } else { text::body(&code) },
        component_name: if secret { String::new() } else { text::name(&resource) },
        line: record.count("file_line_range/0"),
        raw_id: Some(text::name(&id)),
        references: links([record.text("guideline")]),
        compliance: record.at("benchmarks").as_object().into_iter().flatten().flat_map(controls).collect(),
        tags: text::tags([("framework", &*kind)]),
        suppressed,
        vantage,
        ..Finding::new(
            text::title(&record.text("check_name"), &id),
            severity,
            weakness,
            asset,
            loci::file(&path, &text::name(&resource)),
        )
    };
    if record.list.ends_with("passed_checks") {
        out.clear(&finding);
        return Ok(());
    }
    if secret { record.tell_alone(finding, out) } else { record.tell(finding, out) }
}

/// The controls of a benchmark, by their names.
fn controls((benchmark, controls): (&str, &Value<'_>)) -> Vec<String> {
    let names = controls.items("").iter().map(|control| control.text("name"));
    names.map(|name| text::name(&format!("{benchmark}:{name}"))).collect()
}
