//! Which processes live: each that works on runs holds a numbered slot, by a lock that the system releases when the
//! process ends, however it ends. On SQLite it is a lock on a file beside the database, on PostgreSQL an advisory lock.

use crate::db::{Connection, Value};
use crate::error::StoreError;
use crate::{Place, Store, Tx, connect, lock};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

/// The slot of this process. It is free again when this is dropped.
pub(crate) struct Worker {
    slot: i64,
    _held: Held,
}

#[expect(dead_code, reason = "what is held is never read; it is held")]
enum Held {
    File(File),
    Session(Box<Connection>),
}

/// Whether a slot could be locked. The first number is arbitrary and fixed.
const LOCK: &str =
    "SELECT CASE WHEN pg_try_advisory_lock(7033411, CAST($1 AS INTEGER)) THEN CAST(1 AS BIGINT) ELSE 0 END";
/// The same until the end of the transaction.
const PROBE: &str = "SELECT CASE WHEN pg_try_advisory_xact_lock(7033411, CAST($1 AS INTEGER)) THEN CAST(1 AS BIGINT) ELSE 0 END";

impl Store {
    /// Takes the first slot that is free.
    fn take_slot(&self) -> Result<Worker, StoreError> {
        match &self.place {
            Place::File(path) => {
                for slot in 1.. {
                    if let Some(file) = lock_file(path, slot)? {
                        return Ok(Worker { slot, _held: Held::File(file) });
                    }
                }
            }
            Place::Url(_) => {
                let mut session = Box::new(connect(&self.place)?);
                for slot in 1.. {
                    if session.first(LOCK, &[Value::Int(slot)], |row| row.get(0))? == Some(1_i64) {
                        return Ok(Worker { slot, _held: Held::Session(session) });
                    }
                }
            }
        }
        Err(StoreError::damaged("slots", "all are taken"))
    }
}

impl Tx<'_> {
    /// The slot of this process, taken with its first run.
    pub(crate) fn slot(&mut self) -> Result<i64, StoreError> {
        let store = self.store;
        let mut worker = lock(&store.worker);
        if let Some(worker) = &*worker {
            return Ok(worker.slot);
        }
        let taken = store.take_slot()?;
        let slot = taken.slot;
        *worker = Some(taken);
        drop(worker);
        // Whoever had it before is dead, or it would not be free.
        self.interrupt(slot)?;
        Ok(slot)
    }

    /// Whether no living process holds a slot.
    pub(crate) fn is_free(&mut self, slot: i64) -> Result<bool, StoreError> {
        match &self.store.place {
            Place::File(path) => Ok(lock_file(path, slot)?.is_some()),
            Place::Url(_) => Ok(self.db.first(PROBE, &[slot.into()], |row| row.get(0))? == Some(1_i64)),
        }
    }
}

/// Locks the file of a slot, unless another does.
fn lock_file(database: &Path, slot: i64) -> Result<Option<File>, StoreError> {
    let path = PathBuf::from(format!("{}-worker-{slot}", database.display()));
    let failed = |source| StoreError::Folder { path: path.display().to_string(), source };
    let mut options = File::options();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}
