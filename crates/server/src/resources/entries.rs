//! Where attackers may begin, and how likely.

use super::attack::Probability;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::extract::{Json, Path};
use crate::page::Time;
use crate::state::AppState;
use axum::extract::State;
use bartizan_app::Prior;
use bartizan_app::graph::{Chance, Entry};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An entry of attackers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EntryView {
    /// `internet`, `phished-user`, `supplier`, `insider` or `stolen-device`.
    entry: &'static str,
    /// In words.
    title: &'static str,
    /// Whether it is considered.
    on: bool,
    /// How likely somebody tries this way.
    chance: Probability,
    /// What the house estimates, and goes back to.
    estimate: Probability,
    /// Why the house estimates so.
    reason: &'static str,
    /// Who set it; nobody where it is an estimate of the house.
    #[schema(required)]
    set_by: Option<String>,
    /// When.
    #[schema(required)]
    set_at: Option<Time>,
    /// Where the number comes from, in words.
    why: String,
}

impl From<Prior> for EntryView {
    fn from(prior: Prior) -> Self {
        let why = prior.words();
        let (set_by, set_at) = prior.set.map(|(who, at)| (who, Time(at))).unzip();
        Self {
            entry: prior.entry.as_str(),
            title: prior.entry.title(),
            on: prior.on,
            chance: prior.chance.into(),
            estimate: prior.entry.prior().into(),
            reason: prior.entry.reason(),
            set_by,
            set_at,
            why,
        }
    }
}

/// What to change of an entry; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct EntryInput {
    on: Option<bool>,
    chance: Option<ProbabilityInput>,
}

/// A probability within 30 days: 0 <= low <= value <= high <= 1.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ProbabilityInput {
    /// `value` where left out.
    low: Option<f32>,
    value: f32,
    /// `value` where left out.
    high: Option<f32>,
}

/// All entries.
#[utoipa::path(get, path = "/attack/entries", operation_id = "entries", tag = "attack", responses((status = 200, body = Vec<EntryView>)))]
pub(crate) async fn list(State(state): State<AppState>) -> Result<Json<Vec<EntryView>>, ApiError> {
    let priors = state.call(|state| Ok(state.app.entries()?)).await?;
    Ok(Json(priors.into_iter().map(EntryView::from).collect()))
}

/// Says how likely an entry is, or whether it is considered at all.
#[utoipa::path(patch, path = "/attack/entries/{entry}", operation_id = "changeEntry", tag = "attack",
    params(("entry" = String, Path)), request_body = EntryInput, responses((status = 200, body = EntryView)))]
pub(crate) async fn change(
    State(state): State<AppState>,
    caller: Caller,
    Path(entry): Path<String>,
    Json(body): Json<EntryInput>,
) -> Result<Json<EntryView>, ApiError> {
    let (entry, actor) = (named(&entry)?, caller.actor());
    let chance = body.chance.map(|chance| {
        let ProbabilityInput { low, value, high } = chance;
        Chance::between(low.unwrap_or(value), value, high.unwrap_or(value))
    });
    let prior =
        state.write_call(move |state| Ok(state.app.set_entry(&actor, entry, body.on, chance)?)).await?;
    state.live.wake();
    Ok(Json(prior.into()))
}

/// Goes back to the estimate of the house.
#[utoipa::path(delete, path = "/attack/entries/{entry}", operation_id = "resetEntry", tag = "attack",
    params(("entry" = String, Path)), responses((status = 200, body = EntryView)))]
pub(crate) async fn reset(
    State(state): State<AppState>,
    caller: Caller,
    Path(entry): Path<String>,
) -> Result<Json<EntryView>, ApiError> {
    let (entry, actor) = (named(&entry)?, caller.actor());
    let prior = state.write_call(move |state| Ok(state.app.reset_entry(&actor, entry)?)).await?;
    state.live.wake();
    Ok(Json(prior.into()))
}

fn named(word: &str) -> Result<Entry, ApiError> {
    Entry::named(word).map_err(ApiError::not_found)
}
