//! The attack graph: what may fall, and by which ways.

use super::attack_graph;
use crate::error::ApiError;
use crate::extract::{Json, Params, Path};
use crate::page::Time;
use crate::state::AppState;
use axum::extract::State;
use bartizan_app::Partial;
use bartizan_app::graph::{Attack, Chance, End, FixId, Foothold, Ground, Hop, Jewel, Node};
use bartizan_model::{AssetId, ExposureId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Crown jewels that are listed.
pub(super) const JEWELS: usize = 200;
/// Choke points that are listed.
const CHOKE_POINTS: usize = 20;
/// Most ways to one asset.
const WAYS: usize = 50;
/// Assets of a blast radius that are named.
const NAMED: usize = 100;

/// A probability within 30 days.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Probability {
    /// At least.
    low: f32,
    /// The best guess.
    value: f32,
    /// At most.
    high: f32,
}

impl From<Chance> for Probability {
    fn from(Chance { low, value, high }: Chance) -> Self {
        Self { low, value, high }
    }
}

/// An asset in the graph.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GraphAsset {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) kind: &'static str,
}

/// An asset that somebody valued, and how likely it falls.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct JewelView {
    asset: GraphAsset,
    /// What the organisation would lose with it.
    value: f64,
    /// Whether nobody said so: it holds everything in it, and counts as critical.
    assumed: bool,
    /// How likely somebody comes to control it.
    chance: Probability,
}

/// What nobody collected, so that some rules could not look.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Missing {
    /// The relation or attribute.
    what: &'static str,
    /// The rules that read it.
    rules: Vec<&'static str>,
}

/// A place that much of the expected loss passes through.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChokePointView {
    place: Place,
    /// The share of the expected loss.
    share: f64,
    /// Whether there is no way around it.
    necessary: bool,
}

/// What may fall, in short.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AttackSummary {
    /// Expected loss over all valued assets in 30 days.
    risk: f64,
    footholds: usize,
    steps: usize,
    jewels: Vec<JewelView>,
    choke_points: Vec<ChokePointView>,
    /// Open exposures that lead an attacker nowhere, by what is known.
    leading_nowhere: usize,
    /// All open exposures.
    exposures: usize,
    missing: Vec<Missing>,
    /// Collections that say themselves that they left something out: ways along it are missing.
    partial: Vec<PartialView>,
    lacks: Vec<Lacking>,
}

/// A collection of which a part is missing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PartialView {
    run: i64,
    /// The file or target that it read.
    name: String,
    source: String,
    /// What it left out; the first ones.
    left_out: Vec<String>,
    /// How much there is of it.
    total: i64,
}

impl From<Partial> for PartialView {
    fn from(partial: Partial) -> Self {
        let Partial { run, label, source, left_out, total, .. } = partial;
        Self { run: run.0, name: label, source, left_out, total }
    }
}

/// Something without which no way can be found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Lacking {
    /// `assets`, `crown-jewels`, `entries`, or `first-step:` and an entry.
    what: String,
    /// What is missing, and what adds it on the command line.
    help: &'static str,
}

/// A place an attacker can stand.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Place {
    /// The same place has the same key in all answers of one state of the graph.
    key: String,
    /// The key of the spot of `/attack/graph` that it is at.
    spot: String,
    /// In words.
    words: String,
    #[schema(required)]
    asset: Option<GraphAsset>,
}

/// One step of a way.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StepView {
    /// The rule that derived it.
    rule: &'static str,
    /// What the attacker does.
    title: &'static str,
    /// The ATT&CK technique.
    technique: &'static str,
    /// All of these are needed.
    needs: Vec<Place>,
    gains: Place,
    chance: Probability,
    /// Why it works.
    why: String,
    /// The facts it rests on.
    facts: Vec<FactView>,
    /// The exposures it rests on, and those that report the facts it rests on.
    exposures: Vec<i64>,
    /// Who told the facts, and when last.
    told: Vec<Told>,
    /// What would remove it.
    fixes: Vec<FixView>,
}

/// A fact that a step rests on.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FactView {
    /// In words.
    what: String,
    /// The exposure that it is.
    #[schema(required)]
    exposure: Option<i64>,
    /// The exposures that report it.
    reports: Vec<ReportView>,
    /// Who told it, where it is a relation.
    #[schema(required)]
    told: Option<Told>,
}

/// An exposure that reports a fact.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReportView {
    exposure: i64,
    title: &'static str,
}

