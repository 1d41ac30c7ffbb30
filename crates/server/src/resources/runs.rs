//! Runs: imports and collections, with what they did, covered and could not look at.

use super::exposures::{ExposureRow, rows};
use crate::error::ApiError;
use crate::extract::{Json, Params, Path};
use crate::page::{List, Pages, Time, cut};
use crate::state::{AppState, Shared};
use axum::extract::State;
use bartizan_app::prioritize::Sort;
use bartizan_app::{Event, NoteKind, RunRow, RunState};
use bartizan_model::{Checks, ExposureId, Loci, Locus, RunId};
use serde::Serialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// A run.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Run {
    id: i64,
    /// `import`, `discover` or `demo`.
    kind: String,
    /// The tool, once it is known.
    #[schema(required)]
    source: Option<String>,
    /// File name or target.
    label: String,
    /// `running`, `finished`, `failed`, `cancelled` or `interrupted`.
    state: &'static str,
    /// Who started it.
    by: String,
    started_at: Time,
    #[schema(required)]
    finished_at: Option<Time>,
    /// How long it took, or takes so far.
    #[schema(required)]
    seconds: Option<f64>,
    findings: i64,
    created: i64,
    updated: i64,
    unchanged: i64,
    reopened: i64,
    closed: i64,
    assets: i64,
    /// Findings that the tool itself set aside.
    suppressed: i64,
    rejected: i64,
    gaps: i64,
    #[schema(required)]
    bytes: Option<i64>,
    /// Records taken in while it runs; `null` before the first and after the last.
    #[schema(required)]
    records: Option<u64>,
    /// 0 to 1 while it runs; `null` where it is not known.
    #[schema(required)]
    progress: Option<f64>,
    /// Why it failed.
    #[schema(required)]
    error: Option<String>,
}

/// A run in full.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RunView {
    #[serde(flatten)]
    run: Run,
    /// What it did to exposures, the most telling first.
    did: Vec<Did>,
    /// What it provably looked at; the first 1,000.
    coverage: Vec<CoverageRow>,
    gap_list: Vec<GapRow>,
    rejected_list: Vec<RejectedRow>,
}

/// What a run did to some exposures.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Did {
    /// `opened`, `reopened`, `fixed` or `updated`.
    verb: &'static str,
    /// How many, also of those that are gone or part of another one by now.
    total: i64,
    /// The first of them, the most urgent first.
    exposures: Vec<ExposureRow>,
}

/// What was looked at on one asset.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CoverageRow {
    asset: String,
    /// In words.
    checks: String,
    /// In words.
    loci: String,
}

/// Something that could not be looked at.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GapRow {
    what: String,
    why: String,
}

/// A record that could not be used.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RejectedRow {
    at: String,
    reason: String,
}

/// What a run does to exposures, as the event log calls it.
const VERBS: [&str; 4] = ["opened", "reopened", "fixed", "updated"];
/// Exposures that are shown of each.
const FIRST: usize = 20;

/// A page of runs, newest first.
#[utoipa::path(get, path = "/runs", operation_id = "runs", tag = "runs", params(Pages), responses((status = 200, body = List<Run>)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    Params(pages): Params<Pages>,
) -> Result<Json<List<Run>>, ApiError> {
    let (limit, after) = (pages.limit()?, pages.after::<RunId>()?);
    let page = state
        .call(move |state| {
            let (total, rows) =
                state.app.read(|reader| Ok((reader.run_count()?, reader.runs(after, limit as i64 + 1)?)))?;
            let (rows, next) = cut(rows, limit, |row| row.id.0);
            let total = u64::try_from(total).unwrap_or_default();
            Ok(List { total, items: rows.into_iter().map(|row| run(state, row)).collect(), next })
        })
        .await?;
    Ok(Json(page))
}

/// One run with what it covered.
#[utoipa::path(get, path = "/runs/{id}", operation_id = "run", tag = "runs", params(("id" = i64, Path)), responses((status = 200, body = RunView)))]
pub(crate) async fn show(
    State(state): State<AppState>,
    Path(id): Path<i64>,
) -> Result<Json<RunView>, ApiError> {
    let id = RunId(id);
    let view = state
        .call(move |state| {
            let (row, notes, coverage, events) = state.app.read(|reader| {
                Ok((reader.run(id)?, reader.run_notes(id)?, reader.run_coverage(id)?, reader.events_of(id)?))
            })?;
            let (gaps, rejected): (Vec<_>, Vec<_>) =
                notes.into_iter().partition(|note| note.kind == NoteKind::Gap);
            Ok(RunView {
                run: run(state, row),
                did: did(state, &events)?,
                coverage: coverage
                    .into_iter()
                    .map(|row| CoverageRow {
                        asset: row.asset,
                        checks: checks_words(&row.checks),
                        loci: match row.vantage.filter(|name| !name.is_empty()) {
                            Some(vantage) => format!("{}, looking at {vantage}", loci_words(&row.loci)),
                            None => loci_words(&row.loci),
                        },
                    })
                    .collect(),
                gap_list: gaps.into_iter().map(|note| GapRow { what: note.what, why: note.why }).collect(),
                rejected_list: rejected
                    .into_iter()
                    .map(|note| RejectedRow { at: note.what, reason: note.why })
                    .collect(),
            })
        })
        .await?;
    Ok(Json(view))
}

