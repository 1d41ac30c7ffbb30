//! detect-secrets baselines and scans (`detect-secrets scan`): secrets by file, of which the tool itself keeps a digest only.
//!
//! A secret that was audited as none carries that word. A baseline names only files with secrets: no coverage.

use crate::common::code::Leak;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::Tree;
use crate::common::{dates, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Finding, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "detect_secrets",
    name: "detect-secrets",
    summary: "JSON baselines and scans: digests of secrets in files",
    extensions: &["json", "secrets.baseline"],
    docs: "https://github.com/Yelp/detect-secrets",
    tool: "detect-secrets",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout {
    version: ("version", ""),
    heads: &["version", "generated_at"],
    lists: &["results/*"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.object();
    Sniff::when(keys.has("plugins_used") || keys.holds("results", "\"hashed_secret\""))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (kind, digest) = (record.text("type"), record.text("hashed_secret"));
    if kind.is_empty() {
        return Err("no type".into());
    }
    let path = record.text("filename");
    let leak = Leak {
        rule: &kind,
        title: &format!("Secret found: {kind}"),
        severity: Severity::High,
        path: if path.is_empty() { record.key } else { &path },
        line: record.count("line_number"),
        secret: &digest,
    };
    let verified = record.is_true("is_verified");
    let finding = Finding {
        seen_at: dates::date(&record.head("generated_at").text("")),
        confidence: if verified { "verified" } else { "" }.to_owned(),
        suppressed: (record.text("is_secret") == "false").then(|| "audited: no secret".to_owned()),
        raw_id: text::some(&digest),
        ..leak.finding(options.asset_or(AssetKind::Repository))
    };
    record.tell_alone(finding, out)
}
