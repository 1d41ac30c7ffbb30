//! Checkmarx One's scan report, which groups results by engine, by language or technology, and by query.

use super::FORMAT;
use crate::common::code::Hit;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::{Tree, Value, cwes};
use crate::common::{dates, head, ids, text};
use crate::error::ParseError;
use crate::format::{Options, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, Finding};
use std::io::BufRead;

static LAYOUT: Layout = Layout {
    lists: &[
        "*/languages/queries",
        "*/technology/queries",
        "scanResults/*/languages/queries",
        "scanResults/*/technology/queries",
    ],
    ..Layout::of(&FORMAT)
};

pub(super) fn is_one(keys: &head::Keys<'_>) -> bool {
    let engines = ["sastScanResults", "iacScanResults", "scaScanResults"];
    let grouped = |value| head::has(value, "\"queries\"") && head::has(value, "\"queryName\"");
    engines.iter().chain(&["scanResults"]).any(|key| keys.value(key).is_some_and(grouped))
}

pub(super) fn parse(
    input: &mut dyn BufRead,
    options: &Options,
    sink: &mut dyn Sink,
) -> Result<Summary, ParseError> {
    LAYOUT.parse(input, options, sink, query)
}

fn query(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    if record.first(&["queryName", "queryId", "queryID"]).is_empty() {
        return Err("a query without name".into());
    }
    let instances = ["vulnerabilities", "resultsList", "results"].iter().flat_map(|list| record.items(list));
    instances.map(|it| found(record, it, options)).try_for_each(|finding| record.tell(finding, out))
}

fn found(query: &Value<'_>, it: &Value<'_>, options: &Options) -> Finding {
    let name = query.first(&["queryName", "queryId", "queryID"]);
    let nodes = it.items("nodes");
    let end = nodes.last().unwrap_or(&Value::Null);
    let or_last = |keys: &[&str], node: &str| {
        let own = it.first(keys);
        if own.is_empty() { end.text(node) } else { own }
    };
    let level = if it.text("severity").is_empty() { query } else { it };
    let hit = Hit {
        rule: &super::rule(&name, &query.first(&["queryId", "queryID"])),
        title: &name.replace('_', " "),
        severity: ids::severity(&level.text("severity")),
        cwe: "",
        path: &or_last(&["destinationFileName", "fileName", "sourceFileName"], "fileName"),
        line: or_last(&["destinationLine", "line", "sourceLine"], "line").parse().ok(),
        anchor: &it.first(&["similarityId", "similarityID", "resultHash", "resultId", "id"]),
        snippet: "",
    };
    let flow = nodes.iter().map(|node| {
        format!(
            "{}:{} {}",
            node.text("fileName"),
            node.text("line"),
            node.first(&["fullName", "name", "method"])
        )
    });
    let values = [("Expected", it.text("expectedValue")), ("Actual", it.text("actualValue"))];
    let values = text::labelled(values.iter().map(|(label, value)| (*label, &**value)));
    let mut finding = hit.finding(options.asset_or(AssetKind::Repository));
    finding.weakness.cwe =
        cwes([it, query].iter().flat_map(|level| [level.text("cweId"), level.text("cwe")]));
    let state = it.first(&["state", "status"]).to_lowercase().replace(['_', '-'], " ");
    let fixed = it.text("status").eq_ignore_ascii_case("fixed");
    Finding {
        description: text::body(&query.text("description")),
        evidence: text::paragraphs([&*flow.collect::<Vec<_>>().join("\n"), &values]),
        raw_id: text::some(&it.first(&["resultId", "id", "similarityId", "similarityID"])),
        found_at: dates::date(&it.first(&["firstFoundDate", "firstFoundAt", "firstDetectionDate"])),
        seen_at: dates::date(&it.first(&["foundDate", "foundAt"])),
        references: text::links([&*it.first(&["resultViewerLink", "deepLink"]), &*query.text("queryURL")]),
        suppressed: match () {
            () if fixed => Some(Finding::FIXED.to_owned()),
            () if state.contains("not exploitable") => Some(state),
            () => None,
        },
        ..finding
    }
}
