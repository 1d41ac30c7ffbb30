//! KICS JSON (`kics scan --report-formats json`): one finding a place where a query matched infrastructure code. Of a secret
//! neither the values nor the record is kept.

use crate::common::layout::{Layout, Record, Told};
use crate::common::tree::{Tree, cwes, links};
use crate::common::{dates, ids, loci, out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "kics",
    name: "KICS",
    summary: "JSON: queries that matched infrastructure code, by file",
    extensions: &["json"],
    docs: "https://docs.kics.io/latest/results/",
    tool: "kics",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout {
    version: ("kics_version", ""),
    heads: &["kics_version", "start"],
    lists: &["queries"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    Sniff::when(keys.has("kics_version") || keys.has_all(&["queries", "severity_counters"]))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (id, title) = (record.text("query_id"), record.text("query_name"));
    if id.is_empty() {
        return Err("no query_id".into());
    }
    let category = record.text("category");
    let secret = category == "Secret Management" || title.starts_with("Passwords And Secrets");
    for file in record.items("files") {
        let (expected, actual) = (file.text("expected_value"), file.text("actual_value"));
        let resource = format!("{}.{}", file.text("resource_type"), file.text("resource_name"));
        let resource = resource.trim_matches('.');
        // Of a secret the key holds the line itself; the id of similarity is a digest.
        let anchor =
            if secret { file.text("similarity_id") } else { file.first(&["search_key", "similarity_id"]) };
        let mut weakness = WeaknessSeen { rule: text::name(&id), ..WeaknessSeen::default() };
        weakness.cwe = cwes([record.text("cwe")]);
        let finding = Finding {
            description: text::body(&record.text("description")),
            fix: if secret {
                "Revoke the secret, then remove it from the file and its history.".to_owned()
            } else {
                text::body(&expected)
            },
            evidence: if secret { String::new() } else { text::body(&actual) },
            component_name: if secret { String::new() } else { text::name(resource) },
            line: file.count("line"),
            raw_id: text::some(&file.first(&["similarity_id"])),
            seen_at: dates::date(record.head("start").text("").get(..19).unwrap_or_default()),
            compliance: text::some(&record.text("cis_description_id")).into_iter().collect(),
            tags: text::tags([("platform", &*record.text("platform")), ("category", &*category)]),
            references: links([record.text("query_url")]),
            ..Finding::new(
                text::title(&title, &id),
                match &*record.text("severity") {
                    "TRACE" => Severity::Info,
                    word => ids::severity(word),
                },
                weakness,
                options.asset_or(AssetKind::Repository),
                loci::file(&file.text("file_name"), &text::name(&anchor)),
            )
        };
        if secret { record.tell_alone(finding, out)? } else { record.tell(finding, out)? }
    }
    Ok(())
}
