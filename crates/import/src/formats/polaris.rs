//! Polaris JSON (`polaris audit --format json`): checks of Kubernetes objects, of their pods and of each container.
//!
//! A check that fails is a finding on its object; the container is the place. One that passes says that it is not so there.

use crate::common::layout::{Layout, Record, Told};
use crate::common::tree::{Tree, Value};
use crate::common::{assets, dates, ids, out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, AssetRef, Finding, Locus, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "polaris",
    name: "Polaris",
    summary: "JSON: checks of Kubernetes objects, pods and containers",
    extensions: &["json"],
    docs: "https://polaris.docs.fairwinds.com/infrastructure-as-code/",
    tool: "polaris",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, object),
};

static LAYOUT: Layout =
    Layout { heads: &["AuditTime", "DisplayName"], lists: &["Results"], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    Sniff::when(head.object().has("PolarisOutputVersion"))
}

fn object(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let parts = ["Namespace", "Kind", "Name"].map(|key| record.text(key));
    let path: Vec<_> = parts.iter().filter(|part| !part.is_empty()).map(|part| &**part).collect();
    if parts[2].is_empty() {
        return Err("an object without name".into());
    }
    let asset = assets::named(AssetKind::CloudResource, &path.join("/"));
    let asset = asset.unwrap_or_else(|| options.asset_or(AssetKind::CloudResource));
    let pod = record.at("PodResult");
    let whole = [record.at("Results"), pod.at("Results")].map(|checks| (checks, Locus::Whole));
    let containers = record.items("PodResult/ContainerResults").iter();
    let containers = containers.map(|it| (it.at("Results"), Locus::named("container", &it.text("Name"))));
    let mut unread = None;
    for (checks, place) in whole.into_iter().chain(containers) {
        if !checks.is_null() && !checks.is_object() {
            unread = Some("Results");
        }
        for (key, check) in checks.as_object().into_iter().flatten() {
            if !check.is_object() {
                unread = Some(key);
                continue;
            }
            let finding = finding(key, check, asset.clone(), place.clone(), record);
            match check.at("Success").as_bool() {
                Some(true) => out.clear(&finding),
                _ => record.tell(finding, out)?,
            }
        }
    }
    match unread {
        Some(key) => Err(format!("its `{}` is no object", text::name(key)).into()),
        None => Ok(()),
    }
}

fn finding(key: &str, check: &Value<'_>, asset: AssetRef, place: Locus, record: &Record<'_>) -> Finding {
    let id = check.text("ID");
    let rule = if id.is_empty() { text::name(key) } else { text::name(&id) };
    let severity = match &*check.text("Severity").to_lowercase() {
        "danger" => Severity::High,
        "ignore" => Severity::Info,
        word => ids::severity(word),
    };
    let details = check.texts("Details").join("\n");
    Finding {
        evidence: text::body(&details),
        raw_id: Some(rule.clone()),
        seen_at: dates::date(&record.head("AuditTime").text("")),
        tags: text::tags([
            ("cluster", &*record.head("DisplayName").text("")),
            ("namespace", &record.text("Namespace")),
            ("category", &check.text("Category")),
        ]),
        ..Finding::new(
            text::title(&check.text("Message"), &rule),
            severity,
            WeaknessSeen { rule, ..WeaknessSeen::default() },
            asset,
            place,
        )
    }
}
