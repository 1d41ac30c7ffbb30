//! The only door to SQL: one [`Store`] over SQLite and PostgreSQL, one text per query.
//!
//! Everything that writes goes through [`Store::write`]: it opens the one write transaction there can be at a time,
//! knows who acts and when, and the events that the write appends ride in it. A write that returned is durable.

mod account;
mod asset;
mod assignment;
mod catalogue;
mod column_map;
mod component;
mod correlation;
mod db;
mod decision;
mod error;
mod event;
mod exposure;
mod facts;
mod feed_sync;
mod identifier;
mod ingest;
mod join;
mod knowledge;
mod merge;
mod migrate;
mod note;
mod ranges;
mod resolve;
mod run;
mod said;
mod scope;
mod statement;
mod worker;

pub use account::{Account, SavedView, Session, TokenRow};
pub use asset::{AssetRow, ComponentRow, HostSnapshot, RelationRow, ServiceRow};
pub use assignment::AssignmentRow;
pub use catalogue::CatalogueRow;
pub use component::{Installed, Present, Serving};
pub use correlation::{
    Application, CorrelationRow, Holder, NewCorrelation, OnMachine, PERSON, Placed, RUNS_ON, SAME_ADDRESS,
};
pub use decision::{DecisionRow, NewDecision};
pub use error::StoreError;
pub use event::{Event, NewEvent};
pub use exposure::{CommentRow, EvidenceDay, EvidenceRow, ExposureRow, SightingRow, WeaknessRow};
pub use facts::{AttributeFact, ChangedSince, RelationFact};
pub use feed_sync::FeedSync;
pub use identifier::IdentifierRow;
pub use ingest::{Ended, Ingest, IngestOptions, Tally, Words, Written};
pub use knowledge::{CveRow, EpssRow, FeedRow, KevRow, KnowledgeRow, NewFeed};
pub use merge::MergeRow;
pub use ranges::Ranges;
pub use run::{NoteKind, RunCoverage, RunNote, RunResult, RunRow, RunState};
pub use said::Said;
pub use scope::{NewScope, ScopeRow};

use bartizan_model::Timestamp;
use db::{Connection, Value};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Where the facts are kept. Cheap to share; all methods block, so call them off the async threads.
pub struct Store {
    place: Place,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
    worker: Mutex<Option<worker::Worker>>,
}

enum Place {
    File(PathBuf),
    Url(String),
}

/// Who acts, for the event log: an account's name, or `system:<what>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor(String);

impl Actor {
    /// A person, by account name.
    pub fn person(name: &str) -> Self {
        Self(name.to_owned())
    }

    /// A part of Bartizan itself, such as `schedule`.
    pub fn system(part: &str) -> Self {
        Self(format!("system:{part}"))
    }

    /// The name as it stands in the log.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A write transaction: facts and their events, all or nothing.
pub struct Tx<'a> {
    store: &'a Store,
    db: &'a mut Connection,
    actor: &'a Actor,
    now: Timestamp,
}

/// A consistent view for reading.
pub struct Reader<'a> {
    db: &'a mut Connection,
}

/// Serializes writers of several processes, as SQLite's single writer does by itself. The number is arbitrary and fixed.
const POSTGRES_WRITER_LOCK: &str = "SELECT pg_advisory_xact_lock(7033410)";

impl Store {
    /// Opens (and makes, and migrates) the SQLite database at `path`.
    pub fn open_sqlite(path: &Path) -> Result<Self, StoreError> {
        Self::open(Place::File(path.to_owned()))
    }

    /// Opens (and migrates) the PostgreSQL database at `url`. Without TLS only a server on this machine is accepted.
    pub fn open_postgres(url: &str) -> Result<Self, StoreError> {
        let config: postgres::Config = url
            .parse()
            .map_err(|error| StoreError::Address(format!("the database URL does not parse: {error}")))?;
        let local = config.get_hosts().iter().all(|host| match host {
            postgres::config::Host::Tcp(name) => {
                name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
            }
            postgres::config::Host::Unix(_) => true,
        }) && config.get_hostaddrs().iter().all(std::net::IpAddr::is_loopback);
        if !local {
            return Err(StoreError::Address(
                "the database is on another machine and this connection has no TLS; use a local socket or an encrypted tunnel to loopback".into(),
            ));
        }
        Self::open(Place::Url(url.to_owned()))
    }

    fn open(place: Place) -> Result<Self, StoreError> {
        let mut writer = connect(&place)?;
        migrate::run(&mut writer)?;
        let (writer, readers) = (Mutex::new(writer), Mutex::default());
        Ok(Self { place, writer, readers, worker: Mutex::default() })
    }

