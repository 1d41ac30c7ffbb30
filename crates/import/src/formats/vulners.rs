//! Vulners: the report of its agents (`/api/v3/reports/vulnsreport`): bulletins that apply to hosts.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::{Tree, Value, cwes, links, paragraphs, vectors};
use crate::common::{assets, dates, head, ids, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "vulners",
    name: "Vulners",
    summary: "JSON of the API: bulletins that apply to agents' hosts",
    extensions: &["json"],
    docs: "https://vulners.com/docs/",
    tool: "vulners",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { heads: &["data/vulns"], lists: &["data/report"], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let report = keys.value("data").filter(|data| head::has(data, "\"report\""));
    let marks = ["\"agentip\"", "\"agentfqdn\""];
    match report {
        Some(data) if marks.iter().any(|mark| head::has(data, mark)) => Sniff::Yes,
        Some(_) if keys.text("result") == Some("OK") => Sniff::Maybe,
        _ => Sniff::No,
    }
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let id = record.first(&["vulnID", "id"]);
    if id.is_empty() {
        return Err("no vulnID".into());
    }
    let names = [record.text("agentfqdn"), record.text("agentip")];
    let asset = assets::machine(names.iter().map(|name| &**name), []).or_else(|| options.asset.clone());
    // What the bulletin says may stand apart, by its id.
    let about = record.head("data/vulns").get(&id).unwrap_or(&Value::Null);
    let texts = |key: &str| [record.texts(key), about.texts(key)].concat();
    let mut weakness = WeaknessSeen { rule: text::name(&id), ..WeaknessSeen::default() };
    ids::push_id(&mut weakness.ids, &id);
    texts("cvelist").iter().for_each(|cve| ids::push_id(&mut weakness.ids, cve));
    weakness.cwe = cwes(texts("cwe"));
    let paths = ["cvss3/cvssV3/baseScore", "cvss/score", "cvss2/cvssV2/baseScore"];
    let score = paths.iter().find_map(|path| record.number(path).or_else(|| about.number(path)));
    let score = score.filter(|score| *score > 0.0);
    let severity = match ids::severity(&record.text("severity")) {
        Severity::Unknown => score.map_or(Severity::Unknown, Severity::from_cvss),
        severity => severity,
    };
    let package = record.first(&["package", "packages"]);
    let locus =
        if package.is_empty() { Locus::Whole } else { Locus::named("package", &text::name(&package)) };
    let family = record.first(&["family", "vulnType", "type"]);
    let vector = ["cvss3/cvssV3/vectorString", "cvss/vector"];
    let title = record.first(&["title"]);
    let title = if title.is_empty() { about.text("title") } else { title };
    let finding = Finding {
        description: paragraphs([record.text("description"), about.text("description")]),
        fix: text::body(&record.first(&["fix", "cumulativeFix"])),
        cvss: vectors(vector.iter().flat_map(|path| [record.text(path), about.text(path)])),
        cvss_score: score,
        component_name: text::name(&package),
        raw_id: Some(text::name(&id)),
        seen_at: dates::date(&record.first(&["lastscan", "date"])),
        tags: text::tags([("family", &*family)]),
        references: links(texts("references").into_iter().chain([record.text("href"), about.text("href")])),
        ..Finding::new(
            text::title(&title, &id),
            severity,
            weakness,
            asset.unwrap_or_else(|| options.asset_or(AssetKind::Host)),
            locus,
        )
    };
    record.tell(finding, out)
}
