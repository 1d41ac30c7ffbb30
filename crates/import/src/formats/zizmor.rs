//! zizmor JSON (`zizmor --format json`): weaknesses of GitHub Actions workflows.
//!
//! The place is the file and the part of the workflow that zizmor names (`jobs.build.steps.2`); ignored findings carry that word.

use crate::common::code::Hit;
use crate::common::layout::{Layout, Record, Told};
use crate::common::out::Out;
use crate::common::tree::{Tree, Value};
use crate::common::{ids, text};
use crate::format::{Format, Options, Sniff};
use bartizan_model::{AssetKind, Finding};

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "zizmor",
    name: "zizmor",
    summary: "JSON: weaknesses of GitHub Actions workflows",
    extensions: &["json"],
    docs: "https://docs.zizmor.sh/",
    tool: "zizmor",
    sniff: |head| Sniff::when(head.listed().has_all(&["ident", "determinations"])),
    parse: |input, options, sink| LAYOUT.parse(input, options, sink, found),
};

static LAYOUT: Layout = Layout { lists: &[""], ..Layout::of(&FORMAT) };

fn found(record: &Record<'_>, options: &Options, out: &mut Out<'_>) -> Told {
    let (rule, words) = (record.text("ident"), record.text("desc"));
    if rule.is_empty() {
        return Err("no ident".into());
    }
    let locations = record.items("locations");
    let place = locations.iter().find(|it| it.text("symbolic/kind") == "Primary").or(locations.first());
    let place = place.unwrap_or(&Value::Null);
    // `{"Local": {"given_path": ...}}`, or a remote repository with its path.
    let source =
        place.at("symbolic/key").as_object().and_then(|key| key.values().next()).unwrap_or(&Value::Null);
    let route =
        place.at("symbolic/route/route").as_array().or(place.at("symbolic/route/components").as_array());
    let route: Vec<_> =
        route.into_iter().flatten().map(|step| step.first(&["Key", "Index", ""]).into_owned()).collect();
    let code = place.text("concrete/feature");
    let row = place.number("concrete/location/start_point/row");
    let hit = Hit {
        rule: &rule,
        title: &words,
        severity: ids::severity(&record.text("determinations/severity")),
        cwe: "",
        path: &source.first(&["given_path", "path"]),
        line: row.map(|row| row as u64 + 1),
        anchor: &route.join("."),
        snippet: &code,
    };
    let annotation = place.text("symbolic/annotation");
    let finding = Finding {
        description: text::paragraphs([&*words, &annotation]),
        confidence: text::name(&record.text("determinations/confidence")),
        references: text::links([&*record.text("url")]),
        suppressed: record.is_true("ignored").then(|| "ignored".to_owned()),
        ..hit.finding(options.asset_or(AssetKind::Repository))
    };
    record.tell(finding, out)
}
