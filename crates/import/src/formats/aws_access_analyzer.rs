//! AWS IAM Access Analyzer (`aws accessanalyzer list-findings` and `list-findings-v2`): resources that others can reach, and access
//! that nobody uses. Archived and resolved findings are told as such.

use crate::common::layout::{Layout, Record, Told};
use crate::common::tree::{Tree, paragraphs};
use crate::common::{cloud, dates, ids, out::Out, text};
use crate::format::{Format, Head, Options, Sniff};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus, Severity};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "aws_access_analyzer",
    name: "AWS IAM Access Analyzer",
    summary: "JSON of list-findings: external and unused access to resources",
    extensions: &["json"],
    docs: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-findings.html",
    tool: "access-analyzer",
    sniff,
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &["findings"], ..Layout::of(&FORMAT) };

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let ours = head.has_all(&["\"resourceOwnerAccount\"", "\"analyzedAt\""]);
    Sniff::when(keys.has("findings") && ours)
}

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (id, resource) = (record.text("id"), record.text("resource"));
    if id.is_empty() {
        return Err("no id".into());
    }
    let kind = record.text("findingType");
    let public = record.is_true("isPublic");
    let principals = record.at("principal").as_object().into_iter().flatten();
    let principals: Vec<_> = principals.map(|(kind, who)| format!("{kind} {}", who.text(""))).collect();
    let who = if public { "everybody".to_owned() } else { principals.join(", ") };
    let rule = match (&*kind, public) {
        ("" | "ExternalAccess", true) => "public-access",
        ("" | "ExternalAccess", false) => "external-access",
        (kind, _) => kind,
    };
    let short = resource.rsplit([':', '/']).next().unwrap_or_default();
    let title = match rule {
        "public-access" | "external-access" => format!("{short} can be used by {who}"),
        other => format!("{other} of {short}"),
    };
    let actions = record.texts("action").join(", ");
    let account = record.text("resourceOwnerAccount");
    let asset =
        cloud::aws(&resource, "", &account, "").unwrap_or_else(|| options.asset_or(AssetKind::CloudResource));
    let locus = if principals.is_empty() {
        Locus::Whole
    } else {
        Locus::named("principal", &text::name(&principals.join(", ")))
    };
    // The service rates none of its older findings: what everybody can use is worse than what one partner can.
    let own = ids::severity(&record.text("severity"));
    let severity = match own {
        Severity::Unknown if public => Severity::High,
        Severity::Unknown if kind.is_empty() || kind == "ExternalAccess" => Severity::Medium,
        Severity::Unknown => Severity::Low,
        own => own,
    };
    let status = record.text("status").to_lowercase();
    let finding = Finding {
        description: paragraphs([
            format!("Actions: {actions}").trim_end_matches("Actions: "),
            &*record.text("error"),
        ]),
        evidence: text::body(&format!("{resource} by {who}")),
        raw_id: Some(text::name(&id)),
        found_at: dates::date(&record.text("createdAt")),
        seen_at: dates::date(&record.first(&["analyzedAt", "updatedAt"])),
        tags: cloud::tags(&account, cloud::region_of(&resource)),
        suppressed: match status.as_str() {
            "resolved" => Some(Finding::FIXED.to_owned()),
            "archived" => Some(status),
            _ => None,
        },
        ..Finding::new(
            text::title(&title, rule),
            severity,
            WeaknessSeen { rule: text::name(rule), cwe: vec![284], ..WeaknessSeen::default() },
            asset,
            locus,
        )
    };
    record.tell(finding, out)
}
