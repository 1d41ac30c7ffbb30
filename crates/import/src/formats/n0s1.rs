//! n0s1 JSON: secrets in tickets and pages of Jira, Confluence, Slack, Asana, Zendesk, Linear and others.
//!
//! What n0s1 shows of the secret is covered by it and not kept; its id of the finding is the anchor.

use crate::common::code::Leak;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::strings_found::history;
use crate::common::tree::Tree;
use crate::common::{assets, dates, head, loci, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::{AssetKind, Finding, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "n0s1",
    name: "n0s1",
    summary: "JSON: secrets in tickets, pages and chats",
    extensions: &["json"],
    docs: "https://github.com/spark1security/n0s1",
    tool: "n0s1",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout {
    version: ("tool", "version"),
    heads: &["tool", "scan_date"],
    lists: &["findings/*"],
    ..Layout::of(&FORMAT)
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.object();
    Sniff::when(
        head::has(keys.value("tool").unwrap_or_default(), "\"n0s1\"")
            || keys.has("regex_config") && keys.has_any(&["findings", "scan_date"]),
    )
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let about = record.at("details/matched_regex_config");
    let (rule, url) = (about.first(&["id", "description"]), record.text("url"));
    if rule.is_empty() {
        return Err("no matched_regex_config".into());
    }
    let id = record.text("id");
    let leak = Leak {
        rule: &rule,
        title: &about.first(&["description", "id"]),
        severity: Severity::High,
        path: &url,
        line: None,
        secret: if id.is_empty() { record.key } else { &id },
    };
    let web = assets::Url::parse(&url);
    let asset = options.asset.clone().or_else(|| web.as_ref().and_then(assets::Url::web_application));
    let mut finding = leak.finding(asset.unwrap_or_else(|| options.asset_or(AssetKind::WebApplication)));
    if let Some(web) = web {
        finding.locus = loci::route(&web.path, &record.text("details/ticket_field"));
    }
    let seen_at = record.head("scan_date").first(&["date_utc", "timestamp"]);
    let finding = Finding {
        raw_id: text::some(leak.secret),
        seen_at: dates::date(&seen_at),
        references: text::links([&*url]),
        tags: history(&[("platform", &record.text("details/platform"))]),
        ..finding
    };
    record.tell_alone(finding, out)
}
