//! Orca Security: alerts of cloud resources, as the platform exports them (JSON, CSV). What is closed or dismissed says so.

use crate::common::layout::Layout;
use crate::common::table::{self};
use crate::common::tree::Tree;
use crate::common::{cloud, dates, head, ids, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, Finding, Locus, Severity};
use std::borrow::Cow;
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "orca_security",
    name: "Orca Security",
    summary: "JSON and CSV: alerts of cloud resources",
    extensions: &["json", "csv"],
    docs: "https://docs.orcasecurity.io/",
    tool: "orca-security",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

static PAGE: Layout = Layout { lists: &["data"], ..LAYOUT };

const COLUMNS: &[&str] = &["OrcaScore", "Title", "Category"];

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let listed = keys.holds("data", "\"OrcaScore\"");
    Sniff::when(
        listed
            || keys.has("OrcaScore") && keys.has_any(&["Title", "AlertType", "Inventory"])
            || head.csv(COLUMNS),
    )
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    if head::begins_json(input)? {
        let head = Head::peek(input)?;
        let page = head.keys().has("data");
        let layout = if page { &PAGE } else { &LAYOUT };
        return layout.parse(input, options, sink, |record, options, out| {
            let mut finding = alert(|keys| record.first(keys), options)?;
            record.texts("CveIds").iter().for_each(|cve| ids::push_id(&mut finding.weakness.ids, cve));
            finding.tags.extend(record.texts("Labels").iter().filter_map(|label| text::some(label)).take(50));
            record.tell(finding, out)
        });
    }
    table::parse(&FORMAT, COLUMNS, input, options, sink, |row, at, out| {
        let mut finding = alert(|keys| row.first(keys).to_owned().into(), options)?;
        finding.tags.extend(row.get("Labels").split(',').filter_map(text::some).take(50));
        out.summary.seen_at = out.summary.seen_at.max(finding.seen_at);
        Ok(out.finding(at, finding, Some(row.raw().as_bytes()))?)
    })
}

fn alert<'a>(get: impl Fn(&[&str]) -> Cow<'a, str>, options: &Options) -> Result<Finding, &'static str> {
    let (title, kind) = (get(&["Title"]), get(&["RuleId", "AlertType", "Title"]));
    if title.is_empty() && kind.is_empty() {
        return Err("neither Title nor AlertType");
    }
    // Orca's score is from 1 to 10, as that of CVSS.
    let severity = match ids::severity(&get(&["RiskLevel"])) {
        Severity::Unknown => get(&["OrcaScore"]).parse().map_or(Severity::Unknown, Severity::from_cvss),
        severity => severity,
    };
    let name = get(&["Inventory/Name", "Inventory.Name"]);
    let id = get(&["Inventory/AssetUniqueId", "Inventory.AssetUniqueId", "AssetUniqueId"]);
    let account = get(&["CloudAccount/Name", "CloudAccount.Name"]);
    let whole = format!("{account}/{name}");
    let asset = cloud::resource(if id.is_empty() { whole.trim_matches('/') } else { &id }, &name);
    let (category, status) = (get(&["Category"]), get(&["Status"]).to_lowercase());
    let over = ["closed", "dismissed", "snoozed"].contains(&status.as_str());
    let mut tags = cloud::tags(&account, "");
    tags.extend(text::tags([("category", &*category)]));
    let weakness = WeaknessSeen {
        ids: bartizan_model::weakness::cves_in(&format!("{title} {}", get(&["CveIds"]))),
        rule: text::name(&kind).to_lowercase(),
        ..WeaknessSeen::default()
    };
    Ok(Finding {
        description: text::body(&get(&["Description", "Details"])),
        fix: text::body(&get(&["Recommendation"])),
        evidence: text::labelled([("resource", &*name), ("source", &*get(&["Source", "AlertSource"]))]),
        raw_id: text::some(&get(&["AlertId"])),
        found_at: dates::date(&get(&["CreatedAt"])),
        seen_at: dates::date(&get(&["LastSeen"])),
        tags,
        suppressed: match status.as_str() {
            "closed" => Some(Finding::FIXED.to_owned()),
            _ => over.then_some(status),
        },
        ..Finding::new(
            text::title(&title, &kind),
            severity,
            weakness,
            asset.unwrap_or_else(|| options.asset_or(AssetKind::CloudResource)),
            Locus::Whole,
        )
    })
}
