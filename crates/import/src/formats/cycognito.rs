//! CyCognito issues of its API (`/issues`): weaknesses of assets as they show from outside. Issues that were settled carry that word.

use crate::common::layout::{Layout, Record, Told};
use crate::common::tree::{Tree, cwes, links, paragraphs};
use crate::common::{assets, dates, head, ids, out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, AssetRef, Finding, Identifier, IdentifierKind, Locus};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "cycognito",
    name: "CyCognito",
    summary: "JSON issues of the API: weaknesses of exposed assets",
    extensions: &["json"],
    docs: "https://docs.cycognito.com/reference/issues",
    tool: "cycognito",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &["[]", "issues"], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let ours = |it: &[u8]| {
        ["\"affected_asset\"", "\"severity_score\"", "\"title\""].iter().all(|key| head::has(it, key))
    };
    let listed = keys.in_array && keys.has("affected_asset") && ours(head);
    Sniff::when(listed || keys.value("issues").is_some_and(ours))
}

/// `ip/10.0.0.7`, `domain/shop.example.org`, `webapp/https://...`, `cert/...`.
fn asset(named: &str) -> Option<AssetRef> {
    let (kind, name) = named.split_once('/').unwrap_or(("", named));
    match kind {
        "webapp" => assets::Url::parse(name)?.web_application(),
        "domain" => AssetRef::new(
            AssetKind::Domain,
            &text::name(name),
            Identifier::new(IdentifierKind::Fqdn, &text::name(name)),
        ),
        "ip" | "" => assets::machine([name], []),
        _ => assets::named(AssetKind::Application, name),
    }
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (title, kind) = (record.text("title"), record.text("issue_type"));
    let named = record.text("affected_asset");
    if title.is_empty() {
        return Err("no title".into());
    }
    let rule = text::name(&title).to_lowercase();
    let mut weakness = WeaknessSeen { rule, cwe: cwes(record.texts("cwe_ids")), ..WeaknessSeen::default() };
    record.texts("cve_ids").iter().for_each(|id| ids::push_id(&mut weakness.ids, id));
    let port = record.texts("affected_ports").first().and_then(|port| port.split('/').next()?.parse().ok());
    let word = record.text("severity");
    let severity = if word.is_empty() { record.text("severity_score") } else { word };
    let status = record.first(&["investigation_status", "status"]).to_lowercase();
    let settled = ["resolved", "removed", "false positive", "false_positive", "ignored", "accepted"];
    let finding = Finding {
        description: paragraphs([record.text("summary"), record.texts("potential_impact").join(", ").into()]),
        fix: text::body(&record.texts("remediation_steps").join("\n")),
        evidence: text::labelled([("asset", &*named), ("evidence", &*record.texts("evidence").join("\n"))]),
        raw_id: text::some(&record.text("id")),
        found_at: dates::date(&record.text("first_detected")),
        seen_at: dates::date(&record.text("last_detected")),
        confidence: text::name(&record.text("confidence")),
        tags: record
            .texts("tags")
            .iter()
            .map(|tag| text::name(tag))
            .chain(text::tags([("type", &*kind)]))
            .collect(),
        references: links(record.texts("references")),
        suppressed: settled.contains(&&*status).then_some(status),
        ..Finding::new(
            text::title(&title, ""),
            ids::severity(&severity),
            weakness,
            asset(&named).unwrap_or_else(|| options.asset_or(AssetKind::Host)),
            port.map_or(Locus::Whole, |port| Locus::port("tcp", port)),
        )
    };
    record.tell(finding, out)
}
