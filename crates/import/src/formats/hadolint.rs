//! Hadolint JSON (`hadolint -f json`): rules broken in Dockerfiles, those of ShellCheck among them.
//!
//! Hadolint gives no code: rule and file are the place, and where a rule is broken several times in a file that is one
//! exposure. The position in the file is in the evidence.

use crate::common::code::Hit;
use crate::common::layout::{self, Layout};
use crate::common::tree::Tree;
use crate::common::{ids, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, Finding};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "hadolint",
    name: "Hadolint",
    summary: "JSON: rules broken in Dockerfiles",
    extensions: &["json"],
    docs: "https://github.com/hadolint/hadolint",
    tool: "hadolint",
    sniff,
    parse,
};

static LAYOUT: Layout =
    Layout { format: "hadolint", tool: "hadolint", version: ("", ""), heads: &[], lists: &[""] };

fn sniff(head: &Head<'_>) -> Sniff {
    let Some(keys) = head.keys().filter(|keys| keys.in_array) else { return Sniff::No };
    let rule = keys.text("code").is_some_and(|code| code.starts_with("DL") || code.starts_with("SC"));
    if rule && keys.has("file") && keys.has("level") && keys.has("message") { Sniff::Yes } else { Sniff::No }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    layout::parse(&LAYOUT, input, &options.limits, sink, &mut |record, out| {
        let (rule, path) = (record.text("code"), record.text("file"));
        if rule.is_empty() || path.is_empty() {
            return Err("no code or no file".into());
        }
        let hit = Hit {
            rule: &rule,
            title: &record.text("message"),
            severity: ids::severity(&record.text("level")),
            path: &path,
            line: record.count("line"),
            ..Hit::default()
        };
        let link = match rule.strip_prefix("SC") {
            Some(_) => format!("https://www.shellcheck.net/wiki/{rule}"),
            None => format!("https://github.com/hadolint/hadolint/wiki/{rule}"),
        };
        let evidence = format!("line {}, column {}", record.text("line"), record.text("column"));
        let finding = Finding {
            evidence: text::body(&evidence),
            references: text::links([&*link]),
            ..hit.finding(options.asset_or(AssetKind::Repository))
        };
        record.tell(finding, out)
    })
}
