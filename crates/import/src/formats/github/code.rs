//! Code scanning and secret scanning alerts.

use crate::common::code::{Hit, Leak};
use crate::common::layout::{Record, Told};
use crate::common::out::Out;
use crate::common::strings_found::history;
use crate::common::tree::{Tree, paragraphs};
use crate::common::{dates, ids, text};
use crate::format::Options;
use bartizan_model::{Finding, Severity};

/// A code scanning alert. Its rule is of the tool that found it, so it goes by the tool's name and the rule's.
pub(super) fn scanning(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (rule, instance) = (record.at("rule"), record.at("most_recent_instance"));
    let id = rule.first(&["id", "name"]);
    if id.is_empty() {
        return Err("no rule id".into());
    }
    let tool = record.text("tool/name");
    let tags = rule.texts("tags").join(" ");
    let words = instance.text("message/text");
    // An alert is one place for GitHub too, which follows it when lines move: its number is the anchor.
    let number = record.text("number");
    let hit = Hit {
        rule: &format!("{tool}/{id}"),
        title: &rule.first(&["description", "name"]),
        severity: ids::severity(&rule.first(&["security_severity_level", "severity"])),
        cwe: &tags,
        path: &instance.text("location/path"),
        line: instance.count("location/start_line"),
        anchor: &number,
        snippet: "",
    };
    let finding = Finding {
        description: paragraphs([words, rule.text("full_description")]),
        fix: text::body(&rule.text("help")),
        found_at: dates::date(&record.text("created_at")),
        seen_at: dates::date(&record.text("updated_at")),
        raw_id: super::number(record),
        tags: history(&[("branch", &instance.text("ref")), ("commit", &instance.text("commit_sha"))]),
        references: text::links([&*record.text("html_url"), &*rule.text("help_uri")]),
        suppressed: super::suppressed(
            &record.text("state"),
            &record.text("dismissed_reason"),
            &record.text("dismissed_comment"),
        ),
        ..hit.finding(super::repository(record, options))
    };
    record.tell(finding, out)
}

/// A secret scanning alert; the secret itself is not kept.
pub(super) fn secret(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let kind = record.text("secret_type");
    let validity = record.text("validity");
    let active = validity == "active";
    let secret = record.first(&["secret", "number"]);
    let leak = Leak {
        rule: &kind,
        title: &format!("Secret found: {}", record.first(&["secret_type_display_name", "secret_type"])),
        severity: if active { Severity::Critical } else { Severity::High },
        path: &record.text("first_location_detected/path"),
        line: record.count("first_location_detected/start_line"),
        secret: &secret,
    };
    let word = |key: &str, word: &str| record.is_true(key).then(|| word.to_owned());
    let finding = Finding {
        found_at: dates::date(&record.text("created_at")),
        confidence: text::name(&validity),
        raw_id: super::number(record),
        tags: [word("publicly_leaked", "publicly-leaked"), word("multi_repo", "multi-repo")]
            .into_iter()
            .flatten()
            .collect(),
        references: text::links([&*record.text("html_url")]),
        suppressed: super::suppressed(
            &record.text("state"),
            &record.text("resolution"),
            &record.text("resolution_comment"),
        ),
        ..leak.finding(super::repository(record, options))
    };
    record.tell_alone(finding, out)
}
