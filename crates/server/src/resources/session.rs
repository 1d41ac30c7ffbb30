//! Signing in and out.

use crate::auth::{Caller, Proof, set_cookie};
use crate::error::{ApiError, Code};
use crate::extract::Json;
use crate::request::Peer;
use crate::state::AppState;
use axum::extract::{Extension, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use bartizan_app::{Account, Actor};
use bartizan_iam::{Secret, Wait, password, secret};
use bartizan_model::Role;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use utoipa::ToSchema;

/// Who is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionView {
    /// The account.
    user: SessionUser,
    /// Calls by cookie that change anything carry this as `X-Bartizan-CSRF`; empty for a token.
    csrf: String,
}

/// An account as its owner sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionUser {
    id: i64,
    name: String,
    role: RoleWord,
}

/// What somebody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RoleWord {
    /// Reads.
    Viewer,
    /// Also imports, decides, comments and collects.
    Analyst,
    /// Also manages people, scopes and feeds.
    Admin,
}

impl From<Role> for RoleWord {
    fn from(role: Role) -> Self {
        match role {
            Role::Viewer => Self::Viewer,
            Role::Analyst => Self::Analyst,
            Role::Admin => Self::Admin,
        }
    }
}

impl From<RoleWord> for bartizan_model::Role {
    fn from(role: RoleWord) -> Self {
        match role {
            RoleWord::Viewer => Self::Viewer,
            RoleWord::Analyst => Self::Analyst,
            RoleWord::Admin => Self::Admin,
        }
    }
}

/// Name and password.
#[derive(Deserialize, ToSchema)]
pub(crate) struct SignIn {
    name: String,
    password: String,
}

/// Signs in; the answer sets the session's cookie.
#[utoipa::path(post, path = "/session", operation_id = "signIn", tag = "session", request_body = SignIn, responses((status = 200, body = SessionView)))]
pub(crate) async fn sign_in(
    State(state): State<AppState>,
    Extension(Peer(peer)): Extension<Peer>,
    Json(body): Json<SignIn>,
) -> Result<Response, ApiError> {
    take_turn(&state, &body.name, peer)?;
    let name = body.name.trim().to_owned();
    let found = state.read(move |reader| reader.account_for_login(&name)).await?;
    let (account, hash) = found.map_or((None, None), |(account, hash)| (Some(account), Some(hash)));
    let right = state.hash(move || password::verify(&body.password, hash.as_deref())).await?;
    let Some(account) = account.filter(|account| right && !account.disabled) else {
        tracing::warn!(%peer, "a login failed");
        return Err(ApiError::unauthenticated("The name or the password is wrong."));
    };
    state.limiter().succeeded(&body.name, peer);
    let role = account.role;
    begin(&state, account, role).await
}

/// Takes one of the tries that a name and an address have.
pub(crate) fn take_turn(state: &AppState, name: &str, peer: IpAddr) -> Result<(), ApiError> {
    let now = state.uptime();
    state.limiter().begin(name, peer, now).map_err(|Wait { after }| {
        let seconds = after.as_secs().max(1);
        let mut error =
            ApiError::new(StatusCode::TOO_MANY_REQUESTS, Code::RateLimited, "Too many failed tries.")
                .hint(format!("Wait {seconds} seconds, then try again."));
        error.retry_after = Some(seconds);
        error
    })
}

/// Begins a session and answers with its cookie.
pub(crate) async fn begin(state: &AppState, account: Account, role: Role) -> Result<Response, ApiError> {
    let (secret, csrf) = (Secret::new()?, secret::nonce()?);
    let life = state.config.session;
    let expires = bartizan_model::Timestamp::from_micros(state.app.now().micros() + life.as_micros() as i64);
    let (digest, id, kept) = (secret.digest(), account.id, csrf.clone());
    let actor = Actor::person(&account.name);
    state.write(actor, move |tx| tx.add_session(id, &digest, &kept, expires)).await?;
    let cookie = set_cookie(Some(&secret), life.as_secs(), state.config.secure())?;
    Ok(([(header::SET_COOKIE, cookie)], Json(view(&account, role, csrf))).into_response())
}

fn view(account: &Account, role: Role, csrf: String) -> SessionView {
    SessionView {
        user: SessionUser { id: account.id.0, name: account.name.clone(), role: role.into() },
        csrf,
    }
}

/// Who is signed in.
#[utoipa::path(get, path = "/session", operation_id = "session", tag = "session", responses((status = 200, body = SessionView)))]
pub(crate) async fn show(caller: Caller) -> Json<SessionView> {
    Json(view(&caller.account, caller.role, caller.csrf().to_owned()))
}

/// Signs out; the session ends at once.
#[utoipa::path(delete, path = "/session", operation_id = "signOut", tag = "session", responses((status = 204)))]
pub(crate) async fn sign_out(State(state): State<AppState>, caller: Caller) -> Result<Response, ApiError> {
    caller.must_be_person()?;
    if let Proof::Session { digest } = caller.proof.clone() {
        state.write(caller.actor(), move |tx| tx.remove_session(&digest)).await?;
    }
    let cookie = set_cookie(None, 0, state.config.secure())?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}

/// A new password for oneself.
#[derive(Deserialize, ToSchema)]
pub(crate) struct NewPassword {
    /// The password so far.
    current: String,
    /// The new one, at least 12 characters.
    new: String,
}

/// Changes one's own password. All other sessions end; the answer sets a new cookie.
#[utoipa::path(post, path = "/session/password", operation_id = "changePassword", tag = "session", request_body = NewPassword, responses((status = 200, body = SessionView)))]
pub(crate) async fn change_password(
    State(state): State<AppState>,
    caller: Caller,
    Extension(Peer(peer)): Extension<Peer>,
    Json(body): Json<NewPassword>,
) -> Result<Response, ApiError> {
    caller.must_be_person()?;
    let name = caller.account.name.clone();
    take_turn(&state, &name, peer)?;
    password::check(&name, &body.new).map_err(|error| ApiError::bad_request(error.to_string()))?;
    let asked = name.clone();
    let known = state.read(move |reader| reader.account_for_login(&asked)).await?.map(|(_, hash)| hash);
    let current = body.current;
    if !state.hash(move || password::verify(&current, known.as_deref())).await? {
        return Err(ApiError::forbidden("The current password is wrong."));
    }
    state.limiter().succeeded(&name, peer);
    let hash = state.hash(move || password::hash(&body.new)).await??;
    let id = caller.account.id;
    state.write(caller.actor(), move |tx| tx.change_account(id, None, Some(&hash), None)).await?;
    begin(&state, caller.account, caller.role).await
}
