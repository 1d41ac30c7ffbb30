//! People's judgements on exposures: looked at before they are taken, and taken back by undo.

use super::exposures::{ExposureRow, rows};
use super::meant::{Meant, SAMPLE};
use crate::auth::Caller;
use crate::error::ApiError;
use crate::extract::{Json, Path};
use crate::page::Time;
use crate::state::AppState;
use axum::extract::State;
use axum::http::StatusCode;
use bartizan_app::{DecisionRow, NewDecision};
use bartizan_model::DecisionId;
use bartizan_model::exposure::Verdict;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A judgement.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Decision {
    id: i64,
    /// `accepted`, `false-positive` or `not-affected`.
    verdict: &'static str,
    /// A person, or `vex:` and the author of the document.
    by: String,
    /// The VEX document that it follows from.
    #[schema(required)]
    document: Option<String>,
    at: Time,
    #[schema(required)]
    until: Option<Time>,
    reason: String,
    /// When it was taken back.
    #[schema(required)]
    revoked_at: Option<Time>,
    /// When its time was over.
    #[schema(required)]
    lapsed_at: Option<Time>,
    /// On how many exposures.
    count: i64,
}

impl From<DecisionRow> for Decision {
    fn from(row: DecisionRow) -> Self {
        Self {
            id: row.id.0,
            verdict: row.verdict.as_str(),
            by: row.by,
            document: row.document,
            at: row.at.into(),
            until: row.until.map(Time),
            reason: row.reason,
            revoked_at: row.revoked_at.map(Time),
            lapsed_at: row.lapsed_at.map(Time),
            count: row.exposures,
        }
    }
}

/// What a person can decide.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum VerdictWord {
    /// Live with it for a time.
    Accepted,
    /// It is not there.
    FalsePositive,
    /// It is there and cannot be used.
    NotAffected,
}

impl From<VerdictWord> for Verdict {
    fn from(word: VerdictWord) -> Self {
        match word {
            VerdictWord::Accepted => Self::Accepted,
            VerdictWord::FalsePositive => Self::FalsePositive,
            VerdictWord::NotAffected => Self::NotAffected,
        }
    }
}

/// A judgement to take, on `ids` or on what `q` selects (one of the two).
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct DecisionInput {
    /// Exposures by id.
    ids: Option<Vec<i64>>,
    /// Exposures by query; not empty.
    q: Option<String>,
    verdict: VerdictWord,
    /// Until when it holds; `accepted` needs it.
    until: Option<Time>,
    /// Why, 1 to 2,000 characters.
    reason: String,
}

/// What a decision would be about.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DecisionPreview {
    /// How many exposures.
    count: usize,
    /// How many of them have which status now.
    by_status: BTreeMap<&'static str, u64>,
    /// The first of them.
    sample: Vec<ExposureRow>,
}

/// A decision that was taken.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DecisionTaken {
    decision: Decision,
    /// On how many exposures.
    count: usize,
}

/// What a decision would be about; changes nothing.
#[utoipa::path(post, path = "/decisions/preview", operation_id = "previewDecision", tag = "decisions", request_body = DecisionInput, responses((status = 200, body = DecisionPreview)))]
pub(crate) async fn preview(
    State(state): State<AppState>,
    caller: Caller,
    Json(body): Json<DecisionInput>,
) -> Result<Json<DecisionPreview>, ApiError> {
    check(&state, &body, false)?;
    let meant = Meant::of(body.ids, body.q)?;
    let preview = state
        .call(move |state| {
            let ids = meant.find(state, caller.name())?;
            let mut by_status = BTreeMap::new();
            {
                let estate = state.app.estate()?;
                for view in ids.iter().filter_map(|id| estate.view(*id)) {
                    *by_status.entry(view.status.as_str()).or_insert(0) += 1;
                }
            }
            let sample = rows(state, &ids[..ids.len().min(SAMPLE)])?;
            Ok(DecisionPreview { count: ids.len(), by_status, sample })
        })
        .await?;
    Ok(Json(preview))
}

/// Takes a decision.
#[utoipa::path(post, path = "/decisions", operation_id = "decide", tag = "decisions", request_body = DecisionInput, responses((status = 201, body = DecisionTaken)))]
pub(crate) async fn decide(
    State(state): State<AppState>,
    caller: Caller,
    Json(body): Json<DecisionInput>,
) -> Result<(StatusCode, Json<DecisionTaken>), ApiError> {
    check(&state, &body, true)?;
    let meant = Meant::of(body.ids, body.q)?;
    let name = caller.name().to_owned();
    let ids = state.call(move |state| meant.find_some(state, &name)).await?;
    let count = ids.len();
    let row = state
        .write(caller.actor(), move |tx| {
            let decision = NewDecision {
                verdict: body.verdict.into(),
                reason: body.reason.trim(),
                until: body.until.map(|at| at.0),
            };
            let id = tx.decide(&decision, &ids)?;
            tx.reader().decision(id)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(DecisionTaken { decision: row.into(), count })))
}

/// Takes a decision back: its exposures are what they would be without it.
#[utoipa::path(delete, path = "/decisions/{id}", operation_id = "undoDecision", tag = "decisions", params(("id" = i64, Path)), responses((status = 204)))]
pub(crate) async fn revoke(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<i64>,
) -> Result<StatusCode, ApiError> {
    state.write(caller.actor(), move |tx| tx.revoke_decision(DecisionId(id))).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn check(state: &AppState, body: &DecisionInput, in_earnest: bool) -> Result<(), ApiError> {
    if in_earnest {
        super::label("reason", &body.reason, 2_000)?;
        if matches!(body.verdict, VerdictWord::Accepted) && body.until.is_none() {
            return Err(ApiError::bad_request(
                "An acceptance needs a day (`until`) after which it is looked at again.",
            ));
        }
    }
    if body.until.is_some_and(|until| until.0 <= state.app.now()) {
        return Err(ApiError::bad_request("The decision would lapse before it begins: choose a later day."));
    }
    Ok(())
}
