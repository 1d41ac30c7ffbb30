//! OSS Review Toolkit (ORT): the evaluated model of its reporter, and results of its evaluator and advisor as JSON.
//!
//! A rule of the organization that is violated and a vulnerability of a package is a finding on the package. Resolved ones carry
//! that word. Scans and licences themselves are left out.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::package::Package;
use crate::common::tree::{Tree, Value, links, paragraphs, vectors};
use crate::common::{ids, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "ort",
    name: "OSS Review Toolkit",
    summary: "JSON: violated rules and vulnerabilities of packages",
    extensions: &["json"],
    docs: "https://oss-review-toolkit.org/ort/docs/tools/reporter",
    tool: "ort",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, record),
};

static LAYOUT: Layout = Layout {
    heads: &["packages"],
    lists: &["rule_violations", "vulnerabilities", "evaluator/violations", "advisor/results/*[]"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.object();
    let model = keys.has("scope_excludes") && keys.has_any(&["path_excludes", "issue_resolutions"])
        || keys.has_all(&["rule_violations", "dependency_trees"]);
    let result = keys.has_all(&["repository", "analyzer"]) && head.has("\"ort_version\"");
    Sniff::when(model || result)
}

fn record(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    match record.list {
        "rule_violations" | "evaluator/violations" => violation(record, options, out),
        "vulnerabilities" => vulnerability(record, record, &named(record), options, out),
        _ => {
            let named = (record.key.to_owned(), String::new());
            record
                .items("vulnerabilities")
                .iter()
                .try_for_each(|it| vulnerability(record, it, &named, options, out))
        }
    }
}

/// The id (`NPM:@scope:widget:1.0`) and package URL of the package: by its number in the model, or the id itself.
fn named(record: &Record<'_>) -> (String, String) {
    let at = record.first(&["pkg", "package"]);
    let list = record.head("packages");
    let known = list.items("").iter().find(|it| it.get("_id").is_some() && it.text("_id") == at);
    match known {
        Some(known) => (known.text("id").into_owned(), known.text("purl").into_owned()),
        None => (at.into_owned(), String::new()),
    }
}

fn package((id, purl): &(String, String)) -> Option<Package> {
    let mut parts = id.splitn(4, ':');
    let mut part = || parts.next().unwrap_or_default();
    let (kind, group, name, version) = (part(), part(), part(), part());
    let kind = match kind.to_lowercase().as_str() {
        "crate" => "cargo".to_owned(),
        "gem" | "bundler" => "gem".to_owned(),
        "godep" | "gomod" => "go".to_owned(),
        other => other.to_owned(),
    };
    let divider = if kind == "maven" || kind == "gradle" { ":" } else { "/" };
    let full = if group.is_empty() { name.to_owned() } else { format!("{group}{divider}{name}") };
    (!name.is_empty()).then(|| Package::given(purl, &kind, &full, version))
}

fn resolved(it: &Value<'_>) -> Option<String> {
    (!it.texts("resolutions").is_empty() || !it.items("resolutions").is_empty())
        .then(|| "resolved".to_owned())
}

fn violation(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (rule, words) = (record.text("rule"), record.text("message"));
    if rule.is_empty() {
        return Err("no rule".into());
    }
    let severity = match &*record.text("severity") {
        "ERROR" => Severity::High,
        "WARNING" => Severity::Medium,
        "HINT" => Severity::Low,
        word => ids::severity(word),
    };
    let named = named(record);
    let package = package(&named);
    let locus = package.as_ref().map_or(Locus::Whole, |package| Locus::package(&package.purl));
    let weakness = WeaknessSeen { rule: text::name(&rule), ..WeaknessSeen::default() };
    let (license, source) = (record.text("license"), record.text("license_source"));
    let finding = Finding {
        description: text::body(&words),
        fix: text::body(&record.text("how_to_fix")),
        evidence: text::labelled([
            ("Package", named.0.as_str()),
            ("Licence", &*license),
            ("Told by", &*source),
        ]),
        raw_id: Some(text::name(&rule)),
        component_name: text::name(named.0.rsplit(':').nth(1).unwrap_or_default()),
        component_version: text::name(named.0.rsplit(':').next().unwrap_or_default()),
        component: package.map(|package| package.purl),
        suppressed: resolved(record),
        ..Finding::new(
            text::title(words.lines().next().unwrap_or_default(), &rule),
            severity,
            weakness,
            options.asset_or(AssetKind::Repository),
            locus,
        )
    };
    record.tell(finding, out)
}

fn vulnerability(
    record: &Record<'_>,
    it: &Value<'_>,
    named: &(String, String),
    options: &Options,
    out: &mut Out<'_>,
) -> Told {
    let id = it.text("id");
    let package = package(named).filter(|_| !id.is_empty()).ok_or("no id or no package")?;
    let references = it.items("references");
    // A reference rates it by a score or by a word.
    let rated = references.iter().map(|it| it.text("severity")).filter(|word| !word.is_empty());
    let severity = rated.map(|word| ids::severity(&word)).max().unwrap_or_default();
    let asset = options.asset_or(AssetKind::Repository);
    let mut finding = package.vulnerability(asset, &id, [""; 0], &it.text("summary"), severity);
    finding.description = paragraphs([it.text("description")]);
    finding.cvss = vectors(references.iter().map(|it| it.text("vector")));
    let scores = references.iter().map(|it| it.number("score").or_else(|| it.number("severity")));
    finding.cvss_score = scores.flatten().find(|score| (0.1..=10.0).contains(score));
    if let (Severity::Unknown, Some(score)) = (finding.severity, finding.cvss_score) {
        finding.severity = Severity::from_cvss(score);
    }
    finding.evidence = text::name(&named.0);
    finding.references = links(references.iter().map(|it| it.text("url")));
    finding.suppressed = resolved(it);
    record.tell(finding, out)
}
