//! Pylint JSON (`pylint -f json` and `json2`): messages with module, object and symbol.
//!
//! The object (class and function) is the anchor.

use crate::common::code::Hit;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::text;
use crate::common::tree::Tree;
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Finding, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "pylint",
    name: "Pylint",
    summary: "JSON: messages about Python code",
    extensions: &["json"],
    docs: "https://pylint.readthedocs.io/en/stable/user_guide/usage/output.html",
    tool: "pylint",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let own = keys.in_array && keys.has_all(&["symbol", "message-id", "module"]);
    let second = keys.holds_all("messages", &["\"messageId\"", "\"symbol\""]);
    Sniff::when(own || second)
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let messages = if record.at("messages").is_array() {
        record.items("messages")
    } else {
        std::slice::from_ref(&**record)
    };
    for message in messages {
        let (rule, path) =
            (message.first(&["symbol", "message-id", "messageId"]), message.first(&["path", "absolutePath"]));
        if rule.is_empty() || path.is_empty() {
            return Err("no symbol or no path".into());
        }
        let severity = match &*message.text("type").to_lowercase() {
            "fatal" | "error" => Severity::Medium,
            "warning" => Severity::Low,
            _ => Severity::Info,
        };
        let place = [message.text("module"), message.text("obj")];
        let place: Vec<_> = place.iter().filter(|part| !part.is_empty()).map(|part| &**part).collect();
        let hit = Hit {
            rule: &rule,
            title: &message.text("message"),
            severity,
            path: &path,
            line: message.count("line"),
            anchor: &place.join("."),
            ..Hit::default()
        };
        let finding = Finding {
            raw_id: text::some(&message.first(&["message-id", "messageId"])),
            confidence: text::name(&message.text("confidence")),
            ..hit.finding(options.asset_or(AssetKind::Repository))
        };
        record.tell_alone(finding, out)?;
    }
    Ok(())
}
