//! The cheapest set of fixes that severs goals from every entry.
//!
//! Where no step needs several things at once and each fix takes out one element, this is a minimum cut, and exact by
//! maximum flow ([`flow`]). Everywhere else it is a minimum hitting set: every derivation of a goal must be hit by a fix
//! (`cut/hitting.rs`), which is exact while the search stays in its budget. Either way the cut that is returned was judged by
//! [`derivable`], apart from the passes it was found with, and comes with a bound below which no cut can cost.

pub mod flow;
mod hitting;
mod search;

use super::cost::Bound;
use super::derivable::derivable;
use super::derivation::Derivation;
use super::fix::{self, Fix};
use super::forward::Forward;
use super::network::NodeId;
use super::removed::Element;
use std::collections::HashMap;
use std::num::NonZeroU32;

/// How much work a cut may take where it has to be searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Rounds of finding derivations that the best set of fixes so far leaves open.
    pub rounds: usize,
    /// Nodes of the search tree for the best set of fixes, in each round.
    pub nodes: usize,
}

impl Default for Budget {
    /// Enough to prove minimum what a person can look through. A round takes a pass or two for each fix of the cut.
    fn default() -> Self {
        Self { rounds: 20, nodes: 100_000 }
    }
}

/// How a cut was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// By maximum flow: exact.
    MaximumFlow,
    /// By hitting every derivation: exact where the bound meets the cost.
    HittingSet,
}

/// A set of fixes that severs goals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// Which of the fixes, by their place in the list, in order. None of them can be left out.
    pub fixes: Vec<usize>,
    /// What they cost together.
    pub cost: u64,
    /// No set of fixes that severs as much costs less than this.
    pub lower_bound: u64,
    /// How it was found.
    pub method: Method,
    /// A derivation of each goal that all fixes together would leave derivable. The cut severs the other goals.
    pub unseverable: Vec<Derivation>,
}

impl Cut {
    /// Whether it is proven that nothing cheaper severs as much.
    pub fn is_minimum(&self) -> bool {
        self.cost == self.lower_bound
    }
}

/// The cheapest set of fixes after which none of the `goals` can be gained, but for those that no set of fixes severs.
///
/// Exactly so, or with a lower bound of its cost where `budget` ended the search: [`Cut::is_minimum`] tells. Goals that
/// are not gained anyway need no fix.
pub fn minimum_cut(forward: &Forward, goals: &[NodeId], fixes: &[Fix], budget: Budget) -> Cut {
    if forward.bound() == Bound::Low {
        // What may be impossible counts as possible: a cut must hold then too.
        return minimum_cut(&forward.at(Bound::Value), goals, fixes, budget);
    }
    let mut goals: Vec<_> = goals.iter().copied().filter(|goal| forward.via(*goal).is_some()).collect();
    goals.sort_unstable();
    goals.dedup();
    let all = forward.without(fix::elements(fixes, 0..fixes.len()));
    let unseverable: Vec<_> = goals.iter().filter_map(|goal| all.derivation(*goal)).collect();
    goals.retain(|goal| all.via(*goal).is_none());
    let (fixes, cost, lower_bound, method) = match capacities(forward, fixes) {
        Some(capacities) => {
            let capacity = |element| capacities.get(&element).map(|(cost, _)| *cost);
            // Nothing is unseverable here: those goals are not asked about.
            let severed = flow::sever(forward, &goals, capacity).unwrap_or_default();
            let mut chosen: Vec<_> = severed.elements.iter().map(|element| capacities[element].1).collect();
            chosen.sort_unstable();
            (chosen, severed.cost, severed.cost, Method::MaximumFlow)
        }
        None => {
            let found = search::search(forward, &goals, fixes, budget);
            (found.fixes, found.cost, found.lower_bound, Method::HittingSet)
        }
    };
    Cut { fixes, cost, lower_bound, method, unseverable }
}

/// The cheapest fix of each element, where each fix takes out one and no step needs several things.
fn capacities(forward: &Forward, fixes: &[Fix]) -> Option<HashMap<Element, (NonZeroU32, usize)>> {
    if forward.network().has_joint_steps() {
        return None;
    }
    let mut capacities = HashMap::new();
    for (index, fix) in fixes.iter().enumerate() {
        let [element] = fix.elements.as_slice() else { return None };
        let cheapest = capacities.entry(*element).or_insert((fix.cost, index));
        *cheapest = (fix.cost, index).min(*cheapest);
    }
    Some(capacities)
}

/// Whether these elements, taken out, leave none of the goals derivable.
pub fn severs(forward: &Forward, goals: &[NodeId], elements: impl IntoIterator<Item = Element>) -> bool {
    let left = derivable(forward, elements);
    goals.iter().all(|goal| !left.contains(goal.index()))
}
