//! The use cases: where a stage meets the store.
//!
//! [`App`] opens the store, keeps the estate (all that is derived) in step with the event log, and runs imports and
//! collections. Everything here blocks; a server calls it off its async threads.

mod advice;
mod alias;
pub mod asset_query;
mod attack;
mod bill;
mod clock;
mod collections;
mod compare;
mod correlate;
mod demo;
mod discover;
mod doctor;
mod entries;
mod eol;
mod error;
mod estate;
mod export;
mod feeds;
mod gate;
mod identity;
mod import;
mod judge;
mod runs;
mod scratch;
mod software;
mod technique;
mod trend;
mod watch;

pub use advice::{Advice, advise};
pub use bartizan_assess::identity::SOURCE as IDENTITY_SOURCE;
pub use bartizan_discover::software::{Inventory, LeftOut, Wish};
pub use bartizan_graph as graph;
pub use bartizan_net::{Limits, Proxying, Step};
pub use bartizan_prioritize as prioritize;
pub use bartizan_store::{
    Account, Actor, AssetRow, AssignmentRow, AttributeFact, CommentRow, ComponentRow, CorrelationRow,
    DecisionRow, Event, EvidenceRow, ExposureRow, FeedRow, FeedSync, HostSnapshot, IdentifierRow, MergeRow,
    NewDecision, NewEvent, NewScope, NoteKind, PERSON, Ranges, Reader, RelationRow, RunNote, RunRow,
    RunState, SavedView, ScopeRow, ServiceRow, Session, SightingRow, StoreError, Tally, TokenRow, Tx,
    WeaknessRow,
};
pub use bill::{AUTHOR, Document};
pub use clock::Clock;
pub use collections::Partial;
pub use compare::{Comparison, moment};
pub use correlate::{Alike, Member, Together};
pub use demo::{DemoMade, DemoRequest};
pub use discover::{Collected, SOURCE, look, within};
pub use doctor::{Level, Problem};
pub use entries::Prior;
pub use error::AppError;
pub use export::ExportFormat;
pub use feeds::{
    ALL as ALL_FEEDS, BundleLoaded, BundleMade, FeedFile, FeedState, FeedSynced, FeedsLoaded, SyncRequest,
    SyncWatch, Synced, doubts,
};
pub use import::{
    Announced, Batch, HandedIn, ImportRequest, Imported, Rejected, Said, handed_over, report_subject,
};
pub use runs::{Progress, ProgressView};
pub use software::{Affected, Look, TakenIn};
pub use technique::{Technique, technique};
pub use trend::Day;
pub use watch::{Taken, TakenReport, Watched};

use bartizan_model::query::Query;
use bartizan_model::{Network, RunId, ScopeId, Timestamp};
use bartizan_prioritize::Estate;
use bartizan_store::Store;
use runs::Runs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock, RwLockReadGuard};

/// What is said to a query about "me" where nobody is signed in.
pub const NOBODY_ASKS: &str =
    "`owner:me` means whoever is signed in, and nobody is here: write a name, as in owner:ada";

/// For so many days it is kept what tools say, word for word, where nobody says otherwise.
pub const SAID_DAYS: u16 = 30;

/// How to open an installation.
#[derive(Debug, Clone)]
pub struct OpenOptions {
    /// The data folder; made where it is missing, readable by its owner alone.
    pub data: PathBuf,
    /// A PostgreSQL database instead of the SQLite file in the data folder.
    pub database_url: Option<String>,
    /// Where the time comes from.
    pub clock: Clock,
}

/// An open installation.
pub struct App {
    store: Store,
    data: PathBuf,
    clock: Clock,
    /// Nothing is fetched from anywhere.
    offline: bool,
    /// For how many days it is kept what tools said, word for word; 0 for not at all.
    said_days: u16,
    /// The network that this host is in.
    network: Option<Network>,
    /// All that is derived, from the first time that somebody asks for it: most commands never do.
    live: OnceLock<Live>,
    /// Held while it is loaded.
    loading: Mutex<()>,
    runs: Arc<Runs>,
    /// The advisories as they were when last asked for.
    advisories: Mutex<Option<Arc<bartizan_advisory::index::Index>>>,
    /// The attack graph as it was when last asked for.
    attack: Mutex<Option<attack::Generation>>,
}

/// What is derived, and how far it has followed the log.
struct Live {
    estate: RwLock<Estate>,
    followed: Mutex<estate::Followed>,
}

