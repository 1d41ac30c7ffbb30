//! Runs of this process that are at work: how far they are, and the wish that they stop.

use bartizan_model::RunId;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Shared between the run and those who watch it.
#[derive(Debug, Default)]
pub struct Progress {
    bytes: AtomicU64,
    total: AtomicU64,
    records: AtomicU64,
    cancelled: AtomicBool,
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProgressView {
    /// Bytes read (compressed size, where the report is compressed).
    pub bytes: u64,
    /// Bytes in all; 0 where not known.
    pub total_bytes: u64,
    /// Observations taken in.
    pub records: u64,
}

impl Progress {
    /// For a source of a known size (0 where it is not known).
    pub fn of_size(total: u64) -> Arc<Self> {
        Arc::new(Self { total: AtomicU64::new(total), ..Self::default() })
    }

    /// How far it is.
    pub fn view(&self) -> ProgressView {
        ProgressView {
            bytes: self.bytes.load(Ordering::Relaxed),
            total_bytes: self.total.load(Ordering::Relaxed),
            records: self.records.load(Ordering::Relaxed),
        }
    }

    /// Asks the run to stop.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    pub(crate) fn add_bytes(&self, bytes: usize) {
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(crate) fn add_total(&self, bytes: u64) {
        self.total.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(crate) fn add_record(&self) {
        self.records.fetch_add(1, Ordering::Relaxed);
    }
}

/// The runs at work, by id.
#[derive(Debug, Default)]
pub(crate) struct Runs(Mutex<HashMap<RunId, Arc<Progress>>>);

impl Runs {
    pub(crate) fn get(&self, run: RunId) -> Option<Arc<Progress>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&run).cloned()
    }

    pub(crate) fn add(&self, run: RunId, progress: Arc<Progress>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(run, progress);
    }

    pub(crate) fn remove(&self, run: RunId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&run);
    }
}

/// Counts the bytes that pass.
pub(crate) struct Counted<R> {
    pub(crate) inner: R,
    pub(crate) progress: Arc<Progress>,
}

impl<R: std::io::Read> std::io::Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.progress.add_bytes(count);
        Ok(count)
    }
}