/// Who told a fact.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Told {
    source: String,
    as_of: Time,
}

/// Something to do that removes steps.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct FixView {
    /// Its name: the same as long as the facts are.
    title: String,
    /// `remedy`, `revoke`, `rotate` or `segment`.
    kind: &'static str,
    cost: u32,
}

/// A way of an attacker.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Way {
    /// How likely all of it succeeds.
    chance: Probability,
    /// Where it begins, in words.
    entries: Vec<&'static str>,
    steps: Vec<StepView>,
}

/// How likely an asset falls to one kind of attacker.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ByEntry {
    entry: &'static str,
    chance: Probability,
}

/// What the graph says of an asset.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AssetAttack {
    asset: GraphAsset,
    chance: Probability,
    by_entry: Vec<ByEntry>,
    ways: Vec<Way>,
    /// Whether there may be more ways than are listed.
    more: bool,
    /// Assets that fall with it, the most likely first.
    falls_with_it: Vec<GraphAsset>,
    /// How many do.
    falls_with_it_total: usize,
    /// Those of them that somebody valued, the greatest expected loss first, and how likely each falls once this has.
    valued_with_it: Vec<JewelView>,
    /// How many these are.
    valued_with_it_total: usize,
    /// What they are worth together.
    worth_with_it: f64,
    /// Expected loss if it has fallen.
    loss: f64,
}

/// How many ways are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WaysParams {
    /// At most so many ways; 10 where left out.
    limit: Option<usize>,
}

/// What may fall, and what much of it passes through.
#[utoipa::path(get, path = "/attack", operation_id = "attack", tag = "attack", responses((status = 200, body = AttackSummary)))]
pub(crate) async fn summary(State(state): State<AppState>) -> Result<Json<AttackSummary>, ApiError> {
    let summary = state
        .call(|state| {
            let attack = state.app.attack()?;
            let leads = state.app.leads()?;
            let leading = leads.iter().filter(|(_, lead)| lead.is_somewhere()).count();
            let jewels = attack.jewels();
            Ok(AttackSummary {
                risk: attack.risk(),
                footholds: attack.footholds(),
                steps: attack.steps().len(),
                jewels: jewels.into_iter().take(JEWELS).map(|jewel| jewel_view(&attack, &jewel)).collect(),
                choke_points: attack
                    .choke_points()
                    .into_iter()
                    .take(CHOKE_POINTS)
                    .map(|point| ChokePointView {
                        place: place(&attack, point.foothold),
                        share: point.share,
                        necessary: point.necessary,
                    })
                    .collect(),
                leading_nowhere: leads.len() - leading,
                exposures: leads.len(),
                missing: attack
                    .not_collected()
                    .into_iter()
                    .map(|missing| Missing { what: missing.what, rules: missing.rules })
                    .collect(),
                partial: state
                    .app
                    .partial_collections(attack.facts())?
                    .into_iter()
                    .map(PartialView::from)
                    .collect(),
                lacks: attack
                    .lacks()
                    .into_iter()
                    .map(|lack| Lacking { what: lack.word(), help: lack.help() })
                    .collect(),
            })
        })
        .await?;
    Ok(Json(summary))
}

/// The ways to an asset, and what falls with it.
#[utoipa::path(get, path = "/attack/assets/{id}", operation_id = "attackOnAsset", tag = "attack",
    params(("id" = i64, Path), WaysParams), responses((status = 200, body = AssetAttack)))]
pub(crate) async fn on_asset(
    State(state): State<AppState>,
    Path(id): Path<i64>,
    Params(params): Params<WaysParams>,
) -> Result<Json<AssetAttack>, ApiError> {
    let limit = params.limit.unwrap_or(10).clamp(1, WAYS);
    let answer = state
        .call(move |state| {
            let id = state.app.read(|reader| reader.asset(AssetId(id)))?.id;
            let attack = state.app.attack()?;
            let node = attack
                .facts()
                .node(id)
                .ok_or_else(|| ApiError::not_found("This asset is not in the graph."))?;
            let found = attack.paths(Foothold::Control(node), limit);
            let radius = attack.blast_radius(node);
            let by_entry = attack.falls_to(node);
            Ok(AssetAttack {
                asset: asset(&attack, node),
                chance: attack.chance(Foothold::Control(node)).into(),
                by_entry: by_entry
                    .into_iter()
                    .map(|(entry, chance)| ByEntry { entry: entry.title(), chance: chance.into() })
                    .collect(),
                ways: found.paths.iter().map(|path| way(&attack, path)).collect(),
                more: found.end != End::Complete,
                falls_with_it: radius.assets.iter().take(NAMED).map(|node| asset(&attack, *node)).collect(),
                falls_with_it_total: radius.assets.len(),
                valued_with_it: radius
                    .jewels
                    .iter()
                    .take(NAMED)
                    .map(|jewel| jewel_view(&attack, jewel))
                    .collect(),
                valued_with_it_total: radius.jewels.len(),
                worth_with_it: radius.jewels.iter().map(|jewel| jewel.value).sum(),
                loss: radius.loss,
            })
        })
        .await?;
    Ok(Json(answer))
}

