//! Forward: with what probability does an attacker come to hold each node?
//!
//! A derivation of a node is a set of steps that, from entries, gains it; its probability is the product of theirs. One
//! pass finds the most probable derivation of every node: Dijkstra's algorithm, as Knuth generalised it to AND/OR graphs
//! ("A generalization of Dijkstra's algorithm", Information Processing Letters 6, 1977). The cost of a step is the sum of
//! its tails' costs and its own, which is a superior function: never less than any of its arguments.
//!
//! What that sum does not see is that two tails of a joint step may rest on the same earlier step: it is then counted
//! for each of them, so the label is a lower bound of the probability of the derivation it describes. [`Derivation`] has
//! that probability with everything counted once. On a network without joint steps both are the same.
//!
//! Time O(S log N) in the worst case and close to linear in practice (`queue.rs`); eight bytes a node.
//!
//! [`Forward::without`] is the answer to "what if": elements are taken out, and only those nodes are computed again whose
//! derivation rested on one of them (Ramalingam and Reps, "An incremental algorithm for a generalization of the
//! shortest-path problem", Journal of Algorithms 21, 1996). Its time follows the part that changes, but for a copy of the
//! labels.

use super::cost::{Bound, Cost};
use super::derivation::Derivation;
use super::guide::Guide;
use super::network::{EntryId, Network, NodeId, StepId};
use super::queue::Queue;
use super::removed::{Absent, Element, Nothing, Removed};
use std::sync::{Arc, OnceLock};

/// Where more than one in so many nodes lost its derivation, all are computed again: that is faster then.
const LOST_SHARE: usize = 8;

/// How a node is gained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// The question began with it.
    Given,
    /// Attackers begin there.
    Entry(EntryId),
    /// By this step.
    Step(StepId),
}

/// [`Via`] in four bytes: the network has fewer than 2^31 steps, and fewer entries still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Packed(u32);

impl Packed {
    const GIVEN: Self = Self(u32::MAX);
    const ENTRY: u32 = 1 << 31;

    fn entry(entry: EntryId) -> Self {
        Self(entry.0 | Self::ENTRY)
    }

    #[inline]
    fn step(step: StepId) -> Self {
        Self(step.0)
    }

