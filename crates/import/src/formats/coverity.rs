//! Coverity: issues as `cov-format-errors --json-output-v7` (and later) and `cov-commit-defects` write them, and views of the Connect API.
//!
//! Coverity's merge key (in views its CID) is the same for one issue in all scans and is the anchor. Issues of all kinds are
//! handed over, with the kind as a tag; those that people dismissed carry their word.

use crate::common::code::Hit;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::{Tree, paragraphs};
use crate::common::{dates, ids, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Finding};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "coverity",
    name: "Coverity",
    summary: "JSON of Coverity analysis and of Coverity Connect views",
    extensions: &["json"],
    docs: "https://documentation.blackduck.com/bundle/coverity-docs/page/commands/topics/cov-format-errors.html",
    tool: "coverity",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, record),
};

static LAYOUT: Layout =
    Layout { heads: &["formatVersion"], lists: &["issues", "viewContentsV1/rows"], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.object();
    let analysis = keys.text("type").is_some_and(|kind| kind.starts_with("Coverity"));
    let issues = keys.holds_all("issues", &["\"checkerName\"", "\"mergeKey\""]);
    let view = keys.holds_any("viewContentsV1", &["\"rows\"", "\"columns\""]);
    Sniff::when(analysis || issues || view)
}

fn record(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    match record.list {
        "issues" => issue(record, options, out),
        _ => row(record, options, out),
    }
}

fn issue(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (rule, about) = (record.text("checkerName"), record.at("checkerProperties"));
    if rule.is_empty() {
        return Err("no checkerName".into());
    }
    let function = record.first(&["functionDisplayName", "functionSimpleName"]);
    let key = record.text("mergeKey");
    let hit = Hit {
        rule: &rule,
        title: &about.first(&["subcategoryShortDescription", "category"]),
        severity: ids::severity(&about.text("impact")),
        cwe: &about.text("cweCategory"),
        path: &record.first(&["strippedMainEventFilePathname", "mainEventFilePathname"]),
        line: record.count("mainEventLineNumber"),
        anchor: if key.is_empty() { &function } else { &key },
        snippet: "",
    };
    let events = record.items("events").iter().map(|event| {
        format!(
            "{}:{} {}",
            event.text("strippedFilePathname"),
            event.text("lineNumber"),
            event.text("eventDescription")
        )
    });
    let events: Vec<_> = events.take(200).collect();
    let triage = record.first(&["stateOnServer/triage/classification", "localTriage/classification"]);
    let finding = Finding {
        description: paragraphs([
            about.text("subcategoryLongDescription"),
            about.text("subcategoryLocalEffect"),
        ]),
        evidence: text::labelled([("Function", &*function), ("Events", &events.join("\n"))]),
        raw_id: text::some(&key),
        found_at: dates::date(&record.text("stateOnServer/firstDetectedDateTime")),
        tags: about.texts("issueKinds").iter().map(|kind| text::name(&kind.to_lowercase())).collect(),
        suppressed: dismissed(&triage),
        ..hit.finding(options.asset_or(AssetKind::Repository))
    };
    record.tell(finding, out)
}

fn row(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (rule, cid) = (record.first(&["checker", "displayType"]), record.text("cid"));
    if rule.is_empty() || cid.is_empty() {
        return Err("no cid or no checker".into());
    }
    let function = record.text("displayFunction");
    let hit = Hit {
        rule: &rule,
        title: &record.first(&["displayType", "checker"]),
        severity: ids::severity(&record.text("displayImpact")),
        cwe: &record.text("cwe"),
        path: &record.text("displayFile"),
        line: record.count("lineNumber"),
        anchor: &cid,
        snippet: "",
    };
    let class = record.text("classification");
    let closed = ["Fixed", "Absent Dismissed"].contains(&&*record.text("status"));
    let finding = Finding {
        description: paragraphs([record.text("displayCategory")]),
        evidence: text::labelled([("Function", &*function), ("Component", &record.text("displayComponent"))]),
        raw_id: text::some(&cid),
        found_at: american(&record.text("firstDetected")),
        seen_at: american(&record.text("lastDetected")),
        tags: record.texts("displayIssueKind").iter().map(|kind| text::name(&kind.to_lowercase())).collect(),
        suppressed: dismissed(&class).or_else(|| closed.then(|| Finding::FIXED.to_owned())),
        ..hit.finding(options.asset_or(AssetKind::Repository))
    };
    record.tell(finding, out)
}

/// The word of a triage that says that nothing is to be done.
fn dismissed(class: &str) -> Option<String> {
    ["false positive", "intentional", "no test needed", "tested elsewhere"]
        .contains(&class.to_lowercase().as_str())
        .then(|| class.to_lowercase())
}

/// `03/30/21`: month, day, year.
fn american(text: &str) -> Option<bartizan_model::Timestamp> {
    let parts: Vec<_> = text.split('/').collect();
    let [month, day, year] = parts.as_slice() else { return dates::date(text) };
    let year = if year.len() == 2 { format!("20{year}") } else { (*year).to_owned() };
    dates::date(&format!("{year}-{month:0>2}-{day:0>2}"))
}