/// How an attacker uses an exposure.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExposureAttack {
    /// The best way that uses it, from an entry and on to what can be lost from there; `null` where none is known.
    #[schema(required)]
    way: Option<Way>,
    /// Which of the way's steps uses it.
    #[schema(required)]
    uses: Option<usize>,
}

/// The best way that uses an exposure.
#[utoipa::path(get, path = "/attack/exposures/{id}", operation_id = "attackByExposure", tag = "attack",
    params(("id" = i64, Path)), responses((status = 200, body = ExposureAttack)))]
pub(crate) async fn by_exposure(
    State(state): State<AppState>,
    Path(id): Path<i64>,
) -> Result<Json<ExposureAttack>, ApiError> {
    let answer = state
        .call(move |state| {
            let id = state.app.read(|reader| reader.exposure(ExposureId(id)))?.id;
            let attack = state.app.attack()?;
            let path = attack.through(id);
            let uses =
                path.as_ref().and_then(|path| path.hops.iter().position(|hop| hop.exposures.contains(&id)));
            Ok(ExposureAttack { way: path.map(|path| way(&attack, &path)), uses })
        })
        .await?;
    Ok(Json(answer))
}

pub(super) fn asset(attack: &Attack, node: Node) -> GraphAsset {
    let asset = attack.facts().asset(node);
    GraphAsset { id: asset.id.0, name: asset.name.to_string(), kind: asset.kind.as_str() }
}

fn jewel_view(attack: &Attack, jewel: &Jewel) -> JewelView {
    let Jewel { node, chance, value, assumed } = *jewel;
    JewelView { asset: asset(attack, node), value, assumed, chance: chance.into() }
}

pub(super) fn place(attack: &Attack, foothold: Foothold) -> Place {
    Place {
        key: attack.number(foothold).map_or(String::new(), |number| number.to_string()),
        spot: attack_graph::key(attack, foothold),
        words: foothold.words(attack.facts()),
        asset: foothold.asset().map(|node| asset(attack, node)),
    }
}

pub(super) fn fix_view(attack: &Attack, fix: FixId) -> FixView {
    let fix = &attack.fixes()[fix as usize];
    FixView { title: fix.title.clone(), kind: fix.kind.as_str(), cost: fix.cost }
}

pub(super) fn way(attack: &Attack, path: &bartizan_app::graph::Path) -> Way {
    Way {
        chance: path.chance.into(),
        entries: path.entries.iter().map(|entry| entry.title()).collect(),
        steps: path.hops.iter().map(|hop| step_view(attack, hop)).collect(),
    }
}

pub(super) fn step_view(attack: &Attack, hop: &Hop) -> StepView {
    StepView {
        rule: hop.rule,
        title: hop.title,
        technique: hop.technique,
        needs: hop.needs.iter().map(|need| place(attack, *need)).collect(),
        gains: place(attack, hop.gains),
        chance: hop.chance.into(),
        why: hop.why.clone(),
        facts: attack.grounds(hop.step).into_iter().map(fact_view).collect(),
        exposures: hop.exposures.iter().map(|id| id.0).collect(),
        told: hop.told.iter().cloned().map(told).collect(),
        fixes: hop.fixes.iter().map(|fix| fix_view(attack, *fix)).collect(),
    }
}

fn fact_view(ground: Ground) -> FactView {
    let Ground { what, exposure, reports, told: by } = ground;
    let reports = reports.into_iter().map(|(id, title)| ReportView { exposure: id.0, title }).collect();
    FactView { what, exposure: exposure.map(|id| id.0), reports, told: by.map(told) }
}

fn told((source, at): (String, Timestamp)) -> Told {
    Told { source, as_of: Time(at) }
}
