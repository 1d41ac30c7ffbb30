//! ShellCheck JSON (`shellcheck -f json`, `json1`): problems of shell scripts.
//!
//! ShellCheck gives no code: rule and file are the place.

use crate::common::code::Hit;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::Tree;
use crate::common::{ids, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Finding};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "shellcheck",
    name: "ShellCheck",
    summary: "JSON: problems of shell scripts",
    extensions: &["json"],
    docs: "https://www.shellcheck.net/wiki/",
    tool: "shellcheck",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let own = keys.in_array && keys.has_all(&["file", "endLine", "endColumn", "level", "code"]);
    let second = keys.holds_all("comments", &["\"endLine\"", "\"level\""]);
    Sniff::when(own || second)
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let comments = if record.at("comments").is_array() {
        record.items("comments")
    } else {
        std::slice::from_ref(&**record)
    };
    for comment in comments {
        let (code, path) = (comment.text("code"), comment.text("file"));
        if code.is_empty() || path.is_empty() {
            return Err("no code or no file".into());
        }
        let rule = format!("SC{code}");
        let hit = Hit {
            rule: &rule,
            title: &comment.text("message"),
            severity: ids::severity(&comment.text("level")),
            path: &path,
            line: comment.count("line"),
            ..Hit::default()
        };
        let finding = Finding {
            references: text::links([&*format!("https://www.shellcheck.net/wiki/{rule}")]),
            ..hit.finding(options.asset_or(AssetKind::Repository))
        };
        record.tell_alone(finding, out)?;
    }
    Ok(())
}
