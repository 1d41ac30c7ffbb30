//! Fetching feeds: when somebody asks, and by the clock where that was switched on.

use super::imports::Started;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::extract::Json;
use crate::state::AppState;
use axum::extract::State;
use axum::http::StatusCode;
use bartizan_app::{Actor, App, AppError, RunState, SyncRequest};
use bartizan_model::RunId;
use std::time::Duration;

/// Fetches the feeds that changed, and loads them. Nothing is told to anybody.
#[utoipa::path(post, path = "/feeds/sync", operation_id = "syncFeeds", tag = "feeds", responses((status = 202, body = Started)))]
pub(crate) async fn feeds(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<(StatusCode, Json<Started>), ApiError> {
    if state.app.is_offline() {
        return Err(ApiError::conflict("This installation is offline, so nothing is fetched.")
            .hint("Load feeds from files, or a bundle with `bartizan feeds bundle load`."));
    }
    let actor = caller.actor();
    let begin = actor.clone();
    let run = state
        .write_call(move |state| {
            if is_at_work(&state.app)? {
                return Err(ApiError::conflict("Feeds are being fetched right now."));
            }
            Ok(state.app.begin_sync(&begin, &SyncRequest::default())?)
        })
        .await?;
    run_beside(&state, actor, run)
        .map_err(|error| ApiError::unavailable("No thread is left for it.").detail(error.to_string()))?;
    Ok((StatusCode::ACCEPTED, Json(Started { run: run.0 })))
}

/// Fetches feeds where the last time is longer ago than `every`. A sync may take long, so it does not hold up the clock.
pub(crate) fn sync_if_due(state: &AppState, every: Duration) -> Result<(), AppError> {
    let hours = i64::try_from(every.as_secs() / 3600).unwrap_or(i64::MAX);
    let app = &state.app;
    if app.is_offline() || !app.sync_is_due(hours)? || is_at_work(app)? {
        return Ok(());
    }
    let actor = Actor::system("schedule");
    let run = app.begin_sync(&actor, &SyncRequest::default())?;
    run_beside(state, actor, run).map_err(|_| AppError::Internal)
}

fn is_at_work(app: &App) -> Result<bool, AppError> {
    let runs = app.read(|reader| reader.runs(None, 50))?;
    Ok(runs.iter().any(|run| run.kind == "sync" && run.state == RunState::Running))
}

fn run_beside(state: &AppState, actor: Actor, run: RunId) -> std::io::Result<()> {
    let worker = AppState::clone(state);
    let work = move || {
        // What went wrong stands in the run and with each feed, where people look for it.
        if let Err(error) = worker.app.run_sync(&actor, run, &SyncRequest::default(), &()) {
            tracing::warn!(run = run.0, %error, "fetching feeds failed");
        }
        worker.live.wake();
    };
    std::thread::Builder::new().name(format!("sync-{run}")).spawn(work).map(drop)
}
