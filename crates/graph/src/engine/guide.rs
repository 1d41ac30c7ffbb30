//! A forward pass that is led to the jewels, for where what is taken out carried most of the network.
//!
//! [`super::focus`] then finds no end: nearly every label is too low, and by about as much, so all seems to matter. But from a
//! pass backward that is made once it is known what going on to each jewel costs at least. The *detour* of a node that
//! costs so much now is how much dearer than its label the best of the jewels gets by way of it:
//!
//! > detour = its cost now + what it costs to go on - the jewel's label, for the jewel for which that is least
//!
//! Taking out only raises costs, so a derivation of a jewel uses only nodes of at most the detour of the jewel itself, and no
//! step leads to a smaller detour. So the pass takes nodes in the order of their detour, and is done when it has taken the
//! jewels that were asked of: A* (Hart, Nilsson and Raphael, 1968) to many goals over joint steps. Where all jewels get
//! about as much dearer it takes little more than their derivations.

use super::backward;
use super::cost::Cost;
use super::forward::Forward;
use super::network::{NodeId, StepId};
use super::queue::Queue;
use super::removed::{Absent as _, Removed};
use foldhash::{HashMap, HashMapExt as _, HashSet};

/// A pass that looks at more than one in so many steps is given up: it costs more than it spares.
const SHARE: usize = 4;

/// What it costs at least to go on to a jewel from every node.
pub(super) struct Guide {
    /// A jewel begins with as much as its label is below the dearest one's.
    onward: Vec<Cost>,
    /// The label of the dearest jewel that is gained at all.
    dearest: Cost,
}

impl Guide {
    /// For all passes that have the same taken out, or more.
    pub(super) fn new(forward: &Forward) -> Self {
        let jewels = forward.network().jewels().iter();
        let labels = jewels.map(|jewel| forward.cost(jewel.node)).filter(|cost| cost.is_possible());
        let dearest = labels.max().unwrap_or(Cost::ZERO);
        let below = |label: Cost| match label.is_possible() {
            true => Cost::micronepers(u64::from(dearest.get() - label.get())),
            false => Cost::NEVER,
        };
        let onward = backward::costs(forward, |jewel| below(forward.cost(jewel.node))).collect();
        Self { onward, dearest }
    }

    /// The detour of a node at this cost; `None` where it leads to no jewel.
    fn detour(&self, node: NodeId, cost: Cost) -> Option<Cost> {
        let onward = self.onward[node.index()];
        let possible = cost.is_possible() && onward.is_possible();
        possible.then(|| {
            Cost::micronepers(u64::from(cost.get()) + u64::from(onward.get()) - u64::from(self.dearest.get()))
        })
    }

    /// The cost of a node of this detour.
    fn cost(&self, node: NodeId, detour: Cost) -> Cost {
        let onward = u64::from(self.onward[node.index()].get());
        Cost::micronepers(u64::from(detour.get()) + u64::from(self.dearest.get()) - onward)
    }

    /// What these jewels cost in this pass without these elements, as many of them as little work tells. They were gained
    /// with them.
    pub(super) fn costs(
        &self,
        forward: &Forward,
        removed: &Removed,
        jewels: &[NodeId],
    ) -> HashMap<NodeId, Cost> {
        let network = forward.network();
        let most = network.steps() as usize / SHARE;
        let mut left: HashSet<_> = jewels.iter().copied().collect();
        let mut found = HashMap::new();
        let mut taken = HashMap::new();
        let mut looked_at = 0;
        let mut queue = Queue::new();
        for node in forward.starts(removed) {
            self.push(node, forward.start(node, removed), &mut queue);
        }
        while !left.is_empty() && looked_at <= most {
            let Some((detour, node)) = queue.pop() else {
                found.extend(left.iter().map(|jewel| (*jewel, Cost::NEVER)));
                break;
            };
            // Beyond what a cost can tell.
            if detour == Cost::BARELY {
                break;
            }
            // It was taken before, at the same cost or less.
            if taken.contains_key(&node) {
                continue;
            }
            let cost = self.cost(node, detour);
            taken.insert(node, cost);
            if left.remove(&node) {
                found.insert(node, cost);
            }
            let (single, joint) = (network.out(node), network.joint_out(node));
            looked_at += single.len() + joint.len();
            let single = single.map(|step| StepId(step as u32)).map(|step| (step, cost));
            let joint = joint.iter().map(|step| {
                let tails = network.joint_tails(*step).iter();
                let costs = tails.map(|tail| taken.get(tail).copied().unwrap_or(Cost::NEVER));
                (*step, costs.fold(Cost::ZERO, Cost::and))
            });
            for (step, tails) in single.chain(joint) {
                let head = network.head(step);
                if !removed.step(step) && !removed.node(head) {
                    self.push(head, tails.and(network.cost(step, forward.bound())), &mut queue);
                }
            }
        }
        found
    }

