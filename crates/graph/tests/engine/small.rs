//! Small random AND/OR graphs, and everything about them by trying all there is.

use bartizan_graph::engine::cost::{Bound, Cost, Interval};
use bartizan_graph::engine::network::{EntryId, Network, NetworkBuilder, NodeId, StepId};
use bartizan_graph::engine::removed::Element;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Few, so that ties are common; certain steps make cycles that cost nothing.
const CHANCES: [f64; 5] = [1.0, 0.9, 0.5, 0.25, 0.1];

#[derive(Debug, Clone)]
pub(crate) struct Small {
    pub(crate) nodes: u32,
    pub(crate) steps: Vec<(Vec<u32>, u32, [f64; 3])>,
    pub(crate) entries: Vec<(u32, u8, [f64; 3])>,
    pub(crate) jewels: Vec<(u32, f64)>,
}

/// An interval in order: the value is possible, the low end may not be.
fn chance() -> impl Strategy<Value = [f64; 3]> {
    (0..CHANCES.len(), 0..CHANCES.len() + 1, 0..CHANCES.len()).prop_map(|(value, low, high)| {
        let low = CHANCES.get(low).copied().unwrap_or(0.0);
        [low.min(CHANCES[value]), CHANCES[value], CHANCES[high].max(CHANCES[value])]
    })
}

/// Graphs of at most `nodes` nodes, `steps` steps and so many tails.
pub(crate) fn small(nodes: u32, steps: usize, tails: usize) -> impl Strategy<Value = Small> {
    (2..=nodes).prop_flat_map(move |nodes| {
        let step = (proptest::collection::vec(0..nodes, 1..=tails), 0..nodes, chance());
        (
            proptest::collection::vec(step, 1..=steps),
            proptest::collection::vec((0..nodes, 0..3_u8, chance()), 0..=3),
            proptest::collection::vec((0..nodes, 1..9_u8), 0..=3),
        )
            .prop_map(move |(steps, entries, jewels)| {
                let jewels = jewels.into_iter().map(|(node, value)| (node, f64::from(value))).collect();
                Small { nodes, steps, entries, jewels }
            })
    })
}

impl Small {
    pub(crate) fn network(&self) -> Arc<Network> {
        let interval = |[low, value, high]: [f64; 3]| Interval::new(low, value, high).expect("in order");
        let mut builder = NetworkBuilder::new(self.nodes);
        for (tails, head, chance) in &self.steps {
            let tails: Vec<_> = tails.iter().copied().map(NodeId).collect();
            builder.step(&tails, NodeId(*head), interval(*chance)).expect("a step");
        }
        for (node, kind, prior) in &self.entries {
            builder.entry(NodeId(*node), *kind, interval(*prior)).expect("an entry");
        }
        for (node, value) in &self.jewels {
            builder.jewel(NodeId(*node), *value).expect("a jewel");
        }
        builder.build()
    }

    /// All nodes.
    pub(crate) fn node_ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.nodes).map(NodeId)
    }
}

/// Everything that could be taken out.
pub(crate) fn all_elements(network: &Network) -> Vec<Element> {
    let steps = network.step_ids().map(Element::Step);
    let nodes = (0..network.nodes()).map(|node| Element::Node(NodeId(node)));
    steps.chain(nodes).chain(network.entry_ids().map(Element::Entry)).collect()
}

/// How a node is gained: from an entry, or by a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    Entry(EntryId),
    Step(StepId),
}

/// A derivation that was found by trying: its cost with shared steps counted for each tail, and once, and its elements.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Tried {
    pub(crate) label: u64,
    pub(crate) once: u64,
    pub(crate) steps: BTreeSet<StepId>,
    pub(crate) entries: BTreeSet<EntryId>,
}

/// All derivations of a node without these elements: every choice of a way for every node that is needed.
pub(crate) fn derivations(network: &Network, goal: NodeId, removed: &[Element], bound: Bound) -> Vec<Tried> {
    let mut found = Vec::new();
    let mut chosen = BTreeMap::new();
    choose(network, goal, removed, bound, &mut chosen, &mut vec![goal], &mut found);
    found.sort();
    found
}

fn choose(
    network: &Network,
    goal: NodeId,
    removed: &[Element],
    bound: Bound,
    chosen: &mut BTreeMap<NodeId, Way>,
    needed: &mut Vec<NodeId>,
    found: &mut Vec<Tried>,
) {
    let Some(node) = needed.pop() else {
        if let Some(label) = label(network, goal, bound, chosen, &mut BTreeSet::new()) {
            let steps: BTreeSet<_> = chosen.values().filter_map(|way| way.step()).collect();
            let entries: BTreeSet<_> = chosen.values().filter_map(|way| way.entry()).collect();
            let once = chosen.values().map(|way| u64::from(way.cost(network, bound).get())).sum();
            found.push(Tried { label, once, steps, entries });
        }
        return;
    };
    if chosen.contains_key(&node) {
        choose(network, goal, removed, bound, chosen, needed, found);
        needed.push(node);
        return;
    }
    let entries = network.entry_ids().filter(|entry| network.entries()[entry.index()].node == node);
    let steps = network.step_ids().filter(|step| network.head(*step) == node);
    let ways = entries.map(Way::Entry).chain(steps.map(Way::Step));
    let ways =
        ways.filter(|way| !removed.contains(&way.element()) && !removed.contains(&Element::Node(node)));
    for way in ways.filter(|way| way.cost(network, bound).is_possible()).collect::<Vec<_>>() {
        chosen.insert(node, way);
        let before = needed.clone();
        needed.extend(way.step().into_iter().flat_map(|step| network.tails(step)));
        choose(network, goal, removed, bound, chosen, needed, found);
        *needed = before;
        chosen.remove(&node);
    }
    needed.push(node);
}

impl Way {
    fn step(self) -> Option<StepId> {
        if let Self::Step(step) = self { Some(step) } else { None }
    }

    fn entry(self) -> Option<EntryId> {
        if let Self::Entry(entry) = self { Some(entry) } else { None }
    }

    fn element(self) -> Element {
        match self {
            Self::Entry(entry) => Element::Entry(entry),
            Self::Step(step) => Element::Step(step),
        }
    }

    fn cost(self, network: &Network, bound: Bound) -> Cost {
        match self {
            Self::Entry(entry) => network.prior(entry, bound),
            Self::Step(step) => network.cost(step, bound),
        }
    }
}

/// The cost of gaining a node by these choices, tails counted each for itself; `None` if they lead in a circle.
fn label(
    network: &Network,
    node: NodeId,
    bound: Bound,
    chosen: &BTreeMap<NodeId, Way>,
    above: &mut BTreeSet<NodeId>,
) -> Option<u64> {
    if !above.insert(node) {
        return None;
    }
    let way = chosen[&node];
    let mut sum = u64::from(way.cost(network, bound).get());
    for tail in way.step().into_iter().flat_map(|step| network.tails(step)) {
        sum += label(network, tail, bound, chosen, above)?;
    }
    above.remove(&node);
    Some(sum)
}

/// The least label of each node without these elements.
pub(crate) fn best_label(network: &Network, node: NodeId, removed: &[Element], bound: Bound) -> Option<u64> {
    derivations(network, node, removed, bound).first().map(|tried| tried.label)
}
