//! NeuVector (SUSE Security) JSON: scan reports of images (console, API, CI scanner) with vulnerabilities of packages, and
//! compliance checks of hosts, containers and images.

use crate::common::layout::{Layout, Record, Told};
use crate::common::package::{Package, ecosystem, fixed_in};
use crate::common::tree::{Tree, links, paragraphs, vectors};
use crate::common::{assets, benchmark, head, ids, out::Out, purl, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, AssetRef, Finding, Locus, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "neuvector",
    name: "NeuVector",
    summary: "JSON scan reports and compliance checks of images, containers and hosts",
    extensions: &["json"],
    docs: "https://open-docs.neuvector.com/",
    tool: "neuvector",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, record),
};

static LAYOUT: Layout = Layout {
    heads: &["report/registry", "report/repository", "report/tag", "report/base_os", "report/image_id"],
    lists: &["report/vulnerabilities", "report/checks", "checks", "items"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let scanned = head.has_all(&["\"package_name\"", "\"vectors_v3\""]) || head.has("\"signature_data\"");
    let checks = head.has_all(&["\"test_number\"", "\"catalog\""]);
    let report = keys.has("report") && (scanned || checks || head.has("\"cvedb_version\""));
    // A report without findings may be nothing but an empty list.
    let empty = || {
        keys.value("report").is_some_and(|it| head::Keys::of(it).is_some_and(|it| it.has("vulnerabilities")))
    };
    match report || keys.has_any(&["checks", "items"]) && checks {
        true => Sniff::Yes,
        false if keys.names().eq(["report"]) && empty() => Sniff::Maybe,
        false => Sniff::No,
    }
}

fn record(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    if record.list == "report/vulnerabilities" {
        found(record, options, out)
    } else {
        check(record, options, out)
    }
}

/// The image: the registry is an address (`https://registry.example.org/`), the repository may repeat it.
fn image(record: &Record<'_>) -> Option<AssetRef> {
    let (repository, tag) = (record.head_text(&["report/repository"]), record.head_text(&["report/tag"]));
    let registry = record.head_text(&["report/registry"]);
    let registry =
        registry.trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/');
    if repository.is_empty() {
        return assets::image(&record.head_text(&["report/image_id"]));
    }
    let name = if registry.is_empty() || repository.starts_with(registry) {
        repository.into_owned()
    } else {
        format!("{registry}/{repository}")
    };
    assets::image(&if tag.is_empty() { name } else { format!("{name}:{tag}") })
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (id, name) = (record.text("name"), record.text("package_name"));
    if id.is_empty() || name.is_empty() {
        return Err("no name of a vulnerability or of a package".into());
    }
    let asset = image(record).unwrap_or_else(|| options.asset_or(AssetKind::ContainerImage));
    // `debian:12`
    let os = record.head_text(&["report/base_os"]);
    let library = record.text("file_name");
    // Libraries of languages are named with their kind: `jar:widget`, `npm:gadget`.
    let package = match name.split_once(':') {
        Some((kind, rest)) if purl::kind(kind).is_some() => {
            Package::new(kind, rest, &record.text("package_version"))
        }
        _ => Package::new(ecosystem("", &os), &name, &record.text("package_version")),
    };
    let mut finding =
        package.vulnerability(asset, &id, record.texts("cves"), "", ids::severity(&record.text("severity")));
    finding.component_name = text::name(&name);
    finding.description = text::body(&record.text("description"));
    finding.cvss = vectors([record.text("vectors_v3"), record.text("vectors")]);
    let score = |key| record.number(key).filter(|score| *score > 0.0);
    finding.cvss_score = score("score_v3").or_else(|| score("score"));
    fixed_in(&mut finding, &record.text("fixed_version"));
    finding.evidence = text::body(format!("{name} {} {library}", finding.component_version).trim());
    finding.references = links([record.text("link")]);
    finding.suppressed =
        record.texts("tags").iter().any(|tag| tag == "accepted").then(|| "accepted".to_owned());
    record.tell(finding, out)
}

/// A compliance check that does not pass.
fn check(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let id = record.first(&["test_number", "name"]);
    if id.is_empty() {
        return Err("no test_number".into());
    }
    let severity = match &*record.text("level").to_uppercase() {
        "HIGH" | "ERROR" => Severity::High,
        "WARN" => Severity::Medium,
        "INFO" | "NOTE" | "MANUAL" => Severity::Info,
        _ => return Ok(()),
    };
    let asset = image(record).unwrap_or_else(|| options.asset_or(AssetKind::Host));
    let catalog = record.text("catalog");
    let rule =
        benchmark::rule(&benchmark::family(&catalog), benchmark::part(&id), &id, &record.text("description"));
    let weakness = WeaknessSeen { rule, ..WeaknessSeen::default() };
    let finding = Finding {
        fix: text::body(&record.text("remediation")),
        evidence: paragraphs(record.texts("message")),
        raw_id: Some(text::name(&id)),
        compliance: vec![text::name(&format!("cis-{catalog}:{id}"))],
        tags: text::tags([("type", &*record.text("type")), ("profile", &*record.text("profile"))]),
        ..Finding::new(text::title(&record.text("description"), &id), severity, weakness, asset, Locus::Whole)
    };
    record.tell(finding, out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_of_nothing_could_be_of_others() {
        assert_eq!(sniff(&Head::of(br#"{"report":{"vulnerabilities":[]}}"#)), Sniff::Maybe);
        assert_eq!(sniff(&Head::of(br#"{"report":{"items":[]}}"#)), Sniff::No);
    }
}
