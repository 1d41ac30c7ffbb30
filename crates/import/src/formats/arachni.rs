//! Arachni: the JSON report (`arachni_reporter --reporter=json`).
//!
//! One finding per issue, on the web application and route of its vector; the rule is the check's short name.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::{self, Tree};
use crate::common::{dates, ids, text, web};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::Finding;
use bartizan_model::observation::WeaknessSeen;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "arachni",
    name: "Arachni",
    summary: "JSON report: issues with URL, parameter, proof, CWE",
    extensions: &["json"],
    docs: "https://github.com/Arachni/arachni/wiki/Command-line-reporter",
    tool: "arachni",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, issue),
};

static LAYOUT: Layout = Layout {
    version: ("version", ""),
    heads: &["version", "finish_datetime"],
    lists: &["issues"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let is_one = keys.has_all(&["version", "options"]) && keys.has_any(&["seed", "sitemap"]);
    Sniff::when(is_one && head.has("rachni"))
}

fn issue(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let rule = text::some(&record.first(&["check/shortname", "check/name", "name"]))
        .ok_or("an issue without a check")?;
    let mut weakness = WeaknessSeen { rule, ..WeaknessSeen::default() };
    ids::cwes_in(&mut weakness.cwe, &record.text("cwe"));
    let url = record.first(&["vector/action", "vector/url", "request/url", "response/url"]);
    let (asset, locus) = web::spot(&url, &record.text("vector/affected_input_name"), options);
    let exchange =
        web::exchange(&url, &record.text("request/headers_string"), &record.text("response/headers_string"));
    let found = text::labelled([
        ("input", &*record.text("vector/affected_input_value")),
        ("proof", &*record.text("proof")),
        ("signature", &*record.text("signature")),
    ]);
    let links = record.at("references").as_object().into_iter().flatten().map(|(_, link)| tree::plain(link));
    let finding = Finding {
        description: text::body(&record.text("description")),
        fix: text::body(&record.text("remedy_guidance")),
        evidence: text::paragraphs([exchange.as_str(), &found]),
        raw_id: text::some(&record.text("digest")),
        seen_at: dates::date(&record.head("finish_datetime").text("")),
        tags: record.texts("tags").iter().filter_map(|tag| text::some(tag)).take(50).collect(),
        confidence: if record.is_true("trusted") { "trusted".to_owned() } else { String::new() },
        references: tree::links(links),
        ..Finding::new(
            text::title(&record.text("name"), &weakness.rule),
            ids::severity(&record.text("severity")),
            weakness,
            asset,
            locus,
        )
    };
    record.tell(finding, out)
}
