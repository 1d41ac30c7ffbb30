//! Google Cloud Security Command Center (`gcloud scc findings list --format json`, API, exports): misconfigurations, vulnerabilities
//! and threats by resource. Inactive and muted findings are told as such.

use crate::common::layout::{Layout, Record, Told};
use crate::common::tree::{Tree, links, paragraphs};
use crate::common::{cloud, dates, ids, out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "gcp_scc",
    name: "Google Security Command Center",
    summary: "JSON of findings: misconfigurations, vulnerabilities and threats by resource",
    extensions: &["json"],
    docs: "https://cloud.google.com/security-command-center/docs/reference/rest/v2/organizations.sources.findings",
    tool: "security-command-center",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &["[]", "listFindingsResults", "findings"], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let ours = head.has_all(&["\"resourceName\"", "\"category\"", "/sources/"]);
    let wrapped = keys.has_any(&["listFindingsResults", "findings"])
        || keys.in_array && keys.has_any(&["finding", "resourceName"]);
    Sniff::when(wrapped && ours)
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let item = if record.at("finding").is_object() { record.at("finding") } else { record };
    let (category, name) = (item.text("category"), item.text("resourceName"));
    if category.is_empty() {
        return Err("no category".into());
    }
    let shown = record.first(&["resource/displayName", "resource/gcpMetadata/projectDisplayName"]);
    let asset = cloud::resource(&name, &shown).unwrap_or_else(|| options.asset_or(AssetKind::CloudResource));
    let mut weakness = WeaknessSeen { rule: text::name(&category), ..WeaknessSeen::default() };
    let cve = item.at("vulnerability/cve");
    ids::push_id(&mut weakness.ids, &cve.text("id"));
    let project = record.first(&["resource/projectDisplayName", "resource/projectName", "resource/project"]);
    let compliance = item.items("compliances").iter().flat_map(|it| {
        it.texts("ids")
            .into_iter()
            .map(|id| text::name(&format!("{}-{}:{id}", it.text("standard"), it.text("version"))))
    });
    let words = category.replace('_', " ").to_lowercase();
    let over = [item.text("state"), item.text("mute")];
    let over = over.iter().find(|word| ["INACTIVE", "MUTED"].contains(&&***word));
    let fixed = item.text("vulnerability/fixedPackage/packageVersion");
    let package = item.at("vulnerability/offendingPackage");
    let finding = Finding {
        description: paragraphs([item.text("description"), item.text("sourceProperties/Explanation")]),
        fix: paragraphs([item.text("nextSteps"), item.text("sourceProperties/Recommendation")]),
        cvss_score: cve.number("cvssv3/baseScore"),
        component_name: text::name(&package.text("packageName")),
        component_version: text::name(&package.text("packageVersion")),
        fixed_version: text::some(&fixed),
        evidence: text::body(&name),
        raw_id: Some(text::name(&item.first(&["canonicalName", "name"]))),
        found_at: dates::date(&item.text("createTime")),
        seen_at: dates::date(&item.text("eventTime")),
        compliance: compliance.collect(),
        tags: cloud::tags(&project, &record.text("resource/location")),
        references: links(
            [item.text("externalUri")]
                .into_iter()
                .chain(cve.items("references").iter().map(|it| it.text("uri"))),
        ),
        suppressed: over.map(|word| word.to_lowercase()),
        ..Finding::new(
            text::title(&words, &category),
            ids::severity(&item.text("severity")),
            weakness,
            asset,
            Locus::Whole,
        )
    };
    record.tell(finding, out)
}
