//! AWS Threat Composer workspaces: threats with the mitigations and assumptions that are linked to them.
//!
//! A threat is known by its id. One that is resolved, or of which people decided that it does not count, carries that word.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::{Tree, Value};
use crate::common::{assets, ids, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "threat_composer",
    name: "AWS Threat Composer",
    summary: "workspace JSON: threats with mitigations and assumptions",
    extensions: &["json", "tc.json"],
    docs: "https://github.com/awslabs/threat-composer",
    tool: "threat-composer",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, threat),
};

static LAYOUT: Layout = Layout {
    heads: &["applicationInfo", "mitigations", "mitigationLinks", "assumptions", "assumptionLinks"],
    lists: &["threats"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.object();
    let marks = ["applicationInfo", "mitigationLinks", "assumptionLinks", "architecture", "dataflow"];
    let marked = marks.iter().filter(|key| keys.has(key)).count() >= 2;
    // A picture of the architecture may fill the beginning of the document.
    let whole = head.len() < crate::HEAD;
    Sniff::when(marked && (keys.has("threats") || !whole))
}

/// The contents of what is linked to a threat.
fn linked(record: &Record<'_>, id: &str, links: &str, things: &str, key: &str) -> Vec<String> {
    let ids: Vec<_> = record
        .head(links)
        .items("")
        .iter()
        .filter(|link| link.text("linkedId") == id)
        .map(|link| link.text(key).into_owned())
        .collect();
    let found =
        record.head(things).items("").iter().filter(|thing| ids.iter().any(|id| *id == thing.text("id")));
    found.map(|thing| thing.text("content").into_owned()).filter(|content| !content.is_empty()).collect()
}

fn threat(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (id, statement) = (record.text("id"), record.first(&["statement", "threatAction"]));
    if id.is_empty() {
        return Err("no id".into());
    }
    let about = |key: &str| {
        let entry = record.items("metadata").iter().find(|entry| entry.text("key") == key);
        entry.unwrap_or(&Value::Null)
    };
    let tags = record.texts("tags");
    let mut weakness = WeaknessSeen { rule: text::name(&id), ..WeaknessSeen::default() };
    tags.iter()
        .filter(|tag| tag.to_uppercase().starts_with("CWE"))
        .for_each(|tag| ids::cwes_in(&mut weakness.cwe, tag));
    let name = record.head("applicationInfo").text("name");
    let app = assets::named(AssetKind::Application, &name).filter(|_| options.asset.is_none());
    let mitigations = linked(record, &id, "mitigationLinks", "mitigations", "mitigationId");
    let assumptions = linked(record, &id, "assumptionLinks", "assumptions", "assumptionId");
    let priority = about("Priority").text("value");
    let status = record.text("status");
    let settled = ["threatResolved", "threatResolvedNotUseful"].contains(&&*status);
    let told =
        ["threatSource", "prerequisites", "threatAction", "threatImpact", "impactedGoal", "impactedAssets"];
    let told: Vec<_> = told.iter().map(|key| (*key, record.texts(key).join(", "))).collect();
    let stride = about("STRIDE").texts("value");
    let finding = Finding {
        description: text::paragraphs([
            statement.as_ref(),
            &text::labelled(told.iter().map(|(label, words)| (*label, words.as_str()))),
            &text::labelled([("Assumptions", assumptions.join("; ").as_str())]),
            &about("Comments").text("value"),
        ]),
        fix: text::body(&mitigations.join("\n")),
        raw_id: text::some(&id),
        tags: tags.iter().chain(&stride).filter_map(|tag| text::some(tag)).collect(),
        suppressed: settled.then(|| text::name(&status)),
        ..Finding::new(
            text::title(&statement, &id),
            if priority.is_empty() { Severity::Unknown } else { ids::severity(&priority) },
            weakness,
            app.unwrap_or_else(|| options.asset_or(AssetKind::Application)),
            Locus::Whole,
        )
    };
    record.tell(finding, out)
}
