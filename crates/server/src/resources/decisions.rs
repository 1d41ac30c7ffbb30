//! People's judgements on exposures: looked at before they are taken, and taken back by undo.

use super::exposures::{ExposureRow, rows};
use crate::auth::Caller;
use crate::error::ApiError;
use crate::extract::{Json, Path};
use crate::page::Time;
use crate::state::{AppState, Shared};
use axum::extract::State;
use axum::http::StatusCode;
use bartizan_app::prioritize::{Cursor, Sort};
use bartizan_app::{DecisionRow, NewDecision, StoreError};
use bartizan_model::exposure::Verdict;
use bartizan_model::{DecisionId, ExposureId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Rows that a preview shows.
const SAMPLE: usize = 20;
/// Most exposures that one decision can be about: more is a mistake more often than a wish.
const MOST: usize = 100_000;
/// Rows that are read at once.
const PAGE: usize = 10_000;

/// A judgement.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Decision {
    id: i64,
    /// `accepted`, `false-positive` or `not-affected`.
    verdict: &'static str,
    by: String,
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
#[derive(Debug, Clone, Deserialize, ToSchema)]
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
    Json(body): Json<DecisionInput>,
) -> Result<Json<DecisionPreview>, ApiError> {
    check(&state, &body, false)?;
    let preview = state
        .call(move |state| {
            let ids = meant(state, &body)?;
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
    let input = body.clone();
    let ids = state.call(move |state| meant(state, &input)).await?;
    if ids.is_empty() {
        return Err(ApiError::not_found("No exposure is meant by this."));
    }
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
    match (&body.ids, &body.q) {
        (Some(ids), None) if !ids.is_empty() => {}
        (None, Some(q)) if !q.trim().is_empty() => {}
        _ => {
            return Err(ApiError::bad_request(
                "A decision names its exposures by `ids` or by `q`, one of the two.",
            )
            .hint("To mean all of them, write a query that says so, such as `status:open`."));
        }
    }
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

/// The exposures that are meant, most urgent first where a query means them.
fn meant(state: &Shared, body: &DecisionInput) -> Result<Vec<ExposureId>, ApiError> {
    if let Some(ids) = &body.ids {
        let mut ids: Vec<_> = ids.iter().copied().map(ExposureId).collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.len() > MOST {
            return Err(too_many(ids.len()));
        }
        let estate = state.app.estate()?;
        if let Some(missing) = ids.iter().find(|id| estate.view(**id).is_none()) {
            return Err(StoreError::NotFound { what: "exposure", id: missing.to_string() }.into());
        }
        return Ok(ids);
    }
    let query = state.app.query(body.q.as_deref().unwrap_or_default())?;
    let (now, estate) = (state.app.now(), state.app.estate()?);
    let selected = estate.select(&query, now);
    if selected.count() > MOST {
        return Err(too_many(selected.count()));
    }
    let (mut ids, mut after): (Vec<ExposureId>, Option<Cursor>) = (Vec::new(), None);
    loop {
        let page = estate.page(&selected, Sort::default(), after.as_ref(), PAGE);
        ids.extend(page.ids);
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(ids),
        }
    }
}

fn too_many(count: usize) -> ApiError {
    ApiError::bad_request(format!("This means {count} exposures; one decision may mean at most {MOST}."))
        .hint("Narrow the query, and decide in parts.")
}
