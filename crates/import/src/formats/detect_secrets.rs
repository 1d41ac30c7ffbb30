//! detect-secrets baselines and scans (`detect-secrets scan`): secrets by file, of which the tool itself keeps a digest only.
//!
//! A secret that was audited as none carries that word. A baseline names only files with secrets: no coverage.

use crate::common::code::Leak;
use crate::common::layout::{self, Layout};
use crate::common::tree::Tree;
use crate::common::{dates, head, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, Finding, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "detect_secrets",
    name: "detect-secrets",
    summary: "JSON baselines and scans: digests of secrets in files",
    extensions: &["json", "secrets.baseline"],
    docs: "https://github.com/Yelp/detect-secrets",
    tool: "detect-secrets",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout {
    format: "detect_secrets",
    tool: "detect-secrets",
    version: ("version", ""),
    heads: &["version", "generated_at"],
    lists: &["results/*"],
};

fn sniff(head: &Head<'_>) -> Sniff {
    match head.keys().filter(|keys| !keys.in_array) {
        Some(keys) if keys.has("plugins_used") => Sniff::Yes,
        Some(keys) if keys.value("results").is_some_and(|it| head::has(it, "\"hashed_secret\"")) => {
            Sniff::Yes
        }
        _ => Sniff::No,
    }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    layout::parse(&LAYOUT, input, &options.limits, sink, &mut |record, out| {
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
    })
}
