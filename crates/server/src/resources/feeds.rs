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
use bartizan_app::{FeedRow, STALE_AFTER_DAYS};
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
}

/// All feeds.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FeedList {
    feeds: Vec<Feed>,
}

/// All feeds that are known of, as they were loaded.
#[utoipa::path(get, path = "/feeds", operation_id = "feeds", tag = "feeds", responses((status = 200, body = FeedList)))]
pub(crate) async fn list(State(state): State<AppState>) -> Result<Json<FeedList>, ApiError> {
    let rows = state.read(|reader| reader.feeds()).await?;
    Ok(Json(FeedList { feeds: all(rows, state.app.now()) }))
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
    let row = state
        .write_call(move |state| Ok(state.app.load_feed(&actor, Box::new(spooled.file), &label)?))
        .await?;
    state.live.wake();
    Ok(Json(feed(row, state.app.now())))
}

/// Every feed, also those that were never loaded: what is missing must be seen.
pub(crate) fn all(rows: Vec<FeedRow>, now: Timestamp) -> Vec<Feed> {
    let missing = FEEDS.iter().filter(|(name, _)| !rows.iter().any(|row| row.name == *name));
    let missing: Vec<Feed> = missing
        .map(|(name, title)| Feed {
            name: (*name).to_owned(),
            title: (*title).to_owned(),
            records: 0,
            as_of: None,
            loaded_at: None,
            complete: false,
            problems: Vec::new(),
            stale: true,
        })
        .collect();
    let mut feeds: Vec<Feed> = rows.into_iter().map(|row| feed(row, now)).chain(missing).collect();
    feeds.sort_by_key(|feed| FEEDS.iter().position(|(name, _)| *name == feed.name));
    feeds
}

fn feed(row: FeedRow, now: Timestamp) -> Feed {
    let title =
        FEEDS.iter().find(|(name, _)| *name == row.name).map_or(row.name.as_str(), |(_, title)| title);
    Feed {
        title: title.to_owned(),
        // A feed that does not say its day is as old as its loading, at best.
        stale: now.days_since(row.as_of.unwrap_or(row.loaded_at)) > STALE_AFTER_DAYS,
        name: row.name,
        records: row.records,
        as_of: row.as_of.map(Time),
        loaded_at: Some(row.loaded_at.into()),
        complete: row.complete,
        problems: row.problems,
    }
}
