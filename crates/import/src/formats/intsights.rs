//! IntSights (Rapid7 Threat Command): alerts as JSON and CSV.
//!
//! One finding per alert and asset; the rule is the kind of alert.

use crate::common::layout::Layout;
use crate::common::out::{Out, Stop};
use crate::common::table::{self};
use crate::common::tree::Tree;
use crate::common::{assets, dates, ids, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{AssetKind, AssetRef, Finding, Identifier, Locus, Timestamp};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "intsights",
    name: "IntSights / Threat Command",
    summary: "alerts as JSON and CSV: kind, source, assets, state",
    extensions: &["json", "csv"],
    docs: "https://docs.rapid7.com/threat-command/",
    tool: "intsights",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout { lists: &["Alerts[]"], ..Layout::of(&FORMAT) };
const COLUMNS: &[&str] = &["Alert ID", "Title", "Source Date (UTC)", "Network Type"];

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.object();
    let json = keys.is_empty_list("Alerts") || keys.holds("Alerts", "\"Details\"");
    Sniff::when(json || head.csv(COLUMNS))
}

/// An alert, from whichever file.
#[derive(Default)]
struct Alert<'a> {
    id: &'a str,
    kind: &'a str,
    title: &'a str,
    description: &'a str,
    severity: &'a str,
    source: &'a str,
    assets: Vec<String>,
    tags: Vec<String>,
    found: Option<Timestamp>,
    seen: Option<Timestamp>,
    /// Why it is closed, where it is.
    closed: Option<String>,
    link: &'a str,
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let head = Head::peek(input)?;
    if head.is_json() {
        return LAYOUT.parse(input, options, sink, |record, options, out| {
            let kind = [record.text("Details/Type"), record.text("Details/SubType")].join("/");
            let tags = record
                .at("Details/Tags")
                .items("")
                .iter()
                .filter_map(|tag| text::some(&tag.first(&["Name", ""])));
            let closed = record.is_true("Closed/IsClosed");
            let alert = Alert {
                id: &record.text("_id"),
                kind: &kind,
                title: &record.text("Details/Title"),
                description: &record.text("Details/Description"),
                severity: &record.text("Details/Severity"),
                source: &record.text("Details/Source/URL"),
                assets: record
                    .items("Assets")
                    .iter()
                    .filter_map(|asset| text::some(&asset.text("Value")))
                    .collect(),
                tags: tags.collect(),
                found: dates::date(&record.text("FoundDate")),
                seen: dates::date(&record.text("UpdateDate")),
                closed: closed.then(|| {
                    text::title(&record.first(&["Closed/CloseReason", "Closed/Reason"]), "closed")
                        .to_lowercase()
                }),
                ..Alert::default()
            };
            observe(&alert, record.raw, &record.at, options, out)
        });
    }
    table::parse(&FORMAT, COLUMNS, input, options, sink, |row, at, out| {
        let list = |name: &str| row.get(name).split([',', '\n']).filter_map(text::some).collect();
        let closed = row.get("Status").eq_ignore_ascii_case("closed");
        let alert = Alert {
            id: row.get("Alert ID"),
            kind: row.get("Type"),
            title: row.get("Title"),
            description: row.get("Description"),
            severity: row.get("Severity"),
            source: row.get("Source URL"),
            assets: list("Assets"),
            tags: list("Tags"),
            found: dates::month_first(row.get("Report Date (UTC)")),
            closed: closed.then(|| text::title(row.get("Closed Reason"), "closed").to_lowercase()),
            link: row.get("Alert Link"),
            ..Alert::default()
        };
        observe(&alert, row.raw().as_bytes(), at, options, out)
    })
}

fn asset(name: &str) -> Option<AssetRef> {
    // A range of addresses.
    if name.contains('/') {
        return assets::named(AssetKind::Host, name);
    }
    let identifier = Identifier::host(name)?;
    let address = identifier.kind == bartizan_model::IdentifierKind::Ip;
    let kind = if address { AssetKind::Host } else { AssetKind::Domain };
    AssetRef::new(kind, name, [identifier])
}

fn observe(
    alert: &Alert<'_>,
    raw: &[u8],
    at: &Place,
    options: &Options,
    out: &mut Out<'_>,
) -> Result<(), Stop> {
    let id = text::some(alert.id).ok_or("no id")?;
    let rule = text::some(&alert.kind.to_lowercase().replace(' ', "-")).unwrap_or_else(|| id.clone());
    let mut known: Vec<_> = alert.assets.iter().filter_map(|name| asset(name)).collect();
    if known.is_empty() {
        known.push(options.asset_or(AssetKind::Domain));
    }
    for asset in known {
        let weakness =
            WeaknessSeen { rule: rule.clone(), ids: ids::ids_in(alert.title), ..WeaknessSeen::default() };
        let finding = Finding {
            description: text::body(alert.description),
            evidence: text::labelled([("source", alert.source)]),
            raw_id: Some(id.clone()),
            seen_at: alert.seen.or(alert.found),
            found_at: alert.found,
            tags: alert.tags.clone(),
            references: text::links([alert.source, alert.link]),
            suppressed: alert.closed.clone(),
            ..Finding::new(
                text::title(alert.title, &rule),
                ids::severity(alert.severity),
                weakness,
                asset,
                Locus::named("alert", &id),
            )
        };
        out.summary.seen_at = out.summary.seen_at.max(finding.seen_at);
        out.finding(at, finding, Some(raw))?;
    }
    Ok(())
}
