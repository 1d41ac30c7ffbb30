//! RiskRecon (Mastercard): findings about the internet-facing hosts of a company, from its API.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::Tree;
use crate::common::{assets, dates, ids, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "risk_recon",
    name: "RiskRecon",
    summary: "JSON of the API: findings about internet-facing hosts",
    extensions: &["json"],
    docs: "https://developer.mastercard.com/riskrecon-api/documentation/",
    tool: "risk-recon",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &["[]", "findings", "data"], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let marked = ["\"security_criteria\"", "\"security_domain\"", "\"finding_id\""];
    Sniff::when(head.is_json() && head.has_all(&marked))
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (words, criteria) = (record.text("finding"), record.text("security_criteria"));
    if words.is_empty() && criteria.is_empty() {
        return Err("neither finding nor security_criteria".into());
    }
    let (host, domain, ip) =
        (record.said("host_name"), record.said("domain_name"), record.said("ip_address"));
    let name = if host.is_empty() { &domain } else { &host };
    let asset = assets::machine([&**name, &*ip], []).or_else(|| options.asset.clone());
    let rule = if criteria.is_empty() { words.clone() } else { criteria.clone() };
    let mut weakness = WeaknessSeen { rule: text::name(&rule).to_lowercase(), ..WeaknessSeen::default() };
    weakness.ids = ids::ids_in(&words).into_iter().filter(|id| id.starts_with("CVE-")).collect();
    let labels = ["finding_context", "finding_data_value", "hosting_provider", "country_name", "asset_value"];
    let texts = labels.map(|key| (key, record.text(key)));
    let told = texts.iter().map(|(key, value)| (key.replace('_', " "), &**value)).collect::<Vec<_>>();
    let (area, priority) = (record.text("security_domain"), record.text("priority"));
    let status = record.first(&["status", "state"]).to_lowercase();
    let over = ["resolved", "closed", "false positive", "false_positive", "risk accepted", "risk_accepted"];
    let at = text::name(&record.first(&["finding_data_value", "finding"]));
    let finding = Finding {
        fix: text::body(&record.text("mitigation")),
        evidence: text::labelled(told.iter().map(|(label, value)| (label.as_str(), *value))),
        raw_id: text::some(&record.text("finding_id")),
        found_at: dates::date(&record.text("first_seen")),
        seen_at: dates::date(&record.first(&["last_seen", "analysis_run_date"])),
        tags: text::tags([
            ("domain", &*area),
            ("priority", &*priority),
            ("company", &*record.first(&["vendor", "toe_name"])),
        ]),
        suppressed: over.contains(&&*status).then(|| text::name(&status)),
        ..Finding::new(
            text::title(&words, &rule),
            ids::severity(&record.text("severity")),
            weakness,
            asset.unwrap_or_else(|| options.asset_or(AssetKind::Host)),
            Locus::named("finding", &at),
        )
    };
    record.tell(finding, out)
}
