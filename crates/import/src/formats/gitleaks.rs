//! Gitleaks JSON, versions 3 to 8 (`gitleaks detect -f json`, before 8 `--report`).
//!
//! Before version 8 the keys are in lower case (`rule`, `offender`, `file`). The secret and its line are not kept; the digest
//! of the secret is the anchor, unless Gitleaks redacted it. Gitleaks knows no severities: a secret is of high severity.

use crate::common::code::Leak;
use crate::common::layout::{self, Layout, Record, Told};
use crate::common::out::Out;
use crate::common::strings_found::history;
use crate::common::tree::Tree;
use crate::common::{assets, dates, head, text};
use crate::error::ParseError;
use crate::format::{Format, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, Finding, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "gitleaks",
    name: "Gitleaks",
    summary: "JSON of versions 3 to 8: secrets in a repository's history and files",
    extensions: &["json"],
    docs: "https://github.com/gitleaks/gitleaks",
    tool: "gitleaks",
    sniff,
    parse,
};

static LAYOUT: Layout =
    Layout { format: "gitleaks", tool: "gitleaks", version: ("", ""), heads: &[], lists: &[""] };

fn sniff(head: &[u8]) -> Sniff {
    match head::Keys::of(head) {
        Some(keys) if keys.has("RuleID") && keys.has_any(&["Secret", "Match", "StartLine"]) => Sniff::Yes,
        Some(keys) if keys.has("offender") && keys.has("rule") && keys.has_any(&["commit", "file"]) => {
            Sniff::Yes
        }
        _ => Sniff::No,
    }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    layout::parse(&LAYOUT, input, &options.limits, sink, &mut |record, out| found(record, options, out))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let rule = record.first(&["RuleID", "rule", "Rule"]);
    let path = record.first(&["File", "file"]);
    if rule.is_empty() {
        return Err("no RuleID".into());
    }
    let secret = record.first(&["Secret", "Match", "offender", "line"]);
    // All redacted secrets look the same: their commit tells them apart, the line would move.
    let redacted = secret.trim_matches('*').is_empty() || secret.contains("REDACTED");
    let commit = record.first(&["Commit", "commit"]);
    let leak = Leak {
        rule: &rule,
        title: &record.first(&["Description", "rule"]),
        severity: Severity::High,
        path: &path,
        line: record.first(&["StartLine", "lineNumber"]).parse().ok(),
        secret: if redacted { &commit } else { &secret },
    };
    let url = record.first(&["repoURL", "leakURL", "Link"]);
    let asset = options.asset.clone().or_else(|| assets::repository(&url));
    let tags = record.texts("Tags").into_iter().chain(record.texts("tags"));
    let tags: Vec<_> = tags.flat_map(|tags| tags.split(',').map(text::name).collect::<Vec<_>>()).collect();
    let mut finding = Finding {
        raw_id: text::some(&record.text("Fingerprint")),
        found_at: dates::date(&record.first(&["Date", "date"])),
        references: text::links([&*record.first(&["leakURL", "Link"])]),
        tags,
        ..leak.finding(asset.unwrap_or_else(|| options.asset_or(AssetKind::Repository)))
    };
    finding.tags.retain(|tag| !tag.is_empty());
    finding.tags.extend(history(&[("commit", &commit)]));
    record.tell_alone(finding, out)
}
