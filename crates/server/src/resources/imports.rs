//! Imports: a report comes as the body, is kept on disk, and is taken in on a thread of its own.

use crate::auth::Caller;
use crate::error::ApiError;
use crate::extract::Json;
use crate::extract::{Params, Path};
use crate::spool::spool;
use crate::state::AppState;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use bartizan_app::ImportRequest;
use bartizan_model::RunId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What is imported, beside the report itself.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ImportParams {
    /// A format's id; recognised from the content where left out.
    format: Option<String>,
    /// A name for the asset of a report that names none (a repository's scan); the file's name where left out.
    scope: Option<String>,
    /// The file's name, for people.
    name: Option<String>,
}

/// A run that began.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Started {
    /// Watch it at `/runs/{run}` and in the event stream.
    pub(crate) run: i64,
}

/// Imports a report, the body as it is or compressed with gzip or zstd. All of it is stored, or nothing.
#[utoipa::path(post, path = "/imports", operation_id = "import", tag = "runs", params(ImportParams),
    request_body(content = String, content_type = "application/octet-stream"), responses((status = 202, body = Started)))]
pub(crate) async fn start(
    State(state): State<AppState>,
    caller: Caller,
    Params(params): Params<ImportParams>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<Started>), ApiError> {
    let format = params.format.filter(|format| !format.trim().is_empty());
    if let Some(id) = &format
        && bartizan_import::by_id(id).is_none()
    {
        return Err(ApiError::bad_request(format!("There is no format `{id}`."))
            .hint("The known ones are at /api/v1/formats; leave it out and it is recognised."));
    }
    let label = file_name(params.name.as_deref().unwrap_or_default());
    let stem = label.rsplit_once('.').map_or(label.as_str(), |(stem, _)| stem).to_owned();
    let scope = params.scope.map(|scope| scope.trim().chars().take(200).collect::<String>());
    let spooled = spool(&state, &headers, body).await?;
    let actor = caller.actor();
    let request = ImportRequest {
        label: label.clone(),
        reader: Box::new(spooled.file),
        size: spooled.size,
        format,
        only: &[],
        asset: None,
        fallback: scope.filter(|scope| !scope.is_empty()).unwrap_or(stem),
    };
    let begin = actor.clone();
    let run = state.write_call(move |state| Ok(state.app.begin_import(&begin, &label)?)).await?;
    let worker = AppState::clone(&state);
    let started = std::thread::Builder::new().name(format!("import-{run}")).spawn(move || {
        // What went wrong stands in the run, where people look for it.
        if let Err(error) = worker.app.run_import(&actor, run, request) {
            tracing::warn!(run = run.0, %error, "an import failed");
        }
        worker.live.wake();
    });
    started.map_err(|error| {
        ApiError::unavailable("No thread is left for the import.").detail(error.to_string())
    })?;
    Ok((StatusCode::ACCEPTED, Json(Started { run: run.0 })))
}

/// Stops an import; nothing of it is stored.
#[utoipa::path(post, path = "/imports/{run}/cancel", operation_id = "cancelImport", tag = "runs", params(("run" = i64, Path)), responses((status = 204)))]
pub(crate) async fn cancel(
    State(state): State<AppState>,
    Path(run): Path<i64>,
) -> Result<StatusCode, ApiError> {
    let run = RunId(run);
    if state.app.cancel(run) {
        return Ok(StatusCode::NO_CONTENT);
    }
    let row = state.read(move |reader| reader.run(run)).await?;
    Err(ApiError::conflict(format!("This run is {} and cannot be stopped.", row.state.as_str())))
}

/// The last part of a name that may be a path, without what a log or a page should not show.
fn file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control()).take(200).collect();
    if clean.trim().is_empty() { "upload".to_owned() } else { clean.trim().to_owned() }
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_the_last_part_of_a_name_counts() {
        for (name, shown) in [
            ("a/b.json", "b.json"),
            ("C:\\x\\y.xml", "y.xml"),
            ("", "upload"),
            ("../", "upload"),
            ("a\nb", "ab"),
        ] {
            assert_eq!(super::file_name(name), shown);
        }
    }
}
