//! The network: what attackers can gain, by which steps, from where, and what it is worth. Built once, then only read.
//!
//! Layout, for passes over ten million steps: steps with one tail come first, sorted by tail, so that the steps out of a
//! node are a range of step numbers and their heads and costs are read in sequence, with no list of numbers between.
//! Against the arrows the same steps lie once more, sorted by head. The few steps with several tails come last.

use super::cost::{Bound, Cost, Costs, Interval};
use super::removed::Element;
use super::rows::Rows;
use std::ops::Range;
use std::sync::Arc;
use thiserror::Error;

/// Something an attacker can hold: a privilege on a host, a credential, an identity. The number is the caller's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct NodeId(pub u32);

/// A step's place in the network. Another network has other places: what lasts is [`Network::origin`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct StepId(pub(crate) u32);

/// An entry's place in [`Network::entries`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct EntryId(pub(crate) u32);

macro_rules! index {
    ($($id:ident),*) => {$(
        impl $id {
            /// The number, to index a table with.
            #[inline]
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}
index!(NodeId, StepId, EntryId);

/// Where attackers begin: a node they hold with some probability before any step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// What they hold.
    pub node: NodeId,
    /// The caller's number for the kind of entry (internet, phished user, supplier, ...).
    pub kind: u8,
    pub(crate) prior: Costs,
}

/// A crown jewel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Jewel {
    /// Who holds this has it.
    pub node: NodeId,
    /// What losing it costs, in the caller's unit: finite and more than 0.
    pub value: f64,
}

/// Most tails of one step. Passes look at a joint step once for each of its tails, so this bounds their work; no attack
/// that was ever described needs so many things at once.
pub const MAX_TAILS: usize = 32;

/// Most nodes and steps of a network, and tails of joint steps, entries and jewels.
pub const MAX_STEPS: u32 = i32::MAX as u32;

/// The caller handed over what is no network.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum BuildError {
    /// A node number at or above the number of nodes.
    #[error("node {0} is named, but there are only {1} nodes: give the builder the number of all nodes")]
    UnknownNode(u32, u32),
    /// A step that needs nothing: what it gives is an entry.
    #[error("a step to node {0} has no tail: what needs nothing is an entry, not a step")]
    NoTails(u32),
    /// More than [`MAX_TAILS`].
    #[error("a step to node {0} needs {1} things at once; at most {MAX_TAILS} are supported")]
    TooManyTails(u32, usize),
    /// A value that is not finite or not above 0.
    #[error("the jewel at node {0} has the value {1}; it must be finite and above 0")]
    Value(u32, f64),
    /// More than [`MAX_STEPS`] of something.
    #[error(
        "more than {MAX_STEPS} steps, tails of joint steps, entries or jewels are more than a network holds"
    )]
    TooLarge,
}

/// A step with one tail, as it came.
#[derive(Clone, Copy)]
struct Single {
    tail: u32,
    head: u32,
    costs: Costs,
    origin: u32,
}

/// A step with several tails, as it came.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Joint {
    tails: Vec<NodeId>,
    head: u32,
    costs: Costs,
    origin: u32,
}

/// Takes steps, entries and jewels in any order. The order does not matter to any answer.
pub struct NetworkBuilder {
    nodes: u32,
    singles: Vec<Single>,
    joints: Vec<Joint>,
    joint_tails: u32,
    entries: Vec<Entry>,
    jewels: Vec<Jewel>,
}

impl NetworkBuilder {
    /// A network of the nodes 0 to `nodes` - 1; at most [`MAX_STEPS`] of them, and those beyond are unknown.
    pub fn new(nodes: u32) -> Self {
        let nodes = nodes.min(MAX_STEPS);
        let (singles, joints, entries, jewels) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { nodes, singles, joints, joint_tails: 0, entries, jewels }
    }

    /// As [`Self::new`], for about so many steps.
    pub fn with_room(nodes: u32, steps: usize) -> Self {
        Self { singles: Vec::with_capacity(steps), ..Self::new(nodes) }
    }

    fn known(&self, node: NodeId) -> Result<NodeId, BuildError> {
        if node.0 < self.nodes { Ok(node) } else { Err(BuildError::UnknownNode(node.0, self.nodes)) }
    }

