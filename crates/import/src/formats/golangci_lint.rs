//! golangci-lint JSON (`golangci-lint run --out-format json`, since 2 `--output.json.path`): issues of many Go linters.
//!
//! An issue goes by its linter, and by the linter's rule where its words begin with one (`G404: ...`, `SA1019: ...`).

use crate::common::code::Hit;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::Tree;
use crate::common::{ids, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Finding};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "golangci_lint",
    name: "golangci-lint",
    summary: "JSON: issues of Go linters, gosec and staticcheck among them",
    extensions: &["json"],
    docs: "https://golangci-lint.run/",
    tool: "golangci-lint",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &["Issues"], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.object();
    Sniff::when(
        keys.holds("Issues", "\"FromLinter\"") || keys.has("Issues") && keys.holds("Report", "\"Linters\""),
    )
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (linter, words, path) = (record.text("FromLinter"), record.text("Text"), record.text("Pos/Filename"));
    if linter.is_empty() || path.is_empty() {
        return Err("no FromLinter or no file".into());
    }
    let rule = words.split_once(':').map(|(rule, _)| rule).filter(|rule| {
        rule.len() <= 12
            && rule.ends_with(|c: char| c.is_ascii_digit())
            && rule.bytes().all(|b| b.is_ascii_alphanumeric())
    });
    let code = record.texts("SourceLines").join("\n");
    let hit = Hit {
        rule: &rule.map_or(linter.to_string(), |rule| format!("{linter}:{rule}")),
        title: &words,
        severity: ids::severity(&record.text("Severity")),
        path: &path,
        line: record.count("Pos/Line"),
        snippet: &code,
        ..Hit::default()
    };
    let finding = hit.finding(options.asset_or(AssetKind::Repository));
    record.tell(Finding { tags: text::some(&linter).into_iter().collect(), ..finding }, out)
}
