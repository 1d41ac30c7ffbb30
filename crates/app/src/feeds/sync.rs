//! Fetching feeds: what changed is downloaded, and loaded as if a person had handed the files over.
//!
//! What was downloaded lies in the data folder's `downloads`, under the feed's name. A file gets its place, and is asked
//! for conditionally from then on, only after it was loaded: whatever a server sends that is no feed leaves what is held.
//! How each feed's last attempt ended is kept in the store, where everything that shows a feed finds it.

mod held;
mod plan;

use super::FeedFile;
use super::bundle::FileInside;
use crate::runs::Progress;
use crate::{Actor, App, AppError, RunState, SOURCE, Tally};
use bartizan_advisory::feed::Feed;
use bartizan_advisory::feeds::{FEEDS, by_id};
use bartizan_model::{Gap, RunId};
use bartizan_net::{
    Answer, Authorization, Client, Limits, Proxying, Step, Validators, host_of, one_per_host,
};
use bartizan_store::RunResult;
use held::{Held, State};
pub use plan::ALL;
use plan::{Download, Mirrors};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};

/// Under which names the addresses of mirrors are kept.
const MIRROR: &str = "feeds.mirror.";
/// Longer words of why a feed failed are cut: they may be a server's.
const LONGEST_WHY: usize = 600;
/// The longest name of a file, in bytes.
const LONGEST_NAME: u64 = 256;

/// What to fetch, and how.
#[derive(Debug, Clone)]
pub struct SyncRequest {
    /// Ids of feeds; all where empty.
    pub feeds: Vec<String>,
    /// A mirror of all feeds, for this once.
    pub mirror: Option<String>,
    /// Through which proxy.
    pub proxying: Proxying,
    /// Downloads at once; from one host there is never more than one.
    pub jobs: usize,
    /// How much and how long.
    pub limits: Limits,
}

impl Default for SyncRequest {
    fn default() -> Self {
        Self {
            feeds: Vec::new(),
            mirror: None,
            proxying: Proxying::Environment,
            jobs: 4,
            limits: Limits::default(),
        }
    }
}

/// Is told how far a sync is.
pub trait SyncWatch: Sync {
    /// A download goes on; `file` is its name below `downloads`.
    fn step(&self, _file: &str, _step: Step) {}
    /// All of a feed is here, and is loaded now.
    fn loading(&self, _feed: &str) {}
    /// A feed is done.
    fn done(&self, _feed: &FeedSynced) {}
}

/// For where nobody watches.
impl SyncWatch for () {}

/// What became of one feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedSynced {
    /// Its id.
    pub feed: &'static str,
    /// Files that were fetched and loaded.
    pub changed: usize,
    /// Files that are as they were.
    pub unchanged: usize,
    /// Bytes that were fetched.
    pub bytes: u64,
    /// Why it failed, or a part of it.
    pub error: Option<String>,
}

/// What a sync did.
#[derive(Debug, Clone)]
pub struct Synced {
    /// The run.
    pub run: RunId,
    /// The feeds, by id.
    pub feeds: Vec<FeedSynced>,
    /// Exposures that the news opened and closed.
    pub tally: Tally,
}

/// A file that came, and waits to be loaded.
struct Came {
    validators: Validators,
    size: u64,
    digest: String,
}

/// What a download brought: nothing new, a file, or words why not.
type Brought = Result<Option<Came>, String>;

impl App {
    /// Fetches feeds now.
    pub fn sync_feeds(
        &self,
        actor: &Actor,
        request: &SyncRequest,
        watch: &dyn SyncWatch,
    ) -> Result<Synced, AppError> {
        let run = self.begin_sync(actor, request)?;
        self.run_sync(actor, run, request, watch)
    }

    /// Announces a sync, so that it can be watched before it runs. Refuses where nothing may be fetched.
    pub fn begin_sync(&self, actor: &Actor, request: &SyncRequest) -> Result<RunId, AppError> {
        if self.is_offline() {
            return Err(AppError::Input(
                "this installation is offline (BARTIZAN_OFFLINE), so nothing is fetched. Load files with `bartizan feeds load PATH`, or a bundle with `bartizan feeds bundle load FILE`".into(),
            ));
        }
        let wanted = wanted(&request.feeds)?;
        let label = if wanted.len() == FEEDS.len() {
            "all feeds".to_owned()
        } else {
            wanted.iter().map(|feed| feed.id).collect::<Vec<_>>().join(", ")
        };
        self.write(actor, |tx| tx.begin_run("sync", &label))
    }

