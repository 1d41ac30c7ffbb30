//! Collecting this host: when somebody asks, and by the clock.

use super::imports::Started;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::extract::Json;
use crate::state::{AppState, Shared};
use axum::extract::State;
use axum::http::StatusCode;
use bartizan_app::{Actor, App, AppError, RunState};
use std::time::Duration;

/// Looks at the machine that Bartizan runs on.
#[utoipa::path(post, path = "/discover/host", operation_id = "discoverHost", tag = "runs", responses((status = 202, body = Started)))]
pub(crate) async fn host(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<(StatusCode, Json<Started>), ApiError> {
    let actor = caller.actor();
    let begin = actor.clone();
    let run = state
        .write_call(move |state: &Shared| {
            let runs = state.app.read(|reader| reader.runs(None, 50))?;
            if runs.iter().any(|run| run.kind == "discover" && run.state == RunState::Running) {
                return Err(ApiError::conflict("This host is being looked at right now."));
            }
            Ok(state.app.begin_discover(&begin)?)
        })
        .await?;
    let worker = AppState::clone(&state);
    let started = std::thread::Builder::new().name(format!("discover-{run}")).spawn(move || {
        if let Err(error) = worker.app.run_discover(&actor, run) {
            tracing::warn!(run = run.0, %error, "the collection of this host failed");
        }
        worker.live.wake();
    });
    started.map_err(|error| ApiError::unavailable("No thread is left for it.").detail(error.to_string()))?;
    Ok((StatusCode::ACCEPTED, Json(Started { run: run.0 })))
}

/// Looks at this host where the last look is older than `every`.
pub(crate) fn collect_if_due(app: &App, every: Duration) -> Result<(), AppError> {
    let minutes = i64::try_from(every.as_secs() / 60).unwrap_or(i64::MAX);
    if app.host_is_due(minutes)? {
        app.discover_host(&Actor::system("schedule"))?;
    }
    Ok(())
}