    /// Adds a step: who holds all of `tails` gains `head` with this probability. Steps are numbered 0, 1, 2, ... in the
    /// order of these calls; [`Network::origin`] has the numbers.
    ///
    /// # Errors
    /// An unknown node, no tail or too many, too many steps. The step is then not added.
    pub fn step(&mut self, tails: &[NodeId], head: NodeId, chance: Interval) -> Result<(), BuildError> {
        self.known(head)?;
        for tail in tails {
            self.known(*tail)?;
        }
        let origin = u32::try_from(self.singles.len() + self.joints.len()).unwrap_or(u32::MAX);
        if origin >= MAX_STEPS {
            return Err(BuildError::TooLarge);
        }
        let (head, costs) = (head.0, chance.of_step());
        if let [tail] = tails {
            self.singles.push(Single { tail: tail.0, head, costs, origin });
            return Ok(());
        }
        let mut tails = tails.to_vec();
        tails.sort_unstable();
        tails.dedup();
        match tails.as_slice() {
            [] => return Err(BuildError::NoTails(head)),
            [tail] => self.singles.push(Single { tail: tail.0, head, costs, origin }),
            _ if tails.len() > MAX_TAILS => return Err(BuildError::TooManyTails(head, tails.len())),
            _ => {
                let sum = self.joint_tails.checked_add(tails.len() as u32).filter(|sum| *sum < MAX_STEPS);
                self.joint_tails = sum.ok_or(BuildError::TooLarge)?;
                self.joints.push(Joint { tails, head, costs, origin });
            }
        }
        Ok(())
    }

    /// Adds an entry: attackers hold `node` with this probability to begin with.
    ///
    /// # Errors
    /// An unknown node.
    pub fn entry(&mut self, node: NodeId, kind: u8, prior: Interval) -> Result<(), BuildError> {
        let node = self.known(node)?;
        if self.entries.len() >= MAX_STEPS as usize {
            return Err(BuildError::TooLarge);
        }
        self.entries.push(Entry { node, kind, prior: prior.costs() });
        Ok(())
    }

    /// Adds a crown jewel.
    ///
    /// # Errors
    /// An unknown node, or a value that is not finite or not above 0.
    pub fn jewel(&mut self, node: NodeId, value: f64) -> Result<(), BuildError> {
        let node = self.known(node)?;
        if !(value.is_finite() && value > 0.0) {
            return Err(BuildError::Value(node.0, value));
        }
        if self.jewels.len() >= MAX_STEPS as usize {
            return Err(BuildError::TooLarge);
        }
        self.jewels.push(Jewel { node, value });
        Ok(())
    }

    /// Sorts everything into its place: O(nodes + steps), but for the steps of one tail and the joint steps, which are sorted by
    /// comparison.
    pub fn build(self) -> Arc<Network> {
        let Self { nodes, singles, mut joints, mut entries, mut jewels, .. } = self;
        joints.sort_unstable();
        entries.sort_unstable();
        jewels.sort_unstable_by(|a, b| a.node.cmp(&b.node).then(a.value.total_cmp(&b.value)));

        let uncertain =
            singles.iter().map(|single| single.costs).chain(joints.iter().map(|joint| joint.costs));
        let uncertain = uncertain.into_iter().any(|costs| costs.low != costs.high);
        let count = singles.len() + joints.len();
        let (out, singles) = sort_by_tail(nodes, singles);
        let from_singles = singles.iter().map(|single| (single.head, single.costs, single.origin));
        let from_joints = joints.iter().map(|joint| (joint.head, joint.costs, joint.origin));
        let (mut heads, mut origins) = (Vec::with_capacity(count), Vec::with_capacity(count));
        let [mut costs, mut low, mut high] = [(); 3].map(|()| Vec::with_capacity(count));
        for (head, cost, origin) in from_singles.chain(from_joints) {
            heads.push(NodeId(head));
            costs.push(cost.value);
            origins.push(origin);
            if uncertain {
                low.push(cost.low);
                high.push(cost.high);
            }
        }
        drop(singles);

        let first_joint = (count - joints.len()) as u32;
        let ids = |index: usize| StepId(first_joint + index as u32);
        let each_tail = || {
            let tails = joints.iter().enumerate();
            tails.flat_map(|(index, joint)| joint.tails.iter().map(move |tail| (index, *tail)))
        };
        let blank = Inward { tail: NodeId(0), step: StepId(0), cost: Cost::ZERO };
        let arcs = || {
            let rows = out.windows(2).zip(0..);
            rows.flat_map(|(range, tail)| (range[0]..range[1]).map(move |step| (tail, step))).map(
                |(tail, step)| {
                    let cost = costs[step as usize];
                    (heads[step as usize].0, Inward { tail: NodeId(tail), step: StepId(step), cost })
                },
            )
        };
        Arc::new(Network {
            inward: Rows::new(nodes, blank, arcs),
            joint_tails: Rows::new(joints.len() as u32, NodeId(0), || {
                each_tail().map(|(index, tail)| (index as u32, tail))
            }),
            joint_out: Rows::new(nodes, StepId(0), || each_tail().map(|(index, tail)| (tail.0, ids(index)))),
            joint_into: Rows::new(nodes, StepId(0), || {
                joints.iter().enumerate().map(|(index, joint)| (joint.head, ids(index)))
            }),
            nodes,
            out,
            heads,
            costs,
            low,
            high,
            origins,
            first_joint,
            entries,
            jewels,
        })
    }
}