    /// Runs an announced sync to its end. A feed that fails stops no other.
    pub fn run_sync(
        &self,
        actor: &Actor,
        run: RunId,
        request: &SyncRequest,
        watch: &dyn SyncWatch,
    ) -> Result<Synced, AppError> {
        let progress = Progress::of_size(0);
        self.runs.add(run, progress.clone());
        let done = self.fetch_all(actor, request, watch, &progress);
        self.runs.remove(run);
        let ended = done.and_then(|(feeds, tally)| {
            if progress.is_cancelled() {
                return Err(AppError::Cancelled);
            }
            Ok(Synced { run, feeds, tally })
        });
        match &ended {
            Err(error) => {
                let state =
                    if matches!(error, AppError::Cancelled) { RunState::Cancelled } else { RunState::Failed };
                self.write(actor, |tx| tx.fail_run(run, state, &error.to_string()))?;
            }
            Ok(synced) => self.end_sync(actor, synced)?,
        }
        ended
    }

    /// A sync of which nothing went well failed; else what failed is a gap of it.
    fn end_sync(&self, actor: &Actor, synced: &Synced) -> Result<(), AppError> {
        let failed = synced.feeds.iter().filter_map(|feed| Some((feed.feed, feed.error.as_ref()?)));
        let gaps: Vec<Gap> =
            failed.map(|(feed, why)| Gap::new(format!("feed {feed}"), why.as_str())).collect();
        if gaps.len() == synced.feeds.len() {
            let first = synced.feeds.iter().find_map(|feed| feed.error.as_deref()).unwrap_or("nothing to do");
            let why = format!("no feed could be fetched: {first}");
            return self.write(actor, |tx| tx.fail_run(synced.run, RunState::Failed, &why));
        }
        let bytes = synced.feeds.iter().map(|feed| feed.bytes).sum::<u64>();
        let result = RunResult {
            tool: SOURCE,
            bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
            tally: synced.tally,
            gaps: &gaps,
            rejected: &[],
            rejected_total: 0,
        };
        self.write(actor, |tx| tx.finish_run(synced.run, &result))
    }

    fn fetch_all(
        &self,
        actor: &Actor,
        request: &SyncRequest,
        watch: &dyn SyncWatch,
        progress: &Progress,
    ) -> Result<(Vec<FeedSynced>, Tally), AppError> {
        let downloads = self.downloads();
        let _lock = lock(&downloads)?;
        let mirrors = Mirrors { once: request.mirror.clone(), kept: self.feed_mirrors()? };
        let mut planned = Vec::new();
        let mut synced = Vec::new();
        let mut authorization = Authorization::default();
        for feed in wanted(&request.feeds)? {
            match plan::downloads(feed, &mirrors, &mut authorization) {
                Ok(files) => planned.extend(files),
                Err(why) => synced.push(self.note(actor, watch, failed(feed, why))?),
            }
        }
        let client = Client::new(authorization, &request.proxying, request.limits.clone())
            .map_err(|cause| AppError::Input(cause.to_string()))?;
        let mut state = State::open(&downloads)?;
        let rows = self.read(|reader| reader.feeds())?;
        let loaded = |feed: &str| rows.iter().find(|row| row.name == feed).map(|row| row.loaded_at.micros());
        let mut waiting: BTreeMap<&'static str, usize> = BTreeMap::new();
        for download in &planned {
            *waiting.entry(download.feed.id).or_default() += 1;
        }
        let asked: Vec<(Download, Option<Held>)> = planned
            .into_iter()
            .map(|download| {
                let held = state.held(&downloads, &download, loaded(download.feed.id));
                (download, held)
            })
            .collect();
        let (send, receive) = channel();
        let (taken, tally) = std::thread::scope(|scope| {
            let (client, downloads) = (&client, &downloads);
            scope.spawn(move || {
                let host = |(download, _): &(Download, _)| host_of(&download.url).unwrap_or_default();
                one_per_host(asked, host, request.jobs, |(download, held)| {
                    let brought = fetch(client, downloads, &download, held.as_ref(), watch, progress);
                    // Nobody listens any more where the other side failed: then nothing is to be done with it.
                    let _ = send.send((download, brought));
                });
            });
            let taken = self.take_all(actor, watch, &receive, &waiting, downloads, &mut state);
            if taken.is_err() {
                // Nothing more can be kept, so nothing more is fetched.
                progress.cancel();
            }
            taken
        })?;
        synced.extend(taken);
        synced.sort_by_key(|feed| feed.feed);
        Ok((synced, tally))
    }

