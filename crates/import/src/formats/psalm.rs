//! Psalm JSON (`psalm --output-format=json`): type errors and tainted data flows in PHP.

use crate::common::code::Hit;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::Tree;
use crate::common::{ids, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Finding};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "psalm",
    name: "Psalm",
    summary: "JSON: type errors and taint flows in PHP",
    extensions: &["json"],
    docs: "https://psalm.dev/docs/",
    tool: "psalm",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.listed();
    Sniff::when(
        keys.has("line_from")
            && keys.has_any(&["shortcode", "error_level", "snippet"])
            && keys.has("file_name"),
    )
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (rule, path) = (record.text("type"), record.first(&["file_name", "file_path"]));
    if rule.is_empty() || path.is_empty() {
        return Err("no type or no file_name".into());
    }
    let (words, code) = (record.text("message"), record.text("snippet"));
    let hit = Hit {
        rule: &rule,
        title: &words,
        severity: ids::severity(&record.text("severity")),
        path: &path,
        line: record.count("line_from"),
        snippet: &code,
        ..Hit::default()
    };
    let finding = Finding {
        references: text::links([&*record.text("link")]),
        ..hit.finding(options.asset_or(AssetKind::Repository))
    };
    record.tell(finding, out)
}
