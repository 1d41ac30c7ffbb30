//! Records of truffleHog 2, which truffleHog 3 and Rusty Hog took over: a reason, and the strings that matched it.

use super::code::Leak;
use super::tree::{Tree, Value};
use super::{assets, dates, loci, text};
use crate::format::Options;
use bartizan_model::{AssetKind, Finding, Severity};

/// What a record says, without the strings themselves: their digest stays as the anchor. `None` where it is no such record.
pub(crate) fn finding(record: &Value<'_>, options: &Options) -> Option<Finding> {
    let (rule, strings) = (record.text("reason"), record.texts("stringsFound"));
    if rule.is_empty() || !record.at("stringsFound").is_array() {
        return None;
    }
    let url = record.text("url");
    // A page or an issue, where it is no file: Confluence, Jira, Slack.
    let path = record.first(&["path", "url", "page_id", "issue_id"]);
    let secret = strings.join(" ");
    // Entropy is a guess, a pattern is not.
    let severity = if rule.to_lowercase().contains("entropy") { Severity::Medium } else { Severity::High };
    let leak = Leak {
        rule: &rule,
        title: &format!("Secret found: {rule}"),
        severity,
        path: &path,
        line: record.first(&["linenum", "new_line_num", "old_line_num"]).parse().ok(),
        secret: &secret,
    };
    let web = assets::Url::parse(&url).and_then(|url| {
        let page =
            if url.query.is_empty() { url.path.clone() } else { format!("{}?{}", url.path, url.query) };
        Some((url.web_application()?, page))
    });
    let finding = match web.filter(|_| record.text("path").is_empty() && options.asset.is_none()) {
        Some((asset, path)) => Leak { path: &path, ..leak }.finding(asset),
        None => leak.finding(options.asset_or(AssetKind::Repository)),
    };
    Some(Finding {
        evidence: paragraph(record, &path),
        tags: history(&[("commit", &record.text("commitHash")), ("branch", &record.text("branch"))]),
        found_at: dates::date(&record.text("date")),
        references: text::links([&*url]),
        ..finding
    })
}

/// Where in the history of a repository a secret was found, as tags.
pub(crate) fn history(told: &[(&str, &str)]) -> Vec<String> {
    let told = told.iter().filter(|(_, value)| !value.is_empty());
    told.map(|(name, value)| format!("{name}:{}", text::name(value))).collect()
}

fn paragraph(record: &Value<'_>, path: &str) -> String {
    let count = record.texts("stringsFound").len();
    let part = record.text("location");
    let place = if part.is_empty() {
        loci::path(path)
    } else {
        format!("{} of {}", text::name(&part), loci::path(path))
    };
    format!("{count} matching strings in {place}; they are not kept")
}
