//! The k best distinct derivations of a node.
//!
//! Lawler's partition ("A procedure for computing the k best solutions", Management Science 18, 1972): all derivations
//! but the best are split by the first choice in which they differ from it, and each part's best is found by a pass over
//! a network from which the other choices are taken out. A choice is how one node is gained, and choices are fixed from the
//! goal backwards: what was fixed keeps needing the next node, so every part holds only derivations that use what it
//! fixed, and no derivation is met twice. On a network without joint steps this is Yen's algorithm for loopless paths.
//!
//! The order is that of the labels ([`super::forward`]): on a network without joint steps exactly the probability, and with
//! them the bound in which shared steps count for each tail. Time: one incremental pass for each choice of each
//! derivation that is returned.

use super::derivation::Derivation;
use super::forward::{Forward, Via};
use super::network::{Network, NodeId};
use super::removed::Element;
use std::collections::BTreeMap;

/// The best derivations of a node, the most probable first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Best {
    /// Distinct, by falling label.
    pub derivations: Vec<Derivation>,
    /// Why there are no more.
    pub end: End,
}

/// Why a list of derivations ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// There are no others.
    Complete,
    /// As many as were asked for; there may be others.
    Count,
    /// The passes that were allowed are used up; others may be better than none, but those listed are the best.
    Passes,
}

/// A part of all derivations.
struct Part {
    /// The best of it.
    best: Derivation,
    /// What it leaves out.
    without: Vec<Element>,
    /// The nodes whose choice is fixed. The best derivation of the part, like all of it, gains them all.
    fixed: Vec<NodeId>,
}

/// The `count` best derivations of `goal`, from at most `passes` incremental passes.
pub fn best(forward: &Forward, goal: NodeId, count: usize, passes: usize) -> Best {
    let mut derivations = Vec::new();
    let mut left = passes;
    // By label; earlier parts first among equals, so that the order is the same every time.
    let mut parts = BTreeMap::new();
    if let Some(best) = forward.derivation(goal) {
        parts.insert((best.label, 0), Part { best, without: Vec::new(), fixed: Vec::new() });
    }
    while let Some((_, part)) = parts.pop_first() {
        if derivations.len() == count {
            return Best { derivations, end: End::Count };
        }
        let Part { best, mut without, mut fixed } = part;
        // From the goal backwards, so that what was fixed before needs each node that is split at.
        let choices: Vec<_> = best.choices().iter().rev().copied().collect();
        derivations.push(best);
        for (node, chosen) in choices {
            let chosen = match chosen {
                Via::Given => continue,
                Via::Entry(entry) => Element::Entry(entry),
                Via::Step(step) => Element::Step(step),
            };
            if fixed.contains(&node) {
                continue;
            }
            if left == 0 {
                return Best { derivations, end: End::Passes };
            }
            left -= 1;
            let other: Vec<_> = without.iter().copied().chain([chosen]).collect();
            if let Some(best) = forward.without(other.iter().copied()).derivation(goal) {
                let part = Part { best, without: other, fixed: fixed.clone() };
                parts.insert((part.best.label, passes - left), part);
            }
            without.extend(ways(forward.network(), node).filter(|way| *way != chosen));
            fixed.push(node);
        }
    }
    Best { derivations, end: End::Complete }
}

/// Everything that gains the node.
fn ways(network: &Network, node: NodeId) -> impl Iterator<Item = Element> + '_ {
    let entries = network.entries_at(node).map(|(entry, _)| Element::Entry(entry));
    let single = network.inward(node).iter().map(|inward| Element::Step(inward.step));
    let joint = network.joint_into(node).iter().map(|step| Element::Step(*step));
    entries.chain(single).chain(joint)
}
