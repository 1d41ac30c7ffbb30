//! Orca Security: alerts of cloud resources, as the platform exports them (JSON, CSV). What is closed or dismissed says so.

use crate::common::layout::{self, Layout};
use crate::common::table::Table;
use crate::common::tree::Tree;
use crate::common::{cloud, dates, head, ids, out::Out, text};
use crate::error::ParseError;
use crate::format::{Format, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
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

static LAYOUT: Layout =
    Layout { format: "orca_security", tool: "orca-security", version: ("", ""), heads: &[], lists: &[""] };

static PAGE: Layout = Layout { lists: &["data"], ..LAYOUT };

const COLUMNS: &[&str] = &["OrcaScore", "Title", "Category"];

fn sniff(head: &[u8]) -> Sniff {
    let ours = match head::Keys::of(head) {
        Some(keys) => {
            let listed = keys.value("data").is_some_and(|data| head::has(data, "\"OrcaScore\""));
            listed || keys.has("OrcaScore") && keys.has_any(&["Title", "AlertType", "Inventory"])
        }
        None => head::csv(head, COLUMNS),
    };
    if ours { Sniff::Yes } else { Sniff::No }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    if matches!(head::first_byte(input)?, Some(b'{' | b'[')) {
        let head = input.fill_buf().map_err(|source| ParseError::Io { at: Place::default(), source })?;
        let page = head::Keys::of(head).is_some_and(|keys| keys.has("data"));
        let layout = if page { &PAGE } else { &LAYOUT };
        return layout::parse(layout, input, &options.limits, sink, &mut |record, out| {
            let mut finding = alert(|keys| record.first(keys), options)?;
            record.texts("CveIds").iter().for_each(|cve| ids::push_id(&mut finding.weakness.ids, cve));
            finding.tags.extend(record.texts("Labels").iter().filter_map(|label| text::some(label)).take(50));
            record.tell(finding, out)
        });
    }
    let table = Table::open(input, &options.limits, FORMAT.id, COLUMNS)?;
    let mut out = Out::new(sink);
    out.source(FORMAT.tool, "");
    table.rows(&mut out, &mut |row, at, out| {
        let mut finding = alert(|keys| row.first(keys).to_owned().into(), options)?;
        finding.tags.extend(row.get("Labels").split(',').filter_map(text::some).take(50));
        out.summary.seen_at = out.summary.seen_at.max(finding.seen_at);
        Ok(out.finding(at, finding, Some(row.raw().as_bytes()))?)
    })?;
    out.finish(FORMAT.id)
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