    /// Runs `work` in the one write transaction and makes it durable, or undoes all of it when `work` fails.
    pub fn write<T, E: From<StoreError>>(
        &self,
        actor: &Actor,
        now: Timestamp,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut guard = lock(&self.writer);
        if guard.is_closed() {
            *guard = connect(&self.place)?;
        }
        let db = &mut *guard;
        match db {
            Connection::Sqlite(_) => db.batch("BEGIN IMMEDIATE")?,
            Connection::Postgres(..) => {
                db.batch("BEGIN")?;
                db.for_each(POSTGRES_WRITER_LOCK, &[], |_| Ok(()))?;
            }
        }
        let mut undo = Undo { db, done: false };
        let result = work(&mut Tx { store: self, db: undo.db, actor, now });
        if result.is_ok() {
            undo.db.batch("COMMIT")?;
            undo.done = true;
        }
        result
    }

    /// Runs `work` on a consistent view.
    pub fn read<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Reader<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let pooled = lock(&self.readers).pop();
        let mut db = match pooled {
            Some(db) => db,
            None => connect(&self.place)?,
        };
        match &db {
            Connection::Sqlite(_) => db.batch("BEGIN")?,
            Connection::Postgres(..) => db.batch("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?,
        }
        let result = work(&mut Reader { db: &mut db });
        db.batch("ROLLBACK")?;
        lock(&self.readers).push(db);
        result
    }

    /// Writes a consistent copy of the whole SQLite database to `target`, while others go on working.
    pub fn backup(&self, target: &Path) -> Result<(), StoreError> {
        let Place::File(_) = self.place else {
            return Err(StoreError::Conflict("back a PostgreSQL database up with pg_dump".into()));
        };
        let path = target.to_string_lossy();
        // On a connection of its own: it cannot run inside a reader's transaction.
        connect(&self.place)?.execute("VACUUM INTO $1", &[Value::Text(&path)]).map(drop)
    }

    /// Checks the database file for damage; the answer is `None` when all is well.
    pub fn check(&self) -> Result<Option<String>, StoreError> {
        match self.place {
            Place::File(_) => self.read(|reader| {
                let verdict: Option<String> =
                    reader.db.first("PRAGMA quick_check(1)", &[], |row| row.get(0))?;
                Ok(verdict.filter(|words| words != "ok"))
            }),
            Place::Url(_) => Ok(None),
        }
    }

    /// `sqlite` or `postgresql`.
    pub fn backend(&self) -> &'static str {
        match self.place {
            Place::File(_) => "sqlite",
            Place::Url(_) => "postgresql",
        }
    }
}

/// Rolls a write back unless it was committed, also when the work panics.
struct Undo<'a> {
    db: &'a mut Connection,
    done: bool,
}

impl Drop for Undo<'_> {
    fn drop(&mut self) {
        if !self.done
            && let Err(error) = self.db.batch("ROLLBACK")
        {
            tracing::warn!(%error, "a rollback failed; the database undoes it by itself when the connection ends");
        }
    }
}

fn connect(place: &Place) -> Result<Connection, StoreError> {
    match place {
        Place::File(path) => {
            let db = rusqlite::Connection::open(path)?;
            db.busy_timeout(std::time::Duration::from_secs(60))?;
            db.set_prepared_statement_cache_capacity(256);
            // FULL: a commit that was acknowledged survives a power cut, not just a crash.
            db.execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;
                 PRAGMA cache_size = -32768; PRAGMA journal_size_limit = 67108864; PRAGMA trusted_schema = OFF;",
            )?;
            Ok(Connection::Sqlite(db))
        }
        Place::Url(url) => {
            let client = postgres::Client::connect(url, postgres::NoTls)?;
            Ok(Connection::Postgres(Box::new(client), std::collections::HashMap::new()))
        }
    }
}

/// A poisoned lock only says that another thread panicked: its transaction was rolled back by [`Undo`].
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Tx<'_> {
    /// The moment this transaction is said to happen.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Reads within the transaction.
    pub fn reader(&mut self) -> Reader<'_> {
        Reader { db: self.db }
    }

    /// Takes `count` ids that no row ever had; the first of them.
    fn take_ids(&mut self, counter: &'static str, count: usize) -> Result<i64, StoreError> {
        let count = count as i64;
        let next = self.db.first(
            "INSERT INTO counter (name, next) VALUES ($1, 1 + CAST($2 AS BIGINT))
             ON CONFLICT (name) DO UPDATE SET next = counter.next + CAST($2 AS BIGINT) RETURNING next",
            &[counter.into(), count.into()],
            |row| row.get::<i64>(0),
        )?;
        next.map(|next| next - count).ok_or_else(|| StoreError::damaged("counter", counter))
    }
}
