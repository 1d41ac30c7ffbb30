//! One's own saved views: a query and a sort order under a name.

use crate::auth::Caller;
use crate::error::ApiError;
use crate::extract::{Json, Path};
use crate::state::AppState;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A saved view.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct View {
    id: i64,
    name: String,
    query: String,
    sort: String,
}

impl From<bartizan_app::SavedView> for View {
    fn from(view: bartizan_app::SavedView) -> Self {
        Self { id: view.id, name: view.name, query: view.query, sort: view.sort }
    }
}

/// A new view.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NewView {
    /// 1 to 100 characters.
    name: String,
    /// A query that parses.
    #[serde(default)]
    query: String,
    /// As `sort` of the list; empty for its default.
    #[serde(default)]
    sort: String,
}

/// One's own views.
#[utoipa::path(get, path = "/views", operation_id = "views", tag = "views", responses((status = 200, body = Vec<View>)))]
pub(crate) async fn list(State(state): State<AppState>, caller: Caller) -> Result<Json<Vec<View>>, ApiError> {
    let id = caller.account.id;
    let views = state.read(move |reader| reader.views(id)).await?;
    Ok(Json(views.into_iter().map(View::from).collect()))
}

/// Saves a view.
#[utoipa::path(post, path = "/views", operation_id = "createView", tag = "views", request_body = NewView, responses((status = 201, body = View)))]
pub(crate) async fn create(
    State(state): State<AppState>,
    caller: Caller,
    Json(body): Json<NewView>,
) -> Result<(StatusCode, Json<View>), ApiError> {
    let name = super::label("name", &body.name, 100)?;
    state.app.query_of(caller.name(), &body.query)?;
    if body.sort.len() > 50 {
        return Err(ApiError::bad_request("There is no such sort order."));
    }
    let id = caller.account.id;
    let view = state.write(caller.actor(), move |tx| tx.add_view(id, &name, &body.query, &body.sort)).await?;
    Ok((StatusCode::CREATED, Json(view.into())))
}

/// Removes a view.
#[utoipa::path(delete, path = "/views/{id}", operation_id = "removeView", tag = "views", params(("id" = i64, Path)), responses((status = 204)))]
pub(crate) async fn remove(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<i64>,
) -> Result<StatusCode, ApiError> {
    let account = caller.account.id;
    state.write(caller.actor(), move |tx| tx.remove_view(account, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