impl App {
    /// Opens an installation. The estate is loaded when it is first asked for.
    pub fn open(options: OpenOptions) -> Result<Self, AppError> {
        make_folder(&options.data)?;
        let store = match &options.database_url {
            Some(url) => Store::open_postgres(url)?,
            None => Store::open_sqlite(&database_file(&options.data))?,
        };
        Ok(Self {
            store,
            data: options.data,
            clock: options.clock,
            offline: false,
            said_days: SAID_DAYS,
            network: None,
            live: OnceLock::new(),
            loading: Mutex::default(),
            runs: Arc::default(),
            advisories: Mutex::default(),
            attack: Mutex::default(),
        })
    }

    /// Has it fetch nothing from anywhere, or allows that.
    #[must_use]
    pub fn offline(mut self, offline: bool) -> Self {
        self.offline = offline;
        self
    }

    /// Keeps what tools say, word for word, for so many days (0: not at all).
    #[must_use]
    pub fn keeping_said(mut self, days: u16) -> Self {
        self.said_days = days;
        self
    }

    /// Says which network this host is in: its private addresses are of that one, whenever it is looked at.
    #[must_use]
    pub fn in_network(mut self, network: Option<Network>) -> Self {
        self.network = network;
        self
    }

    /// Whether it is kept what tools say, word for word.
    pub fn keeps_said(&self) -> bool {
        self.said_days > 0
    }

    /// Whether nothing may be fetched from anywhere.
    pub fn is_offline(&self) -> bool {
        self.offline
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// `sqlite` or `postgresql`.
    pub fn backend(&self) -> &'static str {
        self.store.backend()
    }

