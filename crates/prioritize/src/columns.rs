//! The exposures, a column per field: 63 bytes a row, and 4 for the index by id.

use crate::bitset::Bitset;
use crate::rows::{Kept, Lead, Validation};
use crate::score::Band;
use crate::ssvc::Decision;
use bartizan_model::{Severity, Status, Timestamp};
use std::collections::HashMap;

/// Severity, status, band and decision in ten bits, so that one histogram counts them all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Class(pub(crate) u16);

impl Class {
    /// How many classes there can be.
    pub(crate) const COUNT: usize = 1024;

    pub(crate) fn new(severity: Severity, status: Status) -> Self {
        Self(u16::from(severity.code()) | (status as u16) << 3)
    }

    pub(crate) fn judged(self, band: Band, decision: Decision) -> Self {
        Self(self.0 & 0x3f | (band as u16) << 6 | (decision as u16) << 8)
    }

    pub(crate) fn severity(self) -> Severity {
        Severity::from_code((self.0 & 7) as u8)
    }

    pub(crate) fn status(self) -> Status {
        Status::ALL.get(usize::from(self.0 >> 3 & 7)).copied().unwrap_or(Status::Open)
    }

    pub(crate) fn band(self) -> Band {
        Band::ALL[usize::from(self.0 >> 6 & 3)]
    }

    pub(crate) fn decision(self) -> Decision {
        Decision::ALL[usize::from(self.0 >> 8 & 3)]
    }
}

/// A fix is known, what a validation found, and whether the attack graph says that it leads somewhere, in five bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Flags(u8);

impl Flags {
    pub(crate) fn new(fix: bool, validation: Validation) -> Self {
        Self(u8::from(fix) | (validation as u8) << 1)
    }

    pub(crate) fn fix(self) -> bool {
        self.0 & 1 == 1
    }

    pub(crate) fn validation(self) -> Validation {
        match self.0 >> 1 & 3 {
            0 => Validation::Blocked,
            1 => Validation::Untried,
            _ => Validation::Exploitable,
        }
    }

    /// The same, by what the attack graph says.
    pub(crate) fn led(self, lead: Kept) -> Self {
        let somewhere = u8::from(Lead::from(lead).is_somewhere());
        Self(self.0 & 7 | u8::from(lead.is_said()) << 3 | somewhere << 4)
    }

    /// Whether it leads somewhere; `None` where nothing is said.
    pub(crate) fn is_somewhere(self) -> Option<bool> {
        (self.0 >> 3 & 1 == 1).then_some(self.0 >> 4 & 1 == 1)
    }
}

/// Seconds since 1970, clamped to what 32 bits hold.
pub(crate) fn seconds(at: Timestamp) -> u32 {
    at.micros().div_euclid(1_000_000).clamp(0, i64::from(u32::MAX)) as u32
}

/// One row of the columns.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    pub(crate) id: i64,
    pub(crate) asset: u32,
    pub(crate) weakness: u32,
    pub(crate) locus: u32,
    pub(crate) sources: u32,
    pub(crate) owner: u32,
    pub(crate) first_seen: u32,
    pub(crate) last_seen: u32,
    pub(crate) opened: u32,
    pub(crate) sightings: u16,
    pub(crate) class: Class,
    pub(crate) flags: Flags,
    pub(crate) score: u16,
    pub(crate) risk: f32,
    /// What the attack graph says.
    pub(crate) lead: Kept,
}

macro_rules! columns {
    ($($name:ident: $type:ty),* $(,)?) => {
        /// The columns. All have the same length; a row that was removed stays until [`Columns::compact`].
        #[derive(Debug, Clone, Default)]
        pub(crate) struct Columns {
            $(pub(crate) $name: Vec<$type>,)*
            pub(crate) alive: Bitset,
            dead: usize,
            index: Index,
        }

        impl Columns {
            /// Puts a row in, or in place of the one with its id. Returns its number.
            pub(crate) fn put(&mut self, row: Row) -> usize {
                let at = if let Some(at) = self.index.find(&self.id, row.id) {
                    $(self.$name[at] = row.$name;)*
                    self.dead -= usize::from(!self.alive.contains(at));
                    at
                } else {
                    let at = self.id.len();
                    $(self.$name.push(row.$name);)*
                    self.index.insert(&self.id, at);
                    at
                };
                self.alive.set(at, true);
                at
            }

            /// The whole row.
            pub(crate) fn row(&self, at: usize) -> Row {
                Row { $($name: self.$name[at]),* }
            }

            /// Drops the removed rows; row numbers change.
            pub(crate) fn compact(&mut self) {
                let mut keep = Vec::with_capacity(self.id.len() - self.dead);
                self.alive.for_each(|at| keep.push(at));
                $(self.$name = keep.iter().map(|at| self.$name[*at]).collect();)*
                self.alive = Bitset::build(keep.len(), |_| true);
                self.dead = 0;
                self.index = Index::default();
                self.index.rebuild(&self.id);
            }

            /// Bytes on the heap.
            pub(crate) fn bytes(&self) -> usize {
                0 $(+ self.$name.capacity() * size_of::<$type>())* + self.alive.bytes() + self.index.bytes()
            }

            /// Makes room for more rows.
            pub(crate) fn reserve(&mut self, more: usize) {
                $(self.$name.reserve_exact(more);)*
                self.index.sorted.reserve_exact(more);
            }
        }
    };
}

columns! {
    id: i64, asset: u32, weakness: u32, locus: u32, sources: u32, owner: u32, first_seen: u32, last_seen: u32,
    opened: u32, sightings: u16, class: Class, flags: Flags, score: u16, risk: f32, lead: Kept,
}

impl Columns {
    /// How many rows there are, removed ones included.
    pub(crate) fn len(&self) -> usize {
        self.id.len()
    }

