//! Who is to fix what: looked at before it is said, and taken back by undo.

use super::exposures::{ExposureRow, rows};
use super::meant::{Meant, SAMPLE};
use crate::auth::Caller;
use crate::error::ApiError;
use crate::extract::{Json, Path};
use crate::page::Time;
use crate::state::AppState;
use axum::extract::State;
use axum::http::StatusCode;
use bartizan_app::{Account, AssignmentRow, StoreError};
use bartizan_model::{AssignmentId, UserId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Exposures given to a person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Assignment {
    id: i64,
    /// Who is to fix them; `null` for nobody, and where the account is gone.
    #[schema(required)]
    owner: Option<String>,
    by: String,
    at: Time,
    #[schema(required)]
    undone_at: Option<Time>,
    /// How many exposures.
    count: i64,
}

impl Assignment {
    pub(crate) fn of(row: AssignmentRow, accounts: &[Account]) -> Self {
        Self {
            id: row.id.0,
            owner: row.owner.and_then(|id| name_of(id, accounts)),
            by: row.by,
            at: row.at.into(),
            undone_at: row.undone_at.map(Time),
            count: row.exposures,
        }
    }
}

fn name_of(id: UserId, accounts: &[Account]) -> Option<String> {
    accounts.iter().find(|account| account.id == id).map(|account| account.name.clone())
}

/// Who is to fix `ids` or what `q` selects (one of the two).
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct AssignmentInput {
    /// Exposures by id.
    ids: Option<Vec<i64>>,
    /// Exposures by query; not empty.
    q: Option<String>,
    /// Name of an account that is not shut; `null` for nobody.
    #[schema(required)]
    owner: Option<String>,
}

/// What an assignment would change.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AssignmentPreview {
    /// How many exposures.
    count: usize,
    /// How many of them belong to whom now.
    by_owner: BTreeMap<String, u64>,
    /// How many of them belong to nobody now.
    unowned: u64,
    /// The first of them.
    sample: Vec<ExposureRow>,
}

/// Somebody who can be given work.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Person {
    id: i64,
    name: String,
}

/// How many exposures went back to whom they belonged before.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Undone {
    count: usize,
}

/// Who can be given work: the accounts that are not shut.
#[utoipa::path(get, path = "/people", operation_id = "people", tag = "assignments", responses((status = 200, body = Vec<Person>)))]
pub(crate) async fn people(State(state): State<AppState>) -> Result<Json<Vec<Person>>, ApiError> {
    let accounts = state.read(|reader| reader.accounts()).await?;
    let open = accounts.into_iter().filter(|account| !account.disabled);
    Ok(Json(open.map(|account| Person { id: account.id.0, name: account.name }).collect()))
}

/// What an assignment would change; changes nothing.
#[utoipa::path(post, path = "/assignments/preview", operation_id = "previewAssignment", tag = "assignments", request_body = AssignmentInput, responses((status = 200, body = AssignmentPreview)))]
pub(crate) async fn preview(
    State(state): State<AppState>,
    caller: Caller,
    Json(body): Json<AssignmentInput>,
) -> Result<Json<AssignmentPreview>, ApiError> {
    let meant = Meant::of(body.ids, body.q)?;
    let preview = state
        .call(move |state| {
            let ids = meant.find(state, caller.name())?;
            let (mut by_owner, mut unowned) = (BTreeMap::new(), 0);
            {
                let estate = state.app.estate()?;
                for view in ids.iter().filter_map(|id| estate.view(*id)) {
                    match view.owner {
                        Some(owner) => *by_owner.entry(owner).or_insert(0) += 1,
                        None => unowned += 1,
                    }
                }
            }
            let sample = rows(state, &ids[..ids.len().min(SAMPLE)])?;
            Ok(AssignmentPreview { count: ids.len(), by_owner, unowned, sample })
        })
        .await?;
    Ok(Json(preview))
}

/// Says who is to fix some exposures.
#[utoipa::path(post, path = "/assignments", operation_id = "assign", tag = "assignments", request_body = AssignmentInput, responses((status = 201, body = Assignment)))]
pub(crate) async fn assign(
    State(state): State<AppState>,
    caller: Caller,
    Json(body): Json<AssignmentInput>,
) -> Result<(StatusCode, Json<Assignment>), ApiError> {
    let meant = Meant::of(body.ids, body.q)?;
    let name = caller.name().to_owned();
    let ids = state.call(move |state| meant.find_some(state, &name)).await?;
    let assignment = state
        .write(caller.actor(), move |tx| {
            let accounts = tx.reader().accounts()?;
            let owner = match body.owner {
                None => None,
                Some(name) => Some(open_account(&accounts, &name)?),
            };
            let id = tx.assign(owner, &ids)?;
            Ok(Assignment::of(tx.reader().assignment(id)?, &accounts))
        })
        .await?;
    Ok((StatusCode::CREATED, Json(assignment)))
}

fn open_account(accounts: &[Account], name: &str) -> Result<UserId, StoreError> {
    match accounts.iter().find(|account| account.name == name) {
        None => Err(StoreError::NotFound { what: "account", id: name.to_owned() }),
        Some(account) if account.disabled => {
            Err(StoreError::Conflict(format!("the account {name} is shut: give the work to somebody else")))
        }
        Some(account) => Ok(account.id),
    }
}

/// Takes an assignment back: what nobody assigned again since belongs to whom it belonged before.
#[utoipa::path(delete, path = "/assignments/{id}", operation_id = "undoAssignment", tag = "assignments", params(("id" = i64, Path)), responses((status = 200, body = Undone)))]
pub(crate) async fn undo(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<i64>,
) -> Result<Json<Undone>, ApiError> {
    let count = state.write(caller.actor(), move |tx| tx.undo_assignment(AssignmentId(id))).await?;
    Ok(Json(Undone { count }))
}
