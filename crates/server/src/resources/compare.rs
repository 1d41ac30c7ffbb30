//! The attack graph of a past day beside that of now: what became likelier to fall, which ways are new, and by which facts.

use super::attack::{GraphAsset, Place, Probability, Way, place, way};
use crate::error::ApiError;
use crate::extract::{Json, Params};
use crate::page::Time;
use crate::state::AppState;
use axum::extract::State;
use bartizan_app::Comparison;
use bartizan_app::graph::{Attack, Change};
use bartizan_model::AssetId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Assets that are listed.
const ASSETS: usize = 100;

/// Since when.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CompareParams {
    /// A day of the past, which means its end (UTC), or a time.
    since: String,
}

/// What is otherwise than on a past day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CompareView {
    /// The moment that now is compared with.
    at: Time,
    /// Expected loss over all valued assets in 30 days, then.
    risk_then: f64,
    /// The same, now.
    risk_now: f64,
    /// Valued assets whose chance to fall is another, the greatest change of expected loss first.
    assets: Vec<AssetChange>,
    /// How many there are.
    assets_total: usize,
    /// Best ways of then that are none now.
    gone: Vec<WayChange>,
    /// Best ways of now that were none then.
    new: Vec<WayChange>,
    /// What is not known of then, in words.
    unknown: Vec<String>,
}

/// An asset that is more or less likely to fall than it was.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AssetCompared)]
pub(crate) struct AssetChange {
    asset: GraphAsset,
    /// What the organisation would lose with it.
    value: f64,
    then: Probability,
    now: Probability,
}

/// A way that is gone or new.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WayCompared)]
pub(crate) struct WayChange {
    /// Where it leads.
    goal: Place,
    way: Way,
    /// The facts under it that the other day has not, in words; empty where only the likelihoods changed.
    facts: Vec<String>,
}

/// What became better or worse since a past day.
#[utoipa::path(get, path = "/attack/compare", operation_id = "attackCompared", tag = "attack", params(CompareParams), responses((status = 200, body = CompareView)))]
pub(crate) async fn show(
    State(state): State<AppState>,
    Params(params): Params<CompareParams>,
) -> Result<Json<CompareView>, ApiError> {
    let since = bartizan_app::moment(&params.since).ok_or_else(|| {
        ApiError::bad_request(format!("`since` is no day: `{}`.", params.since))
            .hint("Write a day of the past, such as 2026-03-31.")
    })?;
    let answer = state.call(move |state| Ok(view(&state.app.compare(since)?))).await?;
    Ok(Json(answer))
}

fn view(compared: &Comparison) -> CompareView {
    let Comparison { at, then, now, difference, unknown } = compared;
    let assets = difference.jewels.iter().take(ASSETS).filter_map(|(id, value, before, after)| {
        let asset = asset(compared, *id)?;
        Some(AssetChange { asset, value: *value, then: (*before).into(), now: (*after).into() })
    });
    let ways = |changes: &[Change], of: &Attack| -> Vec<WayChange> {
        let one = |change: &Change| WayChange {
            goal: place(of, change.path.goal),
            way: way(of, &change.path),
            facts: change.facts.clone(),
        };
        changes.iter().map(one).collect()
    };
    CompareView {
        at: Time(*at),
        risk_then: then.risk(),
        risk_now: now.risk(),
        assets: assets.collect(),
        assets_total: difference.jewels.len(),
        gone: ways(&difference.gone, then),
        new: ways(&difference.new, now),
        unknown: unknown.clone(),
    }
}

/// An asset as it is now, or as it was where it is there no more.
fn asset(compared: &Comparison, id: AssetId) -> Option<GraphAsset> {
    let known = |attack: &Attack| {
        let asset = attack.facts().asset(attack.facts().node(id)?);
        Some(GraphAsset { id: id.0, name: asset.name.to_string(), kind: asset.kind.as_str() })
    };
    known(&compared.now).or_else(|| known(&compared.then))
}