/// The steps in the order of tail, head and costs, and where each tail's begin.
///
/// A counting sort by tail; only the steps of one tail are compared.
fn sort_by_tail(nodes: u32, singles: Vec<Single>) -> (Vec<u32>, Vec<Single>) {
    let Some(blank) = singles.first().copied() else { return (Vec::new(), singles) };
    let by_tail = Rows::new(nodes, blank, || singles.iter().map(|single| (single.tail, *single)));
    drop(singles);
    let (out, mut singles) = by_tail.into_parts();
    for of_tail in singles.chunk_by_mut(|a, b| a.tail == b.tail) {
        of_tail.sort_unstable_by_key(|single| (single.head, single.costs, single.origin));
    }
    (out, singles)
}

/// A step with one tail, as seen from its head.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Inward {
    pub(crate) tail: NodeId,
    pub(crate) step: StepId,
    /// At [`Bound::Value`].
    pub(crate) cost: Cost,
}

/// A directed AND/OR hypergraph: any one of a node's steps gains it, and a step needs all of its tails.
pub struct Network {
    nodes: u32,
    /// The first step out of each node, and one more; empty where no step has one tail.
    out: Vec<u32>,
    heads: Vec<NodeId>,
    costs: Vec<Cost>,
    /// Empty, like `high`, where every step's probability is known exactly.
    low: Vec<Cost>,
    high: Vec<Cost>,
    origins: Vec<u32>,
    inward: Rows<Inward>,
    first_joint: u32,
    joint_tails: Rows<NodeId>,
    joint_out: Rows<StepId>,
    joint_into: Rows<StepId>,
    entries: Vec<Entry>,
    jewels: Vec<Jewel>,
}

impl Network {
    /// How many nodes there are.
    pub fn nodes(&self) -> u32 {
        self.nodes
    }

    /// How many steps there are.
    pub fn steps(&self) -> u32 {
        self.heads.len() as u32
    }

    /// Every step.
    pub fn step_ids(&self) -> impl Iterator<Item = StepId> + use<> {
        (0..self.steps()).map(StepId)
    }

    /// Where attackers begin, by node.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What the element gains.
    pub(crate) fn gained(&self, element: Element) -> NodeId {
        match element {
            Element::Node(node) => node,
            Element::Step(step) => self.head(step),
            Element::Entry(entry) => self.entries[entry.index()].node,
        }
    }

    /// What is expected to be lost where each of [`Self::jewels`] falls with the probability in its place.
    pub fn loss(&self, probabilities: impl IntoIterator<Item = f64>) -> f64 {
        let losses = self.jewels.iter().zip(probabilities).map(|(jewel, chance)| jewel.value * chance);
        // A sum of nothing is no negative zero.
        losses.sum::<f64>() + 0.0
    }

    /// Every entry's number.
    pub fn entry_ids(&self) -> impl Iterator<Item = EntryId> + use<> {
        (0..self.entries.len() as u32).map(EntryId)
    }

    /// What must not fall, by node.
    pub fn jewels(&self) -> &[Jewel] {
        &self.jewels
    }

    /// The number of the step in the order in which the builder was told the steps.
    pub fn origin(&self, step: StepId) -> u32 {
        self.origins[step.index()]
    }

