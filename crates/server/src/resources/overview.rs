//! The overview: what matters now, what changed, what is not known.

use super::changes::{Since, since};
use super::exposures::{ExposureRow, rows};
use super::feeds::{Feed, needed};
use super::runs::{Run, run};
use crate::error::ApiError;
use crate::extract::Json;
use crate::page::Time;
use crate::state::{AppState, Shared};
use axum::extract::State;
use bartizan_app::prioritize::{Count, Sort, Summary};
use bartizan_app::{FeedState, advise};
use bartizan_model::ExposureId;
use serde::Serialize;
use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, PoisonError};
use utoipa::ToSchema;

/// So many times more exposures are looked at for "next" than are shown, since many may be alike.
const ALIKE: usize = 40;
/// Exposures under "next".
const NEXT: usize = 5;
/// Fixes that are listed.
const FIXES: usize = 8;
/// Days of the trend.
const DAYS: i64 = 30;

/// The overview.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Overview {
    generated_at: Time,
    open: OpenCounts,
    by_band: BTreeMap<String, u64>,
    by_severity: BTreeMap<String, u64>,
    since: Since,
    next: Vec<NextStep>,
    fixes: Vec<FixGroup>,
    trend: Vec<TrendDay>,
    unknown: Vec<UnknownShare>,
    feeds: Vec<Feed>,
    runs: Vec<Run>,
    /// Hosts whose configuration was collected.
    hosts: usize,
    /// Whether there is demonstration data.
    demo: bool,
}

/// Open exposures by SSVC decision.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct OpenCounts {
    total: u64,
    act: u64,
    attend: u64,
    track_star: u64,
    track: u64,
}

/// One of the most urgent exposures.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NextStep {
    exposure: ExposureRow,
    /// Why it is urgent.
    why: String,
    /// What to do, in a line; `null`: no source says it in words.
    #[schema(required)]
    action: Option<String>,
}

/// One action that removes several exposures.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FixGroup {
    key: String,
    /// The exposures that it removes.
    query: String,
    title: String,
    exposures: u64,
    assets: u64,
    /// Share of all expected loss that it removes.
    #[schema(required)]
    risk_share: Option<f64>,
}

/// One day, UTC.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TrendDay {
    /// `2026-11-23`.
    day: String,
    open: i64,
    opened: i64,
    fixed: i64,
    /// Expected loss; `null`: it is not known for days that are past.
    #[schema(required)]
    risk: Option<f64>,
}

/// Something that nobody has told or measured, and how much rests on it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct UnknownShare {
    factor: &'static str,
    exposures: u64,
    /// Of all open exposures.
    share: f64,
    /// Selects them.
    query: String,
}

/// What matters now.
#[utoipa::path(get, path = "/overview", operation_id = "overview", tag = "overview", responses((status = 200, body = Overview)))]
pub(crate) async fn show(State(state): State<AppState>) -> Result<Json<Overview>, ApiError> {
    Ok(Json(state.call(load).await?))
}

/// What the estate says of all exposures; it holds until the estate changes.
pub(crate) struct Figures {
    generation: u64,
    summary: Summary,
    next: Vec<ExposureId>,
    fixes: Vec<bartizan_app::prioritize::FixGroup>,
    unknown: Vec<UnknownShare>,
    demo: bool,
}

