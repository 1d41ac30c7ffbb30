//! Red Hat Satellite and Foreman/Katello: errata that apply to hosts (API, hammer).
//!
//! One finding per erratum; the API tells how many hosts it applies to and not which, so it is on the asset that the caller names.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::Tree;
use crate::common::{dates, head, ids, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "redhatsatellite",
    name: "Red Hat Satellite",
    summary: "applicable errata: advisories with CVEs and packages",
    extensions: &["json"],
    docs: "https://docs.redhat.com/en/documentation/red_hat_satellite/",
    tool: "satellite",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, erratum),
};

static LAYOUT: Layout = Layout { lists: &["results"], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let page = keys.has_all(&["total", "subtotal", "results"]);
    let content = keys
        .value("results")
        .is_some_and(|results| head::has(results, "\"errata_id\"") || results.starts_with(b"[]"));
    Sniff::when(page && content)
}

fn erratum(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let rule = text::some(&record.first(&["errata_id", "pulp_id", "uuid"])).ok_or("no errata_id")?;
    let mut weakness = WeaknessSeen { rule: rule.clone(), ..WeaknessSeen::default() };
    for cve in record.items("cves") {
        ids::push_id(&mut weakness.ids, &cve.first(&["cve_id", "id"]));
    }
    for cve in record.texts("cves") {
        ids::push_id(&mut weakness.ids, &cve);
    }
    let severity = match &*record.text("severity") {
        "" | "None" => Severity::Info,
        word => ids::severity(word),
    };
    let bugs: Vec<_> = record.items("bugs").iter().map(|bug| bug.text("href").into_owned()).collect();
    let packages = record.texts("packages").join("\n");
    let finding = Finding {
        description: text::paragraphs([&*record.text("summary"), &*record.text("description")]),
        fix: text::body(&record.text("solution")),
        evidence: text::labelled([
            ("packages", packages.as_str()),
            ("hosts", &*record.text("hosts_applicable_count")),
        ]),
        raw_id: Some(rule.clone()),
        seen_at: dates::date(&record.text("updated")),
        tags: text::some(&record.text("type")).into_iter().collect(),
        references: text::links(bugs.iter().map(String::as_str)),
        ..Finding::new(
            text::title(&record.first(&["title", "name"]), &rule),
            severity,
            weakness,
            options.asset_or(AssetKind::Host),
            Locus::named("erratum", &rule),
        )
    };
    record.tell(finding, out)
}
