//! One way to gain a node: which steps, in which order, from which entries.

use super::cost::Cost;
use super::forward::{Forward, Via};
use super::network::{EntryId, NodeId, StepId};
use super::removed::Element;
use std::collections::HashSet;

/// A derivation: on a network without joint steps, a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derivation {
    /// What is gained.
    pub goal: NodeId,
    /// In an order in which they can be taken: what a step needs, an entry or an earlier step gives. The last gains the goal.
    pub steps: Vec<StepId>,
    /// Where it begins.
    pub entries: Vec<EntryId>,
    /// The label of the goal: what the pass computed, with shared steps counted for each tail that rests on them.
    pub label: Cost,
    /// Every step and entry counted once: the probability that all of them succeed, each for itself.
    pub cost: Cost,
    choices: Vec<(NodeId, Via)>,
}

impl Derivation {
    /// Follows the labels back from the goal; O(size of the derivation). What several tails rest on is there once.
    pub(crate) fn extract(pass: &Forward, goal: NodeId) -> Option<Self> {
        let network = pass.network();
        let label = pass.cost(goal);
        pass.via(goal)?;
        let (mut steps, mut entries, mut choices) = (Vec::new(), Vec::new(), Vec::new());
        let mut cost = Cost::ZERO;
        // Depth first, a node after all that it rests on. Labels always rest on earlier ones, so there is no cycle.
        let mut begun = HashSet::new();
        let mut stack = vec![(goal, false)];
        while let Some((node, ready)) = stack.pop() {
            let via = pass.via(node)?;
            if !ready {
                if begun.insert(node) {
                    stack.push((node, true));
                    if let Via::Step(step) = via {
                        stack.extend(network.tails(step).map(|tail| (tail, false)));
                    }
                }
                continue;
            }
            choices.push((node, via));
            match via {
                Via::Given => {}
                Via::Entry(entry) => {
                    entries.push(entry);
                    cost = cost.and(network.prior(entry, pass.bound()));
                }
                Via::Step(step) => {
                    steps.push(step);
                    cost = cost.and(network.cost(step, pass.bound()));
                }
            }
        }
        Some(Self { goal, steps, entries, label, cost, choices })
    }

    /// All nodes it gains, each after those it rests on, and how.
    pub fn choices(&self) -> &[(NodeId, Via)] {
        &self.choices
    }

    /// The probability that every step succeeds.
    pub fn probability(&self) -> f64 {
        self.cost.probability()
    }

    /// All that it rests on: its entries, its steps, and the nodes that it gains.
    pub fn elements(&self) -> impl Iterator<Item = Element> + '_ {
        let entries = self.entries.iter().copied().map(Element::Entry);
        let steps = self.steps.iter().copied().map(Element::Step);
        entries.chain(steps).chain(self.choices.iter().map(|(node, _)| Element::Node(*node)))
    }
}
