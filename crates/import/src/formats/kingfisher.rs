//! Kingfisher JSON (`kingfisher scan -f json`, `jsonl`): secrets in files and repositories, some of them tried out.
//!
//! The snippet is not kept; Kingfisher's fingerprint, else the digest of the snippet, is the anchor. An active secret is critical.

use crate::common::code::Leak;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::strings_found::history;
use crate::common::tree::{Tree, Value};
use crate::common::{assets, dates, head, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Finding, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "kingfisher",
    name: "Kingfisher",
    summary: "JSON and JSON lines: secrets in files and repositories",
    extensions: &["json", "jsonl"],
    docs: "https://github.com/mongodb/kingfisher",
    tool: "kingfisher",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let finding = |it: &[u8]| head::has(it, "\"snippet\"") && head::has(it, "\"validation\"");
    let own = keys.has("rule") && keys.value("finding").is_some_and(finding);
    let listed = keys.value("findings").is_some_and(|it| head::has(it, "\"rule\"") && finding(it));
    Sniff::when(own || listed)
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let one = std::slice::from_ref::<Value<'_>>(record);
    for it in if record.at("findings").is_array() { record.items("findings") } else { one } {
        let (rule, finding) = (it.first(&["rule/id", "rule/name"]), it.at("finding"));
        if rule.is_empty() {
            return Err("no rule".into());
        }
        let status = finding.text("validation/status");
        let active = status.to_lowercase().starts_with("active");
        let digest = finding.first(&["fingerprint", "snippet"]);
        let git = finding.at("git_metadata");
        let url = git.first(&["repository_url", "repository"]);
        let name = it.first(&["rule/name", "rule/id"]);
        let leak = Leak {
            rule: &rule,
            title: &name,
            severity: if active { Severity::Critical } else { Severity::High },
            path: &finding.first(&["path", "git_metadata/file/path"]),
            line: finding.count("line"),
            secret: &digest,
        };
        let asset = options.asset.clone().or_else(|| assets::repository(&url));
        let told = Finding {
            confidence: text::name(
                if status.is_empty() { finding.text("confidence") } else { status }.as_ref(),
            ),
            raw_id: text::some(&finding.text("fingerprint")),
            found_at: dates::date(&git.text("commit/date")),
            tags: history(&[("commit", &git.text("commit/id"))]),
            ..leak.finding(asset.unwrap_or_else(|| options.asset_or(AssetKind::Repository)))
        };
        record.tell_alone(told, out)?;
    }
    Ok(())
}
