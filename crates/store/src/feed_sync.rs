//! Whether feeds could be fetched, the last time that somebody tried.

use crate::{NewEvent, Reader, StoreError, Tx};
use bartizan_model::Timestamp;

/// What became of the last attempt to fetch a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedSync {
    /// The feed's id.
    pub feed: String,
    /// When it was last tried.
    pub tried_at: Timestamp,
    /// When it last went well: it was fetched, or had not changed.
    pub done_at: Option<Timestamp>,
    /// Why the last attempt failed.
    pub error: Option<String>,
}

impl Tx<'_> {
    /// Records how an attempt to fetch a feed ended.
    pub fn put_feed_sync(&mut self, feed: &str, error: Option<&str>) -> Result<(), StoreError> {
        let done = error.is_none().then_some(self.now);
        self.db.execute(
            "INSERT INTO feed_sync (feed, tried_at, done_at, error) VALUES ($1, $2, $3, $4)
             ON CONFLICT (feed) DO UPDATE SET tried_at = excluded.tried_at,
             done_at = COALESCE(excluded.done_at, feed_sync.done_at), error = excluded.error",
            &[feed.into(), self.now.into(), done.into(), error.into()],
        )?;
        if let Some(why) = error {
            let text = format!("The sync of {feed} failed: {why}");
            self.append(NewEvent { kind: "knowledge.sync_failed", text, ..NewEvent::default() })?;
        }
        Ok(())
    }
}

impl Reader<'_> {
    /// The last attempt of every feed that was ever tried.
    pub fn feed_syncs(&mut self) -> Result<Vec<FeedSync>, StoreError> {
        self.db.query("SELECT feed, tried_at, done_at, error FROM feed_sync ORDER BY feed", &[], |row| {
            Ok(FeedSync {
                feed: row.get(0)?,
                tried_at: Timestamp::from_micros(row.get(1)?),
                done_at: row.get::<Option<i64>>(2)?.map(Timestamp::from_micros),
                error: row.get(3)?,
            })
        })
    }
}
