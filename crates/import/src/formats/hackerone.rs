//! HackerOne reports of the API (`/v1/reports`): what researchers reported to a bug bounty program.
//!
//! A report is on the asset of its scope. Reports that were resolved or are no vulnerability carry their state.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::Tree;
use crate::common::{assets, dates, head, ids, loci, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "hackerone",
    name: "HackerOne",
    summary: "reports of the API",
    extensions: &["json"],
    docs: "https://api.hackerone.com/",
    tool: "hackerone",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &["data"], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.object();
    Sniff::when(keys.value("data").is_some_and(|it| {
        head::has(it, "\"vulnerability_information\"")
            || (head::has(it, "\"relationships\"") && head::has(it, "\"structured_scope\""))
    }))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (about, ties) = (record.at("attributes"), record.at("relationships"));
    let title = about.text("title");
    if title.is_empty() {
        return Err("no title".into());
    }
    let kind = ties.at("weakness/data/attributes");
    let mut weakness =
        WeaknessSeen { ids: ids::ids_in(&about.texts("cve_ids").join(" ")), ..WeaknessSeen::default() };
    ids::cwes_in(&mut weakness.cwe, &kind.text("external_id"));
    // Every report is its own: the class of weakness is not what is fixed.
    weakness.rule = text::name(&format!("report-{}", record.text("id")));
    let severity = ties.at("severity/data/attributes");
    let scope = ties.text("structured_scope/data/attributes/asset_identifier");
    let url = assets::Url::parse(&scope);
    let asset = options.asset.clone().or_else(|| url.as_ref().and_then(assets::Url::web_application));
    let asset = asset.or_else(|| url.as_ref().and_then(|url| assets::host(&url.host, [url.host.as_str()])));
    let locus =
        url.filter(|url| !url.scheme.is_empty()).map_or(Locus::Whole, |url| loci::route(&url.path, ""));
    let state = about.text("state");
    let settled = ["resolved", "not-applicable", "informative", "duplicate", "spam"].contains(&&*state);
    let finding = Finding {
        description: text::paragraphs([&*about.text("vulnerability_information"), &kind.text("description")]),
        cvss_score: severity.number("score").filter(|score| *score > 0.0),
        raw_id: text::some(&record.text("id")),
        found_at: dates::date(&about.text("created_at")),
        seen_at: dates::date(&about.first(&["last_activity_at", "triaged_at"])),
        tags: text::some(&kind.text("name")).into_iter().collect(),
        references: text::links([&*format!("https://hackerone.com/reports/{}", record.text("id"))]),
        suppressed: match &*state {
            "resolved" => Some(Finding::FIXED.to_owned()),
            state => settled.then(|| text::name(state)),
        },
        ..Finding::new(
            text::title(&title, ""),
            ids::severity(&severity.text("rating")),
            weakness,
            asset.unwrap_or_else(|| options.asset_or(AssetKind::Application)),
            locus,
        )
    };
    record.tell(finding, out)
}
