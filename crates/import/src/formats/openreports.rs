//! Policy reports of Kubernetes: `Report` of OpenReports (`openreports.io`) and `PolicyReport` of the Policy Working Group
//! (`wgpolicyk8s.io`), cluster-wide ones too; one, a list, or `kubectl get -o json`. Kyverno, Falco and others write them.
//!
//! A result that is `fail` or `warn` is a finding on each object that it names, else on the object of the report; `error` is a gap.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::{Out, Stop};
use crate::common::package::fixed_in;
use crate::common::tree::{Tree, Value, links, paragraphs};
use crate::common::{assets, dates, ids, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, AssetRef, Finding, Locus, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "openreports",
    name: "OpenReports",
    summary: "Kubernetes policy reports: results that fail or warn, by object",
    extensions: &["json"],
    docs: "https://openreports.io/",
    tool: "openreports",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let ours = head.has_any(&["\"openreports.io/", "\"wgpolicyk8s.io/"]);
    Sniff::when(ours && head.is_json() && head.has("\"apiVersion\""))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    if record.get("items").is_some() {
        if !listed(record.at("items")) {
            return Err("items that are no list".into());
        }
        return record.items("items").iter().try_for_each(|it| report(record, it, options, out));
    }
    report(record, record, options, out)
}

fn report(record: &Record<'_>, report: &Value<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    if report.get("kind").is_none() {
        return Err("no kind".into());
    }
    if !listed(report.at("results")) {
        return Err("results that are no list".into());
    }
    for result in report.items("results") {
        let told = self::result(record, report, result, options, out);
        out.settle(&record.at, told)?;
    }
    Ok(())
}

/// A list, or nothing in the place of one.
fn listed(it: &Value<'_>) -> bool {
    it.is_array() || it.is_null()
}

/// `namespace/Kind/name`.
fn object(it: &Value<'_>) -> Option<AssetRef> {
    let parts = ["namespace", "kind", "name"].map(|key| it.text(key));
    let parts: Vec<_> = parts.iter().filter(|part| !part.is_empty()).map(|part| &**part).collect();
    assets::named(AssetKind::CloudResource, &parts.join("/")).filter(|_| !it.text("name").is_empty())
}

fn result(
    record: &Record<'_>,
    report: &Value<'_>,
    result: &Value<'_>,
    options: &Options,
    out: &mut Out<'_>,
) -> Told {
    let (policy, rule) = (result.text("policy"), result.text("rule"));
    let outcome = result.first(&["result", "status"]).to_lowercase();
    if policy.is_empty() && rule.is_empty() {
        return Err("a result without policy and rule".into());
    }
    if outcome == "error" {
        let what = text::name(&format!("{policy} {rule}"));
        out.gap(what, text::title(&result.text("message"), "it could not be checked"));
    }
    let usual = match outcome.as_str() {
        "fail" => Severity::Medium,
        "warn" => Severity::Low,
        "pass" => Severity::Unknown,
        "skip" | "error" => return Ok(()),
        other => return Err(Stop::unknown("result", other)),
    };
    let severity = match ids::severity(&result.text("severity")) {
        Severity::Unknown => usual,
        severity => severity,
    };
    let subjects = ["subjects", "resources"].map(|key| record.items_of(result, key));
    let subjects = if subjects[0].is_empty() { subjects[1] } else { subjects[0] };
    let mut objects: Vec<_> = subjects.iter().filter_map(object).collect();
    if objects.len() < subjects.len() {
        out.reject(record.at.clone(), "a subject without a name");
    }
    if objects.is_empty() {
        let whole = object(report.at("scope")).or_else(|| options.asset.clone());
        objects.push(whole.unwrap_or_else(|| options.asset_or(AssetKind::CloudResource)));
    }
    let name = [&*policy, &*rule].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/");
    let more = |key: &str| result.at("properties").get(key).and_then(Value::as_str).unwrap_or_default();
    let seconds = result.first(&["timestamp/seconds", "timestamp"]);
    let (category, source) = (result.text("category"), result.first(&["source"]));
    let title = result.first(&["message", "description", "policy"]);
    for asset in objects {
        let mut weakness = WeaknessSeen { rule: text::name(&name), ..WeaknessSeen::default() };
        ids::push_id(&mut weakness.ids, &policy);
        let resource = more("resource");
        let locus = if resource.is_empty() { Locus::Whole } else { Locus::named("package", resource) };
        let mut finding = Finding {
            description: paragraphs([result.text("description"), result.text("message")]),
            cvss_score: more("score").parse().ok().filter(|score| (0.1..=10.0).contains(score)),
            component_name: text::name(resource),
            component_version: text::name(more("installedVersion")),
            raw_id: text::some(more("resultID")).or_else(|| text::some(&name)),
            seen_at: dates::date(&seconds),
            tags: text::tags([("category", &*category), ("source", &*source)]),
            references: links([more("primaryLink").into()]),
            ..Finding::new(
                text::title(title.lines().next().unwrap_or_default(), &name),
                severity,
                weakness,
                asset,
                locus,
            )
        };
        fixed_in(&mut finding, more("fixedVersion"));
        match outcome == "pass" {
            true => out.clear(&finding),
            false => record.tell_alone(finding, out)?,
        }
    }
    Ok(())
}
