//! Loading what the world knows from files, and saying how good it is. A bad file never replaces good data.
//!
//! A load may bring many files: they are one transaction, and one change of the advisory library. What each file is, is
//! seen from its content. Records of a feed whose files are parts of it renew what is held; a file that is all of its feed
//! replaces it, unless it is empty or much smaller than what is held: then it is refused, and the feed says so.

mod bundle;
mod expand;
mod files;
mod state;
mod sync;
mod taken;

pub use bundle::{BundleLoaded, BundleMade};
pub use state::{FeedState, doubts};
pub use sync::{ALL, FeedSynced, SyncRequest, SyncWatch, Synced};

use crate::alias;
use crate::judge::{self, Which};
use crate::{Actor, App, AppError, FeedRow};
use bartizan_advisory::feed::Feed;
use bartizan_advisory::index::{Index, Library};
use std::io::Read;
use std::path::Path;
use std::sync::{Arc, PoisonError};
use taken::Loading;

/// What became of one file of a load.
#[derive(Debug)]
pub struct FeedFile {
    /// The file, with the archive it lay in.
    pub label: String,
    /// Its feed, and how many of its records were taken; or why nothing was.
    pub outcome: Result<(&'static str, u64), String>,
}

/// What a load did.
#[derive(Debug, Default)]
pub struct FeedsLoaded {
    /// The feeds that were loaded, as they are now.
    pub feeds: Vec<FeedRow>,
    /// Every file that was looked at.
    pub files: Vec<FeedFile>,
    /// Exposures that the new advisories opened and closed.
    pub tally: crate::Tally,
}

impl App {
    /// Loads files and folders, plain, compressed or archives.
    pub fn load_feeds(&self, actor: &Actor, paths: &[&Path]) -> Result<FeedsLoaded, AppError> {
        self.load_only(actor, None, paths)
    }

    /// Loads files; where a feed is named, what is of another is refused.
    fn load_only(
        &self,
        actor: &Actor,
        feed: Option<&'static Feed>,
        paths: &[&Path],
    ) -> Result<FeedsLoaded, AppError> {
        self.load(actor, |loading| {
            loading.only(feed);
            paths.iter().try_for_each(|path| files::path(loading, path))
        })
    }

    /// Loads one file from a reader; `label` names it in errors.
    pub fn load_feed(&self, actor: &Actor, reader: Box<dyn Read>, label: &str) -> Result<FeedRow, AppError> {
        let mut loaded = self.load(actor, |loading| files::stream(loading, reader, label))?;
        let failed = |why: String| AppError::Feed { file: label.to_owned(), why };
        if let Some(why) = loaded.files.iter().find_map(|file| file.outcome.as_ref().err()) {
            return Err(failed(why.clone()));
        }
        loaded.feeds.pop().ok_or_else(|| failed("it holds no record".into()))
    }

    fn load(
        &self,
        actor: &Actor,
        read: impl FnOnce(&mut Loading<'_, '_>) -> Result<(), AppError>,
    ) -> Result<FeedsLoaded, AppError> {
        let library = self.library()?;
        let change = library.change()?;
        let loaded = self.store.write::<_, AppError>(actor, self.now(), |tx| {
            let mut loading = Loading::new(self, tx, change);
            read(&mut loading)?;
            let (mut loaded, news) = loading.finish()?;
            if let Some(which) = news {
                let index = library.index()?;
                alias::join(tx, &index)?;
                loaded.tally = judge::run(tx, &index, &which)?;
            }
            Ok(loaded)
        })?;
        // The estate takes the news in; that it cannot does not undo what was loaded.
        if let Err(error) = self.follow() {
            tracing::error!(%error, "the feed was loaded, but priorities could not be made anew");
        }
        Ok(loaded)
    }

    /// The folder of compiled advisories.
    pub(crate) fn library(&self) -> Result<Library, AppError> {
        Ok(Library::open(&self.data.join("advisories"))?)
    }

    /// The advisories as they are now. Hold it as long as one answer needs: a load makes a new one.
    pub fn advisories(&self) -> Result<Arc<Index>, AppError> {
        let library = self.library()?;
        let mut held = self.advisories.lock().unwrap_or_else(PoisonError::into_inner);
        let generation = library.generation()?;
        match &*held {
            Some(index) if index.generation() == generation => Ok(Arc::clone(index)),
            _ => Ok(Arc::clone(held.insert(Arc::new(library.index()?)))),
        }
    }

    /// What judging the whole estate anew finds: for an installation whose rules of matching changed.
    pub fn judge_all(&self, actor: &Actor) -> Result<crate::Tally, AppError> {
        let index = self.advisories()?;
        let tally = self.store.write(actor, self.now(), |tx| judge::run(tx, &index, &Which::All))?;
        self.follow()?;
        Ok(tally)
    }
}
