//! Exposures that several tools report and that are one: why, what is perhaps one too, and what a person says of it.

use crate::auth::Caller;
use crate::error::ApiError;
use crate::extract::{Json, Params, Path};
use crate::page::Time;
use crate::state::AppState;
use axum::extract::State;
use axum::http::StatusCode;
use bartizan_app::{Alike, App, CorrelationRow, Member};
use bartizan_model::{AssetId, ExposureId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Pairs of a page where the caller does not say.
const PAIRS: usize = 50;
/// Most pairs that a caller can ask for.
const MOST: usize = 500;

/// What is one with an exposure, and what perhaps is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Together {
    /// The exposures that are one, each by itself; the first stands for all in lists. One alone where no other is.
    members: Vec<Part>,
    /// Others on the asset, or on what it runs on, that are perhaps the same, the most alike first.
    proposals: Vec<Proposal>,
    /// What a person told apart from it.
    apart: Vec<Said>,
}

/// One of the exposures that are one.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Part {
    exposure: Named,
    /// Why it is one with others of them, newest first.
    because: Vec<Said>,
}

/// An exposure in short.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Named {
    id: i64,
    asset_id: i64,
    /// The asset's name.
    asset: String,
    /// The weakness' key: `bandit:B608`.
    weakness: String,
    title: String,
    /// Where on the asset; empty for the whole.
    locus: String,
    severity: &'static str,
    status: &'static str,
    /// The tools that see it.
    sources: Vec<String>,
    first_seen: Time,
    last_seen: Time,
}

/// What says that two exposures are one, or are not.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Said {
    one: i64,
    other: i64,
    /// `equivalence:GROUP`, `cwe:NUMBER`, `alias:ID`, `runs-on`, `same-address`, or `person`.
    rule: String,
    /// In words.
    reason: String,
    /// Who: where a rule says it, whoever imported what it found.
    by: String,
    at: Time,
}

/// Two exposures that are perhaps one.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Proposal {
    /// The name of the asset of the first.
    asset: String,
    one: Named,
    other: Named,
    /// From 0 to 1; only to order by.
    score: f64,
    /// Why, in words.
    reason: String,
}

/// A page of pairs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Proposals {
    items: Vec<Proposal>,
    /// Hand it over as `after` for the next page; `null` on the last.
    #[schema(required)]
    next: Option<i64>,
}

/// Which pairs.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// At least so many where there are, 1 to 500; 50 where not given. All of an asset stand on one page.
    limit: Option<usize>,
    /// The `next` of the page before.
    after: Option<i64>,
}

/// The other exposure, and why.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Word {
    other: i64,
    /// 1 to 2,000 characters.
    reason: String,
}

impl From<Member> for Named {
    fn from(member: Member) -> Self {
        Self {
            id: member.row.id.0,
            asset_id: member.row.asset.0,
            asset: member.asset,
            weakness: member.weakness,
            title: member.title,
            locus: member.row.locus,
            severity: member.row.severity.as_str(),
            status: member.row.status.as_str(),
            sources: member.sources,
            first_seen: member.row.first_seen.into(),
            last_seen: member.row.last_seen.into(),
        }
    }
}

impl From<&CorrelationRow> for Said {
    fn from(row: &CorrelationRow) -> Self {
        Self {
            one: row.one.0,
            other: row.other.0,
            rule: row.rule.clone(),
            reason: row.reason.clone(),
            by: row.by.clone(),
            at: row.at.into(),
        }
    }
}

fn proposal(pair: Alike) -> Proposal {
    Proposal {
        asset: pair.one.asset.clone(),
        one: pair.one.into(),
        other: pair.other.into(),
        score: pair.score,
        reason: pair.reason,
    }
}

/// What is one with an exposure, why, and what perhaps is.
#[utoipa::path(get, path = "/exposures/{id}/together", operation_id = "together", tag = "exposures", params(("id" = i64, Path)), responses((status = 200, body = Together)))]
pub(crate) async fn show(
    State(state): State<AppState>,
    Path(id): Path<i64>,
) -> Result<Json<Together>, ApiError> {
    Ok(Json(state.call(move |state| load(&state.app, ExposureId(id))).await?))
}

fn load(app: &App, id: ExposureId) -> Result<Together, ApiError> {
    let all = app.together(id)?;
    let part = |member: Member| {
        let own =
            |row: &&CorrelationRow| row.same && (row.one == member.row.id || row.other == member.row.id);
        let because = all.said.iter().filter(own).map(Said::from).collect();
        Part { exposure: member.into(), because }
    };
    Ok(Together {
        members: all.members.into_iter().map(part).collect(),
        proposals: all.proposals.into_iter().map(proposal).collect(),
        apart: all.said.iter().filter(|row| !row.same).map(Said::from).collect(),
    })
}

/// Exposures of different tools that are perhaps one.
#[utoipa::path(get, path = "/exposures/alike", operation_id = "alike", tag = "exposures", params(Which), responses((status = 200, body = Proposals)))]
pub(crate) async fn alike(
    State(state): State<AppState>,
    Params(which): Params<Which>,
) -> Result<Json<Proposals>, ApiError> {
    let limit = which.limit.unwrap_or(PAIRS);
    if !(1..=MOST).contains(&limit) {
        return Err(ApiError::bad_request(format!("`limit` is a number from 1 to {MOST}.")));
    }
    let after = AssetId(which.after.unwrap_or_default());
    let found = state.call(move |state| {
        let (pairs, next) = state.app.proposals(after, limit)?;
        Ok((pairs.into_iter().map(proposal).collect(), next))
    });
    let (items, next) = found.await?;
    Ok(Json(Proposals { items, next: next.map(|asset| asset.0) }))
}

/// Says that two exposures are one: of an asset, or of an application and of the machine that it runs on.
#[utoipa::path(post, path = "/exposures/{id}/same", operation_id = "confirmSame", tag = "exposures", params(("id" = i64, Path)), request_body = Word, responses((status = 204)))]
pub(crate) async fn confirm(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<i64>,
    Json(word): Json<Word>,
) -> Result<StatusCode, ApiError> {
    let (actor, reason) = (caller.actor(), super::label("reason", &word.reason, 2_000)?);
    let (one, other) = (ExposureId(id), ExposureId(word.other));
    state.write_call(move |state| Ok(state.app.confirm_same(&actor, one, other, &reason)?)).await?;
    state.live.wake();
    Ok(StatusCode::NO_CONTENT)
}

/// Says that two exposures are not one; where they are one now, takes `other` out. No rule joins them again.
#[utoipa::path(post, path = "/exposures/{id}/apart", operation_id = "tellApart", tag = "exposures", params(("id" = i64, Path)), request_body = Word, responses((status = 204)))]
pub(crate) async fn refuse(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<i64>,
    Json(word): Json<Word>,
) -> Result<StatusCode, ApiError> {
    let (actor, reason) = (caller.actor(), super::label("reason", &word.reason, 2_000)?);
    let (one, other) = (ExposureId(id), ExposureId(word.other));
    state.write_call(move |state| Ok(state.app.tell_apart(&actor, one, other, &reason)?)).await?;
    state.live.wake();
    Ok(StatusCode::NO_CONTENT)
}
