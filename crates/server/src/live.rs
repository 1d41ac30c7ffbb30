//! What is new: one task follows the event log, and everyone who listens is told that it grew.
//!
//! A listener reads the log itself from where it stands, so that nothing is lost when it is slow, and a browser that was
//! away resumes with the number it saw last.

use crate::state::{AppState, log_failure};
use bartizan_model::EventSeq;
use std::time::{Duration, Instant};
use tokio::sync::{Notify, watch};

/// How far the log has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Signal {
    pub(crate) seq: EventSeq,
    /// How often something derived changed without an event of its own: priorities, by a new attack graph.
    pub(crate) derived: u64,
    pub(crate) stopping: bool,
}

/// Tells listeners how far the log has come.
#[derive(Debug)]
pub(crate) struct Live {
    signal: watch::Sender<Signal>,
    hurry: Notify,
}

impl Default for Live {
    fn default() -> Self {
        Self {
            signal: watch::Sender::new(Signal { seq: EventSeq(0), derived: 0, stopping: false }),
            hurry: Notify::new(),
        }
    }
}

impl Live {
    /// Something of ours was written: look now.
    pub(crate) fn wake(&self) {
        self.hurry.notify_one();
    }

    pub(crate) fn listen(&self) -> watch::Receiver<Signal> {
        self.signal.subscribe()
    }

    /// Ends all listeners.
    pub(crate) fn stop(&self) {
        self.signal.send_modify(|signal| signal.stopping = true);
        self.wake();
    }

    fn is_stopping(&self) -> bool {
        self.signal.borrow().stopping
    }

    fn advance(&self, seq: EventSeq) {
        self.signal.send_if_modified(|signal| {
            let news = seq > signal.seq;
            signal.seq = signal.seq.max(seq);
            news
        });
    }

    fn derived(&self) {
        self.signal.send_modify(|signal| signal.derived += 1);
    }
}

/// Follows the log until the server stops: its own writes at once, those of other processes soon.
pub(crate) async fn follow(state: AppState) {
    while !state.live.is_stopping() {
        let seen = state
            .call(|state| {
                // Asked before: what is written meanwhile may not have been followed.
                let seq = state.app.read(|reader| reader.last_event())?;
                state.app.follow()?;
                Ok(seq)
            })
            .await;
        match seen {
            Ok(seq) => state.live.advance(seq),
            Err(error) => {
                tracing::warn!(detail = error.detail, "following the event log failed: {}", error.message);
            }
        }
        let _ = tokio::time::timeout(state.config.follow_every, state.live.hurry.notified()).await;
    }
}

/// Makes the attack graph anew after news and has the priorities rest on it, beside those who follow the log: a large one takes
/// its time, and the news do not wait for it.
pub(crate) async fn place(state: AppState) {
    let mut live = state.live.listen();
    let mut at = EventSeq(0);
    loop {
        let news = live.wait_for(|signal| signal.stopping || signal.seq > at).await.map(|signal| *signal);
        let Some(signal) = news.ok().filter(|signal| !signal.stopping) else { return };
        at = signal.seq;
        let began = Instant::now();
        match state.call(|state| Ok(state.app.place()?)).await {
            Ok(true) => state.live.derived(),
            Ok(false) => {}
            Err(error) => {
                tracing::warn!(detail = error.detail, "making the attack graph failed: {}", error.message);
            }
        }
        let ready = state.call(|state| {
            state.app.prepare();
            Ok(())
        });
        if let Err(error) = ready.await {
            tracing::warn!(detail = error.detail, "making the attack graph ready failed: {}", error.message);
        }
        // At most half of one core: what comes meanwhile is taken together.
        let stopped = async { live.wait_for(|signal| signal.stopping).await.is_ok() };
        if tokio::time::timeout(began.elapsed(), stopped).await.is_ok() {
            return;
        }
    }
}

/// How often what is due by the clock is done.
const TICK: Duration = Duration::from_secs(60);

/// Does what is due by the clock until the server stops: decisions lapse, this host is collected, feeds are
/// fetched where that was switched on.
pub(crate) async fn schedule(state: AppState) {
    let mut live = state.live.listen();
    loop {
        let (every, sync) = (state.config.collect_every, state.config.sync_every);
        let worker = AppState::clone(&state);
        let done = tokio::task::spawn_blocking(move || {
            if let Err(error) = worker.app.tick() {
                log_failure("the clock's work", &error);
            }
            if let Some(every) = every
                && let Err(error) = crate::resources::discover::collect_if_due(&worker.app, every)
            {
                log_failure("the scheduled collection of this host", &error);
            }
            if let Some(every) = sync
                && let Err(error) = crate::resources::sync::sync_if_due(&worker, every)
            {
                log_failure("the scheduled sync of feeds", &error);
            }
        });
        if done.await.is_err() {
            tracing::error!("the clock's work panicked");
        }
        state.live.wake();
        let stopped = async { live.wait_for(|signal| signal.stopping).await.is_ok() };
        if tokio::time::timeout(TICK, stopped).await.is_ok() {
            return;
        }
    }
}