fn did(state: &Shared, events: &[Event]) -> Result<Vec<Did>, ApiError> {
    let mut all = Vec::new();
    for verb in VERBS {
        let of_verb = |event: &&Event| event.kind.strip_prefix("exposure.") == Some(verb);
        let events: Vec<_> = events.iter().filter(of_verb).collect();
        let total = events.iter().map(|event| event.count).sum();
        if total > 0 {
            let estate = state.app.estate()?;
            let ids = events.iter().flat_map(|event| event.subjects.iter()).map(ExposureId);
            let page = estate.page(&estate.rows_by_id(ids), Sort::default(), None, FIRST);
            drop(estate);
            all.push(Did { verb, total, exposures: rows(state, &page.ids)? });
        }
    }
    Ok(all)
}

pub(crate) fn run(state: &Shared, row: RunRow) -> Run {
    let running = row.state == RunState::Running;
    let progress = state.app.progress(row.id).filter(|_| running);
    let until = row.finished_at.unwrap_or_else(|| state.app.now());
    let seconds = (until.micros() - row.started_at.micros()).max(0) as f64 / 1e6;
    let share = |bytes: u64, total: u64| (total > 0).then(|| (bytes as f64 / total as f64).min(1.0));
    Run {
        id: row.id.0,
        kind: row.kind,
        source: row.source,
        label: row.label,
        state: row.state.as_str(),
        by: row.actor,
        started_at: row.started_at.into(),
        finished_at: row.finished_at.map(Time),
        seconds: (running || row.finished_at.is_some()).then_some(seconds),
        findings: row.tally.findings,
        created: row.tally.created,
        updated: row.tally.updated,
        unchanged: row.tally.unchanged,
        reopened: row.tally.reopened,
        closed: row.tally.closed,
        assets: row.tally.assets,
        suppressed: row.tally.suppressed,
        rejected: row.rejected,
        gaps: row.gaps,
        bytes: match progress {
            Some(progress) => i64::try_from(progress.bytes).ok(),
            None => (row.bytes > 0).then_some(row.bytes),
        },
        records: progress.map(|progress| progress.records).filter(|records| *records > 0),
        progress: progress.and_then(|progress| share(progress.bytes, progress.total_bytes)),
        error: row.error,
    }
}

fn checks_words(json: &str) -> String {
    match serde_json::from_str::<Checks>(json) {
        Ok(Checks::All) => "everything this source can report".to_owned(),
        Ok(Checks::Only(keys)) => first(&keys),
        Ok(Checks::Rules(rules)) => format!("what it reports by {}", first(&rules)),
        Err(_) => json.to_owned(),
    }
}

/// The first twenty, and how many more there are.
fn first(names: &BTreeSet<String>) -> String {
    let some: Vec<&str> = names.iter().take(20).map(String::as_str).collect();
    match names.len() - some.len() {
        0 => some.join(", "),
        more => format!("{} and {more} more", some.join(", ")),
    }
}

fn loci_words(json: &str) -> String {
    match serde_json::from_str::<Loci>(json) {
        Ok(Loci::All) => "all of it".to_owned(),
        Ok(Loci::Ports { protocol, ranges }) => {
            let range = |(low, high): &(u16, u16)| {
                if low == high { low.to_string() } else { format!("{low}-{high}") }
            };
            let shown: Vec<String> = ranges.iter().take(50).map(range).collect();
            let more = ranges.len().saturating_sub(shown.len());
            let rest = if more > 0 { format!(" and {more} more ranges") } else { String::new() };
            format!("{protocol} ports {}{rest}", shown.join(", "))
        }
        Ok(Loci::Packages(kinds)) => {
            format!("packages: {}", kinds.into_iter().collect::<Vec<_>>().join(", "))
        }
        Ok(Loci::Only(loci)) => {
            let shown: Vec<String> = loci.iter().take(20).map(Locus::to_string).collect();
            let more = loci.len().saturating_sub(shown.len());
            let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
            match shown.iter().all(String::is_empty) {
                true => "it as a whole".to_owned(),
                false => format!("{}{rest}", shown.join(", ")),
            }
        }
        Ok(Loci::Facts) => "what is told of it: attributes and relations".to_owned(),
        Ok(Loci::Records(told)) => {
            let told: Vec<_> = told.into_iter().map(|(name, value)| format!("{name} {value}")).collect();
            format!("the whole list of what is in it: {}", told.join(", "))
        }
        Err(_) => json.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coverage_is_told_in_words() {
        assert_eq!(checks_words("\"all\""), "everything this source can report");
        assert_eq!(checks_words(r#"{"only":["a","b"]}"#), "a, b");
        assert_eq!(
            loci_words(r#"{"ports":{"protocol":"tcp","ranges":[[1,1024],[3389,3389]]}}"#),
            "tcp ports 1-1024, 3389"
        );
        assert_eq!(loci_words("nonsense"), "nonsense");
    }
}
