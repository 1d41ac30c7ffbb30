//! Scopes: parts of the business, the assets they consist of, and what they are worth.

use super::assets::{given, word};
use crate::asset_query;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::extract::{Json, Path};
use crate::state::{AppState, Shared};
use axum::extract::State;
use axum::http::StatusCode;
use bartizan_app::{NewScope, ScopeRow, StoreError};
use bartizan_model::{Criticality, DataClass, ScopeId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A scope.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Scope {
    id: i64,
    name: String,
    description: String,
    /// Which assets are in it, in the query language's fields of assets.
    query: String,
    #[schema(required)]
    criticality: Option<&'static str>,
    data: Vec<&'static str>,
    /// Whether its assets are what an attacker is after.
    crown_jewel: bool,
    /// How many assets are in it.
    assets: u64,
}

/// A scope to make, or what to change of one: what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ScopeInput {
    /// Unique, 1 to 100 characters.
    name: Option<String>,
    description: Option<String>,
    /// Not empty.
    query: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    criticality: Option<Option<String>>,
    data: Option<Vec<String>>,
    crown_jewel: Option<bool>,
}

/// All scopes.
#[utoipa::path(get, path = "/scopes", operation_id = "scopes", tag = "scopes", responses((status = 200, body = Vec<Scope>)))]
pub(crate) async fn list(State(state): State<AppState>) -> Result<Json<Vec<Scope>>, ApiError> {
    let scopes = state
        .call(|state| {
            let rows = state.app.read(|reader| reader.scopes())?;
            rows.into_iter().map(|row| view(state, row)).collect::<Result<Vec<_>, _>>()
        })
        .await?;
    Ok(Json(scopes))
}

/// Makes a scope.
#[utoipa::path(post, path = "/scopes", operation_id = "createScope", tag = "scopes", request_body = ScopeInput, responses((status = 201, body = Scope)))]
pub(crate) async fn create(
    State(state): State<AppState>,
    caller: Caller,
    Json(body): Json<ScopeInput>,
) -> Result<(StatusCode, Json<Scope>), ApiError> {
    let empty = NewScope {
        name: String::new(),
        description: String::new(),
        query: String::new(),
        criticality: None,
        data: Vec::new(),
        crown_jewel: false,
    };
    let scope = merged(&state, empty, body)?;
    let id = state.write(caller.actor(), move |tx| tx.put_scope(None, &scope)).await?;
    Ok((StatusCode::CREATED, Json(state.call(move |state| find(state, id)).await?)))
}

/// Changes a scope.
#[utoipa::path(patch, path = "/scopes/{id}", operation_id = "changeScope", tag = "scopes", params(("id" = i64, Path)), request_body = ScopeInput, responses((status = 200, body = Scope)))]
pub(crate) async fn change(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<i64>,
    Json(body): Json<ScopeInput>,
) -> Result<Json<Scope>, ApiError> {
    let id = ScopeId(id);
    let known = state.call(move |state| row(state, id)).await?;
    let scope = merged(&state, known.scope, body)?;
    state.write(caller.actor(), move |tx| tx.put_scope(Some(id), &scope)).await?;
    Ok(Json(state.call(move |state| find(state, id)).await?))
}

/// Removes a scope; its assets stay.
#[utoipa::path(delete, path = "/scopes/{id}", operation_id = "removeScope", tag = "scopes", params(("id" = i64, Path)), responses((status = 204)))]
pub(crate) async fn remove(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<i64>,
) -> Result<StatusCode, ApiError> {
    state.write(caller.actor(), move |tx| tx.remove_scope(ScopeId(id))).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn merged(state: &AppState, mut scope: NewScope, body: ScopeInput) -> Result<NewScope, ApiError> {
    scope.name = super::label("name", body.name.as_deref().unwrap_or(&scope.name), 100)?;
    scope.description = body.description.unwrap_or(scope.description);
    scope.query = super::label("query", body.query.as_deref().unwrap_or(&scope.query), 4_000)?;
    let query = state.app.query(&scope.query)?;
    asset_query::check_scope(&query, &scope.query)?;
    if let Some(criticality) = body.criticality {
        scope.criticality = word::<Criticality>(criticality)?;
    }
    if let Some(words) = body.data {
        let data = words.iter().map(|word| word.parse::<DataClass>()).collect::<Result<Vec<_>, _>>();
        scope.data = data.map_err(ApiError::bad_request)?;
    }
    scope.crown_jewel = body.crown_jewel.unwrap_or(scope.crown_jewel);
    Ok(scope)
}

fn row(state: &Shared, id: ScopeId) -> Result<ScopeRow, ApiError> {
    let found = state.app.read(|reader| reader.scopes())?.into_iter().find(|row| row.id == id);
    Ok(found.ok_or(StoreError::NotFound { what: "scope", id: id.to_string() })?)
}

fn find(state: &Shared, id: ScopeId) -> Result<Scope, ApiError> {
    view(state, row(state, id)?)
}

fn view(state: &Shared, row: ScopeRow) -> Result<Scope, ApiError> {
    let assets = state.assets()?;
    let inside = assets.iter().filter(|asset| asset.scopes.contains(&row.scope.name)).count();
    Ok(Scope {
        id: row.id.0,
        name: row.scope.name,
        description: row.scope.description,
        query: row.scope.query,
        criticality: row.scope.criticality.map(Criticality::as_str),
        data: row.scope.data.iter().map(|class| class.as_str()).collect(),
        crown_jewel: row.scope.crown_jewel,
        assets: inside as u64,
    })
}
