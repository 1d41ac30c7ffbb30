//! The attack graph as a picture: what lies on some way of an attacker, and the steps behind each link of it.

use super::attack::{Probability, StepView, step_view};
use crate::error::ApiError;
use crate::extract::{Json, Params};
use crate::state::AppState;
use axum::extract::State;
use bartizan_app::graph::{Attack, Entry, Foothold, Link, Spot, Stand};
use bartizan_model::AssetId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Spots of a picture, where nobody says how many.
const SPOTS: usize = 10_000;
/// Most spots of a picture.
const MOST_SPOTS: usize = 20_000;
/// Steps that are told at once.
const STEPS: usize = 50;

/// Where an attacker can stand: an entry, somewhere inside, or an asset with all that can be gained on it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SpotView {
    /// `asset:42`, `inside`, or the word of an entry: the same as long as the asset is.
    key: String,
    name: String,
    /// The kind of asset, `inside` or `entry`.
    kind: &'static str,
    #[schema(required)]
    asset: Option<i64>,
    /// The network zone of the asset, where somebody told it.
    #[schema(required)]
    zone: Option<String>,
    /// What an attacker gains there, in words.
    gains: String,
    /// How likely somebody does.
    chance: Probability,
    /// How many spots the best way there passes before it; an entry has 0.
    depth: u32,
    /// What the organisation would lose with it; 0 where nobody valued it.
    value: f64,
    /// The share of the expected loss whose best way passes here.
    share: f64,
}

/// All steps from one spot to another.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LinkView {
    /// The place among the spots.
    from: u32,
    /// The place among the spots.
    to: u32,
    /// How many steps there are.
    steps: u32,
    /// The probability of the likeliest.
    chance: f32,
    /// The share of the expected loss whose best way passes here.
    share: f64,
    /// Whether the best way to some spot passes here.
    best: bool,
}

/// How many steps use a technique.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TechniqueCount {
    /// The ATT&CK technique.
    technique: &'static str,
    steps: u32,
}

/// What lies on some way from an entry to what somebody valued.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GraphView {
    spots: Vec<SpotView>,
    links: Vec<LinkView>,
    /// The ATT&CK techniques of all steps between these spots and within them.
    techniques: Vec<TechniqueCount>,
    /// Spots that were too many: less is lost by way of them.
    spots_left_out: usize,
    /// Links that were too many.
    links_left_out: usize,
}

/// How much is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct GraphParams {
    /// At most so many spots, those first by way of which most can be lost; 10000 where left out, 20000 at most.
    limit: Option<usize>,
}

/// The attack graph as a picture: a spot for each asset on some way to what somebody valued.
#[utoipa::path(get, path = "/attack/graph", operation_id = "attackGraph", tag = "attack", params(GraphParams), responses((status = 200, body = GraphView)))]
pub(crate) async fn show(
    State(state): State<AppState>,
    Params(params): Params<GraphParams>,
) -> Result<Json<GraphView>, ApiError> {
    let limit = params.limit.unwrap_or(SPOTS).clamp(1, MOST_SPOTS);
    let answer = state
        .call(move |state| {
            let attack = state.app.attack()?;
            let picture = attack.picture(limit);
            let link = |link: &Link| LinkView {
                from: link.from,
                to: link.to,
                steps: link.steps,
                chance: link.chance,
                share: link.share,
                best: link.best,
            };
            Ok(GraphView {
                spots: picture.stands.iter().map(|stand| spot_view(&attack, stand)).collect(),
                links: picture.links.iter().map(link).collect(),
                techniques: picture
                    .techniques
                    .into_iter()
                    .map(|(technique, steps)| TechniqueCount { technique, steps })
                    .collect(),
                spots_left_out: picture.stands_left_out,
                links_left_out: picture.links_left_out,
            })
        })
        .await?;
    Ok(Json(answer))
}

/// Between which spots.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct StepsParams {
    /// The key of the spot where something is needed; any where left out.
    from: Option<String>,
    /// The key of the spot where something is gained; any where left out.
    to: Option<String>,
}

/// Steps between two spots.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StepsView {
    /// The likeliest to be taken first.
    steps: Vec<StepView>,
    /// How many there are.
    total: usize,
}

/// The steps between two spots of the attack graph, or all from or to one, with the facts that each rests on.
#[utoipa::path(get, path = "/attack/steps", operation_id = "attackSteps", tag = "attack", params(StepsParams), responses((status = 200, body = StepsView)))]
pub(crate) async fn steps(
    State(state): State<AppState>,
    Params(params): Params<StepsParams>,
) -> Result<Json<StepsView>, ApiError> {
    if params.from.is_none() && params.to.is_none() {
        return Err(ApiError::bad_request("`from` or `to` must name a spot.")
            .hint("GET /attack/graph has their keys, such as asset:42."));
    }
    let answer = state
        .call(move |state| {
            let attack = state.app.attack()?;
            let spot = |key: Option<String>| key.map(|key| find(&attack, &key)).transpose();
            let (found, total) = attack.steps_between(spot(params.from)?, spot(params.to)?, STEPS);
            Ok(StepsView { steps: found.iter().map(|hop| step_view(&attack, hop)).collect(), total })
        })
        .await?;
    Ok(Json(answer))
}

/// The key of the spot where a foothold is.
pub(super) fn key(attack: &Attack, foothold: Foothold) -> String {
    key_of(attack, Spot::of(foothold))
}

fn key_of(attack: &Attack, spot: Spot) -> String {
    match spot {
        Spot::Entry(entry) => entry.as_str().to_owned(),
        Spot::Inside => "inside".to_owned(),
        Spot::Asset(node) => format!("asset:{}", attack.facts().asset(node).id.0),
    }
}

fn find(attack: &Attack, key: &str) -> Result<Spot, ApiError> {
    let asset = |id: &str| Some(Spot::Asset(attack.facts().node(AssetId(id.parse().ok()?))?));
    let entry = || Entry::ALL.into_iter().find(|entry| entry.as_str() == key).map(Spot::Entry);
    let found = match key.strip_prefix("asset:") {
        Some(id) => asset(id),
        None if key == "inside" => Some(Spot::Inside),
        None => entry(),
    };
    found.ok_or_else(|| ApiError::not_found("The attack graph has no such spot."))
}

fn spot_view(attack: &Attack, stand: &Stand) -> SpotView {
    let facts = attack.facts();
    let (name, kind) = match stand.spot {
        Spot::Entry(entry) => (entry.title().to_owned(), "entry"),
        Spot::Inside => ("Inside the network".to_owned(), "inside"),
        Spot::Asset(node) => (facts.asset(node).name.to_string(), facts.asset(node).kind.as_str()),
    };
    let node = if let Spot::Asset(node) = stand.spot { Some(node) } else { None };
    let zone = node.and_then(|node| facts.from(node, "in_zone").next());
    SpotView {
        key: key_of(attack, stand.spot),
        name,
        kind,
        asset: node.map(|node| facts.asset(node).id.0),
        zone: zone.map(|(_, relation)| facts.asset(relation.to).name.to_string()),
        gains: stand.foothold.words(facts),
        chance: stand.chance.into(),
        depth: stand.depth,
        value: node.map_or(0.0, |node| facts.asset(node).value),
        share: stand.share,
    }
}
