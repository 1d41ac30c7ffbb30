//! What severs the ways of an attacker: the cheapest cut, the few fixes that take away the most, and what some of them would change.

use super::attack::{FixView, GraphAsset, JEWELS, Place, Probability, asset, fix_view, place};
use crate::error::ApiError;
use crate::extract::{Json, Params};
use crate::state::AppState;
use axum::extract::State;
use bartizan_app::graph::{FixId, Node, Stage};
use bartizan_model::AssetId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

/// Most fixes of a plan.
const STAGES: usize = 50;

/// What to sever, or to fix.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct CutInput {
    /// The assets that nobody should come to control; the most valuable ones where none is named.
    #[serde(default)]
    assets: Vec<i64>,
}

/// The cheapest fixes that sever every way.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CutView {
    fixes: Vec<FixView>,
    cost: u64,
    /// Nothing that severs as much costs less than this; equal to the cost where it is proven to be the cheapest.
    lower_bound: u64,
    /// What no known fix severs.
    unseverable: Vec<Place>,
    risk_before: f64,
    risk_after: f64,
}

/// Finds the cheapest fixes that sever every way to some assets.
#[utoipa::path(post, path = "/attack/cut", operation_id = "cut", tag = "attack", request_body = CutInput, responses((status = 200, body = CutView)))]
pub(crate) async fn cut(
    State(state): State<AppState>,
    Json(body): Json<CutInput>,
) -> Result<Json<CutView>, ApiError> {
    let answer = state
        .call(move |state| {
            let attack = state.app.attack()?;
            let goals: Vec<Node> = match body.assets.as_slice() {
                [] => attack.crown_jewels().into_iter().map(|jewel| jewel.node).collect(),
                ids => ids.iter().filter_map(|id| attack.facts().node(AssetId(*id))).collect(),
            };
            let cut = attack.cut(&goals);
            let after = attack.what_if(&cut.fixes);
            Ok(CutView {
                fixes: cut.fixes.iter().map(|fix| fix_view(&attack, *fix)).collect(),
                cost: cut.cost,
                lower_bound: cut.lower_bound,
                unseverable: cut.unseverable.iter().map(|path| place(&attack, path.goal)).collect(),
                risk_before: after.before,
                risk_after: after.after,
            })
        })
        .await?;
    Ok(Json(answer))
}

/// How many fixes.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PlanParams {
    /// At most so many; 10 where left out.
    fixes: Option<usize>,
}

/// One fix of a plan.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StageView {
    fix: FixView,
    /// Expected loss once this and all before it are done.
    risk_after: f64,
    /// The share of all ways left before it that it closes, by the loss they bring.
    share: f64,
}

/// The few fixes that take away the most.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlanView {
    risk_before: f64,
    stages: Vec<StageView>,
}

/// The fixes that take away the most expected loss for their cost, first things first.
#[utoipa::path(get, path = "/attack/plan", operation_id = "plan", tag = "attack", params(PlanParams), responses((status = 200, body = PlanView)))]
pub(crate) async fn plan(
    State(state): State<AppState>,
    Params(params): Params<PlanParams>,
) -> Result<Json<PlanView>, ApiError> {
    let count = params.fixes.unwrap_or(10).clamp(1, STAGES);
    let answer = state
        .call(move |state| {
            let attack = state.app.attack()?;
            let plan = attack.plan(count);
            let stage = |stage: &Stage| StageView {
                fix: fix_view(&attack, stage.fix),
                risk_after: stage.risk,
                share: stage.share,
            };
            Ok(PlanView { risk_before: plan.before, stages: plan.stages.iter().map(stage).collect() })
        })
        .await?;
    Ok(Json(answer))
}

/// Fixes to try.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct WhatIfInput {
    /// The titles of fixes.
    fixes: Vec<String>,
}

/// What would be otherwise.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WhatIfView {
    risk_before: f64,
    risk_after: f64,
    changed: Vec<Changed>,
    /// Fixes that no step has any more: the facts changed meanwhile.
    unknown: Vec<String>,
}

/// An asset that would be safer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Changed {
    asset: GraphAsset,
    before: Probability,
    after: Probability,
}

/// Says what would be otherwise after some fixes, together. Nothing is changed.
#[utoipa::path(post, path = "/attack/whatif", operation_id = "whatIf", tag = "attack", request_body = WhatIfInput, responses((status = 200, body = WhatIfView)))]
pub(crate) async fn what_if(
    State(state): State<AppState>,
    Json(body): Json<WhatIfInput>,
) -> Result<Json<WhatIfView>, ApiError> {
    let answer = state
        .call(move |state| {
            let attack = state.app.attack()?;
            let numbers: BTreeMap<&str, FixId> =
                attack.fixes().iter().zip(0..).map(|(fix, number)| (fix.title.as_str(), number)).collect();
            let (mut fixes, mut unknown) = (Vec::new(), Vec::new());
            for title in body.fixes {
                match numbers.get(title.as_str()) {
                    Some(fix) => fixes.push(*fix),
                    None => unknown.push(title),
                }
            }
            let found = attack.what_if(&fixes);
            Ok(WhatIfView {
                risk_before: found.before,
                risk_after: found.after,
                changed: found
                    .jewels
                    .iter()
                    .take(JEWELS)
                    .map(|(jewel, after)| Changed {
                        asset: asset(&attack, jewel.node),
                        before: jewel.chance.into(),
                        after: (*after).into(),
                    })
                    .collect(),
                unknown,
            })
        })
        .await?;
    Ok(Json(answer))
}
