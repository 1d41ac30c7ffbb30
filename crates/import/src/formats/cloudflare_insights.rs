//! Cloudflare Security Center insights (API `/security-center/insights`): settings of zones and hosts that Cloudflare advises to change.
//! Insights that were dismissed carry that word.

use crate::common::layout::{Layout, Record, Told};
use crate::common::tree::Tree;
use crate::common::{assets, dates, head, ids, out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, AssetRef, Finding, Identifier, IdentifierKind, Locus, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "cloudflare_insights",
    name: "Cloudflare Security Insights",
    summary: "JSON of the API: risky settings by zone and host",
    extensions: &["json"],
    docs: "https://developers.cloudflare.com/api/resources/security_center/subresources/insights/",
    tool: "cloudflare",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout =
    Layout { lists: &["[]", "issues", "result/issues", "data/issues"], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let ours =
        |it: &[u8]| ["\"issue_class\"", "\"issue_type\"", "\"subject\""].iter().all(|key| head::has(it, key));
    let listed = keys.in_array && keys.has("issue_class") && ours(head);
    let wrapped = ["issues", "result", "data"].iter().filter_map(|key| keys.value(key)).any(ours);
    Sniff::when(listed || wrapped)
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (class, subject) = (record.text("issue_class"), record.text("subject"));
    if class.is_empty() {
        return Err("no issue_class".into());
    }
    let severity = match &*record.text("severity").to_lowercase() {
        // Low, moderate and critical are all there are.
        "moderate" => Severity::Medium,
        word => ids::severity(word),
    };
    let domain = || {
        let name = text::name(&subject);
        AssetRef::new(AssetKind::Domain, &name, Identifier::new(IdentifierKind::Fqdn, &name))
    };
    let url = assets::Url::parse(&subject).filter(|url| !url.scheme.is_empty());
    let asset = url.as_ref().and_then(assets::Url::web_application).or_else(domain);
    let kind = record.text("issue_type");
    let dismissed = record.is_true("dismissed");
    let weakness = WeaknessSeen { rule: text::name(&class), ..WeaknessSeen::default() };
    let finding = Finding {
        description: text::body(&kind.replace('_', " ")),
        fix: text::body(&record.text("resolve_text")),
        evidence: text::labelled([
            ("subject", &*subject),
            ("detected by", &*record.text("payload/detection_method")),
        ]),
        raw_id: text::some(&record.text("id")),
        found_at: dates::date(&record.text("since")),
        seen_at: dates::date(&record.text("timestamp")),
        tags: text::tags([("type", &*kind)]),
        references: text::links([&*record.text("resolve_link")]),
        suppressed: dismissed.then(|| "dismissed".to_owned()),
        ..Finding::new(
            text::title(&class.replace('_', " "), ""),
            severity,
            weakness,
            asset.unwrap_or_else(|| options.asset_or(AssetKind::Domain)),
            Locus::Whole,
        )
    };
    record.tell(finding, out)
}
