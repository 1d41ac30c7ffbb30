//! RuboCop JSON (`rubocop --format json`): offenses by file.
//!
//! RuboCop gives no code: cop and file are the place.

use crate::common::code::Hit;
use crate::common::ids;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::Tree;
use crate::format::{Format, Options, Sniff};
use bartizan_model::{AssetKind, Finding, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "rubocop",
    name: "RuboCop",
    summary: "JSON: offenses in Ruby code",
    extensions: &["json"],
    docs: "https://docs.rubocop.org/rubocop/formatters.html",
    tool: "rubocop",
    sniff: |head| Sniff::when(head.object().holds("metadata", "\"rubocop_version\"")),
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout {
    version: ("metadata", "rubocop_version"),
    heads: &["metadata"],
    lists: &["files"],
    ..Layout::of(&FORMAT)
};

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let path = record.text("path");
    if path.is_empty() {
        return Err("no path".into());
    }
    for offense in record.items("offenses") {
        let (rule, words) = (offense.text("cop_name"), offense.text("message"));
        let severity = match &*offense.text("severity") {
            "convention" | "refactor" => Severity::Info,
            word => ids::severity(word),
        };
        let hit = Hit {
            rule: &rule,
            title: &words,
            severity,
            path: &path,
            line: offense.count("location/line").or(offense.count("location/start_line")),
            ..Hit::default()
        };
        let corrected = offense.is_true("corrected").then(|| "corrected".to_owned());
        let finding =
            Finding { suppressed: corrected, ..hit.finding(options.asset_or(AssetKind::Repository)) };
        record.tell_alone(finding, out)?;
    }
    Ok(())
}
