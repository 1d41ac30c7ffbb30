//! Lists: the best rows of a selection by a sort order, page by page.
//!
//! There is no sorted index to keep up: one pass over the selection keeps the best `limit` rows, which costs the same
//! after every change and takes no memory per exposure. A page starts after a *key* and not at a number, so that rows
//! which come and go between two pages neither repeat nor hide others.

use crate::bitset::Bitset;
use crate::estate::Estate;
use bartizan_model::query::Query;
use bartizan_model::{ExposureId, Timestamp};
use serde::Serialize;
use std::fmt;
use std::str::FromStr;

/// Rows that one page can have at most.
pub const MAX_LIMIT: usize = 10_000;

/// What a list is sorted by; equal ones by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SortBy {
    /// The risk, which is what the score shows.
    Priority,
    /// Reported severity.
    Severity,
    /// When it was first seen.
    FirstSeen,
    /// When it was last seen.
    LastSeen,
    /// Name of the asset.
    Asset,
    /// Key of the weakness.
    Weakness,
}

/// A sort order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Sort {
    /// By what.
    pub by: SortBy,
    /// Greatest first.
    pub descending: bool,
}

impl Default for Sort {
    fn default() -> Self {
        Self { by: SortBy::Priority, descending: true }
    }
}

impl FromStr for Sort {
    type Err = String;

    /// Reads `priority`, `-priority` (descending), `first_seen`, ...
    fn from_str(text: &str) -> Result<Self, String> {
        let name = text.strip_prefix('-').unwrap_or(text);
        let by = match name {
            "priority" => SortBy::Priority,
            "severity" => SortBy::Severity,
            "first_seen" => SortBy::FirstSeen,
            "last_seen" => SortBy::LastSeen,
            "asset" => SortBy::Asset,
            "weakness" => SortBy::Weakness,
            _ => {
                return Err(format!(
                    "cannot sort by `{name}`; use priority, severity, first_seen, last_seen, asset or weakness"
                ));
            }
        };
        Ok(Self { by, descending: name.len() < text.len() })
    }
}

/// Where a page ended. Its text form (`Display`, `FromStr`) is opaque to clients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    key: Key,
    id: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Key {
    Number(u32),
    /// A name, so that the place holds when names come and go.
    Text(String),
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.key {
            Key::Number(n) => write!(f, "{}.n{n}", self.id),
            Key::Text(text) => {
                write!(f, "{}.t", self.id)?;
                text.bytes().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }
    }
}

impl FromStr for Cursor {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let read = || {
            let (id, key) = text.split_once('.')?;
            let key = if let Some(number) = key.strip_prefix('n') {
                Key::Number(number.parse().ok()?)
            } else {
                let hex = key.strip_prefix('t')?.as_bytes();
                let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
                Key::Text(String::from_utf8(hex.chunks(2).map(byte).collect::<Option<_>>()?).ok()?)
            };
            Some(Self { key, id: id.parse().ok()? })
        };
        read().ok_or_else(|| format!("`{text}` is no cursor; use the `next` of the page before"))
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// How many the query selects in all.
    pub total: usize,
    /// The exposures of this page in order.
    pub ids: Vec<ExposureId>,
    /// Where the next page starts; `None` on the last.
    pub next: Option<Cursor>,
}

impl Estate {
    /// One page of what a query selects. A cursor of another sort order is read as far as it can be.
    pub fn search(
        &self,
        query: &Query,
        sort: Sort,
        after: Option<&Cursor>,
        limit: usize,
        now: Timestamp,
    ) -> Page {
        self.page(&self.select(query, now), sort, after, limit)
    }

    /// The rows of some exposures; those that are not there are left out.
    pub fn rows_by_id(&self, ids: impl IntoIterator<Item = ExposureId>) -> Bitset {
        let mut rows = Bitset::new(self.columns.id.len());
        ids.into_iter().filter_map(|id| self.columns.find(id.0)).for_each(|at| rows.set(at, true));
        rows
    }

    /// One page of a selection made by [`Self::select`] or [`Self::rows_by_id`].
    pub fn page(&self, rows: &Bitset, sort: Sort, after: Option<&Cursor>, limit: usize) -> Page {
        let c = &self.columns;
        match sort.by {
            SortBy::Priority => self.best(rows, sort, after, limit, |at| c.risk[at].to_bits()),
            SortBy::Severity => {
                self.best(rows, sort, after, limit, |at| c.class[at].severity().code().into())
            }
            SortBy::FirstSeen => self.best(rows, sort, after, limit, |at| c.first_seen[at]),
            SortBy::LastSeen => self.best(rows, sort, after, limit, |at| c.last_seen[at]),
            SortBy::Asset => {
                let ranks = self.asset_ranks();
                self.best(rows, sort, after, limit, |at| ranks[c.asset[at] as usize])
            }
            SortBy::Weakness => {
                let ranks = self.weakness_ranks();
                self.best(rows, sort, after, limit, |at| ranks[c.weakness[at] as usize])
            }
        }
    }