    /// Loads each feed once all of its files came, `waiting` for so many.
    fn take_all(
        &self,
        actor: &Actor,
        watch: &dyn SyncWatch,
        came: &Receiver<(Download, Brought)>,
        waiting: &BTreeMap<&'static str, usize>,
        downloads: &Path,
        state: &mut State,
    ) -> Result<(Vec<FeedSynced>, Tally), AppError> {
        let mut here: BTreeMap<&'static str, Vec<(Download, Brought)>> = BTreeMap::new();
        let (mut synced, mut tally) = (Vec::new(), Tally::default());
        for (download, brought) in came {
            let feed = download.feed;
            let files = here.entry(feed.id).or_default();
            files.push((download, brought));
            if Some(&files.len()) == waiting.get(feed.id) {
                let files = std::mem::take(files);
                watch.loading(feed.id);
                let (done, news) = self.take_feed(actor, feed, files, downloads, state)?;
                tally.created += news.created;
                tally.reopened += news.reopened;
                tally.closed += news.closed;
                synced.push(self.note(actor, watch, done)?);
            }
        }
        Ok((synced, tally))
    }

    /// Keeps how a feed's attempt ended, and tells who watches.
    fn note(
        &self,
        actor: &Actor,
        watch: &dyn SyncWatch,
        mut done: FeedSynced,
    ) -> Result<FeedSynced, AppError> {
        done.error = done.error.map(|why| why.chars().take(LONGEST_WHY).collect());
        self.write(actor, |tx| tx.put_feed_sync(done.feed, done.error.as_deref()))?;
        watch.done(&done);
        Ok(done)
    }

    /// Loads what came of a feed. What was loaded takes its place among the downloads; what was not goes.
    fn take_feed(
        &self,
        actor: &Actor,
        feed: &'static Feed,
        files: Vec<(Download, Brought)>,
        downloads: &Path,
        state: &mut State,
    ) -> Result<(FeedSynced, Tally), AppError> {
        let mut done = FeedSynced { feed: feed.id, changed: 0, unchanged: 0, bytes: 0, error: None };
        let mut failures = Vec::new();
        let mut came = Vec::new();
        for (download, brought) in files {
            match brought {
                Ok(None) => done.unchanged += 1,
                Ok(Some(news)) => {
                    done.bytes += news.size;
                    came.push((arrived(&downloads.join(&download.file)), download, news));
                }
                Err(why) => failures.push(why),
            }
        }
        let mut tally = Tally::default();
        if !came.is_empty() {
            let paths: Vec<&Path> = came.iter().map(|(path, ..)| path.as_path()).collect();
            // Before the store says when: what it has is never older than this.
            let at = self.now().micros();
            let loaded = self.load_only(actor, Some(feed), &paths);
            for (path, download, news) in came {
                let failure = match &loaded {
                    Ok(loaded) => refused(&loaded.files, &path),
                    Err(error) => Some(error.to_string()),
                };
                match failure {
                    None => {
                        done.changed += 1;
                        let place = downloads.join(&download.file);
                        std::fs::rename(&path, &place).map_err(|source| at_path(&place, source))?;
                        state.keep(&download, news, at);
                    }
                    Some(why) => {
                        failures.push(format!("{}: {why}; what was loaded before is kept", download.url));
                        std::fs::remove_file(&path).map_err(|source| at_path(&path, source))?;
                    }
                }
            }
            state.save(downloads)?;
            tally = loaded.map(|loaded| loaded.tally).unwrap_or_default();
        }
        done.error = match failures.len() {
            0 => None,
            1 => failures.pop(),
            more => Some(format!("{} (and {} more)", failures[0], more - 1)),
        };
        Ok((done, tally))
    }

    /// Where downloads lie.
    pub(super) fn downloads(&self) -> PathBuf {
        self.data().join("downloads")
    }

    /// The mirrors that were set: by feed, or [`ALL`].
    pub fn feed_mirrors(&self) -> Result<BTreeMap<String, String>, AppError> {
        Ok(self.read(|reader| reader.metas(MIRROR))?.into_iter().collect())
    }

    /// Sets where a feed is fetched from instead of its own address, or [`ALL`] of them; `None` takes that back.
    pub fn set_feed_mirror(&self, actor: &Actor, feed: &str, url: Option<&str>) -> Result<(), AppError> {
        if feed != ALL {
            wanted(&[feed.to_owned()])?;
        }
        let name = format!("{MIRROR}{feed}");
        match url {
            None => self.write(actor, |tx| tx.remove_meta(&name)),
            Some(url) => {
                plan::check_mirror(by_id(feed), url).map_err(AppError::Input)?;
                self.write(actor, |tx| tx.put_meta(&name, url))
            }
        }
    }

    /// Whether some feed was not tried for so long that a sync is due.
    pub fn sync_is_due(&self, hours: i64) -> Result<bool, AppError> {
        let tried = self.read(|reader| reader.feed_syncs())?;
        let since = self.now().micros().saturating_sub(hours.saturating_mul(3_600_000_000));
        let recent =
            |feed: &Feed| tried.iter().any(|sync| sync.feed == feed.id && sync.tried_at.micros() > since);
        Ok(!FEEDS.iter().all(recent))
    }
}