fn figures(state: &Shared) -> Result<Arc<Figures>, ApiError> {
    let mut kept = state.derived.figures.lock().unwrap_or_else(PoisonError::into_inner);
    let estate = state.app.estate()?;
    let generation = estate.generation();
    if let Some(figures) = kept.as_ref().filter(|figures| figures.generation == generation) {
        return Ok(Arc::clone(figures));
    }
    let now = state.app.now();
    let count = |query: &str| Ok::<_, ApiError>(estate.select(&state.app.query(query)?, now).count() as u64);
    let summary = estate.summary();
    let worst = estate.search(&state.app.query("status:open")?, Sort::default(), None, NEXT * ALIKE, now).ids;
    // One weakness of one asset in many places is one thing to do.
    let mut told = HashSet::new();
    let is_new =
        |id: &ExposureId| estate.view(*id).is_none_or(|view| told.insert((view.asset, view.weakness)));
    let next = worst.into_iter().filter(is_new).take(NEXT).collect();
    let fixes = estate.top_fixes(FIXES);
    let mut unknown = Vec::new();
    for factor in ["reach", "criticality", "epss", "cvss", "owner"] {
        let query = format!("status:open unknown:{factor}");
        let exposures = count(&query)?;
        if exposures > 0 {
            let share = exposures as f64 / summary.open.max(1) as f64;
            unknown.push(UnknownShare { factor, exposures, share, query });
        }
    }
    let demo = count("demo:true")? > 0;
    let figures = Arc::new(Figures { generation, summary, next, fixes, unknown, demo });
    *kept = Some(Arc::clone(&figures));
    Ok(figures)
}

fn load(state: &Shared) -> Result<Overview, ApiError> {
    let now = state.app.now();
    let figures = figures(state)?;
    let Figures { summary, next, fixes, unknown, demo, .. } = &*figures;
    let (feeds, syncs, runs, hosts) = state.app.read(|reader| {
        Ok((reader.feeds()?, reader.feed_syncs()?, reader.runs(None, 5)?, reader.collected_hosts()?.len()))
    })?;
    let trend = state.app.trend(DAYS)?;
    Ok(Overview {
        generated_at: now.into(),
        open: open_counts(summary),
        by_band: by_word(&summary.band),
        by_severity: by_word(&summary.severity),
        since: since(state)?,
        next: next_steps(state, next)?,
        fixes: fixes
            .iter()
            .map(|fix| FixGroup {
                query: fix_query(&fix.key),
                key: fix.key.clone(),
                title: fix.words.clone(),
                exposures: fix.exposures,
                assets: fix.assets,
                risk_share: (summary.expected_loss > 0.0).then(|| fix.risk / summary.expected_loss),
            })
            .collect(),
        trend: trend
            .into_iter()
            .map(|day| TrendDay {
                day: day.day.date(),
                open: day.open,
                opened: day.opened,
                fixed: day.fixed,
                risk: None,
            })
            .collect(),
        unknown: unknown.clone(),
        feeds: needed(FeedState::all(feeds, syncs), now),
        runs: runs.into_iter().map(|row| run(state, row)).collect(),
        hosts,
        demo: *demo,
    })
}

fn by_word(counts: &[Count]) -> BTreeMap<String, u64> {
    counts.iter().map(|count| (count.value.clone(), count.count)).collect()
}

fn open_counts(summary: &Summary) -> OpenCounts {
    let of =
        |word: &str| summary.ssvc.iter().find(|count| count.value == word).map_or(0, |count| count.count);
    OpenCounts {
        total: summary.open,
        act: of("act"),
        attend: of("attend"),
        track_star: of("track*"),
        track: of("track"),
    }
}

/// What a group of fixes is about, as a query: its key is `package:` or `weakness:` and a name.
fn fix_query(key: &str) -> String {
    let (kind, name) = key.split_once(':').unwrap_or(("weakness", key));
    let field = if kind == "package" { "locus" } else { kind };
    format!("status:open {field}:\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}

fn next_steps(state: &Shared, ids: &[ExposureId]) -> Result<Vec<NextStep>, ApiError> {
    let mut steps = Vec::new();
    for exposure in rows(state, ids)? {
        let id = ExposureId(exposure.id);
        let advice = state.app.read(|reader| {
            let own = reader.exposure(id)?;
            Ok(advise(&reader.weakness(own.weakness)?, &reader.sightings(id)?))
        })?;
        let why = state.app.estate()?.explain(id).map_or(String::new(), |why| {
            let telling =
                why.factors.iter().filter(|f| matches!(f.name, "activity" | "reach" | "consequence"));
            telling.map(|factor| factor.words.as_str()).collect::<Vec<_>>().join(" ")
        });
        steps.push(NextStep { exposure, why, action: advice.headline });
    }
    Ok(steps)
}
