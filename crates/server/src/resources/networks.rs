//! The networks that reports were told to be of.

use crate::error::ApiError;
use crate::extract::Json;
use crate::state::AppState;
use axum::extract::State;

/// The networks that private addresses are told apart by, by name.
#[utoipa::path(get, path = "/networks", operation_id = "networks", tag = "runs", responses((status = 200, body = Vec<String>)))]
pub(crate) async fn list(State(state): State<AppState>) -> Result<Json<Vec<String>>, ApiError> {
    Ok(Json(state.read(|reader| reader.networks()).await?))
}
