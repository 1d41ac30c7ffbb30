//! Accounts of people.

use super::session::RoleWord;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::extract::{Json, Path};
use crate::page::Time;
use crate::state::AppState;
use axum::extract::State;
use axum::http::StatusCode;
use bartizan_app::{Account, StoreError};
use bartizan_iam::password;
use bartizan_model::UserId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct User {
    id: i64,
    name: String,
    role: RoleWord,
    /// Whether it is shut.
    disabled: bool,
    created_at: Time,
    #[schema(required)]
    last_login: Option<Time>,
}

impl From<Account> for User {
    fn from(account: Account) -> Self {
        Self {
            id: account.id.0,
            name: account.name,
            role: account.role.into(),
            disabled: account.disabled,
            created_at: account.created_at.into(),
            last_login: account.last_login.map(Time),
        }
    }
}

/// A new account.
#[derive(Deserialize, ToSchema)]
pub(crate) struct NewUser {
    /// Login name: letters, digits and `. _ - @`, at most 64.
    name: String,
    /// At least 12 characters.
    password: String,
    role: RoleWord,
}

/// What to change; what is left out stays.
#[derive(Deserialize, ToSchema)]
pub(crate) struct UserChange {
    role: Option<RoleWord>,
    disabled: Option<bool>,
    /// A new password.
    password: Option<String>,
}

/// A login name that is one, trimmed.
pub(crate) fn login_name(name: &str) -> Result<String, ApiError> {
    let name = name.trim();
    let fine = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '@');
    if name.is_empty() || name.chars().count() > 64 || !name.chars().all(fine) {
        return Err(ApiError::bad_request("A name has 1 to 64 letters, digits or . _ - @ and no spaces."));
    }
    Ok(name.to_owned())
}

/// All accounts.
#[utoipa::path(get, path = "/users", operation_id = "users", tag = "users", responses((status = 200, body = Vec<User>)))]
pub(crate) async fn list(State(state): State<AppState>) -> Result<Json<Vec<User>>, ApiError> {
    let accounts = state.read(|reader| reader.accounts()).await?;
    Ok(Json(accounts.into_iter().map(User::from).collect()))
}

/// Makes an account.
#[utoipa::path(post, path = "/users", operation_id = "createUser", tag = "users", request_body = NewUser, responses((status = 201, body = User)))]
pub(crate) async fn create(
    State(state): State<AppState>,
    caller: Caller,
    Json(body): Json<NewUser>,
) -> Result<(StatusCode, Json<User>), ApiError> {
    caller.must_be_person()?;
    let name = login_name(&body.name)?;
    password::check(&name, &body.password).map_err(|error| ApiError::bad_request(error.to_string()))?;
    let hash = state.hash(move || password::hash(&body.password)).await??;
    let account = state
        .write(caller.actor(), move |tx| {
            let same = |account: &Account| account.name.to_lowercase() == name.to_lowercase();
            if tx.reader().accounts()?.iter().any(same) {
                return Err(StoreError::Conflict(format!("there is an account named {name} already")));
            }
            let id = tx.add_account(&name, &hash, body.role.into())?;
            tx.reader().account(id)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(account.into())))
}

/// Changes an account; its sessions end.
#[utoipa::path(patch, path = "/users/{id}", operation_id = "changeUser", tag = "users", params(("id" = i64, Path)), request_body = UserChange, responses((status = 200, body = User)))]
pub(crate) async fn change(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<i64>,
    Json(body): Json<UserChange>,
) -> Result<Json<User>, ApiError> {
    caller.must_be_person()?;
    let id = UserId(id);
    let hash = match body.password {
        None => None,
        Some(new) => {
            let name = state.read(move |reader| reader.account(id)).await?.name;
            password::check(&name, &new).map_err(|error| ApiError::bad_request(error.to_string()))?;
            Some(state.hash(move || password::hash(&new)).await??)
        }
    };
    let account = state
        .write(caller.actor(), move |tx| {
            tx.change_account(id, body.role.map(Into::into), hash.as_deref(), body.disabled)?;
            tx.reader().account(id)
        })
        .await?;
    Ok(Json(account.into()))
}

/// Removes an account with its sessions, tokens and views. What the person did stays in the log.
#[utoipa::path(delete, path = "/users/{id}", operation_id = "removeUser", tag = "users", params(("id" = i64, Path)), responses((status = 204)))]
pub(crate) async fn remove(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<i64>,
) -> Result<StatusCode, ApiError> {
    caller.must_be_person()?;
    state.write(caller.actor(), move |tx| tx.remove_account(UserId(id))).await?;
    Ok(StatusCode::NO_CONTENT)
}
