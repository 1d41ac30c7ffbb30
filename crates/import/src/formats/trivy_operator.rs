//! Reports of the Trivy Operator (Kubernetes objects of `aquasecurity.github.io`), one, a list, or `kubectl get -o json`:
//! vulnerability, configuration audit, RBAC, infrastructure, exposed secret and compliance reports, cluster-wide ones too.
//!
//! Vulnerabilities and secrets are on the container image, the rest on the Kubernetes object. A compliance report only
//! counts failures by control: one finding a control that fails, on the cluster. A report is the complete result of
//! one scan, but its filters are not told, so there is no coverage.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::{Out, Stop};
use crate::common::package::{Package, fixed_in};
use crate::common::tree::{Tree, Value, paragraphs};
use crate::common::{assets, benchmark, cvss, dates, ids, loci, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, AssetRef, Finding, Locus};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "trivy_operator",
    name: "Trivy Operator",
    summary: "Kubernetes reports: vulnerabilities, configuration audits, RBAC, exposed secrets, compliance",
    extensions: &["json"],
    docs: "https://aquasecurity.github.io/trivy-operator/latest/docs/crds/",
    tool: "trivy-operator",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let ours = head.is_json() && head.has("aquasecurity.github.io/");
    Sniff::when(ours && head.has("\"apiVersion\""))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    reports(record, record, options, out)
}

/// A report, or a collection of reports: a list, or an object of lists by kind.
fn reports(record: &Record<'_>, value: &Value<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    if value.at("report").is_object() || value.at("status").is_object() {
        return report(record, value, options, out);
    }
    let mut inner = match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(lists) => lists.values().filter(|it| it.is_array()).collect::<Vec<_>>(),
        _ => Vec::new(),
    };
    let all = inner.len();
    inner.retain(|it| it.is_object() || it.is_array());
    if inner.len() < all {
        out.reject(record.at.clone(), "an item that is no report");
    }
    let known = value.is_array() || !inner.is_empty() || value.at("items").is_array();
    inner.iter().try_for_each(|it| reports(record, it, options, out))?;
    if known { Ok(()) } else { Err("neither report nor status".into()) }
}

/// What the findings of one report have in common.
struct Of<'a> {
    record: &'a Record<'a>,
    report: &'a Value<'a>,
    workload: AssetRef,
    labels: &'a Value<'a>,
}

