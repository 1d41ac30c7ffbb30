//! What every request shares, and the way from the async threads to the blocking use cases.

use crate::config::{Config, ServeError};
use crate::derived::Derived;
use crate::error::ApiError;
use crate::host::Hosts;
use crate::live::Live;
use crate::metrics::Metrics;
use bartizan_app::{Actor, App, AppError, Reader, StoreError, Tx};
use bartizan_iam::LoginLimiter;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What every request shares.
pub(crate) type AppState = Arc<Shared>;

/// Calls that may use the store or the estate at once: each holds a thread, and at most one database connection.
const CALLS_AT_ONCE: usize = 32;
/// Calls that may wait for the one write transaction at once: apart, so that a long import holds up no reader.
const WRITES_AT_ONCE: usize = 32;
/// Passwords that may be hashed at once: each takes 19 MiB and a processor.
const HASHES_AT_ONCE: usize = 2;

/// Exports that may be written at once: each holds a thread for as long as somebody downloads it.
const EXPORTS_AT_ONCE: usize = 8;

/// See [`AppState`].
pub(crate) struct Shared {
    pub(crate) app: Arc<App>,
    pub(crate) config: Config,
    pub(crate) hosts: Hosts,
    pub(crate) live: Live,
    pub(crate) metrics: Metrics,
    pub(crate) derived: Derived,
    limiter: Mutex<LoginLimiter>,
    calls: Semaphore,
    writes: Semaphore,
    hashes: Semaphore,
    exports: Arc<Semaphore>,
    started: Instant,
    requests: AtomicU64,
    run: String,
}

impl Shared {
    pub(crate) fn new(app: Arc<App>, config: Config) -> Result<AppState, ServeError> {
        // Loaded before anybody asks.
        drop(app.estate()?);
        let run = bartizan_iam::secret::nonce()?;
        Ok(Arc::new(Self {
            hosts: Hosts::of(&config),
            app,
            config,
            live: Live::default(),
            metrics: Metrics::default(),
            derived: Derived::default(),
            limiter: Mutex::default(),
            calls: Semaphore::new(CALLS_AT_ONCE),
            writes: Semaphore::new(WRITES_AT_ONCE),
            hashes: Semaphore::new(HASHES_AT_ONCE),
            exports: Arc::new(Semaphore::new(EXPORTS_AT_ONCE)),
            started: Instant::now(),
            requests: AtomicU64::new(0),
            run: run.chars().take(8).collect(),
        }))
    }

    /// An id that no other request has: which process, and which of its requests.
    pub(crate) fn next_request_id(&self) -> String {
        format!("{}-{:06}", self.run, self.requests.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// Seconds since the start, from a clock that never goes back.
    pub(crate) fn uptime(&self) -> u64 {
        self.started.elapsed().as_secs()
    }

    pub(crate) fn limiter(&self) -> MutexGuard<'_, LoginLimiter> {
        self.limiter.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for an export, held while it is written.
    pub(crate) fn export_place(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        Arc::clone(&self.exports).try_acquire_owned().map_err(|_| {
            ApiError::unavailable(format!("{EXPORTS_AT_ONCE} exports are being downloaded already."))
                .hint("Try again when one has ended.")
        })
    }

    /// Runs a use case off the async threads.
    pub(crate) async fn call<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        run_blocking(Arc::clone(self), &self.calls, work).await
    }

    /// Reads from the store off the async threads.
    pub(crate) async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&mut Reader<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, ApiError> {
        self.call(|state| Ok(state.app.read(work)?)).await
    }

    /// Writes in one transaction off the async threads; its news reach the live pages at once.
    pub(crate) async fn write<T: Send + 'static>(
        self: &Arc<Self>,
        actor: Actor,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let answer = self.write_call(move |state| Ok(state.app.write(&actor, work)?)).await;
        self.live.wake();
        answer
    }

    /// Runs a use case that writes off the async threads.
    pub(crate) async fn write_call<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        run_blocking(Arc::clone(self), &self.writes, work).await
    }

    /// Runs password hashing off the async threads, a few at once.
    pub(crate) async fn hash<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        run_blocking(Arc::clone(self), &self.hashes, |_| Ok(work())).await
    }
}

async fn run_blocking<T: Send + 'static>(
    state: AppState,
    room: &Semaphore,
    work: impl FnOnce(&Shared) -> Result<T, ApiError> + Send + 'static,
) -> Result<T, ApiError> {
    let _place = room.acquire().await.map_err(|_| ApiError::unavailable("The server is stopping."))?;
    let span = tracing::Span::current();
    let task = tokio::task::spawn_blocking(move || span.in_scope(|| work(&state)));
    task.await.map_err(|error| ApiError::internal(format!("a call panicked: {error}")))?
}

/// Logs what went wrong where nobody waits for an answer.
pub(crate) fn log_failure(what: &str, error: &AppError) {
    tracing::warn!(%error, "{what} failed");
}