    fn push(&self, node: NodeId, cost: Cost, queue: &mut Queue) {
        if let Some(detour) = self.detour(node, cost) {
            queue.push(detour, node);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::cost::{Bound, Interval};
    use crate::engine::network::NetworkBuilder;
    use crate::engine::removed::Element;
    use proptest::prelude::*;

    const NODES: u32 = 24;

    proptest! {
        #[test]
        fn who_is_led_finds_what_all_is_searched_for(
            steps in proptest::collection::vec((proptest::collection::vec(0..NODES, 1..3), 0..NODES, 1..=4_u8), 10..90),
            entries in proptest::collection::btree_map(0..NODES, 1..=4_u8, 1..4),
            jewels in proptest::collection::btree_set(0..NODES, 1..6),
            before in proptest::collection::vec(any::<prop::sample::Index>(), 0..2),
            picks in proptest::collection::vec(any::<prop::sample::Index>(), 1..4),
        ) {
            let chance = |quarters: u8| Interval::exactly(f64::from(quarters) / 4.0).unwrap();
            let mut builder = NetworkBuilder::new(NODES);
            for (tails, head, quarters) in steps {
                let tails: Vec<_> = tails.into_iter().map(NodeId).collect();
                builder.step(&tails, NodeId(head), chance(quarters)).unwrap();
            }
            for (node, quarters) in entries {
                builder.entry(NodeId(node), 0, chance(quarters)).unwrap();
            }
            for node in jewels {
                builder.jewel(NodeId(node), 1.0).unwrap();
            }
            let network = builder.build();
            let nodes = (0..NODES).map(|node| Element::Node(NodeId(node)));
            let steps = network.step_ids().map(Element::Step);
            let all: Vec<_> = nodes.chain(steps).chain(network.entry_ids().map(Element::Entry)).collect();
            let picked = |picks: &[prop::sample::Index]| -> Vec<_> { picks.iter().map(|pick| *pick.get(&all)).collect() };
            let whole = Forward::new(&network, Bound::Value);
            let guide = Guide::new(&whole);
            // What leads a pass leads those that have more taken out.
            let forward = whole.without(picked(&before));
            let after = forward.without(picked(&picks));
            let gained = network.jewels().iter().map(|jewel| jewel.node);
            let gained: Vec<_> = gained.filter(|node| forward.cost(*node).is_possible()).collect();
            let found = guide.costs(&forward, after.removed(), &gained);
            for (node, cost) in &found {
                prop_assert_eq!(*cost, after.cost(*node));
            }
        }
    }

    #[test]
    fn where_all_rests_on_one_entry_the_next_is_found() {
        // Entry 0 leads into a chain that all jewels hang on; entry 1, less likely, leads into the same chain.
        let mut builder = NetworkBuilder::new(1_000);
        let (certain, half) = (Interval::exactly(1.0).unwrap(), Interval::exactly(0.5).unwrap());
        builder.entry(NodeId(0), 0, certain).unwrap();
        builder.entry(NodeId(1), 0, half).unwrap();
        for (tail, head) in [(0, 2), (1, 2)].into_iter().chain((2..999).map(|node| (node, node + 1))) {
            builder.step(&[NodeId(tail)], NodeId(head), certain).unwrap();
        }
        for jewel in (100..1_000).step_by(100) {
            builder.jewel(NodeId(jewel), 1.0).unwrap();
        }
        let forward = Forward::new(&builder.build(), Bound::Value);
        let jewels: Vec<_> = forward.network().jewels().iter().map(|jewel| jewel.node).collect();
        let after = forward.without([Element::Node(NodeId(0))]);
        let removed = Removed::of(forward.network(), [Element::Node(NodeId(0))]);
        let found = Guide::new(&forward).costs(&forward, &removed, &jewels[..2]);
        assert_eq!(found, jewels[..2].iter().map(|jewel| (*jewel, after.cost(*jewel))).collect());
        assert!(found.values().all(|cost| (cost.probability() - 0.5).abs() < 1e-3));
    }
}
