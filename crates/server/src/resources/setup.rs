//! The first account: made with a one-time token that the server printed when it started.

use super::session::{SessionView, begin};
use crate::error::ApiError;
use crate::extract::Json;
use crate::request::Peer;
use crate::state::AppState;
use axum::extract::{Extension, State};
use axum::response::Response;
use bartizan_app::{Account, Actor, App, StoreError};
use bartizan_iam::{Secret, constant_time_eq, password};
use bartizan_model::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where the token's digest is kept while there is no account.
const META: &str = "setup.token";

/// Whether the first account is still to be made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SetupState {
    /// Whether it is.
    needed: bool,
}

/// The first account.
#[derive(Deserialize, ToSchema)]
pub(crate) struct SetupBody {
    /// The token from the link that the server printed when it started.
    token: String,
    /// Login name.
    name: String,
    /// Password, at least 12 characters.
    password: String,
}

/// Whether the first account is still to be made.
#[utoipa::path(get, path = "/setup", operation_id = "setup", tag = "session", responses((status = 200, body = SetupState)))]
pub(crate) async fn state(State(state): State<AppState>) -> Result<Json<SetupState>, ApiError> {
    let accounts = state.read(|reader| reader.accounts()).await?;
    Ok(Json(SetupState { needed: accounts.is_empty() }))
}

/// Makes the first account, an administrator, and signs it in.
#[utoipa::path(post, path = "/setup", operation_id = "completeSetup", tag = "session", request_body = SetupBody, responses((status = 200, body = SessionView)))]
pub(crate) async fn complete(
    State(state): State<AppState>,
    Extension(Peer(peer)): Extension<Peer>,
    Json(body): Json<SetupBody>,
) -> Result<Response, ApiError> {
    super::session::take_turn(&state, "the set-up token", peer)?;
    let wrong = || {
        ApiError::forbidden("This set-up token is not valid (any more).")
            .hint("Use the link that the server printed when it last started; start it again for a new one.")
    };
    let digest = Secret::parse(&body.token).ok_or_else(wrong)?.digest();
    let expected = state.read(|reader| reader.meta(META)).await?.ok_or_else(wrong)?;
    if !constant_time_eq(&digest, &expected) {
        return Err(wrong());
    }
    let name = super::users::login_name(&body.name)?;
    password::check(&name, &body.password).map_err(|error| ApiError::bad_request(error.to_string()))?;
    let hash = state.hash(move || password::hash(&body.password)).await??;
    let actor = Actor::person(&name);
    let id = state
        .write(actor, move |tx| {
            // Asked again inside the transaction: of two people with the link, one is first.
            let known = tx.reader().meta(META)?.is_some_and(|known| constant_time_eq(&known, &digest));
            if !known || !tx.reader().accounts()?.is_empty() {
                return Err(StoreError::Conflict("the first account was made already".into()));
            }
            tx.remove_meta(META)?;
            tx.add_account(&name, &hash, Role::Admin)
        })
        .await?;
    let account: Account = state.read(move |reader| reader.account(id)).await?;
    let role = account.role;
    begin(&state, account, role).await
}

/// Where no account exists, makes a new set-up token and keeps its digest; the older one dies.
pub(crate) fn new_token(app: &App) -> Result<Option<Secret>, crate::config::ServeError> {
    if !app.read(|reader| reader.accounts())?.is_empty() {
        return Ok(None);
    }
    let secret = Secret::new()?;
    app.write(&Actor::system("setup"), |tx| tx.put_meta(META, &secret.digest()))?;
    Ok(Some(secret))
}
