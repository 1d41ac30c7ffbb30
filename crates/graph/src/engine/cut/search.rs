//! A cut as a hitting set whose sets, the derivations, are found as they are needed.
//!
//! Implicit hitting set (Moreno-Centeno and Karp, "The implicit hitting set approach to solve combinatorial
//! optimization problems", Operations Research 61, 2013): hit the derivations that are known at least cost; where that
//! severs the goals it is optimal, and where not it leaves derivations that were not known. Each round also completes its
//! set to a real cut, greedily, which finds many derivations at once and an upper bound.

use super::hitting::{hit, most_for_cost};
use super::{Budget, severs};
use crate::engine::fix::{Fix, FixesOf, elements};
use crate::engine::forward::Forward;
use crate::engine::network::NodeId;
use std::collections::BTreeSet;

/// Derivations that one greedy choice looks at.
const AT_ONCE: usize = 64;

pub(super) struct Found {
    pub(super) fixes: Vec<usize>,
    pub(super) cost: u64,
    pub(super) lower_bound: u64,
}

/// Goals are gained in `forward`, and not once all fixes are made.
pub(super) fn search(forward: &Forward, goals: &[NodeId], fixes: &[Fix], budget: Budget) -> Found {
    let of = FixesOf::new(fixes);
    let cost = |chosen: &BTreeSet<usize>| chosen.iter().map(|fix| u64::from(fixes[*fix].cost.get())).sum();
    let mut family = BTreeSet::new();
    let mut best: Option<(u64, BTreeSet<usize>)> = None;
    let mut lower_bound = 0_u64;
    for _ in 0..budget.rounds.max(1) {
        let hitting = hit(&family, fixes, budget.nodes);
        lower_bound = lower_bound.max(hitting.lower_bound);
        let known = family.len();
        let chosen = complete(forward, goals, fixes, &of, hitting.chosen, &mut family);
        let chosen = prune(forward, goals, fixes, chosen, &family);
        let candidate = (cost(&chosen), chosen);
        if best.as_ref().is_none_or(|best| candidate < *best) {
            best = Some(candidate);
        }
        // Without a new derivation the next round would be this one again.
        if best.as_ref().is_some_and(|best| best.0 <= lower_bound) || family.len() == known {
            break;
        }
    }
    let (cost, fixes) = best.unwrap_or_default();
    Found { fixes: fixes.into_iter().collect(), cost, lower_bound: lower_bound.min(cost) }
}

/// Adds fixes until no goal is left, each time the one that breaks the most of the best derivations for its cost. What
/// was derived on the way goes into the family.
fn complete(
    forward: &Forward,
    goals: &[NodeId],
    fixes: &[Fix],
    of: &FixesOf,
    mut chosen: BTreeSet<usize>,
    family: &mut BTreeSet<Vec<usize>>,
) -> BTreeSet<usize> {
    let mut pass = forward.without(elements(fixes, chosen.iter().copied()));
    loop {
        let open = goals.iter().filter_map(|goal| pass.derivation(*goal)).take(AT_ONCE);
        let open: Vec<_> = open.map(|derivation| of.breaking(&derivation)).collect();
        let Some(fix) = most_for_cost(&open, fixes) else { return chosen };
        family.extend(open);
        chosen.insert(fix);
        pass = pass.without(elements(fixes, [fix]));
    }
}

/// Leaves out what the others make superfluous, the dearest first. What alone hits a known derivation is not asked about.
fn prune(
    forward: &Forward,
    goals: &[NodeId],
    fixes: &[Fix],
    mut chosen: BTreeSet<usize>,
    family: &BTreeSet<Vec<usize>>,
) -> BTreeSet<usize> {
    let mut order: Vec<_> = chosen.iter().copied().collect();
    order.sort_by_key(|fix| (std::cmp::Reverse(fixes[*fix].cost), *fix));
    for fix in order {
        chosen.remove(&fix);
        let alone =
            family.iter().any(|set| set.contains(&fix) && set.iter().all(|fix| !chosen.contains(fix)));
        if alone || !severs(forward, goals, elements(fixes, chosen.iter().copied())) {
            chosen.insert(fix);
        }
    }
    chosen
}
