//! What the world knows: the loaded feeds and how good each is.

use crate::auth::Caller;
use crate::error::ApiError;
use crate::extract::{Json, Params};
use crate::page::Time;
use crate::spool::spool;
use crate::state::AppState;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use bartizan_app::{FeedRow, FeedSync, STALE_AFTER_DAYS};
use bartizan_model::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The feeds there are: name, title.
const FEEDS: [(&str, &str); 3] = [
    ("cve", "CVE records (with CISA's Vulnrichment)"),
    ("kev", "CISA's Known Exploited Vulnerabilities"),
    ("epss", "EPSS: how likely exploitation is"),
];

/// A feed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Feed {
    name: String,
    title: String,
    /// Records held; 0 where it was never loaded.
    records: i64,
    /// The day the data is of.
    #[schema(required)]
    as_of: Option<Time>,
    /// When it was loaded; `null`: never.
    #[schema(required)]
    loaded_at: Option<Time>,
    /// Whether it was read to its proper end without problems.
    complete: bool,
    /// What was wrong with it.
    problems: Vec<String>,
    /// Whether it is missing, or older than answers should rest on.
    stale: bool,
    /// How the last attempt to fetch it ended; `null`: it was never tried.
    #[schema(required)]
    sync: Option<Attempt>,
}

/// The last attempt to fetch a feed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Attempt {
    tried_at: Time,
    /// When it last went well; `null`: never.
    #[schema(required)]
    done_at: Option<Time>,
    /// Why it failed; `null`: it went well.
    #[schema(required)]
    error: Option<String>,
}

impl From<FeedSync> for Attempt {
    fn from(sync: FeedSync) -> Self {
        Self { tried_at: sync.tried_at.into(), done_at: sync.done_at.map(Time), error: sync.error }
    }
}

/// All feeds.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FeedList {
    feeds: Vec<Feed>,
    /// Whether they can be fetched from here (`POST /feeds/sync`).
    can_sync: bool,
}

/// All feeds that are known of, as they were loaded.
#[utoipa::path(get, path = "/feeds", operation_id = "feeds", tag = "feeds", responses((status = 200, body = FeedList)))]
pub(crate) async fn list(State(state): State<AppState>) -> Result<Json<FeedList>, ApiError> {
    let (rows, syncs) = state.read(|reader| Ok((reader.feeds()?, reader.feed_syncs()?))).await?;
    Ok(Json(FeedList { feeds: all(rows, syncs, state.app.now()), can_sync: !state.app.is_offline() }))
}

/// What is loaded.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FeedParams {
    /// The file's name, for people; what it is, is seen from its content.
    name: Option<String>,
}

/// Loads a feed from its file, plain or compressed with gzip or zstd. A bad file never replaces good data.
#[utoipa::path(post, path = "/feeds", operation_id = "loadFeed", tag = "feeds", params(FeedParams),
    request_body(content = String, content_type = "application/octet-stream"), responses((status = 200, body = Feed)))]
pub(crate) async fn load(
    State(state): State<AppState>,
    caller: Caller,
    Params(params): Params<FeedParams>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Feed>, ApiError> {
    let label: String =
        params.name.unwrap_or_default().chars().filter(|c| !c.is_control()).take(200).collect();
    let label = if label.is_empty() { "the file".to_owned() } else { label };
    let spooled = spool(&state, &headers, body).await?;
    let actor = caller.actor();
    let (row, syncs) = state
        .write_call(move |state| {
            let row = state.app.load_feed(&actor, Box::new(spooled.file), &label)?;
            Ok((row, state.app.read(|reader| reader.feed_syncs())?))
        })
        .await?;
    state.live.wake();
    let sync = syncs.into_iter().find(|sync| sync.feed == row.name);
    Ok(Json(Feed { sync: sync.map(Attempt::from), ..feed(row, state.app.now()) }))
}

/// Every feed, also those that were never loaded or could not be fetched: what is missing must be seen.
pub(crate) fn all(rows: Vec<FeedRow>, syncs: Vec<FeedSync>, now: Timestamp) -> Vec<Feed> {
    let known = FEEDS.iter().map(|(name, _)| *name).chain(syncs.iter().map(|sync| sync.feed.as_str()));
    let mut missing: Vec<&str> = known.filter(|name| !rows.iter().any(|row| row.name == *name)).collect();
    missing.sort_unstable();
    missing.dedup();
    let missing: Vec<Feed> = missing.into_iter().map(never_loaded).collect();
    let mut feeds: Vec<Feed> = rows.into_iter().map(|row| feed(row, now)).chain(missing).collect();
    for sync in syncs {
        if let Some(feed) = feeds.iter_mut().find(|feed| feed.name == sync.feed) {
            feed.sync = Some(sync.into());
        }
    }
    feeds.sort_by_key(|feed| FEEDS.iter().position(|(name, _)| *name == feed.name).unwrap_or(FEEDS.len()));
    feeds
}

fn title(name: &str) -> String {
    let told = FEEDS.iter().find(|(known, _)| *known == name).map(|(_, title)| *title);
    told.or_else(|| Some(bartizan_advisory::feeds::by_id(name)?.name)).unwrap_or(name).to_owned()
}

fn never_loaded(name: &str) -> Feed {
    Feed {
        name: name.to_owned(),
        title: title(name),
        records: 0,
        as_of: None,
        loaded_at: None,
        complete: false,
        problems: Vec::new(),
        stale: true,
        sync: None,
    }
}

fn feed(row: FeedRow, now: Timestamp) -> Feed {
    Feed {
        title: title(&row.name),
        // A feed that does not say its day is as old as its loading, at best.
        stale: now.days_since(row.as_of.unwrap_or(row.loaded_at)) > STALE_AFTER_DAYS,
        name: row.name,
        records: row.records,
        as_of: row.as_of.map(Time),
        loaded_at: Some(row.loaded_at.into()),
        complete: row.complete,
        problems: row.problems,
        sync: None,
    }
}
