//! PWN SAST JSON: lines of code that test cases of the PWN framework matched.
//!
//! One finding for each line; who wrote it is not kept.

use crate::common::code::Hit;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::Tree;
use crate::common::{assets, dates, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Finding, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "pwn_sast",
    name: "PWN SAST",
    summary: "JSON: suspicious lines of code",
    extensions: &["json"],
    docs: "https://github.com/0dayInc/pwn",
    tool: "pwn-sast",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &["data"], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.object();
    Sniff::when(keys.holds_all("data", &["\"test_case\"", "\"line_no_and_contents\""]))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let case = record.at("test_case");
    let (rule, path) = (case.text("sast_module"), record.text("filename/entry"));
    if rule.is_empty() || path.is_empty() {
        return Err("no sast_module or no file".into());
    }
    let asset =
        options.asset.clone().or_else(|| assets::repository(&record.text("filename/git_repo_root_uri")));
    let asset = asset.unwrap_or_else(|| options.asset_or(AssetKind::Repository));
    let title = rule.rsplit("::").next().unwrap_or_default();
    for line in record.items("line_no_and_contents") {
        let code = line.text("contents");
        let hit = Hit {
            rule: &rule,
            title,
            severity: Severity::Info,
            cwe: &case.text("cwe_id"),
            path: &path,
            line: line.count("line_no"),
            anchor: "",
            snippet: &code,
        };
        let finding = Finding {
            description: text::labelled([("Section", &*case.text("section"))]),
            seen_at: dates::date(&record.text("timestamp")),
            references: text::links([&*case.first(&["cwe_uri"]), &*case.first(&["nist_800_53_uri"])]),
            ..hit.finding(asset.clone())
        };
        record.tell_alone(finding, out)?;
    }
    Ok(())
}
