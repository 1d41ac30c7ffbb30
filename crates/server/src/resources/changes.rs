//! What changed lately: what each run did, and beside it what people and feeds did.

use super::events::EventView;
use super::runs::{Run, run};
use crate::error::ApiError;
use crate::page::Time;
use crate::state::Shared;
use bartizan_app::{Event, Reader, RunRow, StoreError};
use bartizan_model::{RunId, Timestamp};
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

/// It goes back so many days.
const DAYS: i64 = 1;
/// Lines beside those of the runs.
const LINES: usize = 30;
/// Runs that are told.
const RUNS: usize = 500;
/// Events that are looked at; a day has fewer but for a thousand imports.
const EVENTS: usize = 10_000;
/// Rows that are read at once.
const PAGE: i64 = 250;

/// What changed within the last day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Since {
    at: Time,
    opened: i64,
    fixed: i64,
    reopened: i64,
    /// The runs that ended, newest first.
    runs: Vec<RunChange>,
    /// What else happened, newest first.
    changes: Vec<EventView>,
    /// Whether more happened than was looked at: then runs are missing, and the numbers are lower bounds.
    more: bool,
}

/// What a run did.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RunChange {
    run: Run,
    #[serde(flatten)]
    beside: Beside,
}

/// What the events of a run tell of other things than exposures.
#[derive(Debug, Default, Clone, Copy, Serialize, ToSchema)]
pub(crate) struct Beside {
    /// The last of them.
    seq: i64,
    /// Assets that nobody knew of before.
    assets_found: i64,
    /// Assets of which it told something else than was known.
    assets_changed: i64,
    /// Whether it told other facts than were known: of accounts, rights, networks.
    facts_changed: bool,
}

/// What changed within the last day.
pub(super) fn since(state: &Shared) -> Result<Since, ApiError> {
    let at = state.app.now().plus_days(-DAYS);
    let (events, (runs, more_runs)) =
        state.app.read(|reader| Ok((events(reader, at)?, runs(reader, at)?)))?;
    let more = more_runs || events.len() >= EVENTS;
    let count = |kind: &str| events.iter().filter(|event| event.kind == kind).map(|event| event.count).sum();
    let mut of_runs: HashMap<RunId, Beside> = HashMap::new();
    for event in &events {
        let Some(run) = event.run else { continue };
        let beside = of_runs.entry(run).or_default();
        beside.seq = beside.seq.max(event.seq.0);
        match event.kind.as_str() {
            "asset.found" => beside.assets_found += event.count,
            "asset.changed" => beside.assets_changed += event.count,
            "facts.changed" => beside.facts_changed = true,
            _ => {}
        }
    }
    let change = |row: RunRow| {
        let beside = of_runs.get(&row.id).copied().unwrap_or_default();
        RunChange { run: run(state, row), beside }
    };
    Ok(Since {
        at: at.into(),
        opened: count("exposure.opened"),
        fixed: count("exposure.fixed"),
        reopened: count("exposure.reopened"),
        runs: runs.into_iter().map(change).collect(),
        changes: events.into_iter().filter(is_beside).take(LINES).map(EventView::from).collect(),
        more,
    })
}

/// Whether an event is a line of its own: what runs do to exposures and assets is told of the run.
fn is_beside(event: &Event) -> bool {
    let told_of_run = ["run.", "asset.found", "asset.changed", "facts."];
    let of_run = event.run.is_some() && told_of_run.iter().any(|kind| event.kind.starts_with(kind));
    let derived = ["opened", "reopened", "updated", "fixed", "seen"];
    let of_exposures = event.kind.strip_prefix("exposure.").is_some_and(|verb| derived.contains(&verb));
    !of_run && !of_exposures && !event.kind.starts_with("account.")
}

/// The events from then on, newest first.
fn events(reader: &mut Reader<'_>, at: Timestamp) -> Result<Vec<Event>, StoreError> {
    let mut all: Vec<Event> = Vec::new();
    loop {
        let page = reader.events_before(all.last().map(|event| event.seq), "", None, PAGE)?;
        let known = all.len();
        all.extend(page.into_iter().take_while(|event| event.at >= at));
        // A page of which some are older, or that is not full, is the last.
        if all.len() - known < PAGE as usize || all.len() >= EVENTS {
            return Ok(all);
        }
    }
}

/// The runs that ended from then on, newest first; and whether there may be more.
fn runs(reader: &mut Reader<'_>, at: Timestamp) -> Result<(Vec<RunRow>, bool), StoreError> {
    let mut all = reader.runs(None, RUNS as i64)?;
    let more = all.len() == RUNS && all.last().is_some_and(|oldest| oldest.started_at >= at);
    all.retain(|row| row.finished_at.is_some_and(|ended| ended >= at));
    Ok((all, more))
}