    fn best(
        &self,
        rows: &Bitset,
        sort: Sort,
        after: Option<&Cursor>,
        limit: usize,
        key: impl Fn(usize) -> u32,
    ) -> Page {
        let limit = limit.clamp(1, MAX_LIMIT);
        // Lower comes first; the complement turns the order round. Ids always ascend.
        let place = |key: u32| if sort.descending { !key } else { key };
        let start = after.map(|cursor| (place(self.rank_of(sort.by, &cursor.key)), cursor.id));
        // The row rides along; the id, unique, decides before it is looked at.
        let mut best: Vec<(u32, i64, u32)> = Vec::with_capacity(2 * limit + 2);
        let mut bar = u32::MAX;
        rows.for_each(|at| {
            let place = place(key(at));
            if place > bar || start.is_some_and(|(p, _)| place < p) {
                return;
            }
            let id = self.columns.id[at];
            if start.is_some_and(|start| (place, id) <= start) {
                return;
            }
            best.push((place, id, at as u32));
            if best.len() > 2 * limit + 1 {
                best.select_nth_unstable(limit);
                best.truncate(limit + 1);
                bar = best.iter().map(|b| b.0).max().unwrap_or(bar);
            }
        });
        best.sort_unstable();
        let more = best.len() > limit;
        best.truncate(limit);
        let next =
            best.last().filter(|_| more).map(|last| Cursor { key: self.key_of(sort.by, last.2), id: last.1 });
        Page { total: rows.count(), ids: best.iter().map(|b| ExposureId(b.1)).collect(), next }
    }

    fn key_of(&self, by: SortBy, at: u32) -> Key {
        let (c, at) = (&self.columns, at as usize);
        match by {
            SortBy::Priority => Key::Number(c.risk[at].to_bits()),
            SortBy::Severity => Key::Number(c.class[at].severity().code().into()),
            SortBy::FirstSeen => Key::Number(c.first_seen[at]),
            SortBy::LastSeen => Key::Number(c.last_seen[at]),
            SortBy::Asset => Key::Text(self.assets[c.asset[at] as usize].lower().to_owned()),
            SortBy::Weakness => Key::Text(self.weaknesses[c.weakness[at] as usize].row.key.clone()),
        }
    }

    /// The rank that a cursor's key has now; a name that is gone lies between its neighbours.
    fn rank_of(&self, by: SortBy, key: &Key) -> u32 {
        let text = match key {
            Key::Number(n) => return *n,
            Key::Text(text) => text.as_str(),
        };
        let (names, ranks): (Vec<&str>, _) = match by {
            SortBy::Asset => (self.assets.iter().map(|a| a.lower()).collect(), self.asset_ranks()),
            _ => (self.weaknesses.iter().map(|w| w.row.key.as_str()).collect(), self.weakness_ranks()),
        };
        let below = names.iter().zip(ranks).filter(|(name, _)| **name <= text).max_by_key(|(_, rank)| **rank);
        below.map_or(0, |(name, rank)| if *name == text { *rank } else { rank + 1 })
    }

    fn asset_ranks(&self) -> &[u32] {
        self.asset_ranks.get_or_init(|| ranks(self.assets.iter().map(|a| a.lower())))
    }

    fn weakness_ranks(&self) -> &[u32] {
        self.weakness_ranks.get_or_init(|| ranks(self.weaknesses.iter().map(|w| w.row.key.as_str())))
    }
}

/// The rank of each name: equal names have equal ranks, and ranks are odd so that there is room between two.
fn ranks<'a>(names: impl Iterator<Item = &'a str>) -> Vec<u32> {
    let names: Vec<&str> = names.collect();
    let mut order: Vec<u32> = (0..names.len() as u32).collect();
    order.sort_unstable_by_key(|n| names[*n as usize]);
    let (mut ranks, mut rank) = (vec![0; names.len()], 1);
    for (i, n) in order.iter().enumerate() {
        if i > 0 && names[*n as usize] != names[order[i - 1] as usize] {
            rank += 2;
        }
        ranks[*n as usize] = rank;
    }
    ranks
}
