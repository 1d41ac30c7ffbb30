//! The event log: the spine that the estate, the live pages and the audit trail read.

use crate::db::Value;
use crate::error::StoreError;
use crate::{Ranges, Reader, Tx};
use bartizan_model::{AssetId, EventSeq, ExposureId, RunId, Timestamp};

/// One line of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its number: strictly growing, and a smaller one never appears after a larger one was read.
    pub seq: EventSeq,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// What, as `noun.verb`: `exposure.opened`.
    pub kind: String,
    /// In plain words.
    pub text: String,
    /// The asset it is about.
    pub asset: Option<AssetId>,
    /// The exposure it is about.
    pub exposure: Option<ExposureId>,
    /// The run that caused it.
    pub run: Option<RunId>,
    /// Ids of the rows that changed, of the kind named by the noun.
    pub subjects: Ranges,
    /// How many things it stands for.
    pub count: i64,
}

/// Exposures were opened.
pub(crate) const OPENED: &str = "exposure.opened";

impl Event {
    /// The highest id of the exposures that it opened, and when; `None` where it opened none.
    pub fn opening(&self) -> Option<(ExposureId, Timestamp)> {
        let (_, high) = self.subjects.ranges().last().filter(|_| self.kind == OPENED)?;
        Some((ExposureId(*high), self.at))
    }
}

/// An event to append.
#[derive(Debug, Clone, Default)]
pub struct NewEvent<'a> {
    /// What, as `noun.verb`.
    pub kind: &'a str,
    /// In plain words.
    pub text: String,
    /// The asset it is about.
    pub asset: Option<AssetId>,
    /// The exposure it is about.
    pub exposure: Option<ExposureId>,
    /// The run that caused it.
    pub run: Option<RunId>,
    /// Ids of the rows that changed.
    pub subjects: Ranges,
}

impl Tx<'_> {
    /// Appends an event; it becomes visible with the transaction.
    pub fn append(&mut self, event: NewEvent<'_>) -> Result<EventSeq, StoreError> {
        let seq = self.take_ids("event", 1)?;
        let subjects = event.subjects.to_string();
        self.db.execute(
            "INSERT INTO event (seq, at, actor, kind, text, asset_id, exposure_id, run_id, subjects, count)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            &[
                seq.into(),
                self.now.into(),
                self.actor.as_str().into(),
                event.kind.into(),
                Value::Text(&event.text),
                event.asset.into(),
                event.exposure.into(),
                event.run.into(),
                Value::Text(&subjects),
                event.subjects.count().max(1).into(),
            ],
        )?;
        Ok(EventSeq(seq))
    }
}

const COLUMNS: &str = "seq, at, actor, kind, text, asset_id, exposure_id, run_id, subjects, count";

impl Reader<'_> {
    /// The number of the newest event, 0 where there is none.
    pub fn last_event(&mut self) -> Result<EventSeq, StoreError> {
        let seq = self.db.first("SELECT COALESCE(MAX(seq), 0) FROM event", &[], |row| row.get(0))?;
        Ok(EventSeq(seq.unwrap_or(0)))
    }

    /// Events after `after`, oldest first.
    pub fn events_after(&mut self, after: EventSeq, limit: i64) -> Result<Vec<Event>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM event WHERE seq > $1 ORDER BY seq LIMIT $2");
        self.db.query(&sql, &[after.0.into(), limit.into()], read)
    }

    /// The events by which exposures were opened: when each was, and the highest id of them. Ids are given in the order of opening, so
    /// an exposure was opened by the first that reaches it.
    pub fn openings(&mut self) -> Result<Vec<(ExposureId, Timestamp)>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM event WHERE kind = $1 ORDER BY seq");
        let events = self.db.query(&sql, &[OPENED.into()], read)?;
        Ok(events.iter().filter_map(Event::opening).collect())
    }

    /// The events of a run, oldest first.
    pub fn events_of(&mut self, run: RunId) -> Result<Vec<Event>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM event WHERE run_id = $1 ORDER BY seq");
        self.db.query(&sql, &[run.into()], read)
    }

    /// Events before `before` (all, where `None`), newest first; only those whose kind starts with `kind`, and about
    /// `asset` where one is given.
    pub fn events_before(
        &mut self,
        before: Option<EventSeq>,
        kind: &str,
        asset: Option<AssetId>,
        limit: i64,
    ) -> Result<Vec<Event>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM event WHERE seq < $1 AND substr(kind, 1, length(CAST($2 AS TEXT))) = $2
             AND (CAST($3 AS BIGINT) = 0 OR asset_id = $3) ORDER BY seq DESC LIMIT $4"
        );
        let before = before.map_or(i64::MAX, |seq| seq.0);
        let asset = asset.map_or(0, |asset| asset.0);
        self.db.query(&sql, &[before.into(), kind.into(), asset.into(), limit.into()], read)
    }
}

fn read(row: &crate::db::Row<'_>) -> Result<Event, StoreError> {
    let subjects: String = row.get(8)?;
    Ok(Event {
        seq: EventSeq(row.get(0)?),
        at: Timestamp::from_micros(row.get(1)?),
        actor: row.get(2)?,
        kind: row.get(3)?,
        text: row.get(4)?,
        asset: row.get::<Option<i64>>(5)?.map(AssetId),
        exposure: row.get::<Option<i64>>(6)?.map(ExposureId),
        run: row.get::<Option<i64>>(7)?.map(RunId),
        subjects: subjects.parse().map_err(|error| StoreError::damaged("event", error))?,
        count: row.get(9)?,
    })
}