    /// Reads from a consistent view of the store.
    pub fn read<T>(
        &self,
        work: impl FnOnce(&mut Reader<'_>) -> Result<T, StoreError>,
    ) -> Result<T, AppError> {
        Ok(self.store.read(work)?)
    }

    /// Writes in one transaction and brings the estate in step with it.
    pub fn write<T>(
        &self,
        actor: &Actor,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError>,
    ) -> Result<T, AppError> {
        let result = self.store.write(actor, self.now(), work)?;
        self.follow()?;
        Ok(result)
    }

    /// What is derived, for reading; loaded where nobody asked for it yet. Hold it briefly: it keeps news from being
    /// taken in.
    pub fn estate(&self) -> Result<RwLockReadGuard<'_, Estate>, AppError> {
        Ok(self.live()?.estate.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn live(&self) -> Result<&Live, AppError> {
        if let Some(live) = self.live.get() {
            return Ok(live);
        }
        let _loading = self.loading.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(live) = self.live.get() {
            return Ok(live);
        }
        let (mut estate, followed) = estate::load(&self.store, self.now())?;
        self.place_first(followed.seq(), &mut estate)?;
        Ok(self.live.get_or_init(|| Live { estate: RwLock::new(estate), followed: Mutex::new(followed) }))
    }

    /// Reads a query that nobody in particular asks.
    pub fn query(&self, text: &str) -> Result<Query, AppError> {
        let query: Query = text.parse().map_err(AppError::Query)?;
        if query.says_me() {
            return Err(AppError::Input(NOBODY_ASKS.into()));
        }
        Ok(query)
    }

    /// Reads a query that a person asks: `owner:me` means them.
    pub fn query_of(&self, person: &str, text: &str) -> Result<Query, AppError> {
        text.parse().map(|query: Query| query.asked_by(person)).map_err(AppError::Query)
    }

    /// Takes the news of the event log into the estate and returns them, oldest first. An estate that nobody asked for
    /// yet follows nothing: it will be loaded as of then.
    pub fn follow(&self) -> Result<Vec<Event>, AppError> {
        let Some(live) = self.live.get() else { return Ok(Vec::new()) };
        let mut followed = live.followed.lock().unwrap_or_else(PoisonError::into_inner);
        estate::follow(&self.store, &live.estate, &mut followed, self.now())
    }

    /// How far a run of this process is; `None` once it is done or where another process works on it.
    pub fn progress(&self, run: RunId) -> Option<ProgressView> {
        self.runs.get(run).map(|progress| progress.view())
    }

    /// Asks a run of this process to stop; whether there was one.
    pub fn cancel(&self, run: RunId) -> bool {
        self.runs.get(run).map(|progress| progress.cancel()).is_some()
    }

    /// What is due by the clock: decisions lapse, what tools said word for word is forgotten, and scores that depend on the
    /// day are made anew.
    pub fn tick(&self) -> Result<(), AppError> {
        let now = self.now();
        let due = self.store.write::<_, AppError>(&Actor::system("schedule"), now, |tx| {
            tx.forget_said(now.plus_days(-i64::from(self.said_days)))?;
            Ok(tx.lapse_decisions()?)
        })?;
        if due > 0 {
            self.follow()?;
        }
        if let Some(live) = self.live.get() {
            let stale = |estate: &Estate| now.days_since(estate.now()) > 0;
            if stale(&live.estate.read().unwrap_or_else(PoisonError::into_inner)) {
                live.estate.write().unwrap_or_else(PoisonError::into_inner).reprioritize(now);
            }
        }
        Ok(())
    }

    /// Marks runs that died with their process. One of them may have left facts that no identity was judged by: that is done now.
    pub fn settle(&self) -> Result<u64, AppError> {
        let now = self.now();
        self.store.write::<_, AppError>(&Actor::system("start"), now, |tx| {
            let count = tx.interrupt_runs()?;
            if count > 0 {
                let run = tx.begin_run("match", "identities after a stop")?;
                identity::judge_as(tx, run, now)?;
            }
            Ok(count)
        })
    }

    /// Writes a consistent copy of the database to `target`, which must not exist.
    pub fn backup(&self, target: &Path) -> Result<(), AppError> {
        if target.exists() {
            return Err(AppError::Input(format!("{} exists already; choose another name", target.display())));
        }
        // Made empty first, so that nobody else can read it at any moment.
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options
            .open(target)
            .map_err(|source| AppError::File { path: target.display().to_string(), source })?;
        Ok(self.store.backup(target)?)
    }

    /// Makes a scope, or changes the one with `id`, after checking that its query can pick assets.
    pub fn save_scope(
        &self,
        actor: &Actor,
        id: Option<ScopeId>,
        scope: &NewScope,
    ) -> Result<ScopeId, AppError> {
        let query = self.query(&scope.query)?;
        if query.root.is_none() {
            return Err(AppError::Input(
                "a scope needs a query that picks its assets, such as asset:web*".into(),
            ));
        }
        if let Some(field) = asset_query::refused(&query, asset_query::makes_scopes) {
            return Err(AppError::Input(format!(
                "a scope's query speaks of assets by themselves, and `{}` does not; use asset, kind, reach, criticality, data or demo",
                field.info().name
            )));
        }
        self.write(actor, |tx| tx.put_scope(id, scope))
    }

    /// Removes the made-up data; how many assets went.
    pub fn remove_demo(&self, actor: &Actor) -> Result<i64, AppError> {
        self.write(actor, |tx| tx.remove_demo())
    }
}

/// The SQLite file of a data folder.
pub fn database_file(data: &Path) -> PathBuf {
    data.join("bartizan.db")
}

/// Puts a backup in the place of a data folder's database. The old one is kept beside it; no `serve` may run.
pub fn restore(data: &Path, backup: &Path) -> Result<PathBuf, AppError> {
    make_folder(data)?;
    let file = database_file(data);
    let kept = file.with_extension("db.before-restore");
    let fresh = file.with_extension("db.restoring");
    let at = |path: &Path| {
        let path = path.display().to_string();
        move |source| AppError::File { path, source }
    };
    for suffix in ["-wal", "-shm"] {
        let side = PathBuf::from(format!("{}{suffix}", file.display()));
        if side.exists() {
            return Err(AppError::Input(format!(
                "{} is in use or was not closed: stop Bartizan first, then run `bartizan doctor`",
                file.display()
            )));
        }
    }
    // A copy is opened and brought up to date, never the backup itself.
    std::fs::copy(backup, &fresh).map_err(at(backup))?;
    let checked = Store::open_sqlite(&fresh)?;
    if let Some(damage) = checked.check()? {
        std::fs::remove_file(&fresh).map_err(at(&fresh))?;
        return Err(AppError::Input(format!("{} is damaged: {damage}", backup.display())));
    }
    drop(checked);
    if file.exists() {
        std::fs::rename(&file, &kept).map_err(at(&file))?;
    }
    std::fs::rename(&fresh, &file).map_err(at(&fresh))?;
    Ok(kept)
}

fn make_folder(path: &Path) -> Result<(), AppError> {
    let failed = |source| AppError::File { path: path.display().to_string(), source };
    if path.is_dir() {
        return Ok(());
    }
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(path).map_err(failed)
}