    /// For each number that [`Network::origin`] gives, the step that has it.
    pub fn by_origin(&self) -> Vec<StepId> {
        let mut steps = vec![StepId(0); self.origins.len()];
        for (step, origin) in self.step_ids().zip(&self.origins) {
            steps[*origin as usize] = step;
        }
        steps
    }

    /// The probability of the entry.
    pub fn prior(&self, entry: EntryId, bound: Bound) -> Cost {
        self.entries[entry.index()].prior.at(bound)
    }

    /// What the step gains.
    #[inline]
    pub fn head(&self, step: StepId) -> NodeId {
        self.heads[step.index()]
    }

    /// What the step needs, in order.
    pub fn tails(&self, step: StepId) -> impl Iterator<Item = NodeId> + '_ {
        let single = (step.0 < self.first_joint)
            .then(|| NodeId(self.out.partition_point(|first| *first <= step.0) as u32 - 1));
        single.into_iter().chain(self.joint_tails(step).iter().copied())
    }

    /// The probability of the step.
    pub fn cost(&self, step: StepId, bound: Bound) -> Cost {
        self.costs(bound)[step.index()]
    }

    /// Whether any step needs several things at once. Where none does, some questions have exact answers.
    pub fn has_joint_steps(&self) -> bool {
        !self.joint_tails.is_empty()
    }

    /// Whether every step's and entry's probability is known exactly, so that all bounds are the same.
    pub fn is_exact(&self) -> bool {
        self.low.is_empty() && self.entries.iter().all(|entry| entry.prior.low == entry.prior.high)
    }

    /// What the network takes in memory, in bytes.
    pub fn bytes(&self) -> usize {
        let costs = [&self.costs, &self.low, &self.high].map(|costs| size_of_val(costs.as_slice()));
        let rows = self.joint_tails.bytes() + self.joint_out.bytes() + self.joint_into.bytes();
        let steps = size_of_val(self.heads.as_slice()) + size_of_val(self.origins.as_slice());
        costs.iter().sum::<usize>() + rows + steps + size_of_val(self.out.as_slice()) + self.inward.bytes()
    }

    /// The costs of all steps.
    pub(crate) fn costs(&self, bound: Bound) -> &[Cost] {
        match bound {
            Bound::Low if !self.low.is_empty() => &self.low,
            Bound::High if !self.high.is_empty() => &self.high,
            _ => &self.costs,
        }
    }

    /// The steps that need this node alone.
    #[inline]
    pub(crate) fn out(&self, node: NodeId) -> Range<usize> {
        match self.out.get(node.index()..node.index() + 2) {
            Some(&[from, to]) => from as usize..to as usize,
            _ => 0..0,
        }
    }

    /// The heads of all steps.
    #[inline]
    pub(crate) fn heads(&self) -> &[NodeId] {
        &self.heads
    }

    /// The steps with one tail that gain this node.
    #[inline]
    pub(crate) fn inward(&self, node: NodeId) -> &[Inward] {
        self.inward.row(node.0)
    }

    /// The steps that need this node and others.
    #[inline]
    pub(crate) fn joint_out(&self, node: NodeId) -> &[StepId] {
        self.joint_out.row(node.0)
    }

    /// The steps with several tails that gain this node.
    #[inline]
    pub(crate) fn joint_into(&self, node: NodeId) -> &[StepId] {
        self.joint_into.row(node.0)
    }

    /// The tails of a step with several; of any other, nothing.
    #[inline]
    pub(crate) fn joint_tails(&self, step: StepId) -> &[NodeId] {
        step.0.checked_sub(self.first_joint).map_or(&[], |row| self.joint_tails.row(row))
    }

    /// The steps with several tails.
    pub(crate) fn joint_steps(&self) -> impl Iterator<Item = StepId> + use<> {
        (self.first_joint..self.steps()).map(StepId)
    }

    /// The place of a joint step among the joint steps.
    pub(crate) fn joint_place(&self, step: StepId) -> usize {
        (step.0 - self.first_joint) as usize
    }

    /// The entries at this node.
    pub(crate) fn entries_at(&self, node: NodeId) -> impl Iterator<Item = (EntryId, &Entry)> {
        let from = self.entries.partition_point(|entry| entry.node < node);
        let at = self.entries[from..].iter().take_while(move |entry| entry.node == node);
        (from as u32..).map(EntryId).zip(at)
    }
}
