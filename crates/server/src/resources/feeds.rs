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
use bartizan_advisory::feed::Tells;
use bartizan_app::{FeedRow, FeedState, FeedSync};
use bartizan_model::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A feed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Feed {
    name: String,
    title: String,
    /// One line: what it tells.
    about: &'static str,
    /// Where its files are published.
    addresses: Vec<String>,
    /// Whether priorities or matches rest on it; the others are looked things up in.
    scored: bool,
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
    let now = state.app.now();
    let feeds = FeedState::all(rows, syncs).into_iter().map(|state| feed(state, now));
    Ok(Json(FeedList { feeds: feeds.collect(), can_sync: !state.app.is_offline() }))
}

/// What is loaded.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FeedParams {
    /// The file's name, for people; what it is, is seen from its content.
    name: Option<String>,
}

/// Loads a feed from its file, plain or compressed with gzip, zstd or xz. A bad file never replaces good data.
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
    let id = row.name.clone();
    let loaded = FeedState::all(vec![row], syncs).into_iter().find(|state| state.feed.id == id);
    let loaded = loaded.ok_or_else(|| ApiError::unavailable("The feed is not known any more; try again."))?;
    Ok(Json(feed(loaded, state.app.now())))
}

/// The feeds that are loaded, those that could not be fetched, and those without which priorities and matches rest on nothing.
pub(crate) fn needed(states: Vec<FeedState>, now: Timestamp) -> Vec<Feed> {
    let matched = states.iter().any(|state| state.held.is_some() && state.feed.tells == Tells::Advisories);
    let needed = |state: &FeedState| match state.feed.id {
        "cve" | "kev" | "epss" => true,
        "osv" => !matched,
        _ => false,
    };
    states
        .into_iter()
        .filter(|state| state.held.is_some() || state.sync_doubt().is_some() || needed(state))
        .map(|state| feed(state, now))
        .collect()
}

fn feed(state: FeedState, now: Timestamp) -> Feed {
    let stale = state.is_stale(now);
    let FeedState { feed, held, sync } = state;
    let of = |row: &FeedRow| (row.records, row.as_of.map(Time), row.complete);
    let (records, as_of, complete) = held.as_ref().map(of).unwrap_or_default();
    Feed {
        name: feed.id.to_owned(),
        title: feed.name.to_owned(),
        about: feed.about,
        addresses: feed.files().map(|(_, address)| address).collect(),
        scored: feed.tells != Tells::Catalogue,
        records,
        as_of,
        loaded_at: held.as_ref().map(|row| row.loaded_at.into()),
        complete,
        problems: held.map(|row| row.problems).unwrap_or_default(),
        stale,
        sync: sync.map(Attempt::from),
    }
}
