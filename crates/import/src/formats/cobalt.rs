//! Cobalt: findings of penetration tests, from the API and as CSV.
//!
//! One finding per target; the rule is the finding's own id, as a tester wrote it for this place. A CSV escapes its cells with an
//! apostrophe, which is taken off.

use crate::common::layout::{Layout, Record, Told};
use crate::common::out::{Out, Stop};
use crate::common::table::{self, Row};
use crate::common::tree::{Tree, Value};
use crate::common::{dates, ids, text, web};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{Finding, Severity};
use std::io::BufRead;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "cobalt",
    name: "Cobalt.io",
    summary: "findings of penetration tests: API answers and CSV export",
    extensions: &["json", "csv"],
    docs: "https://docs.cobalt.io/cobalt-api/documentation/",
    tool: "cobalt",
    sniff,
    parse,
};

static LAYOUT: Layout = Layout { lists: &["data[]"], ..Layout::of(&FORMAT) };
const COLUMNS: &[&str] = &["Token", "Tag", "Title", "CriticalityJustification", "StepsToReproduce"];

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.keys();
    let json = keys.holds("data", "\"resource\"")
        && keys.holds_any("data", &["\"pentest_id\"", "\"affected_targets\""]);
    Sniff::when(json || head.csv(COLUMNS))
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let head = Head::peek(input)?;
    if head.is_json() {
        return LAYOUT.parse(input, options, sink, answer);
    }
    table::parse(&FORMAT, COLUMNS, input, options, sink, |row, at, out| self::row(row, at, options, out))
}

/// What a state says of whether the finding stands.
fn suppressed(state: &str) -> Option<String> {
    let word = match state.to_ascii_lowercase().as_str() {
        "valid_fix" | "fixed" => Finding::FIXED,
        "invalid" => "false positive",
        "duplicate" => "duplicate",
        "wont_fix" => "risk accepted",
        "out_of_scope" => "out of scope",
        _ => return None,
    };
    Some(word.to_owned())
}

fn answer(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let it = record.at("resource");
    let id = text::some(&it.text("id")).ok_or("no resource/id")?;
    let targets = match it.texts("affected_targets") {
        targets if targets.is_empty() => vec!["".into()],
        targets => targets,
    };
    let log = it.items("log");
    let time = |entry: Option<&Value<'_>>| entry.and_then(|entry| dates::date(&entry.text("timestamp")));
    let category = it.text("type_category");
    let severity = match &*it.text("severity") {
        "" => Severity::Info,
        word => ids::severity(word),
    };
    for target in targets {
        let (asset, locus) = web::spot(&target, "", options);
        let weakness = WeaknessSeen { rule: id.clone(), ..WeaknessSeen::default() };
        let labels = it.texts("labels").into_iter().filter_map(|label| text::some(&label));
        let finding = Finding {
            description: text::body(&it.text("description")),
            fix: text::body(&it.text("suggested_fix")),
            evidence: text::body(&it.text("proof_of_concept")),
            raw_id: Some(id.clone()),
            seen_at: time(log.last()),
            found_at: time(log.first()),
            tags: labels.chain(text::some(&category).map(|it| format!("category:{it}"))).collect(),
            references: text::links([&*record.text("links/ui/url")]),
            suppressed: suppressed(&it.text("state")),
            ..Finding::new(text::title(&it.text("title"), &id), severity, weakness, asset, locus)
        };
        record.tell(finding, out)?;
    }
    Ok(())
}

fn row(row: &Row<'_>, at: &Place, options: &Options, out: &mut Out<'_>) -> Result<(), Stop> {
    let of = |name: &str| row.get(name).trim_start_matches('\'').trim();
    let id = text::some(of("Token")).ok_or("no Token")?;
    let (asset, locus) = web::spot(of("BrowserUrl"), "", options);
    let weakness = WeaknessSeen { rule: id.clone(), ..WeaknessSeen::default() };
    let fixed = suppressed(of("EvaluatedResult"));
    let finding = Finding {
        description: text::paragraphs([
            of("Description"),
            of("CriticalityJustification"),
            of("Prerequisites"),
        ]),
        fix: text::body(of("SuggestedFix")),
        evidence: text::paragraphs([of("StepsToReproduce"), of("HttpRequest"), of("RequestParams")]),
        raw_id: Some(id.clone()),
        found_at: dates::date(of("CreatedAt")),
        tags: text::some(of("Type")).map(|kind| format!("category:{kind}")).into_iter().collect(),
        references: text::links([of("ReportUrl")]),
        suppressed: fixed,
        ..Finding::new(text::title(of("Title"), &id), Severity::Info, weakness, asset, locus)
    };
    Ok(out.finding(at, finding, Some(row.raw().as_bytes()))?)
}
