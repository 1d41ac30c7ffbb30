//! Aqua Security JSON: image scans (`scannercli`, and as Azure DevOps collects them), the list of `cves` of the old API, and the
//! vulnerabilities of the API v2 (`result`). Of sensitive data only its path and kind are kept.

use crate::common::layout::{Layout, Record, Told};
use crate::common::package::{Package, ecosystem, fixed_in};
use crate::common::tree::{Tree, Value, cwes, links, paragraphs, vectors};
use crate::common::{assets, dates, ids, loci, out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, AssetRef, Finding, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "aqua",
    name: "Aqua Security",
    summary: "JSON of image scans and of the API: vulnerabilities of packages, sensitive files",
    extensions: &["json"],
    docs: "https://docs.aquasec.com/",
    tool: "aqua",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, record),
};

static LAYOUT: Layout = Layout {
    heads: &[
        "image",
        "image_name",
        "registry",
        "os",
        "digest",
        "scan_started",
        "results/image",
        "results/registry",
        "results/os",
        "results/digest",
        "results/scan_started",
    ],
    lists: &["resources", "[]/results/resources", "cves", "result"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let scan = keys.has("resources")
        && keys.has_any(&["image", "image_assurance_results", "vulnerability_summary"])
        || keys.has_all(&["vulnerability_summary", "scan_started"]);
    let collected = keys.in_array && keys.has_all(&["image_name", "results"]);
    let old = keys.has("cves") && keys.has_any(&["cves_counts", "disallowed", "image_name"]);
    let api = keys.has_all(&["result", "pagesize"]);
    Sniff::when(scan || collected || old || api)
}

fn record(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    match record.list {
        "cves" => found(record, record, &Value::Null, options, out),
        "result" => found(record, record, record.at("resource"), options, out),
        _ => resource(record, options, out),
    }
}

fn asset(record: &Record<'_>, options: &Options) -> AssetRef {
    let own = record.text("image_name");
    let [image, name] = [record.head_text(&["results/image", "image"]), record.head_text(&["image_name"])];
    let named = [own, image, name].into_iter().find(|name| !name.is_empty()).unwrap_or_default();
    let registry = record.head_text(&["results/registry", "registry"]);
    // A registry is a host with a dot; other words are only how Aqua calls it.
    let full = if registry.contains('.') && !named.contains(&*registry) {
        format!("{registry}/{named}")
    } else {
        named.into_owned()
    };
    assets::image(&full).unwrap_or_else(|| options.asset_or(AssetKind::ContainerImage))
}

fn resource(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let about = record.at("resource");
    if about.is_null() {
        return Err("no resource".into());
    }
    record.items("vulnerabilities").iter().try_for_each(|it| found(record, it, about, options, out))?;
    let sensitive = record.items("sensitive_data_items").iter().chain(record.items("sensitive_data"));
    sensitive
        .map(|it| secret(it, about, asset(record, options)))
        .try_for_each(|finding| record.tell_alone(finding, out))
}

fn secret(item: &Value<'_>, about: &Value<'_>, asset: AssetRef) -> Finding {
    let kind = item.first(&["type", "file_type", "detection_type"]);
    let path = item.first(&["path", "file_path"]);
    let path = if path.is_empty() { about.text("path") } else { path };
    let name = item.first(&["filename", "file_name"]);
    let path = if path.is_empty() { name.clone() } else { path };
    let kind = if kind.is_empty() { "sensitive-data".into() } else { kind };
    let weakness = WeaknessSeen { rule: text::name(&kind), cwe: vec![200], ..WeaknessSeen::default() };
    let title = format!("Sensitive data ({kind}) in {path}");
    Finding {
        fix: "Revoke what it gives access to, then build the image without it.".to_owned(),
        ..Finding::new(text::title(&title, &kind), Severity::High, weakness, asset, loci::file(&path, ""))
    }
}

fn found(
    record: &Record<'_>,
    item: &Value<'_>,
    about: &Value<'_>,
    options: &Options,
    out: &mut Out<'_>,
) -> Told {
    let id = item.text("name");
    if id.is_empty() {
        return Err("a vulnerability without name".into());
    }
    let file = item.first(&["file", "resource/path"]);
    let named = about.text("name");
    // The old list names no package, only the file in which it was found.
    let name = if named.is_empty() { file.rsplit('/').next().unwrap_or_default().into() } else { named };
    let kind = about.text("format");
    let os = if item.get("os").is_some() { item.text("os") } else { record.head_text(&["results/os", "os"]) };
    let package = Package::new(ecosystem(&kind, &os), &name, &about.text("version"));
    let severity = ids::severity(&item.first(&[
        "aqua_severity",
        "severity",
        "nvd_severity_v3",
        "nvd_severity",
        "vendor_severity",
    ]));
    let mut finding = package.vulnerability(asset(record, options), &id, [""; 0], "", severity);
    finding.description = paragraphs([item.text("description"), item.text("vendor_statement")]);
    finding.fix = text::body(&item.text("solution"));
    fixed_in(&mut finding, &item.text("fix_version"));
    finding.cvss = vectors(
        [
            "aqua_vectors",
            "nvd_vectors_v3",
            "nvd_cvss3_vectors",
            "vendor_vectors_v3",
            "vendor_vectors",
            "nvd_vectors",
            "nvd_cvss2_vectors",
        ]
        .map(|key| item.text(key)),
    );
    let scores = ["aqua_score", "nvd_score_v3", "nvd_cvss3_score", "score", "nvd_score", "nvd_cvss2_score"];
    finding.cvss_score = scores.iter().find_map(|key| item.number(key).filter(|score| *score > 0.0));
    finding.epss = item.number("epss_score");
    finding.weakness.cwe = cwes(item.items("cwe_info").iter().map(|it| it.first(&["Id", "id"])));
    let path = about.text("path");
    finding.evidence = text::body(
        format!("{name} {} {}", about.text("version"), if path.is_empty() { &file } else { &path }).trim(),
    );
    finding.found_at = dates::date(&item.text("first_found_date"));
    let started =
        ["results/scan_started", "scan_started"].map(|path| record.head(path).first(&["seconds", ""]));
    let seen = started.iter().find_map(|started| dates::date(started));
    finding.seen_at = dates::date(&item.text("last_found_date")).or(seen);
    finding.tags = text::tags([
        ("digest", &*record.head_text(&["results/digest", "digest"])),
        ("layer", &about.text("layer_digest")),
    ]);
    finding.references = links(["nvd_url", "vendor_url", "url"].map(|key| item.text(key)));
    finding.suppressed =
        item.is_true("acknowledged").then(|| text::because("acknowledged", &item.text("ack_comment")));
    record.tell(finding, out)
}
