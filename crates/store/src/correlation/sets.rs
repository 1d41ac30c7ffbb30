//! Exposures that are one, as sets of what they are.

use std::collections::{BTreeMap, BTreeSet};

/// What an exposure is, without its row: asset, weakness and digest of the locus.
pub(super) type Spot = (i64, i64, i64);

/// A correlation as it is stored.
pub(super) struct Stored {
    pub(super) id: i64,
    pub(super) one: Spot,
    pub(super) other: Spot,
    pub(super) same: bool,
    /// What says so.
    pub(super) rule: String,
}

/// Sets of exposures that are one, by what they are.
#[derive(Default)]
pub(super) struct Sets {
    parent: BTreeMap<Spot, Spot>,
}

impl Sets {
    pub(super) fn of(rows: &[Stored]) -> Self {
        let mut sets = Self::default();
        for row in rows.iter().filter(|row| row.same) {
            sets.join(row.one, row.other);
        }
        sets
    }

    pub(super) fn root(&self, spot: Spot) -> Spot {
        let mut at = spot;
        while let Some(next) = self.parent.get(&at).filter(|next| **next != at) {
            at = *next;
        }
        at
    }

    pub(super) fn join(&mut self, one: Spot, other: Spot) {
        let (low, high) = {
            let (one, other) = (self.root(one), self.root(other));
            (one.min(other), one.max(other))
        };
        self.parent.insert(high, low);
        self.parent.entry(low).or_insert(low);
        // Shortened, so that long chains stay cheap.
        for spot in [one, other] {
            let root = self.root(spot);
            self.parent.insert(spot, root);
        }
    }

    /// All that is in the set of this root, which may be alone.
    pub(super) fn members(&self, root: Spot) -> BTreeSet<Spot> {
        let others = self.parent.keys().copied().filter(|spot| self.root(*spot) == root);
        others.chain([root]).collect()
    }

    /// What is wrong, and on which asset, in the set of this root.
    pub(super) fn weaknesses(&self, root: Spot) -> BTreeSet<(i64, i64)> {
        self.members(root).into_iter().map(|(asset, weakness, _)| (asset, weakness)).collect()
    }

    pub(super) fn groups(&self) -> BTreeMap<Spot, Vec<Spot>> {
        let mut groups: BTreeMap<Spot, Vec<Spot>> = BTreeMap::new();
        for spot in self.parent.keys() {
            groups.entry(self.root(*spot)).or_default().push(*spot);
        }
        groups
    }
}
