//! GitGuardian incidents (`/v1/incidents/secrets` of the API, and exports of it): secrets with their occurrences.
//!
//! One finding for each occurrence, or for the incident where they are not told. GitGuardian's hash of the secret is the anchor.
//! Incidents that were ignored or resolved carry that word.

use crate::common::code::Leak;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::strings_found::history;
use crate::common::tree::{Tree, Value};
use crate::common::{assets, dates, ids, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Finding, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "gitguardian",
    name: "GitGuardian",
    summary: "secret incidents of the API",
    extensions: &["json"],
    docs: "https://api.gitguardian.com/docs",
    tool: "gitguardian",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    Sniff::when(
        keys.has("secret_hash") && keys.has_any(&["detector", "gitguardian_url", "occurrences_count"]),
    )
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let kind = record.first(&["detector/name", "detector/display_name", "detector"]);
    if kind.is_empty() {
        return Err("no detector".into());
    }
    let validity = record.text("validity");
    let severity = match (ids::severity(&record.text("severity")), &*validity) {
        (Severity::Unknown, "valid") => Severity::Critical,
        (Severity::Unknown, _) => Severity::High,
        (severity, _) => severity,
    };
    let digest = record.text("secret_hash");
    let status = record.text("status").to_lowercase();
    let settled = ["ignored", "resolved"].contains(&status.as_str());
    let reason = record.text("ignore_reason");
    let nowhere = [Value::Null];
    let occurrences = record.items("occurrences");
    for occurrence in if occurrences.is_empty() { &nowhere[..] } else { occurrences } {
        let title = format!(
            "Secret found: {}",
            record.first(&["detector/display_name", "detector/name", "detector"])
        );
        let leak = Leak {
            rule: &kind,
            title: &title,
            severity,
            path: &occurrence.text("filepath"),
            line: None,
            secret: &digest,
        };
        let asset = options.asset.clone().or_else(|| assets::repository(&occurrence.text("source/url")));
        let name = occurrence.text("source/full_name");
        let asset = asset.or_else(|| assets::named(AssetKind::Repository, &name));
        let finding = Finding {
            confidence: text::name(&validity),
            raw_id: text::some(&record.text("id")),
            found_at: dates::date(&record.text("date")),
            tags: history(&[("commit", &occurrence.text("sha"))]),
            references: text::links([&*record.text("gitguardian_url"), &*occurrence.text("url")]),
            suppressed: settled.then(|| text::name(&format!("{status} {reason}"))),
            ..leak.finding(asset.unwrap_or_else(|| options.asset_or(AssetKind::Repository)))
        };
        record.tell_alone(finding, out)?;
    }
    Ok(())
}
