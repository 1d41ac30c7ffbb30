//! SwiftLint JSON (`swiftlint lint --reporter json`): rules broken in Swift code.

use crate::common::code::Hit;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::Tree;
use crate::common::{ids, text};
use crate::format::{Format, Options, Sniff};
use bartizan_model::{AssetKind, Finding};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "swiftlint",
    name: "SwiftLint",
    summary: "JSON: rules broken in Swift code",
    extensions: &["json"],
    docs: "https://realm.github.io/SwiftLint/",
    tool: "swiftlint",
    sniff: |head| Sniff::when(head.listed().has_all(&["character", "reason", "rule_id", "type"])),
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (rule, path) = (record.text("rule_id"), record.text("file"));
    if rule.is_empty() || path.is_empty() {
        return Err("no rule_id or no file".into());
    }
    let hit = Hit {
        rule: &rule,
        title: &record.first(&["type", "rule_id"]),
        severity: ids::severity(&record.text("severity")),
        path: &path,
        line: record.count("line"),
        ..Hit::default()
    };
    let description = text::body(&record.text("reason"));
    let finding = Finding { description, ..hit.finding(options.asset_or(AssetKind::Repository)) };
    record.tell(finding, out)
}
