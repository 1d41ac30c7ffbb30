//! CxFlow JSON: CxSAST results grouped by query and file, with the lines of each place.

use super::FORMAT;
use crate::common::code::Hit;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::{Members, Tree, Value, paragraphs};
use crate::common::{dates, ids, text};
use crate::error::ParseError;
use crate::format::{Options, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, Finding};
use std::io::BufRead;

static LAYOUT: Layout = Layout { heads: &["additionalDetails"], lists: &["xissues"], ..Layout::of(&FORMAT) };

pub(super) fn parse(
    input: &mut dyn BufRead,
    options: &Options,
    sink: &mut dyn Sink,
) -> Result<Summary, ParseError> {
    LAYOUT.parse(input, options, sink, found)
}

/// One finding for each line.
fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (rule, path) = (record.first(&["vulnerability", "queryId"]), record.text("filename"));
    if rule.is_empty() {
        return Err("no vulnerability".into());
    }
    let similarity = record.text("similarityId");
    let more = record.at("additionalDetails");
    let nowhere = Members::from_iter([("".into(), Value::Null)]);
    let places = record.at("details").as_object().filter(|places| !places.is_empty()).unwrap_or(&nowhere);
    for (line, place) in places {
        let code = place.text("codeSnippet");
        let hit = Hit {
            rule: &rule,
            title: &rule.replace('_', " "),
            severity: ids::severity(&record.text("severity")),
            cwe: &record.text("cwe"),
            path: &path,
            line: line.parse().ok(),
            anchor: if code.is_empty() { &similarity } else { "" },
            snippet: &code,
        };
        let finding = Finding {
            description: paragraphs([record.text("description")]),
            fix: text::body(&more.text("recommendedFix")),
            raw_id: text::some(&similarity),
            seen_at: dates::date(&record.head("additionalDetails").text("scanStartDate")),
            compliance: more.text("categories").split([';', ',']).filter_map(text::some).collect(),
            references: text::links([&*record.text("link")]),
            suppressed: place.is_true("falsePositive").then(|| "false positive".to_owned()),
            ..hit.finding(options.asset_or(AssetKind::Repository))
        };
        record.tell(finding, out)?;
    }
    Ok(())
}
