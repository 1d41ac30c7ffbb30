//! The minimum-cost hitting set: of every set of fixes, choose at least one.
//!
//! Branch and bound: branch on the smallest set that is not hit yet, each of its fixes in turn and without the ones
//! before it; bound by sets that have no fix in common, each of which costs at least its cheapest. NP-hard (Karp 1972),
//! so the search has a budget, and says what is proven when it ends.

use crate::engine::fix::Fix;
use std::collections::{BTreeMap, BTreeSet};

/// The best that was found, and what is proven.
pub(super) struct Hitting {
    pub(super) chosen: BTreeSet<usize>,
    pub(super) lower_bound: u64,
}

/// Hits every set of `family`, each of which has at least one fix.
pub(super) fn hit(family: &BTreeSet<Vec<usize>>, fixes: &[Fix], nodes: usize) -> Hitting {
    let mut sets: Vec<&[usize]> = family.iter().map(Vec::as_slice).collect();
    sets.sort_by_key(|set| set.len());
    let cost = |fix: usize| u64::from(fixes[fix].cost.get());
    let greedy = greedy(&sets, fixes);
    let mut search = Search {
        cost: &cost,
        best_cost: greedy.iter().map(|fix| cost(*fix)).sum(),
        best: greedy,
        nodes,
        excluded: vec![false; fixes.len()],
        chosen: vec![false; fixes.len()],
    };
    let bound = search.packing(&sets);
    let complete = search.branch(&sets, 0);
    let lower_bound = if complete { search.best_cost } else { bound };
    Hitting { chosen: search.best, lower_bound }
}

/// The fix that hits the most for its cost, again and again.
fn greedy(sets: &[&[usize]], fixes: &[Fix]) -> BTreeSet<usize> {
    let mut open = sets.to_vec();
    let mut chosen = BTreeSet::new();
    while let Some(fix) = most_for_cost(&open, fixes) {
        chosen.insert(fix);
        open.retain(|set| !set.contains(&fix));
    }
    chosen
}

/// The fix that hits the most of these sets for its cost; the first among equals.
pub(super) fn most_for_cost<S: AsRef<[usize]>>(sets: &[S], fixes: &[Fix]) -> Option<usize> {
    let mut hits = BTreeMap::<usize, u64>::new();
    sets.iter().flat_map(|set| set.as_ref()).for_each(|fix| *hits.entry(*fix).or_default() += 1);
    let cost = |fix: usize| u64::from(fixes[fix].cost.get());
    // Hits divided by cost, without dividing.
    let better =
        |a: &(usize, u64), b: &(usize, u64)| (a.1 * cost(b.0)).cmp(&(b.1 * cost(a.0))).then(b.0.cmp(&a.0));
    hits.into_iter().max_by(better).map(|(fix, _)| fix)
}

struct Search<'a> {
    cost: &'a dyn Fn(usize) -> u64,
    best: BTreeSet<usize>,
    best_cost: u64,
    /// Nodes of the tree that may still be visited.
    nodes: usize,
    excluded: Vec<bool>,
    chosen: Vec<bool>,
}

impl Search<'_> {
    /// Searches what may be added to the chosen fixes, which cost `spent`; false where the budget ended first.
    fn branch(&mut self, sets: &[&[usize]], spent: u64) -> bool {
        let open: Vec<_> =
            sets.iter().copied().filter(|set| !set.iter().any(|fix| self.chosen[*fix])).collect();
        if spent + self.packing(&open) >= self.best_cost {
            return true;
        }
        let free = |set: &&&[usize]| set.iter().filter(|fix| !self.excluded[**fix]).count();
        let Some(set) = open.iter().min_by_key(free).copied() else {
            self.best_cost = spent;
            self.best = (0..self.chosen.len()).filter(|fix| self.chosen[*fix]).collect();
            return true;
        };
        let Some(left) = self.nodes.checked_sub(1) else { return false };
        self.nodes = left;
        let mut branches: Vec<_> = set.iter().copied().filter(|fix| !self.excluded[*fix]).collect();
        branches.sort_by_key(|fix| (self.cost)(*fix));
        let mut complete = true;
        for fix in &branches {
            self.chosen[*fix] = true;
            complete &= self.branch(&open, spent + (self.cost)(*fix));
            self.chosen[*fix] = false;
            self.excluded[*fix] = true;
        }
        branches.iter().for_each(|fix| self.excluded[*fix] = false);
        complete
    }

    /// What hitting these sets costs at least: sets without a fix in common, the smallest first.
    fn packing(&self, open: &[&[usize]]) -> u64 {
        let mut used = BTreeSet::new();
        let mut sum = 0_u64;
        for set in open {
            let free = || set.iter().copied().filter(|fix| !self.excluded[*fix]);
            if free().any(|fix| used.contains(&fix)) {
                continue;
            }
            used.extend(free());
            // A set of which every fix is excluded cannot be hit any more.
            match free().map(|fix| (self.cost)(fix)).min() {
                Some(least) => sum += least,
                None => return u64::MAX / 2,
            }
        }
        sum
    }
}
