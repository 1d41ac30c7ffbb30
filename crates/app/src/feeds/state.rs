//! Which feeds are loaded, and what rests on those that are not: so that every answer can say what it does not know.

use crate::{App, AppError, FeedRow, FeedSync};
use bartizan_advisory::feed::{Feed, Tells};
use bartizan_advisory::feeds::FEEDS;
use bartizan_model::Timestamp;
use bartizan_model::words::counted;

/// A feed of the registry, and what is held of it.
#[derive(Debug, Clone)]
pub struct FeedState {
    /// The feed.
    pub feed: &'static Feed,
    /// What is held; `None` where it was never loaded.
    pub held: Option<FeedRow>,
    /// How the last attempt to fetch it ended; `None` where it was never tried.
    pub sync: Option<FeedSync>,
}

impl FeedState {
    /// All feeds of the registry, with what `rows` say is held and `syncs` of the last attempts to fetch them.
    pub fn all(rows: Vec<FeedRow>, syncs: Vec<FeedSync>) -> Vec<Self> {
        let of = |feed: &'static Feed| Self {
            feed,
            held: rows.iter().find(|row| row.name == feed.id).cloned(),
            sync: syncs.iter().find(|sync| sync.feed == feed.id).cloned(),
        };
        FEEDS.iter().map(of).collect()
    }

    /// Whether it is missing, or older than answers should rest on. A feed that does not say its day is as old as its
    /// loading, at best.
    pub fn is_stale(&self, now: Timestamp) -> bool {
        let fresh_days = self.feed.fresh_days;
        self.held.as_ref().is_none_or(|row| now.days_since(row.as_of.unwrap_or(row.loaded_at)) > fresh_days)
    }

    /// What is wrong with it, after its name: `is not loaded`; `None` where all is well.
    pub fn doubt(&self, now: Timestamp) -> Option<String> {
        match (self.held_doubt(now), self.sync_doubt()) {
            (None, None) => None,
            (Some(words), None) | (None, Some(words)) => Some(words),
            (Some(held), Some(sync)) => Some(format!("{held}; {sync}")),
        }
    }

    /// That the last attempt to fetch it failed, when and why.
    pub fn sync_doubt(&self) -> Option<String> {
        let sync = self.sync.as_ref()?;
        Some(format!("last sync failed ({}): {}", sync.tried_at, sync.error.as_ref()?))
    }

    fn held_doubt(&self, now: Timestamp) -> Option<String> {
        match &self.held {
            None => Some("is not loaded".to_owned()),
            Some(row) if !row.complete => Some("has problems".to_owned()),
            Some(row) => match row.as_of {
                Some(day) if self.is_stale(now) => {
                    Some(format!("is {} old", counted(now.days_since(day), "day")))
                }
                None if self.is_stale(now) => {
                    Some(format!("was loaded {} ago", counted(now.days_since(row.loaded_at), "day")))
                }
                // Its publisher tells the day, so that it is missing is itself a fault.
                None if self.feed.dated => Some("is of an unknown day".to_owned()),
                _ => None,
            },
        }
    }
}

/// What answers cannot rest on: the feeds that priorities and matches need, and what is wrong with each. Advisories come
/// from many feeds: at least one must be there, and those that are must be well. Whatever could not be fetched is named too.
pub fn doubts(feeds: &[FeedState], now: Timestamp) -> Vec<String> {
    let needed =
        ["cve", "kev", "epss"].into_iter().filter_map(|id| feeds.iter().find(|state| state.feed.id == id));
    let mut doubts: Vec<String> =
        needed.filter_map(|state| Some(format!("{} {}", state.feed.id, state.doubt(now)?))).collect();
    let advisories =
        feeds.iter().filter(|state| state.feed.tells == Tells::Advisories && state.held.is_some());
    let advisories: Vec<_> = advisories.collect();
    if advisories.is_empty() {
        doubts.push("no feed of advisories is loaded".to_owned());
    }
    doubts.extend(
        advisories.iter().filter_map(|state| Some(format!("{} {}", state.feed.id, state.doubt(now)?))),
    );
    let told = |state: &&FeedState| {
        matches!(state.feed.id, "cve" | "kev" | "epss")
            || state.feed.tells == Tells::Advisories && state.held.is_some()
    };
    let others = feeds.iter().filter(|state| !told(state));
    doubts.extend(others.filter_map(|state| Some(format!("{} {}", state.feed.id, state.sync_doubt()?))));
    doubts
}

impl App {
    /// Every feed, and what is held of it.
    pub fn feed_states(&self) -> Result<Vec<FeedState>, AppError> {
        let (rows, syncs) = self.read(|reader| Ok((reader.feeds()?, reader.feed_syncs()?)))?;
        Ok(FeedState::all(rows, syncs))
    }
}
