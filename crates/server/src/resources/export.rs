//! Exposures as a file, in formats that spreadsheets and other tools read; written while it is sent.

use super::exposures::ExposureRow;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::extract::Params;
use crate::state::AppState;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use bartizan_app::ExportFormat;
use serde::Deserialize;
use std::io::{self, BufWriter, Write};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{Sender, channel};
use utoipa::{IntoParams, ToSchema};

/// Bytes that are sent at once.
const PIECE: usize = 64 * 1024;
/// Pieces that wait for a slow reader.
const WAITING: usize = 4;

/// Which kind of file.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum FileKind {
    /// Comma-separated values with a header line.
    #[default]
    Csv,
    /// One array of `ExposureRow`, with what names weakness and asset elsewhere.
    Json,
    /// SARIF 2.1.0, a run for each source.
    Sarif,
    /// OCSF 1.5.0 findings, one JSON object a line.
    Ocsf,
    /// CycloneDX 1.6 with VEX, a document for each asset, in a zip archive.
    Cyclonedx,
}

impl From<FileKind> for ExportFormat {
    fn from(kind: FileKind) -> Self {
        match kind {
            FileKind::Csv => Self::Csv,
            FileKind::Json => Self::Json,
            FileKind::Sarif => Self::Sarif,
            FileKind::Ocsf => Self::Ocsf,
            FileKind::Cyclonedx => Self::CycloneDx,
        }
    }
}

/// What is exported, and as what.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExportParams {
    /// A query; empty for all.
    #[serde(default)]
    q: String,
    /// The kind of file.
    #[serde(default)]
    #[param(inline)]
    format: FileKind,
}

/// All exposures that a query selects, as a file: most urgent first, or by source (`sarif`, `ocsf`).
#[utoipa::path(get, path = "/exposures/export", operation_id = "exportExposures", tag = "exposures", params(ExportParams),
    responses((status = 200, content((String = "text/csv"), (Vec<ExposureRow> = "application/json"), (Object = "application/sarif+json"), (String = "application/x-ndjson"), (String = "application/zip")))))]
pub(crate) async fn download(
    State(state): State<AppState>,
    caller: Caller,
    Params(params): Params<ExportParams>,
) -> Result<Response, ApiError> {
    let query = state.app.query_of(caller.name(), &params.q)?;
    let format = ExportFormat::from(params.format);
    let place = state.export_place()?;
    let (sender, receiver) = channel(WAITING);
    let (handle, idle) = (Handle::current(), state.config.idle_timeout);
    let app = std::sync::Arc::clone(&state.app);
    let thread = std::thread::Builder::new().name("export".into()).spawn(move || {
        let _place = place;
        let pieces = Pieces { sender: sender.clone(), handle: handle.clone(), idle };
        let mut out = BufWriter::with_capacity(PIECE, pieces);
        let written = app.write_exposures(&query, format, &mut out);
        let written = written.map_err(|error| error.to_string());
        let sent = written.and_then(|()| out.flush().map_err(|error| error.to_string()));
        let last = match sent {
            // No other piece is empty: that is the end.
            Ok(()) => Ok(Bytes::new()),
            Err(error) => {
                tracing::warn!(%error, "an export broke off");
                Err(io::Error::other(error))
            }
        };
        // Nothing is left to say to who is gone.
        let _ = handle.block_on(async { tokio::time::timeout(idle, sender.send(last)).await });
        let (_pieces, _rest) = out.into_parts();
    });
    thread.map_err(|error| {
        ApiError::unavailable("No thread is left for the export.").detail(error.to_string())
    })?;
    let chunks = futures_util::stream::unfold(Some(receiver), |receiver| async move {
        let mut receiver = receiver?;
        match receiver.recv().await {
            Some(Ok(piece)) if piece.is_empty() => None,
            Some(Ok(piece)) => Some((Ok(piece), Some(receiver))),
            // The head has gone out with 200: breaking off is the only honest way to say that the rest is missing.
            Some(Err(error)) => Some((Err(error), None)),
            None => Some((Err(io::Error::other("the export broke off")), None)),
        }
    });
    let name = format!("attachment; filename=\"{}\"", format.file_name());
    let headers =
        [(header::CONTENT_TYPE, format.media_type().to_owned()), (header::CONTENT_DISPOSITION, name)];
    // Fused, since the compression in front polls once more after the end.
    Ok((headers, Body::from_stream(futures_util::StreamExt::fuse(chunks))).into_response())
}

/// The body's other end: fails where nobody takes what is written.
struct Pieces {
    sender: Sender<io::Result<Bytes>>,
    handle: Handle,
    idle: Duration,
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        let piece = Ok(Bytes::copy_from_slice(bytes));
        let sent = async { tokio::time::timeout(self.idle, self.sender.send(piece)).await };
        let sent = self.handle.block_on(sent);
        match sent {
            Ok(Ok(())) => Ok(bytes.len()),
            Ok(Err(_)) => Err(io::ErrorKind::BrokenPipe.into()),
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
