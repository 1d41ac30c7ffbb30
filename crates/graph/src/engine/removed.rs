//! What is taken out of a network for the sake of a question: steps, nodes, entries.

use super::network::{EntryId, Network, NodeId, StepId};
use fixedbitset::FixedBitSet;

/// One thing that can be taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Element {
    /// A step can no longer be taken.
    Step(StepId),
    /// Nothing gains this node any more, entries included.
    Node(NodeId),
    /// Attackers no longer begin here.
    Entry(EntryId),
}

/// What a pass leaves out. The pass over the whole network leaves out [`Nothing`], and pays nothing for the question.
pub(crate) trait Absent {
    fn step(&self, step: StepId) -> bool;
    fn node(&self, node: NodeId) -> bool;
}

/// Everything is there.
pub(crate) struct Nothing;

impl Absent for Nothing {
    #[inline]
    fn step(&self, _: StepId) -> bool {
        false
    }

    #[inline]
    fn node(&self, _: NodeId) -> bool {
        false
    }
}

/// A set of elements of one network, one bit each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    steps: FixedBitSet,
    nodes: FixedBitSet,
    entries: FixedBitSet,
}

impl Removed {
    /// Nothing of this network.
    pub fn nothing(network: &Network) -> Self {
        Self {
            steps: FixedBitSet::with_capacity(network.steps() as usize),
            nodes: FixedBitSet::with_capacity(network.nodes() as usize),
            entries: FixedBitSet::with_capacity(network.entries().len()),
        }
    }

    /// These elements of this network.
    pub fn of(network: &Network, elements: impl IntoIterator<Item = Element>) -> Self {
        let mut removed = Self::nothing(network);
        removed.extend(elements);
        removed
    }

    /// Takes out one more; false where it was not there before. What is not of the network never was.
    pub fn insert(&mut self, element: Element) -> bool {
        let (set, index) = match element {
            Element::Step(step) => (&mut self.steps, step.index()),
            Element::Node(node) => (&mut self.nodes, node.index()),
            Element::Entry(entry) => (&mut self.entries, entry.index()),
        };
        index < set.len() && !set.put(index)
    }

    /// Whether it is taken out.
    pub fn contains(&self, element: Element) -> bool {
        match element {
            Element::Step(step) => self.steps.contains(step.index()),
            Element::Node(node) => self.nodes.contains(node.index()),
            Element::Entry(entry) => self.entries.contains(entry.index()),
        }
    }

    pub(crate) fn entry(&self, entry: EntryId) -> bool {
        self.entries.contains(entry.index())
    }

    /// Whether every node and step is there.
    pub(crate) fn leaves_all_ways(&self) -> bool {
        self.steps.is_clear() && self.nodes.is_clear()
    }

    /// Everything that is taken out.
    pub fn elements(&self) -> impl Iterator<Item = Element> + '_ {
        let steps = self.steps.ones().map(|step| Element::Step(StepId(step as u32)));
        let nodes = self.nodes.ones().map(|node| Element::Node(NodeId(node as u32)));
        let entries = self.entries.ones().map(|entry| Element::Entry(EntryId(entry as u32)));
        steps.chain(nodes).chain(entries)
    }
}

impl Extend<Element> for Removed {
    fn extend<I: IntoIterator<Item = Element>>(&mut self, elements: I) {
        for element in elements {
            self.insert(element);
        }
    }
}

impl Absent for Removed {
    #[inline]
    fn step(&self, step: StepId) -> bool {
        self.steps.contains(step.index())
    }

    #[inline]
    fn node(&self, node: NodeId) -> bool {
        self.nodes.contains(node.index())
    }
}