fn report(record: &Record<'_>, value: &Value<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let report = value.at("report");
    let labels = value.at("metadata").at("labels");
    let of = Of { record, report, workload: workload(value, options), labels };
    for (list, each) in [
        ("vulnerabilities", vulnerability as fn(&Of<'_>, &Value<'_>, &mut Out<'_>) -> Told),
        ("checks", check),
        ("secrets", secret),
    ] {
        for item in record.items_of(report, list) {
            let told = each(&of, item, out);
            out.settle(&record.at, told)?;
        }
    }
    compliance(&of, value, out)
}

fn label<'a>(labels: &'a Value<'_>, name: &str) -> &'a str {
    labels.get(&format!("trivy-operator.{name}")).and_then(Value::as_str).unwrap_or_default()
}

/// `namespace/Kind/name` of the object that was scanned.
fn workload(value: &Value<'_>, options: &Options) -> AssetRef {
    let metadata = value.at("metadata");
    let labels = metadata.at("labels");
    let [namespace, kind, name] =
        ["namespace", "kind", "name"].map(|part| label(labels, &format!("resource.{part}")));
    let name = if name.is_empty() { metadata.text("name") } else { name.into() };
    let parts = [namespace, kind, &*name].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
    let known = !kind.is_empty();
    assets::named(AssetKind::CloudResource, &parts.join("/"))
        .filter(|_| known)
        .unwrap_or_else(|| options.asset_or(AssetKind::CloudResource))
}

impl Of<'_> {
    /// The container image, by its full name.
    fn image(&self) -> AssetRef {
        let part = |path| self.report.text(path);
        let (server, repository) = (part("registry/server"), part("artifact/repository"));
        let (tag, digest) = (part("artifact/tag"), part("artifact/digest"));
        let mut name = match (&*server, &*repository) {
            (_, "") => return self.workload.clone(),
            ("", repository) => repository.to_owned(),
            (server, repository) => format!("{server}/{repository}"),
        };
        match (&*tag, &*digest) {
            ("", "") => {}
            ("", digest) => name = format!("{name}@{digest}"),
            (tag, _) => name = format!("{name}:{tag}"),
        }
        assets::image(&name).unwrap_or_else(|| self.workload.clone())
    }

    /// Adds what the report says of all of its findings.
    fn dress(&self, finding: Finding) -> Finding {
        let tags = [
            ("namespace", label(self.labels, "resource.namespace")),
            ("kind", label(self.labels, "resource.kind")),
            ("resource", label(self.labels, "resource.name")),
            ("container", label(self.labels, "container.name")),
        ];
        Finding {
            tags: text::tags(tags),
            seen_at: dates::date(&self.report.text("updateTimestamp")),
            ..finding
        }
    }
}

fn vulnerability(of: &Of<'_>, item: &Value<'_>, out: &mut Out<'_>) -> Told {
    let (id, name) = (item.text("vulnerabilityID"), item.text("resource"));
    if id.is_empty() {
        return Err("no vulnerabilityID".into());
    }
    let kind = item.first(&["packageType"]);
    let kind = if kind.is_empty() { of.report.text("os/family") } else { kind };
    let package = Package::given(&item.text("packagePURL"), &kind, &name, &item.text("installedVersion"));
    let severity = ids::severity(&item.text("severity"));
    let mut finding = package.vulnerability(of.image(), &id, [""; 0], &item.text("title"), severity);
    finding.description = text::body(&item.text("description"));
    finding.cvss_score = item.number("score").filter(|score| *score > 0.0);
    let vectors: Vec<_> = match item.at("cvss") {
        Value::Object(vendors) => vendors
            .values()
            .flat_map(|it| [it.text("V40Vector"), it.text("V3Vector"), it.text("V2Vector")])
            .collect(),
        _ => Vec::new(),
    };
    finding.cvss = cvss::vectors(vectors.iter().map(|vector| &**vector));
    fixed_in(&mut finding, &item.text("fixedVersion"));
    let place = item.first(&["packagePath", "pkgPath", "target"]);
    finding.evidence = text::body(&format!("{name} {} in {place}", item.text("installedVersion")));
    let links = [item.text("primaryLink")].into_iter().chain(item.texts("links")).collect::<Vec<_>>();
    finding.references = text::links(links.iter().map(|link| &**link));
    of.record.tell(of.dress(finding), out)
}

fn check(of: &Of<'_>, item: &Value<'_>, out: &mut Out<'_>) -> Told {
    if item.is_true("success") {
        return Ok(());
    }
    let title = item.text("title");
    let rule = item.first(&["checkID", "id", "title"]);
    if rule.is_empty() {
        return Err("a check without checkID and title".into());
    }
    let weakness = WeaknessSeen { rule: text::name(&rule), ..WeaknessSeen::default() };
    let severity = ids::severity(&item.text("severity"));
    let finding = Finding {
        description: text::body(&item.text("description")),
        fix: text::body(&item.text("remediation")),
        evidence: paragraphs(item.texts("messages")),
        raw_id: Some(text::name(&rule)),
        ..Finding::new(text::title(&title, &rule), severity, weakness, of.workload.clone(), Locus::Whole)
    };
    of.record.tell(of.dress(finding), out)
}

fn secret(of: &Of<'_>, item: &Value<'_>, out: &mut Out<'_>) -> Told {
    let rule = item.first(&["ruleID", "title"]);
    if rule.is_empty() {
        return Err("a secret without ruleID".into());
    }
    let masked = text::mask(&item.text("match"));
    let target = item.text("target");
    let weakness = WeaknessSeen { rule: text::name(&rule), cwe: vec![798], ..WeaknessSeen::default() };
    let locus = loci::file(&target, &loci::snippet(&masked));
    let severity = ids::severity(&item.text("severity"));
    let finding = Finding {
        description: text::body(&format!("A secret ({}) lies in {target}.", item.text("category"))),
        fix: "Revoke the secret, then build the image without it.".to_owned(),
        evidence: masked,
        raw_id: Some(text::name(&rule)),
        ..Finding::new(text::title(&item.text("title"), &rule), severity, weakness, of.image(), locus)
    };
    of.record.tell_alone(of.dress(finding), out)
}

/// Controls that fail, with how often.
fn compliance(of: &Of<'_>, value: &Value<'_>, out: &mut Out<'_>) -> Told {
    let framework = value.first(&[
        "status/summaryReport/id",
        "status/detailReport/id",
        "spec/compliance/id",
        "metadata/name",
    ]);
    let described = of.record.items_of(value, "spec/compliance/controls");
    let detailed = of.record.items_of(value, "status/detailReport/results").iter();
    let failing = detailed.map(|it| {
        let checks = of.record.items_of(it, "checks").iter();
        (it, Some(checks.filter(|check| !check.is_true("success")).count() as u64))
    });
    let summed = of.record.items_of(value, "status/summaryReport/controlCheck").iter();
    let summed = summed.map(|it| match it.at("totalFail") {
        Value::Null => (it, Some(0)),
        _ => (it, it.number("totalFail").filter(|failed| *failed >= 0.0).map(|failed| failed as u64)),
    });
    for (control, failed) in summed.chain(failing).filter(|(_, failed)| *failed != Some(0)) {
        let Some(failed) = failed else {
            let unknown = Stop::unknown("totalFail", &control.text("totalFail"));
            out.settle(&of.record.at, Err(unknown))?;
            continue;
        };
        let id = control.text("id");
        let described = described.iter().find(|it| it.text("id") == id).unwrap_or(&Value::Null);
        let name = control.text("name");
        let rule = benchmark::rule(&benchmark::family(&framework), benchmark::part(&id), &id, &name);
        let weakness = WeaknessSeen { rule, ..WeaknessSeen::default() };
        let severity = ids::severity(&control.text("severity"));
        let title = text::title(&name, &id);
        let finding = Finding {
            description: text::body(&described.text("description")),
            evidence: format!("{failed} failures"),
            raw_id: Some(text::name(&id)),
            compliance: vec![text::name(&format!("{framework}:{id}"))],
            seen_at: dates::date(&value.text("status/updateTimestamp")),
            ..Finding::new(title, severity, weakness, of.workload.clone(), Locus::Whole)
        };
        of.record.tell(finding, out)?;
    }
    Ok(())
}