    fn via(self) -> Via {
        match self {
            Self::GIVEN => Via::Given,
            Self(entry) if entry & Self::ENTRY != 0 => Via::Entry(EntryId(entry & !Self::ENTRY)),
            Self(step) => Via::Step(StepId(step)),
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Label {
    cost: Cost,
    /// Means something only where the cost is possible.
    by: Packed,
}

impl Label {
    const UNKNOWN: Self = Self { cost: Cost::NEVER, by: Packed::GIVEN };
}

/// The most probable derivation of every node of a network, of which some elements may be taken out.
#[derive(Clone)]
pub struct Forward {
    network: Arc<Network>,
    bound: Bound,
    removed: Removed,
    /// Sorted.
    given: Vec<NodeId>,
    labels: Vec<Label>,
    /// Made when it is first asked for; what has more taken out goes by the same.
    guide: OnceLock<Arc<Guide>>,
}

impl Forward {
    /// From all entries of the network.
    pub fn new(network: &Arc<Network>, bound: Bound) -> Self {
        Self::compute(network, bound, Removed::nothing(network), Vec::new())
    }

    /// From the entries of one kind alone.
    pub fn from_kind(network: &Arc<Network>, bound: Bound, kind: u8) -> Self {
        let entries = network.entry_ids().zip(network.entries());
        let others = entries.filter(|(_, entry)| entry.kind != kind).map(|(id, _)| Element::Entry(id));
        Self::compute(network, bound, Removed::of(network, others), Vec::new())
    }

    /// From nodes that the attacker is given, and from no entry: what falls if these fall. Nodes that the network does not
    /// have are not given.
    pub fn from_nodes(network: &Arc<Network>, bound: Bound, nodes: &[NodeId]) -> Self {
        let removed = Removed::of(network, network.entry_ids().map(Element::Entry));
        let mut given: Vec<_> = nodes.iter().copied().filter(|node| node.0 < network.nodes()).collect();
        given.sort_unstable();
        Self::compute(network, bound, removed, given)
    }

    fn compute(network: &Arc<Network>, bound: Bound, removed: Removed, given: Vec<NodeId>) -> Self {
        let labels = vec![Label::UNKNOWN; network.nodes() as usize];
        let network = Arc::clone(network);
        let mut pass = Self { network, bound, removed, given, labels, guide: OnceLock::new() };
        let mut queue = Queue::new();
        for node in pass.starts(&pass.removed).collect::<Vec<_>>() {
            pass.begin(node, &mut queue);
        }
        let costs = pass.network.costs(bound);
        // Entries play no part after the start.
        match pass.removed.leaves_all_ways() {
            true => spread(&pass.network, costs, &Nothing, &mut pass.labels, &mut queue),
            false => spread(&pass.network, costs, &pass.removed, &mut pass.labels, &mut queue),
        }
        pass
    }

    /// The same question at another end of the intervals.
    #[must_use]
    pub fn at(&self, bound: Bound) -> Self {
        Self::compute(&self.network, bound, self.removed.clone(), self.given.clone())
    }

    /// The same question with these elements taken out as well.
    #[must_use]
    pub fn without(&self, elements: impl IntoIterator<Item = Element>) -> Self {
        let mut pass = self.clone();
        let mut lost = Vec::new();
        for element in elements {
            if !pass.removed.insert(element) {
                continue;
            }
            let by = match element {
                Element::Node(_) => None,
                Element::Step(step) => Some(Packed::step(step)),
                Element::Entry(entry) => Some(Packed::entry(entry)),
            };
            pass.lose(self.network.gained(element), by, &mut lost);
        }
        // What rested on a lost node is lost with it.
        let mut next = 0;
        while let Some(node) = lost.get(next).copied() {
            next += 1;
            if lost.len() > self.labels.len() / LOST_SHARE {
                let again = Self::compute(&self.network, self.bound, pass.removed, pass.given);
                return Self { guide: pass.guide, ..again };
            }
            for step in (self.network.out(node)).map(|step| StepId(step as u32)) {
                pass.lose(self.network.head(step), Some(Packed::step(step)), &mut lost);
            }
            for step in self.network.joint_out(node) {
                pass.lose(self.network.head(*step), Some(Packed::step(*step)), &mut lost);
            }
        }
        let mut queue = Queue::new();
        for node in lost {
            pass.begin(node, &mut queue);
            pass.regain(node, &mut queue);
        }
        let costs = self.network.costs(self.bound);
        spread(&self.network, costs, &pass.removed, &mut pass.labels, &mut queue);
        pass
    }

    /// Makes ready what [`Self::costs_without`] and [`Self::risk_without`] go by where much changes: a pass over everything.
    /// The first such question would do it.
    pub fn prepare(&self) {
        self.guide();
    }

    pub(super) fn guide(&self) -> &Guide {
        self.guide.get_or_init(|| Arc::new(Guide::new(self)))
    }

    /// Takes a node's label away if it is gained `by` that, or at all.
    fn lose(&mut self, node: NodeId, by: Option<Packed>, lost: &mut Vec<NodeId>) {
        let label = &mut self.labels[node.index()];
        if label.cost.is_possible() && by.is_none_or(|by| by == label.by) {
            label.cost = Cost::NEVER;
            lost.push(node);
        }
    }

    /// Labels a node as given, or by an entry.
    fn begin(&mut self, node: NodeId, queue: &mut Queue) {
        if self.removed.node(node) {
            return;
        }
        let begun = self.beginning(node, &self.removed);
        self.relabel(node, begun, queue);
    }

    /// How the node is gained without a step and without these.
    fn beginning(&self, node: NodeId, removed: &Removed) -> Label {
        if self.given.binary_search(&node).is_ok() {
            return Label { cost: Cost::ZERO, by: Packed::GIVEN };
        }
        let entries = self.network.entries_at(node).filter(|(id, _)| !removed.entry(*id));
        let labels =
            entries.map(|(id, entry)| Label { cost: entry.prior.at(self.bound), by: Packed::entry(id) });
        labels.min_by_key(|label| label.cost).unwrap_or(Label::UNKNOWN)
    }

    /// What it costs to begin at the node, without these.
    pub(super) fn start(&self, node: NodeId, removed: &Removed) -> Cost {
        if removed.node(node) { Cost::NEVER } else { self.beginning(node, removed).cost }
    }

    /// Labels a node by the best of the steps into it.
    fn regain(&mut self, node: NodeId, queue: &mut Queue) {
        if self.removed.node(node) {
            return;
        }
        let (network, costs) = (&self.network, self.network.costs(self.bound));
        let mut best = self.labels[node.index()];
        let single = network.inward(node).iter().map(|inward| {
            let own = if self.bound == Bound::Value { inward.cost } else { costs[inward.step.index()] };
            (inward.step, own.and(self.labels[inward.tail.index()].cost))
        });
        let joint = network.joint_into(node).iter();
        let joint = joint.map(|step| (*step, all_tails(network, costs, &self.labels, *step)));
        for (step, cost) in single.chain(joint) {
            if cost < best.cost && !self.removed.step(step) {
                best = Label { cost, by: Packed::step(step) };
            }
        }
        self.relabel(node, best, queue);
    }

    fn relabel(&mut self, node: NodeId, label: Label, queue: &mut Queue) {
        let old = &mut self.labels[node.index()];
        if label.cost < old.cost {
            *old = label;
            queue.push(label.cost, node);
        }
    }

    /// The network that was asked.
    pub fn network(&self) -> &Arc<Network> {
        &self.network
    }

    /// Which end of the intervals was computed with.
    pub fn bound(&self) -> Bound {
        self.bound
    }

    /// What was taken out.
    pub fn removed(&self) -> &Removed {
        &self.removed
    }

    /// The nodes that were given, in order.
    pub(crate) fn given(&self) -> &[NodeId] {
        &self.given
    }

    /// Where it would begin without these: at the nodes that were given, and those of the entries that are there.
    pub(crate) fn starts<'a>(&'a self, removed: &'a Removed) -> impl Iterator<Item = NodeId> + 'a {
        let entries = self.network.entry_ids().zip(self.network.entries());
        let entries = entries.filter(|(id, _)| !removed.entry(*id)).map(|(_, entry)| entry.node);
        self.given.iter().copied().chain(entries)
    }

    /// The cost of the node's best derivation; [`Cost::NEVER`] where there is none, or no such node.
    #[inline]
    pub fn cost(&self, node: NodeId) -> Cost {
        self.labels.get(node.index()).map_or(Cost::NEVER, |label| label.cost)
    }

    /// The probability with which the node is gained, by its best derivation; 0 where there is none.
    pub fn probability(&self, node: NodeId) -> f64 {
        self.cost(node).probability()
    }

    /// How the node is gained in its best derivation; `None` where it is not.
    pub fn via(&self, node: NodeId) -> Option<Via> {
        let label = self.labels.get(node.index()).filter(|label| label.cost.is_possible())?;
        Some(label.by.via())
    }

    /// The node's best derivation; `None` where there is none.
    pub fn derivation(&self, node: NodeId) -> Option<Derivation> {
        Derivation::extract(self, node)
    }

    /// What is expected to be lost: the sum over all jewels of value times probability.
    pub fn risk(&self) -> f64 {
        self.network.loss(self.network.jewels().iter().map(|jewel| self.probability(jewel.node)))
    }
}

/// What it costs to gain all tails of the step and take it.
fn all_tails(network: &Network, costs: &[Cost], labels: &[Label], step: StepId) -> Cost {
    let tails = network.joint_tails(step).iter().map(|tail| labels[tail.index()].cost);
    tails.fold(costs[step.index()], Cost::and)
}

/// Settles what is queued, cheapest first, and what follows from it.
///
/// A joint step is looked at whenever a tail settles, and counts only once all have a label. The last to settle sees
/// the final labels of all, so no counters are needed; what an earlier look brought is an upper bound that this betters.
fn spread<A: Absent>(network: &Network, costs: &[Cost], absent: &A, labels: &mut [Label], queue: &mut Queue) {
    let heads = network.heads();
    while let Some((cost, node)) = queue.pop() {
        if labels[node.index()].cost != cost {
            continue; // It was bettered after this was pushed.
        }
        let out = network.out(node);
        let mut relax = |step: StepId, head: NodeId, cost: Cost, labels: &mut [Label]| {
            let label = &mut labels[head.index()];
            if cost < label.cost && !absent.step(step) && !absent.node(head) {
                *label = Label { cost, by: Packed::step(step) };
                queue.push(cost, head);
            }
        };
        let steps = (out.start as u32..).map(StepId);
        for ((head, own), step) in heads[out.clone()].iter().zip(&costs[out]).zip(steps) {
            relax(step, *head, cost.and(*own), labels);
        }
        for step in network.joint_out(node) {
            let cost = all_tails(network, costs, labels, *step);
            relax(*step, heads[step.index()], cost, labels);
        }
    }
}
