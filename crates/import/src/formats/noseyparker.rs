//! Nosey Parker reports (`noseyparker report -f json` or `jsonl`), old and new: one finding for each match of a rule.
//!
//! A match may stand in several places (a file, commits of a repository): the first of a file, else of a repository is its
//! place. Neither groups nor snippets are kept; Nosey Parker's own digest of the finding is the anchor where it gives one.

use crate::common::code::Leak;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::strings_found::history;
use crate::common::tree::{Tree, Value};
use crate::common::{dates, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Finding, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "noseyparker",
    name: "Nosey Parker",
    summary: "JSON and JSON lines reports: secrets in files and repositories",
    extensions: &["json", "jsonl"],
    docs: "https://github.com/praetorian-inc/noseyparker",
    tool: "noseyparker",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    Sniff::when(keys.has("rule_name") && keys.has_any(&["num_matches", "finding_id"]))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let name = record.first(&["rule_name", "rule_text_id"]);
    let rule = record.first(&["rule_text_id", "rule_name"]);
    if rule.is_empty() || !record.at("matches").is_array() {
        return Err("no rule_name with matches".into());
    }
    let secret = record.first(&["finding_id", "match_content", "groups"]);
    let statuses = record.texts("statuses");
    let rejected = !statuses.is_empty() && statuses.iter().all(|status| status == "reject");
    for matched in record.items("matches") {
        let places = matched.items("provenance");
        let place = places.iter().find(|place| place.text("kind") == "file").or(places.first());
        let place = place.unwrap_or(&Value::Null);
        let commit = ["first_commit", "commit_provenance"].map(|key| place.at(key));
        let commit = commit.into_iter().find(|commit| commit.is_object()).unwrap_or(place);
        let inner = commit.text("blob_path");
        let path = if inner.is_empty() { place.first(&["path", "repo_path"]) } else { inner };
        let leak = Leak {
            rule: &rule,
            title: &name,
            severity: Severity::High,
            path: &path,
            line: matched.count("location/source_span/start/line"),
            secret: &secret,
        };
        let made = commit.first(&["commit_metadata/committer_timestamp", "commit_metadata/author_timestamp"]);
        let finding = Finding {
            // Seconds and a zone.
            found_at: dates::date(made.split(' ').next().unwrap_or_default()),
            raw_id: text::some(&record.text("finding_id")),
            tags: history(&[("commit", &commit.text("commit_metadata/commit_id"))]),
            suppressed: rejected.then(|| "rejected".to_owned()),
            ..leak.finding(options.asset_or(AssetKind::Repository))
        };
        record.tell_alone(finding, out)?;
    }
    Ok(())
}
