//! The event log: as a list, and live.

use crate::auth::{Caller, Proof, holds};
use crate::error::ApiError;
use crate::extract::{Json, Params};
use crate::live::Signal;
use crate::page::{Time, cursor, cut, limit};
use crate::state::AppState;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event as Message, KeepAlive, Sse};
use bartizan_app::Event;
use bartizan_model::EventSeq;
use futures_util::Stream;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::watch;
use utoipa::{IntoParams, ToSchema};

/// One line of the log.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct EventView {
    seq: i64,
    at: Time,
    actor: String,
    /// `noun.verb`: `exposure.opened`.
    kind: String,
    text: String,
    #[schema(required)]
    asset: Option<i64>,
    #[schema(required)]
    exposure: Option<i64>,
    #[schema(required)]
    run: Option<i64>,
    /// How many things it stands for.
    count: i64,
}

impl From<Event> for EventView {
    fn from(event: Event) -> Self {
        Self {
            seq: event.seq.0,
            at: event.at.into(),
            actor: event.actor,
            kind: event.kind,
            text: event.text,
            asset: event.asset.map(|id| id.0),
            exposure: event.exposure.map(|id| id.0),
            run: event.run.map(|id| id.0),
            count: event.count,
        }
    }
}

/// A page of the log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventList {
    /// How many there are in all; `null` where `kind` was given, since nobody counts.
    #[schema(required)]
    total: Option<i64>,
    items: Vec<EventView>,
    #[schema(required)]
    next: Option<String>,
}

/// Which events.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventParams {
    /// Only kinds that begin with this: `exposure.`.
    #[serde(default)]
    kind: String,
    /// Rows of a page, 1 to 500; 50 where not given.
    limit: Option<usize>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// A page of the event log, newest first.
#[utoipa::path(get, path = "/events", operation_id = "events", tag = "events", params(EventParams), responses((status = 200, body = EventList)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    Params(params): Params<EventParams>,
) -> Result<Json<EventList>, ApiError> {
    let (limit, before) = (limit(params.limit)?, cursor::<EventSeq>(params.after.as_deref())?);
    let kind = params.kind;
    let all = kind.is_empty();
    let (last, rows) = state
        .read(move |reader| {
            Ok((reader.last_event()?, reader.events_before(before, &kind, None, limit as i64 + 1)?))
        })
        .await?;
    let (rows, next) = cut(rows, limit, |row| row.seq.0);
    Ok(Json(EventList {
        total: all.then_some(last.0),
        items: rows.into_iter().map(EventView::from).collect(),
        next,
    }))
}

/// Events read at once.
const BATCH: i64 = 200;
/// How often a quiet line is kept open.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// The event log as it grows: server-sent events named `change`; and `derived`, which is no line of the log, where priorities changed
/// by a new attack graph. With `Last-Event-ID` it begins after that event.
#[utoipa::path(get, path = "/events/stream", operation_id = "eventStream", tag = "events",
    params(("Last-Event-ID" = Option<i64>, Header, description = "The last event that was seen.")),
    responses((status = 200, content((EventView = "text/event-stream")))))]
pub(crate) async fn stream(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Message, Infallible>>>, ApiError> {
    let last = state.read(|reader| reader.last_event()).await?;
    let seen = headers.get("last-event-id").and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let from = seen.map_or(last, |seq: i64| EventSeq(seq.clamp(0, last.0)));
    let news = state.live.listen();
    let derived = news.borrow().derived;
    let listener = Listener {
        news,
        derived,
        state,
        proof: caller.proof,
        at: from,
        waiting: VecDeque::new(),
        greeted: false,
    };
    let events = futures_util::stream::unfold(listener, Listener::next);
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT)))
}

/// Who listens, and how far they are.
struct Listener {
    state: AppState,
    news: watch::Receiver<Signal>,
    /// The last that it was told of.
    derived: u64,
    proof: Proof,
    at: EventSeq,
    waiting: VecDeque<Event>,
    greeted: bool,
}

impl Listener {
    async fn next(mut self) -> Option<(Result<Message, Infallible>, Self)> {
        if !self.greeted {
            self.greeted = true;
            // The first line opens the stream at once, and says how soon to come back when it breaks.
            return Some((Ok(Message::default().retry(Duration::from_secs(3)).comment("here")), self));
        }
        loop {
            if let Some(event) = self.waiting.pop_front() {
                self.at = event.seq;
                let message = Message::default().id(event.seq.to_string()).event("change");
                // Our own types always serialize; what would not is skipped rather than ending the stream.
                if let Ok(message) = message.json_data(EventView::from(event)) {
                    return Some((Ok(message), self));
                }
                continue;
            }
            let (at, derived) = (self.at, self.derived);
            let is_news = |signal: &Signal| signal.stopping || signal.seq > at || signal.derived > derived;
            let changed = self.news.wait_for(is_news).await;
            let signal = changed.map(|signal| *signal).ok().filter(|signal| !signal.stopping)?;
            if signal.derived > derived {
                self.derived = signal.derived;
                return Some((Ok(Message::default().event("derived").data("priorities")), self));
            }
            // Whoever was signed out meanwhile hears nothing more.
            let (proof, now) = (self.proof.clone(), self.state.app.now());
            let news = self.state.read(move |reader| {
                Ok(if holds(reader, proof, now)? { Some(reader.events_after(at, BATCH)?) } else { None })
            });
            self.waiting = news.await.ok()??.into();
            // The log may be ahead of what is derived from it: whoever asks because of an event must find what it tells of.
            self.waiting.retain(|event| event.seq <= signal.seq);
        }
    }
}
