//! Entries of catalogues (ATT&CK, CWE, Recog, ...), looked up by id; and how EPSS values were before.

use crate::db::{Bulk, Kind, Mode, Value};
use crate::error::StoreError;
use crate::knowledge::EpssRow;
use crate::{Reader, Tx};
use bartizan_model::Timestamp;
use std::collections::{HashMap, HashSet};

/// An EPSS value that moved by this much is kept: less changes no priority that anybody sees.
const NOTICEABLE: f64 = 0.01;

/// An entry of a catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CatalogueRow {
    /// Its id: `T1059.001`, `CWE-79`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is; may be empty.
    pub text: String,
    /// What else the source says of it: a JSON object.
    pub data: String,
}

impl Tx<'_> {
    /// Forgets the entries of a part of a feed (empty where it has none).
    pub fn clear_catalogue(&mut self, feed: &str, part: &str) -> Result<(), StoreError> {
        self.db
            .execute("DELETE FROM catalogue WHERE feed = $1 AND part = $2", &[feed.into(), part.into()])
            .map(drop)
    }

    /// Adds or replaces entries of a part of a feed; of several with one id, the last counts.
    pub fn put_catalogue(&mut self, feed: &str, part: &str, rows: &[CatalogueRow]) -> Result<(), StoreError> {
        let columns = &[
            ("feed", Kind::Text),
            ("part", Kind::Text),
            ("id", Kind::Text),
            ("name", Kind::Text),
            ("text", Kind::Text),
            ("data", Kind::Text),
        ];
        let conflict =
            "ON CONFLICT (feed, part, id) DO UPDATE SET name = excluded.name, text = excluded.text,
             data = excluded.data";
        let mut once = HashSet::new();
        self.db.bulk(
            &Bulk { table: "catalogue", columns, mode: Mode::Insert(conflict) },
            rows.iter().rev().filter(|row| once.insert(row.id.as_str())).map(|row| {
                [
                    Value::Text(feed),
                    Value::Text(part),
                    Value::Text(&row.id),
                    Value::Text(&row.name),
                    Value::Text(&row.text),
                    Value::Text(&row.data),
                ]
            }),
        )
    }

    /// Keeps the EPSS values that are held, as those of `day`, where the new ones differ noticeably or have none.
    pub fn keep_epss(&mut self, new: &[EpssRow], day: Timestamp) -> Result<(), StoreError> {
        let new: HashMap<&str, f64> = new.iter().map(|row| (row.cve.as_str(), row.score)).collect();
        let mut moved: Vec<(String, f64)> = Vec::new();
        self.db.for_each("SELECT cve, score FROM epss", &[], |row| {
            let (cve, score): (String, f64) = (row.get(0)?, row.get(1)?);
            if new.get(cve.as_str()).is_none_or(|new| (new - score).abs() >= NOTICEABLE) {
                moved.push((cve, score));
            }
            Ok(())
        })?;
        self.db.bulk(
            &Bulk {
                table: "epss_history",
                columns: &[("cve", Kind::Text), ("day", Kind::Int), ("score", Kind::Real)],
                mode: Mode::Insert("ON CONFLICT (cve, day) DO NOTHING"),
            },
            moved.iter().map(|(cve, score)| [Value::Text(cve), day.into(), (*score).into()]),
        )
    }
}

impl Reader<'_> {
    /// An entry of a feed by its id; of several parts that have it, the first by name.
    pub fn catalogue_entry(&mut self, feed: &str, id: &str) -> Result<Option<CatalogueRow>, StoreError> {
        self.db.first(
            "SELECT id, name, text, data FROM catalogue WHERE feed = $1 AND id = $2 ORDER BY part LIMIT 1",
            &[feed.into(), id.into()],
            |row| {
                Ok(CatalogueRow { id: row.get(0)?, name: row.get(1)?, text: row.get(2)?, data: row.get(3)? })
            },
        )
    }

    /// How many entries are held of a feed, or of one part of it.
    pub fn catalogue_count(&mut self, feed: &str, part: Option<&str>) -> Result<i64, StoreError> {
        let count = match part {
            None => {
                self.db.first("SELECT COUNT(*) FROM catalogue WHERE feed = $1", &[feed.into()], |row| {
                    row.get(0)
                })?
            }
            Some(part) => self.db.first(
                "SELECT COUNT(*) FROM catalogue WHERE feed = $1 AND part = $2",
                &[feed.into(), part.into()],
                |row| row.get(0),
            )?,
        };
        Ok(count.unwrap_or(0))
    }

    /// EPSS values of a CVE before the one that is held, oldest first: those from which it moved noticeably.
    pub fn epss_history(&mut self, cve: &str) -> Result<Vec<(Timestamp, f64)>, StoreError> {
        self.db.query(
            "SELECT day, score FROM epss_history WHERE cve = $1 ORDER BY day",
            &[cve.into()],
            |row| Ok((Timestamp::from_micros(row.get(0)?), row.get(1)?)),
        )
    }
}
