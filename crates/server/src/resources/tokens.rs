//! One's own tokens, for scripts.

use super::session::RoleWord;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::extract::{Json, Path};
use crate::page::Time;
use crate::state::AppState;
use axum::extract::State;
use axum::http::StatusCode;
use bartizan_app::TokenRow;
use bartizan_iam::Secret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A token without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Token {
    id: i64,
    name: String,
    role: RoleWord,
    created_at: Time,
    /// When it ends; `null`: never.
    #[schema(required)]
    expires: Option<Time>,
    #[schema(required)]
    last_used: Option<Time>,
}

/// A token that was just made, with its secret: the only time that it is shown.
#[derive(Serialize, ToSchema)]
pub(crate) struct MadeToken {
    #[serde(flatten)]
    about: Token,
    /// The secret, for `Authorization: Bearer`.
    token: String,
}

impl From<TokenRow> for Token {
    fn from(row: TokenRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            role: row.role.into(),
            created_at: row.created_at.into(),
            expires: row.expires_at.map(Time),
            last_used: row.last_used.map(Time),
        }
    }
}

/// A new token.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NewToken {
    /// What you call it, 1 to 100 characters.
    name: String,
    /// What it may do, at most what you may; left out: read.
    role: Option<RoleWord>,
    /// When it ends; left out: never.
    expires: Option<Time>,
}

/// One's own tokens.
#[utoipa::path(get, path = "/tokens", operation_id = "tokens", tag = "tokens", responses((status = 200, body = Vec<Token>)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<Vec<Token>>, ApiError> {
    let id = caller.account.id;
    let rows = state.read(move |reader| reader.tokens(id)).await?;
    Ok(Json(rows.into_iter().map(Token::from).collect()))
}

/// Makes a token. Its secret is shown this once.
#[utoipa::path(post, path = "/tokens", operation_id = "createToken", tag = "tokens", request_body = NewToken, responses((status = 201, body = MadeToken)))]
pub(crate) async fn create(
    State(state): State<AppState>,
    caller: Caller,
    Json(body): Json<NewToken>,
) -> Result<(StatusCode, Json<MadeToken>), ApiError> {
    // Else a token that ends could make one that does not.
    caller.must_be_person()?;
    let name = super::label("name", &body.name, 100)?;
    let role: bartizan_model::Role = body.role.unwrap_or(RoleWord::Viewer).into();
    if role > caller.role {
        return Err(ApiError::forbidden("A token cannot do more than its owner."));
    }
    if body.expires.is_some_and(|at| at.0 <= state.app.now()) {
        return Err(ApiError::bad_request("The token would end before it begins: choose a later day."));
    }
    let secret = Secret::new()?;
    let (digest, account, expires) = (secret.digest(), caller.account.id, body.expires.map(|at| at.0));
    let row =
        state.write(caller.actor(), move |tx| tx.add_token(account, &name, role, &digest, expires)).await?;
    Ok((StatusCode::CREATED, Json(MadeToken { about: row.into(), token: secret.to_string() })))
}

/// Revokes one of one's own tokens.
#[utoipa::path(delete, path = "/tokens/{id}", operation_id = "revokeToken", tag = "tokens", params(("id" = i64, Path)), responses((status = 204)))]
pub(crate) async fn revoke(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<i64>,
) -> Result<StatusCode, ApiError> {
    let account = caller.account.id;
    state.write(caller.actor(), move |tx| tx.remove_token(account, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