    /// How many rows are alive.
    pub(crate) fn live(&self) -> usize {
        self.id.len() - self.dead
    }

    /// The row of an id.
    pub(crate) fn find(&self, id: i64) -> Option<usize> {
        self.index.find(&self.id, id).filter(|at| self.alive.contains(*at))
    }

    /// As [`Self::find`], quick where the ids are asked for in their order: `place` is where the last one was.
    pub(crate) fn find_next(&self, id: i64, place: &mut usize) -> Option<usize> {
        self.index.find_next(&self.id, id, place).filter(|at| self.alive.contains(*at))
    }

    /// Removes a row; `false` where it was not there.
    pub(crate) fn remove(&mut self, id: i64) -> bool {
        let Some(at) = self.find(id) else { return false };
        self.alive.set(at, false);
        self.dead += 1;
        true
    }

    /// Whether so many rows were removed that compacting pays.
    pub(crate) fn is_sparse(&self) -> bool {
        self.dead > 1024 && self.dead * 2 > self.id.len()
    }
}

/// Rows in order of their ids, four bytes a row; ids that come out of order wait in a map until there are many.
#[derive(Debug, Clone, Default)]
struct Index {
    sorted: Vec<u32>,
    waiting: HashMap<i64, u32>,
}

impl Index {
    fn find(&self, ids: &[i64], id: i64) -> Option<usize> {
        let place = self.sorted.partition_point(|row| ids[*row as usize] < id);
        let row = self.sorted.get(place).filter(|row| ids[**row as usize] == id);
        row.or_else(|| self.waiting.get(&id)).map(|row| *row as usize)
    }

    /// Looks near the place of the last answer first, in steps that double.
    fn find_next(&self, ids: &[i64], id: i64, place: &mut usize) -> Option<usize> {
        let before = |place: usize| self.sorted.get(place).is_some_and(|row| ids[*row as usize] < id);
        let (mut low, mut step) = (*place, 1);
        if low > 0 && !before(low - 1) {
            low = 0;
        }
        while before(low + step - 1) {
            (low, step) = (low + step, step * 2);
        }
        let high = (low + step).min(self.sorted.len());
        *place = low + self.sorted[low..high].partition_point(|row| ids[*row as usize] < id);
        let row = self.sorted.get(*place).filter(|row| ids[**row as usize] == id);
        row.or_else(|| self.waiting.get(&id)).map(|row| *row as usize)
    }

    fn insert(&mut self, ids: &[i64], row: usize) {
        if self.sorted.last().is_none_or(|last| ids[*last as usize] < ids[row]) {
            self.sorted.push(row as u32);
            return;
        }
        self.waiting.insert(ids[row], row as u32);
        if self.waiting.len() > 1024 + self.sorted.len() / 8 {
            self.rebuild(ids);
        }
    }

    fn rebuild(&mut self, ids: &[i64]) {
        self.waiting = HashMap::new();
        self.sorted = (0..ids.len() as u32).collect();
        self.sorted.sort_unstable_by_key(|row| ids[*row as usize]);
    }

    fn bytes(&self) -> usize {
        self.sorted.capacity() * 4 + self.waiting.capacity() * 17
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn row(id: i64, asset: u32) -> Row {
        let (sources, owner, first_seen, last_seen, opened, sightings) = (0, 0, 0, 0, 0, 1);
        let (class, flags) = (Class::default(), Flags::default());
        Row {
            id,
            asset,
            weakness: 0,
            locus: 0,
            sources,
            owner,
            first_seen,
            last_seen,
            opened,
            sightings,
            class,
            flags,
            score: 0,
            risk: 0.0,
            lead: Kept::default(),
        }
    }

    proptest! {
        #[test]
        fn the_index_agrees_with_a_map(
            ops in prop::collection::vec((0i64..60, any::<u32>(), 0u8..10), 0..400),
            order in prop::collection::vec(0i64..60, 0..100),
        ) {
            let (mut columns, mut map) = (Columns::default(), BTreeMap::new());
            for (id, asset, op) in ops {
                match op {
                    0..=2 => prop_assert_eq!(columns.remove(id), map.remove(&id).is_some()),
                    3 => columns.compact(),
                    _ => {
                        columns.put(row(id, asset));
                        map.insert(id, asset);
                    }
                }
            }
            prop_assert_eq!(columns.live(), map.len());
            let mut place = 0;
            for id in order {
                let found = columns.find_next(id, &mut place).map(|at| columns.row(at).asset);
                prop_assert_eq!(found, map.get(&id).copied());
            }
            for id in 0..60 {
                prop_assert_eq!(columns.find(id).map(|at| columns.row(at).asset), map.get(&id).copied());
            }
        }
    }

    #[test]
    fn many_ids_out_of_order_are_found() {
        let mut columns = Columns::default();
        (0..5000).rev().for_each(|id| _ = columns.put(row(id, id as u32)));
        assert!((0..5000).all(|id| columns.find(id).map(|at| columns.asset[at]) == Some(id as u32)));
    }

    #[test]
    fn classes_and_flags_unpack() {
        for severity in Severity::ALL {
            for status in Status::ALL {
                for band in Band::ALL {
                    for decision in Decision::ALL {
                        let class = Class::new(severity, *status).judged(band, decision);
                        assert!(usize::from(class.0) < Class::COUNT);
                        assert_eq!((class.severity(), class.status()), (severity, *status));
                        assert_eq!((class.band(), class.decision()), (band, decision));
                    }
                }
            }
        }
        for validation in [Validation::Blocked, Validation::Untried, Validation::Exploitable] {
            let flags = Flags::new(true, validation);
            assert_eq!((flags.fix(), flags.validation()), (true, validation));
        }
    }
}
