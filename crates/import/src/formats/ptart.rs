//! PTART: the JSON report of a penetration test, with its retests.
//!
//! One finding per hit of an assessment; a hit of a retest carries its state. Screenshots and attachments are left out: a gap says
//! how many.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::{self, Tree};
use crate::common::{dates, ids, text, web};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{Finding, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "ptart",
    name: "PTART",
    summary: "penetration test report: hits of assessments and retests",
    extensions: &["json"],
    docs: "https://gitlab.com/certmichelin/PTART",
    tool: "ptart",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, hit),
};

static LAYOUT: Layout = Layout {
    heads: &["name", "end_date", "assessments/title", "retests/name", "retests/start_date"],
    lists: &["assessments/hits", "retests/hits"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    Sniff::when(
        keys.has("assessments")
            && keys.has_any(&["engagement_overview", "executive_summary", "retests", "pentesters"]),
    )
}

fn hit(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let retest = record.list.starts_with("retests");
    let original = if retest { record.at("original_hit") } else { record };
    let id = text::some(&record.first(&["id", "original_hit/id"])).ok_or("no id")?;
    let title = original.first(&["title"]);
    let title = if title.is_empty() { record.text("title") } else { title };
    // A retest has an id of its own, and is of the same weakness.
    let rule = text::some(&original.text("id")).unwrap_or_else(|| id.clone());
    let mut weakness = WeaknessSeen { rule, ..WeaknessSeen::default() };
    let cwes = original.items("cwes").iter().map(|cwe| cwe.first(&["cwe_id", "title"]));
    weakness.cwe = tree::cwes(cwes);
    let (asset, locus) = web::spot(&original.text("asset"), "", options);
    let severity = match &*original.text("severity") {
        "1" => Severity::Critical,
        "2" => Severity::High,
        "3" => Severity::Medium,
        "4" => Severity::Low,
        "5" => Severity::Info,
        word => ids::severity(word),
    };
    let pictures = record.items("screenshots").len() + record.items("attachments").len();
    if pictures > 0 {
        out.gap(format!("hit {id}"), format!("{pictures} screenshots and attachments are left out"));
    }
    let status = record.text("status");
    let references: Vec<_> =
        original.items("references").iter().map(|it| it.text("url").into_owned()).collect();
    let labels = original.texts("labels");
    let finding = Finding {
        description: text::paragraphs([
            &*original.text("body"),
            &*if retest { record.text("body") } else { "".into() },
        ]),
        fix: text::body(&original.text("remediation")),
        cvss: tree::vectors([original.text("cvss_vector")]),
        cvss_score: original.number("cvss_score"),
        raw_id: Some(id.clone()),
        seen_at: dates::date(&record.head("end_date").text("")),
        found_at: dates::date(&original.text("added")),
        tags: labels.iter().filter_map(|label| text::some(label)).take(50).collect(),
        references: text::links(references.iter().map(String::as_str)),
        suppressed: (retest && matches!(&*status, "F" | "fixed" | "Fixed"))
            .then(|| Finding::FIXED.to_owned()),
        ..Finding::new(text::title(&title, &id), severity, weakness, asset, locus)
    };
    record.tell(finding, out)
}
