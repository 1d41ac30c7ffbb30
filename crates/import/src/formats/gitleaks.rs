//! Gitleaks JSON, versions 1 to 8 (`gitleaks detect -f json`, before 8 `--report`), and the CSV of version 8.
//!
//! Before version 8 the keys are in lower case (`rule`, in the first versions `reason`, `offender`, `file`). The secret and its line are not kept; the digest
//! of the secret is the anchor, unless Gitleaks redacted it. Gitleaks knows no severities: a secret is of high severity.

use crate::common::code::Leak;
use crate::common::layout::Layout;
use crate::common::strings_found::history;
use crate::common::table::{self};
use crate::common::tree::Tree;
use crate::common::{assets, dates, head, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::{AssetKind, Finding, Severity};
use std::borrow::Cow;
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "gitleaks",
    name: "Gitleaks",
    summary: "JSON of versions 1 to 8 and CSV: secrets in a repository's history and files",
    extensions: &["json", "csv"],
    docs: "https://github.com/gitleaks/gitleaks",
    tool: "gitleaks",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

/// Columns of the CSV of version 8.
const COLUMNS: &[&str] = &["RuleID", "Commit", "File", "Secret", "StartLine"];

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let eighth = keys.has("RuleID") && keys.has_any(&["Secret", "Match", "StartLine"]);
    let older =
        keys.has("offender") && keys.has_any(&["rule", "reason"]) && keys.has_any(&["commit", "file"]);
    Sniff::when(eighth || older || head.csv(COLUMNS))
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    if matches!(head::first_byte(input)?, None | Some(b'{' | b'[' | b'n')) {
        return LAYOUT.parse(input, options, sink, |record, options, out| {
            let tags = record.texts("Tags").into_iter().chain(record.texts("tags")).collect();
            record.tell_alone(found(|keys| record.first(keys), tags, options)?, out)
        });
    }
    table::parse(&FORMAT, COLUMNS, input, options, sink, |row, at, out| {
        let finding = found(|keys| row.first(keys).into(), vec![row.get("Tags").into()], options)?;
        Ok(out.finding(at, finding, None)?)
    })
}

/// The repository of a link to one of its lines, as its forge writes it.
fn repository(link: &str) -> &str {
    let marks = ["/-/", "/blob/", "/src/", "/tree/", "/commit/", "/commits/"];
    marks.iter().filter_map(|mark| link.find(mark)).min().map_or(link, |at| &link[..at])
}

fn found<'a>(
    get: impl Fn(&[&str]) -> Cow<'a, str>,
    tags: Vec<Cow<'a, str>>,
    options: &Options,
) -> Result<Finding, &'static str> {
    let rule = get(&["RuleID", "rule", "Rule", "reason"]);
    let path = get(&["File", "file"]);
    if rule.is_empty() {
        return Err("no RuleID");
    }
    let secret = get(&["Secret", "Match", "offender", "line"]);
    // All redacted secrets look the same: their commit tells them apart, the line would move.
    let redacted = secret.trim_matches('*').is_empty() || secret.contains("REDACTED");
    let commit = get(&["Commit", "commit"]);
    let leak = Leak {
        rule: &rule,
        title: &get(&["Description", "rule", "reason"]),
        severity: Severity::High,
        path: &path,
        line: get(&["StartLine", "lineNumber"]).parse().ok(),
        secret: if redacted { &commit } else { &secret },
    };
    let url = get(&["repoURL", "leakURL", "Link"]);
    let asset = options.asset.clone().or_else(|| assets::repository(repository(&url)));
    let tags = tags.iter().flat_map(|tags| tags.split(',')).filter_map(text::some);
    let told = history(&[("commit", &commit)]);
    Ok(Finding {
        raw_id: text::some(&get(&["Fingerprint"])),
        found_at: dates::date(&get(&["Date", "date"])),
        references: text::links([&*get(&["leakURL", "Link"])]),
        tags: tags.chain(told).collect(),
        ..leak.finding(asset.unwrap_or_else(|| options.asset_or(AssetKind::Repository)))
    })
}
