//! Talisman JSON reports (`talisman --scan`, `talisman_report.json`): files that may hold secrets.
//!
//! Talisman writes what it found into its words; what stands behind the colon is covered, its digest is the anchor.

use crate::common::code::Leak;
use crate::common::ids;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::strings_found::history;
use crate::common::tree::Tree;
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Finding};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "talisman",
    name: "Talisman",
    summary: "JSON: files that may hold secrets",
    extensions: &["json"],
    docs: "https://thoughtworks.github.io/talisman/",
    tool: "talisman",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &["results"], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.object();
    Sniff::when(
        keys.holds("results", "\"failure_list\"")
            || keys.has("results") && keys.holds("summary", "\"filecontent\""),
    )
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let path = record.text("filename");
    if path.is_empty() {
        return Err("no filename".into());
    }
    for list in ["failure_list", "warning_list", "ignore_list"] {
        for failure in record.items(list) {
            let (kind, words) = (failure.text("type"), failure.text("message"));
            let (title, secret) = words.split_once(": ").unwrap_or((&words, ""));
            let leak = Leak {
                rule: if kind.is_empty() { "filecontent" } else { &kind },
                title,
                severity: ids::severity(&failure.text("severity")),
                path: &path,
                line: None,
                secret,
            };
            let commits = failure.texts("commits");
            let commits: Vec<_> = commits.iter().take(20).map(|commit| ("commit", &**commit)).collect();
            let finding = Finding {
                tags: history(&commits),
                suppressed: (list == "ignore_list").then(|| "ignored".to_owned()),
                ..leak.finding(options.asset_or(AssetKind::Repository))
            };
            record.tell_alone(finding, out)?;
        }
    }
    Ok(())
}
