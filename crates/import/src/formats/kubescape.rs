//! Kubescape JSON (`--format json --format-version v2`): one finding a control that failed on a resource.
//!
//! How bad a control is stands in the summary as its score factor, as Kubescape rates it itself (9 critical, 7 high, 4 medium,
//! 1 low). Resources of manifests are named by their file too.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::{Out, Stop};
use crate::common::tree::{Tree, Value, paragraphs};
use crate::common::{assets, dates, ids, loci, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, AssetRef, Finding, Locus, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "kubescape",
    name: "Kubescape",
    summary: "JSON: controls of NSA, MITRE and CIS that failed on Kubernetes resources",
    extensions: &["json"],
    docs: "https://kubescape.io/docs/",
    tool: "kubescape",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

/// What a rule comes to; older versions leave it out where there is nothing to say.
const STATUSES: [&str; 6] = ["", "passed", "failed", "skipped", "excluded", "irrelevant"];

static LAYOUT: Layout = Layout {
    version: ("metadata", "scanMetadata/kubescapeVersion"),
    heads: &["generationTime", "clusterName", "metadata", "resources", "summaryDetails"],
    lists: &["results"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let ours = keys.has_any(&["customerGUID", "reportGUID", "clusterAPIServerInfo", "clusterCloudProvider"]);
    Sniff::when(ours && keys.has_any(&["generationTime", "summaryDetails", "results"]))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let id = record.text("resourceID");
    if id.is_empty() {
        return Err("no resourceID".into());
    }
    let resource =
        record.head("resources").as_array().into_iter().flatten().find(|it| it.text("resourceID") == id);
    let resource = resource.unwrap_or(&Value::Null);
    let object = resource.at("object");
    let namespace = object.first(&["metadata/namespace", "namespace"]);
    let name = object.first(&["metadata/name", "name"]);
    let cluster = record.head("clusterName").text("");
    let parts = [&*cluster, &*namespace, &*object.text("kind"), &*name];
    let full = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/");
    let file = resource.first(&["source/relativePath", "object/sourcePath"]);
    let shown = if name.is_empty() { id.to_string() } else { full };
    let mut unknown = None;
    for control in record.items("controls") {
        let rules = record.items_of(control, "rules");
        let statuses = rules.iter().map(|rule| rule.first(&["status/status", "status"]));
        unknown = unknown.or(statuses.into_iter().find(|status| !STATUSES.contains(&&**status)));
        let failed: Vec<_> =
            rules.iter().filter(|rule| rule.first(&["status/status", "status"]) == "failed").collect();
        let is_passed = !rules.is_empty()
            && rules.iter().all(|rule| rule.first(&["status/status", "status"]) == "passed");
        if failed.is_empty() && !is_passed {
            continue;
        }
        // In a manifest the place is the file; in a cluster the resource is the asset.
        let (asset, locus) = if file.is_empty() {
            (assets::named(AssetKind::CloudResource, &shown), Locus::Whole)
        } else {
            (None, loci::file(&file, &shown))
        };
        let kind = if file.is_empty() { AssetKind::CloudResource } else { AssetKind::Repository };
        let asset = asset.unwrap_or_else(|| options.asset_or(kind));
        let finding = Finding {
            seen_at: dates::date(&record.head("generationTime").text("")),
            ..finding(record, control, &failed, asset, locus)
        };
        match is_passed {
            true => out.clear(&finding),
            false => record.tell(finding, out)?,
        }
    }
    match unknown {
        Some(word) => Err(Stop::unknown("status", &word)),
        None => Ok(()),
    }
}

fn finding(
    record: &Record<'_>,
    control: &Value<'_>,
    failed: &[&Value<'_>],
    asset: AssetRef,
    locus: Locus,
) -> Finding {
    let id = control.text("controlID");
    let summary = record.head("summaryDetails").at("controls").get(&id).unwrap_or(&Value::Null);
    let factor = summary.number("scoreFactor").or_else(|| control.number("scoreFactor"));
    let own = ids::severity(&control.text("severity"));
    let severity = match factor {
        _ if own != Severity::Unknown => own,
        Some(factor) if factor >= 9.0 => Severity::Critical,
        Some(factor) if factor >= 7.0 => Severity::High,
        Some(factor) if factor >= 4.0 => Severity::Medium,
        Some(factor) if factor >= 1.0 => Severity::Low,
        _ => Severity::Unknown,
    };
    let paths = failed.iter().flat_map(|rule| rule.items("paths"));
    let fixes = paths.clone().map(|path| {
        let (at, value) = (path.text("fixPath/path"), path.text("fixPath/value"));
        if at.is_empty() { String::new() } else { format!("Set {at} to {value}.") }
    });
    let places =
        paths.flat_map(|path| [path.text("failedPath"), path.text("reviewPath"), path.text("deletePath")]);
    let weakness = WeaknessSeen { rule: text::name(&id), ..WeaknessSeen::default() };
    Finding {
        fix: paragraphs(fixes),
        evidence: paragraphs(places.chain(failed.iter().map(|rule| rule.text("name")))),
        raw_id: Some(text::name(&id)),
        tags: text::tags([("category", &*summary.text("category/name"))]),
        references: text::links([
            format!("https://kubescape.io/docs/controls/{}/", id.to_lowercase()).as_str()
        ]),
        ..Finding::new(text::title(&control.text("name"), &id), severity, weakness, asset, locus)
    }
}
