//! ESLint JSON (`eslint -f json`): messages by file, also those that comments suppress.
//!
//! ESLint gives no code but the whole source of a file, of which the line of a message is the anchor where it is there. A file that
//! could not be parsed is a gap.

use crate::common::code::Hit;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::Tree;
use crate::common::{loci, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Finding, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "eslint",
    name: "ESLint",
    summary: "JSON: rules broken in JavaScript and TypeScript",
    extensions: &["json"],
    docs: "https://eslint.org/docs/latest/use/formatters/",
    tool: "eslint",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.listed();
    Sniff::when(keys.has_all(&["filePath", "messages"]) && keys.has_any(&["errorCount", "warningCount"]))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (path, source) = (record.text("filePath"), record.text("source"));
    if path.is_empty() || !record.at("messages").is_array() {
        return Err("no filePath with messages".into());
    }
    for message in record.items("messages").iter().chain(record.items("suppressedMessages")) {
        let (rule, words) = (message.text("ruleId"), message.text("message"));
        if message.is_true("fatal") || rule.is_empty() {
            out.gap(loci::path(&path), text::name(&words));
            continue;
        }
        let line = message.count("line");
        let code = line.and_then(|line| source.lines().nth(usize::try_from(line).ok()?.checked_sub(1)?));
        let suppression = message.items("suppressions").first();
        let why = suppression.map(|it| text::name(&it.first(&["justification", "kind"])));
        let hit = Hit {
            rule: &rule,
            title: &words,
            severity: if message.text("severity") == "2" { Severity::Medium } else { Severity::Low },
            path: &path,
            line,
            snippet: code.unwrap_or_default(),
            ..Hit::default()
        };
        let finding = Finding { suppressed: why, ..hit.finding(options.asset_or(AssetKind::Repository)) };
        // The record holds a whole file.
        record.tell_alone(finding, out)?;
    }
    Ok(())
}
