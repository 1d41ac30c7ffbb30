//! Imports: reports come as the body, are kept on disk, and are taken in on a thread of their own.

use crate::auth::Caller;
use crate::error::ApiError;
use crate::extract::Json;
use crate::extract::{Params, Path};
use crate::spool::{Spooled, spool, spool_part};
use crate::state::AppState;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request, State};
use axum::http::{StatusCode, header};
use bartizan_app::{Actor, AppError, HandedIn, Said};
use bartizan_model::RunId;
use bartizan_model::words::counted;
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
    /// The report is all that its tool has to say of the assets that it names: whatever the same tool reported there before and
    /// does not report now is closed. Not for a report that was filtered, or that is of a part of an asset.
    #[serde(default)]
    complete: bool,
    /// The network that the private addresses in it are in, such as `branch-berlin`: the same address in a network with another
    /// name, or with none, is another machine's.
    network: Option<String>,
}

/// A run that began.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Started {
    /// Watch it at `/runs/{run}` and in the event stream.
    pub(crate) run: i64,
}

/// Imports that began.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportStarted {
    /// The first of the runs. Watch it at `/runs/{run}` and in the event stream.
    run: i64,
    /// The run of each report, in their order.
    files: Vec<StartedFile>,
}

/// A report and its run.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StartedFile {
    /// The file's name; of a report in an archive, behind the archive's and a `!`.
    name: String,
    run: i64,
}

/// Files of one call.
const FILES: usize = 1_000;

/// Imports reports: the body is one, or an archive of them (zip, tar), as it is or compressed with gzip or zstd; or it is
/// `multipart/form-data` with many such files. Each report is a run of its own: all of it is stored, or nothing.
#[utoipa::path(post, path = "/imports", operation_id = "import", tag = "runs", params(ImportParams),
    request_body(content = String, content_type = "application/octet-stream"), responses((status = 202, body = ImportStarted)))]
pub(crate) async fn start(
    State(state): State<AppState>,
    caller: Caller,
    Params(params): Params<ImportParams>,
    request: Request,
) -> Result<(StatusCode, Json<ImportStarted>), ApiError> {
    let format = params.format.filter(|format| !format.trim().is_empty());
    if let Some(id) = &format
        && bartizan_import::by_id(id).is_none()
    {
        return Err(ApiError::bad_request(format!("There is no format `{id}`."))
            .hint("The known ones are at /api/v1/formats; leave it out and it is recognised."));
    }
    let scope = params.scope.map(|scope| scope.trim().chars().take(200).collect::<String>());
    let about = scope.filter(|scope| !scope.is_empty());
    let network = params.network.filter(|network| !network.trim().is_empty());
    let network = network.map(|network| network.parse().map_err(ApiError::bad_request)).transpose()?;
    let said = Said { format, about, complete: params.complete, network };
    let files = received(&state, params.name.as_deref().unwrap_or_default(), request).await?;
    let (actor, begin) = (caller.actor(), caller.actor());
    let handed_in = state.write_call(move |state| {
        let announced = files.into_iter().map(|(label, it)| state.app.announce(&begin, it.file, &label));
        Ok(announced.collect::<Result<Vec<_>, _>>()?)
    });
    let handed_in = handed_in.await?;
    let reports = handed_in.iter().flat_map(|it| &it.reports);
    let files: Vec<_> = reports.map(|it| StartedFile { name: it.label.clone(), run: it.run.0 }).collect();
    let run = files.first().map_or(0, |file| file.run);
    let worker = AppState::clone(&state);
    let started = std::thread::Builder::new().name(format!("import-{run}")).spawn(move || {
        if let Err(error) = take(&worker, &actor, handed_in, &said) {
            tracing::warn!(run, %error, "an import failed");
        }
        worker.live.wake();
    });
    started.map_err(|error| {
        ApiError::unavailable("No thread is left for the import.").detail(error.to_string())
    })?;
    Ok((StatusCode::ACCEPTED, Json(ImportStarted { run, files })))
}

/// Imports what was announced, and judges identities by all of it.
fn take(state: &AppState, actor: &Actor, files: Vec<HandedIn>, said: &Said) -> Result<(), AppError> {
    let reports: Vec<_> = files.iter().flat_map(|file| &file.reports).collect();
    let label = match reports.as_slice() {
        [] => String::new(),
        [report] => report.label.clone(),
        [first, rest @ ..] => format!("{} and {}", first.label, counted(rest.len() as i64, "other")),
    };
    let mut batch = state.app.batch(&label, reports.len())?;
    let mut failure = Ok(());
    for file in files {
        failure = failure.and(state.app.take_announced(actor, file, said, &mut batch));
        state.live.wake();
    }
    state.app.judge_batch(actor, &mut batch)?;
    failure
}

/// The files of a call, on disk, each with its name.
async fn received(
    state: &AppState,
    name: &str,
    mut request: Request,
) -> Result<Vec<(String, Spooled)>, ApiError> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if !kind.is_some_and(|kind| kind.starts_with("multipart/form-data")) {
        let headers = request.headers().clone();
        return Ok(vec![(file_name(name), spool(state, &headers, request.into_body()).await?)]);
    }
    // Bounded below, by what an upload may have.
    DefaultBodyLimit::disable().apply(&mut request);
    let mut form = Multipart::from_request(request, state)
        .await
        .map_err(|error| ApiError::bad_request(error.body_text()))?;
    let broken = |error: axum::extract::multipart::MultipartError| {
        ApiError::bad_request("The upload broke off; nothing of it was imported.").detail(error.body_text())
    };
    let (mut files, mut left) = (Vec::new(), state.config.max_upload);
    loop {
        let next = tokio::time::timeout(state.config.idle_timeout, form.next_field()).await;
        let next = next.map_err(|_| ApiError::bad_request("The upload stood still for too long."))?;
        let Some(field) = next.map_err(broken)? else { break };
        let Some(label) = field.file_name().map(file_name) else { continue };
        if files.len() == FILES {
            return Err(ApiError::too_large(format!("The form holds more than {FILES} files."))
                .hint("Send them in several calls."));
        }
        let spooled = spool_part(state, field, left).await?;
        left -= spooled.size;
        files.push((label, spooled));
    }
    if files.is_empty() {
        return Err(ApiError::bad_request("The form holds no file.").hint("Give each part a file name."));
    }
    Ok(files)
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

/// A name with the folders that were sent with it, without what a log or a page should not show.
fn file_name(name: &str) -> String {
    let clean: String = name.chars().filter(|c| !c.is_control()).collect();
    let is_name = |part: &&str| !part.is_empty() && *part != "." && *part != ".." && !part.ends_with(':');
    let parts: Vec<&str> = clean.split(['/', '\\']).map(str::trim).filter(is_name).collect();
    let path = parts.join("/");
    // Of a long one its end, which is the file's own name.
    let beyond = path.chars().count().saturating_sub(200);
    if path.is_empty() { "upload".to_owned() } else { path.chars().skip(beyond).collect() }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_name_keeps_its_folders_and_nothing_else() {
        for (name, shown) in [
            ("a/b.json", "a/b.json"),
            ("/a//./b.json", "a/b.json"),
            ("C:\\x\\y.xml", "x/y.xml"),
            ("../../b.json", "b.json"),
            ("", "upload"),
            ("../", "upload"),
            ("a\nb", "ab"),
        ] {
            assert_eq!(super::file_name(name), shown);
        }
    }
}
