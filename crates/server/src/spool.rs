//! Bodies too large for memory: streamed to a file without a name, bounded, and gone once they were read.

use crate::error::ApiError;
use crate::state::AppState;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, header};
use futures_util::{Stream, StreamExt};
use std::fmt::Display;
use std::fs::File;
use std::io::{Seek, Write};

/// Bytes that are gathered before they are written.
const BUFFER: usize = 1 << 20;

/// A body on disk.
#[derive(Debug)]
pub(crate) struct Spooled {
    pub(crate) file: File,
    pub(crate) size: u64,
}

/// Streams a body to disk.
pub(crate) async fn spool(state: &AppState, headers: &HeaderMap, body: Body) -> Result<Spooled, ApiError> {
    let most = state.config.max_upload;
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|size| size > most) {
        return Err(too_large(most));
    }
    let spooled = spool_part(state, body.into_data_stream(), most).await?;
    if spooled.size == 0 {
        return Err(ApiError::bad_request("The body is empty.").hint("Send the file itself as the body."));
    }
    Ok(spooled)
}

/// Streams a part of a body to disk, at most `most` bytes of it.
pub(crate) async fn spool_part<E: Display>(
    state: &AppState,
    mut stream: impl Stream<Item = Result<Bytes, E>> + Unpin,
    most: u64,
) -> Result<Spooled, ApiError> {
    let app = std::sync::Arc::clone(&state.app);
    let mut file = blocking(move || app.scratch_file()).await?;
    let (mut size, mut buffer) = (0_u64, Vec::with_capacity(BUFFER));
    loop {
        let next = tokio::time::timeout(state.config.idle_timeout, stream.next()).await;
        let Ok(next) = next else {
            return Err(ApiError::bad_request("The upload stood still for too long.").hint("Try again."));
        };
        let Some(chunk) = next else { break };
        let chunk = chunk.map_err(|error| {
            ApiError::bad_request("The upload broke off; nothing of it was imported.")
                .detail(error.to_string())
        })?;
        size += chunk.len() as u64;
        if size > most {
            return Err(too_large(state.config.max_upload));
        }
        buffer.extend_from_slice(&chunk);
        if buffer.len() >= BUFFER {
            (file, buffer) = write(file, buffer).await?;
        }
    }
    let (mut file, _) = write(file, buffer).await?;
    file.rewind().map_err(failed)?;
    Ok(Spooled { file, size })
}

async fn write(mut file: File, mut buffer: Vec<u8>) -> Result<(File, Vec<u8>), ApiError> {
    blocking(move || {
        file.write_all(&buffer)?;
        buffer.clear();
        Ok((file, buffer))
    })
    .await
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> Result<T, ApiError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| ApiError::internal(error.to_string()))?.map_err(failed)
}

fn failed(error: std::io::Error) -> ApiError {
    ApiError::unavailable("The upload cannot be stored.")
        .hint("Check the free space of the data folder.")
        .detail(error.to_string())
}

fn too_large(most: u64) -> ApiError {
    ApiError::too_large(format!("The file is larger than {} MiB.", most >> 20))
        .hint("Import it on the server with `bartizan import`, which has no such limit.")
}
