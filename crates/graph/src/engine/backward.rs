//! Backward: what can be lost from each node?
//!
//! The consequence of a node is the most that an attacker who holds it can expect to take in one blow: over all jewels,
//! the largest value times the probability of the best way there. The largest, and not the sum, because the sum over jewels
//! would need a pass for each of them, and would count the first steps that their ways share once for each jewel. The largest
//! is one pass of Dijkstra's algorithm against the arrows, which starts from every jewel at the cost of its share of the
//! highest value. Where the sum is wanted for one foothold, [`super::radius`] has it.
//!
//! A joint step needs its other tails too: they count with the probability with which attackers gain them (the forward
//! labels), and where one cannot be gained the step cannot be taken. As in the forward pass this makes the answer a lower
//! bound, because what the tails share is counted for each.
//!
//! Time O(S log N) in the worst case and close to linear in practice; eight bytes a node.

use super::cost::{Bound, Cost};
use super::forward::Forward;
use super::network::{Jewel, Network, NodeId, StepId};
use super::queue::Queue;
use super::removed::Absent as _;
use std::sync::Arc;

/// The way to the jewel from a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Toward {
    /// It is this one of [`Network::jewels`].
    Jewel(usize),
    /// By this step.
    Step(StepId),
}

#[derive(Clone, Copy)]
struct Label {
    cost: Cost,
    /// A step, or with the high bit set a jewel.
    by: u32,
}

const JEWEL: u32 = 1 << 31;

/// The consequence of every node.
pub struct Backward {
    network: Arc<Network>,
    /// The highest value of a jewel, to which all costs refer.
    top: f64,
    labels: Vec<Label>,
}

impl Backward {
    /// On the network, and with the bound, of the forward pass, without what was taken out there.
    pub fn new(forward: &Forward) -> Self {
        let network = Arc::clone(forward.network());
        let top = network.jewels().iter().map(|jewel| jewel.value).fold(0.0, f64::max);
        let labels = labels(forward, |jewel| {
            let cost = Cost::of(jewel.value / top);
            // A value too far below the highest to be told from 0 is still one.
            Cost::micronepers(cost.get().into())
        });
        Self { network, top, labels }
    }

    /// The highest value times probability over all jewels; 0 where none can be reached.
    pub fn consequence(&self, node: NodeId) -> f64 {
        self.top * self.labels.get(node.index()).map_or(0.0, |label| label.cost.probability())
    }

    /// The next step towards the jewel that makes up the consequence; `None` where none can be reached.
    pub fn toward(&self, node: NodeId) -> Option<Toward> {
        let label = self.labels.get(node.index()).filter(|label| label.cost.is_possible())?;
        Some(match label.by & JEWEL {
            0 => Toward::Step(StepId(label.by)),
            _ => Toward::Jewel((label.by & !JEWEL) as usize),
        })
    }

    /// The steps from the node to the jewel that makes up its consequence, and which of [`Network::jewels`] that is.
    pub fn path(&self, mut node: NodeId) -> Option<(Vec<StepId>, usize)> {
        let mut steps = Vec::new();
        loop {
            match self.toward(node)? {
                Toward::Jewel(jewel) => return Some((steps, jewel)),
                Toward::Step(step) => {
                    steps.push(step);
                    node = self.network.head(step);
                }
            }
        }
    }
}

/// What it costs from every node to come to a jewel, where each jewel begins with the cost that `start` gives it.
pub(super) fn costs(forward: &Forward, start: impl Fn(&Jewel) -> Cost) -> impl Iterator<Item = Cost> {
    labels(forward, start).into_iter().map(|label| label.cost)
}

fn labels(forward: &Forward, start: impl Fn(&Jewel) -> Cost) -> Vec<Label> {
    let network = forward.network();
    let mut labels = vec![Label { cost: Cost::NEVER, by: JEWEL }; network.nodes() as usize];
    let mut queue = Queue::new();
    for (jewel, index) in network.jewels().iter().zip(0..) {
        let cost = start(jewel);
        let label = &mut labels[jewel.node.index()];
        if cost < label.cost && !forward.removed().node(jewel.node) {
            *label = Label { cost, by: index | JEWEL };
            queue.push(cost, jewel.node);
        }
    }
    spread(forward, &mut labels, &mut queue);
    labels
}

fn spread(forward: &Forward, labels: &mut [Label], queue: &mut Queue) {
    let (network, bound, removed) = (forward.network(), forward.bound(), forward.removed());
    let costs = network.costs(bound);
    while let Some((cost, node)) = queue.pop() {
        if labels[node.index()].cost != cost {
            continue;
        }
        let mut relax = |step: StepId, tail: NodeId, cost: Cost| {
            let label = &mut labels[tail.index()];
            if cost < label.cost && !removed.step(step) && !removed.node(tail) {
                *label = Label { cost, by: step.0 };
                queue.push(cost, tail);
            }
        };
        for inward in network.inward(node) {
            let own = if bound == Bound::Value { inward.cost } else { costs[inward.step.index()] };
            relax(inward.step, inward.tail, cost.and(own));
        }
        for step in network.joint_into(node) {
            let own = cost.and(costs[step.index()]);
            let tails = network.joint_tails(*step);
            let mut missing = tails.iter().filter(|tail| !forward.cost(**tail).is_possible());
            let missing = (missing.next(), missing.next());
            let possible = tails.iter().map(|tail| forward.cost(*tail)).filter(|cost| cost.is_possible());
            let sum: u64 = possible.map(|cost| u64::from(cost.get())).sum();
            for tail in tails.iter().filter(|_| own.is_possible()) {
                let share = match missing {
                    (None, _) => forward.cost(*tail).get(),
                    // Only who holds the missing one can take the step.
                    (Some(only), None) if only == tail => 0,
                    _ => continue,
                };
                let others = Cost::micronepers(sum - u64::from(share));
                relax(*step, *tail, own.and(others));
            }
        }
    }
}
