//! Secretlint JSON (`secretlint --format json`): messages by file.
//!
//! The content of the file is in the report and is not kept: the digest of the text in a message's range is the anchor.

use crate::common::code::Leak;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::Tree;
use crate::common::{ids, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Finding};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "secretlint",
    name: "Secretlint",
    summary: "JSON: secrets in files",
    extensions: &["json"],
    docs: "https://github.com/secretlint/secretlint",
    tool: "secretlint",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, file),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.listed();
    Sniff::when(keys.has_any(&["sourceContent", "sourceContentType"]) && keys.has("filePath"))
}

fn file(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (path, content) = (record.text("filePath"), record.text("sourceContent"));
    if path.is_empty() || !record.at("messages").is_array() {
        return Err("no filePath with messages".into());
    }
    for message in record.items("messages").iter().filter(|message| message.text("type") != "ignore") {
        let rule = text::name(message.text("ruleId").trim_start_matches("@secretlint/secretlint-rule-"));
        let id = message.text("messageId");
        let rule = if id.is_empty() { rule } else { format!("{rule}/{}", text::name(&id)) };
        let at = |index: &str| message.text(index).parse::<usize>().ok();
        let secret = at("range/0").zip(at("range/1")).and_then(|(from, to)| content.get(from..to));
        let secret = secret.unwrap_or_default().trim_matches('*');
        let leak = Leak {
            rule: &rule,
            title: &message.text("message"),
            severity: ids::severity(&message.text("severity")),
            path: &path,
            line: message.count("loc/start/line"),
            secret,
        };
        let finding = Finding {
            references: text::links([&*message.text("docsUrl")]),
            ..leak.finding(options.asset_or(AssetKind::Repository))
        };
        record.tell_alone(finding, out)?;
    }
    Ok(())
}
