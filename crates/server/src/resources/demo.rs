//! The made-up data for looking around.

use crate::auth::Caller;
use crate::error::ApiError;
use crate::state::AppState;
use axum::extract::State;
use axum::http::StatusCode;

/// Removes all demonstration data.
#[utoipa::path(delete, path = "/demo", operation_id = "removeDemo", tag = "demo", responses((status = 204)))]
pub(crate) async fn remove(State(state): State<AppState>, caller: Caller) -> Result<StatusCode, ApiError> {
    let actor = caller.actor();
    state.write_call(move |state| Ok(state.app.remove_demo(&actor)?)).await?;
    state.live.wake();
    Ok(StatusCode::NO_CONTENT)
}