/// The feeds with these ids; all of them where none is named.
fn wanted(ids: &[String]) -> Result<Vec<&'static Feed>, AppError> {
    if ids.is_empty() {
        return Ok(FEEDS.iter().collect());
    }
    let mut feeds = Vec::new();
    for id in ids {
        let known = || FEEDS.iter().map(|feed| feed.id).collect::<Vec<_>>().join(", ");
        let feed = by_id(id)
            .ok_or_else(|| AppError::Input(format!("there is no feed `{id}`; there are {}", known())))?;
        if !feeds.iter().any(|known: &&Feed| known.id == feed.id) {
            feeds.push(feed);
        }
    }
    Ok(feeds)
}

fn failed(feed: &Feed, why: String) -> FeedSynced {
    FeedSynced { feed: feed.id, changed: 0, unchanged: 0, bytes: 0, error: Some(why) }
}

/// Where a file waits that came and was not loaded yet.
fn arrived(place: &Path) -> PathBuf {
    let mut name = place.as_os_str().to_owned();
    name.push(".new");
    PathBuf::from(name)
}

fn fetch(
    client: &Client,
    downloads: &Path,
    download: &Download,
    held: Option<&Held>,
    watch: &dyn SyncWatch,
    progress: &Progress,
) -> Brought {
    let place = downloads.join(&download.file);
    if let Some(folder) = place.parent() {
        std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let target = arrived(&place);
    let mut step = |step| {
        match step {
            Step::Begins { have, whole } => {
                progress.add_total(whole.map_or(0, |whole| whole.saturating_sub(have)));
            }
            Step::Came(bytes) => progress.add_bytes(usize::try_from(bytes).unwrap_or(usize::MAX)),
            Step::Waits => {}
        }
        watch.step(&download.file, step);
        if progress.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let url = match download.is_named_there {
        true => named(client, &download.url, &target, &mut step)?,
        false => download.url.clone(),
    };
    let asked = held.map(Held::validators).unwrap_or_default();
    let answer = client.download(&url, &asked, &target, &mut step).map_err(|error| error.to_string())?;
    let Answer::Fetched { validators, size } = answer else { return Ok(None) };
    let digest = held::digest(&target).map_err(|error| format!("{}: {error}", target.display()))?;
    if held.is_some_and(|held| held.digest == digest) {
        // A server that cannot say what changed sends all of it again.
        std::fs::remove_file(&target).map_err(|error| format!("{}: {error}", target.display()))?;
        return Ok(None);
    }
    Ok(Some(Came { validators, size, digest }))
}

/// The address of the file that the small one at `url` names. That one is asked for each time: it tells what is newest.
fn named(
    client: &Client,
    url: &str,
    target: &Path,
    step: &mut dyn FnMut(Step) -> ControlFlow<()>,
) -> Result<String, String> {
    let name = target.with_extension("name");
    client.download(url, &Validators::default(), &name, step).map_err(|error| error.to_string())?;
    let read = File::open(&name).and_then(|file| std::io::read_to_string(file.take(LONGEST_NAME)));
    // What it says is asked anew the next time, so that it may stay is no harm.
    let _ = std::fs::remove_file(&name);
    plan::beside(url, &read.map_err(|error| format!("{url}: {error}"))?)
}

/// Why nothing of a file was taken; `None` where something was.
fn refused(files: &[FeedFile], path: &Path) -> Option<String> {
    let name = path.display().to_string();
    let of_it = |file: &&FeedFile| {
        file.label.strip_prefix(&name).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', ',']))
    };
    if files.iter().filter(of_it).any(|file| file.outcome.is_ok()) {
        return None;
    }
    let why = files.iter().filter(of_it).find_map(|file| file.outcome.as_ref().err());
    Some(why.cloned().unwrap_or_else(|| "it holds nothing that could be loaded".to_owned()))
}

/// One sync at a time: two would write the same files.
fn lock(downloads: &Path) -> Result<File, AppError> {
    crate::make_folder(downloads)?;
    let path = downloads.join("lock");
    let file = File::create(&path).map_err(|source| at_path(&path, source))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => {
            Err(AppError::Input("feeds are being fetched right now; wait for that to end".into()))
        }
        Err(std::fs::TryLockError::Error(source)) => Err(at_path(&path, source)),
    }
}

/// The files that were fetched and loaded, in the order of their names.
pub(super) fn stored_files(downloads: &Path) -> Result<Vec<FileInside>, AppError> {
    Ok(State::open(downloads)?.stored())
}

pub(super) fn at_path(path: &Path, source: std::io::Error) -> AppError {
    AppError::File { path: path.display().to_string(), source }
}
