//! `bartizan top`: what to fix first.

use crate::failure::Failure;
use crate::home::Home;
use crate::out::{self, Column, Out, Table};
use crate::selection::selection;
use bartizan_app::doubts;
use bartizan_app::prioritize::{Band, Decision, Sort, View};
use bartizan_model::query;
use bartizan_model::{ExposureId, Severity, Status, Timestamp};
use clap::Args;
use console::Style;
use serde::Serialize;

/// More than this is an export, not a list of what to do first.
const MAX_LIMIT: u16 = 10_000;

/// Lists what to fix first.
#[derive(Debug, Args)]
#[command(after_long_help = query_help())]
pub(crate) struct Top {
    /// Which exposures, in the query language; the open ones, unless it speaks of `status`
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// How many
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=MAX_LIMIT.into()))]
    limit: u16,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// One exposure: the keys that scripts rely on, and some more.
#[derive(Serialize)]
struct Row {
    id: ExposureId,
    weakness: String,
    title: String,
    asset: String,
    locus: String,
    severity: Severity,
    priority: f64,
    interval: [f64; 2],
    band: Band,
    ssvc: Decision,
    status: Status,
    first_seen: Timestamp,
    last_seen: Timestamp,
    sightings: u16,
    sources: Vec<String>,
    owner: Option<String>,
}

#[derive(Serialize)]
struct List {
    total: usize,
    exposures: Vec<Row>,
    /// What the list cannot rest on: feeds that are missing, old or incomplete.
    doubts: Vec<String>,
}

impl From<View> for Row {
    fn from(view: View) -> Self {
        Self {
            id: view.id,
            weakness: view.weakness_key,
            title: view.title,
            asset: view.asset_name,
            locus: view.locus.to_string(),
            severity: view.severity,
            priority: view.priority,
            interval: view.interval,
            band: view.band,
            ssvc: view.ssvc,
            status: view.status,
            first_seen: view.first_seen,
            last_seen: view.last_seen,
            sightings: view.sightings,
            sources: view.sources,
            owner: view.owner,
        }
    }
}

impl Top {
    /// Lists them.
    pub(crate) fn run(&self, home: &Home) -> Result<(), Failure> {
        // A query that cannot be read should not first load everything.
        let query = selection(&self.query.join(" "))?;
        let app = home.open_to_read()?;
        let estate = app.estate()?;
        let page = estate.search(&query, Sort::default(), None, self.limit.into(), app.now());
        let exposures = page.ids.iter().filter_map(|id| estate.view(*id)).map(Row::from).collect();
        let doubts = doubts(&app.feed_states()?, app.now());
        let list = List { total: page.total, exposures, doubts };
        let mut out = Out::new();
        if self.json {
            out.json(&list)?;
        } else if list.total == 0 {
            out.line(match estate.is_empty() {
                true => "Nothing is known yet. Start with `bartizan discover host` or `bartizan import REPORT...`.",
                false => "No exposure fits. `bartizan top --help` explains the query language.",
            })?;
        } else {
            out.table(&table(&list.exposures))?;
            if list.total > list.exposures.len() {
                out.line(format!("{} of {}; `--limit` shows more.", list.exposures.len(), list.total))?;
            }
            out::doubts(&list.doubts, &mut out)?;
        }
        out.flush()
    }
}

fn table(rows: &[Row]) -> Table {
    let columns = [
        ("id", Column::Number),
        ("score", Column::Number),
        ("band", Column::Words),
        ("severity", Column::Words),
        ("weakness", Column::Text),
        ("asset", Column::Text),
        ("where", Column::Text),
        ("title", Column::Text),
    ];
    let mut table = Table::new(&columns);
    for row in rows {
        let style = match row.band {
            Band::ActNow => Style::new().red(),
            Band::Plan => Style::new().yellow(),
            Band::Watch => Style::new(),
            Band::Low => Style::new().dim(),
        };
        let cells = [
            row.id.to_string(),
            format!("{:.0}", row.priority.floor()),
            row.band.title().to_owned(),
            row.severity.to_string(),
            row.weakness.clone(),
            row.asset.clone(),
            row.locus.clone(),
            row.title.clone(),
        ];
        table.styled(style, cells);
    }
    table
}

fn query_help() -> String {
    format!(
        "The query language:\n\
         Terms are AND-ed; OR, NOT (or a leading -) and parentheses combine them; a comma lists alternatives, * stands\n\
         for anything, quotes take a text as it is. A word without a field is looked for in titles, ids and asset names.\n\n\
         \x20 bartizan top severity:critical,high kev:true\n\
         \x20 bartizan top 'asset:web* (epss:>0.1 OR exploitation:>=poc)'\n\
         \x20 bartizan top -- -scope:lab\n\n{}",
        fields()
    )
}

fn fields() -> String {
    let width = query::FIELDS.iter().map(|field| field.name.len()).max().unwrap_or_default();
    let line =
        |field: &query::FieldInfo| format!("  {:width$}  {} {}\n", field.name, field.doc, field.example);
    query::FIELDS.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_open_ones_unless_the_query_says() {
        assert_eq!(selection("").unwrap(), "status:open".parse().unwrap());
        assert_eq!(selection("kev:true").unwrap(), "kev:true status:open".parse().unwrap());
        assert_eq!(selection("kev:true -status:open").unwrap(), "kev:true -status:open".parse().unwrap());
        let failure = selection("owner:me").unwrap_err().to_string();
        assert!(failure.contains("write a name"), "{failure}");
        let failure = selection("sverity:high").unwrap_err().to_string();
        assert!(failure.contains("sverity") && failure.contains("--help"), "{failure}");
    }
}
