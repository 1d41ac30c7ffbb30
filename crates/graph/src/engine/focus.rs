//! What a change does to a few nodes, without asking of all the others.
//!
//! [`Forward::without`] computes every node again whose derivation rested on what is taken out: next to an entry that is most
//! of the network. Where only the jewels are asked of, only what could take part in their new derivations matters, and the
//! labels as they are tell what could. Taking out only raises costs, so a label is a lower bound of what comes after, and
//! that of a node which rests on nothing that is taken out is what comes after. The *slack* of a node is how much dearer
//! than its label the best of the goals gets if it is derived by way of that node, were everything else as it is:
//!
//! > slack(goal) = 0; slack(tail) <= slack(head) + own cost + the costs of all tails - cost(head), for each step
//!
//! A derivation that costs at most so much more than the goal's label uses only nodes of at most so much slack, since what each
//! step adds to its head's label is counted once on the way down. So one search, backward from all goals in the order of
//! slack, finds the nodes that matter, ever dearer ones, until a forward pass over these alone has a derivation of every
//! goal within the slack searched. It is A* with the labels as its estimate (Hart, Nilsson and Raphael, "A formal basis for
//! the heuristic determination of minimum cost paths", 1968), from many goals at once and over joint steps.
//!
//! The same search asks first of what is gained by the elements themselves. Often there is another way that is as good, and
//! then nothing that rests on it changes. Where too much would have to be looked at, a pass over the network is led to the
//! jewels ([`super::guide`]), and at the last everything is computed again.

use super::cost::Cost;
use super::forward::{Forward, Via};
use super::network::{NodeId, StepId};
use super::queue::Queue;
use super::removed::{Absent as _, Element, Removed};
use fixedbitset::FixedBitSet;
use foldhash::{HashMap, HashMapExt as _};

/// The slack of the first search, in micro-nepers: some steps more, as probable as before.
const FIRST: u64 = 16;
/// How much wider each search is than the one before.
const WIDER: u64 = 4;
/// Steps that a search looks at before it gives up.
const MOST: usize = 1 << 15;
/// Nodes whose own cost is asked for, before what rests on them is.
const WAVE: usize = 64;

impl Forward {
    /// What these nodes would cost with these elements taken out as well: what [`Self::without`] would say of them.
    pub fn costs_without(
        &self,
        elements: impl IntoIterator<Item = Element>,
        nodes: impl IntoIterator<Item = NodeId>,
    ) -> Vec<Cost> {
        let mut removed = self.removed().clone();
        let elements: Vec<_> = elements.into_iter().filter(|element| removed.insert(*element)).collect();
        let nodes: Vec<_> = nodes.into_iter().collect();
        let mut focus = Focus::new(self, &removed);
        focus.narrow(&elements);
        focus.costs(&nodes).or_else(|| focus.led(&nodes)).unwrap_or_else(|| {
            let after = self.without(elements);
            nodes.iter().map(|node| after.cost(*node)).collect()
        })
    }

    /// The expected loss with these elements taken out as well: the risk of [`Self::without`].
    pub fn risk_without(&self, elements: impl IntoIterator<Item = Element>) -> f64 {
        let jewels = self.network().jewels().iter().map(|jewel| jewel.node);
        let costs = self.costs_without(elements, jewels);
        self.network().loss(costs.into_iter().map(Cost::probability))
    }
}

/// One question: what is taken out of which pass.
struct Focus<'a> {
    forward: &'a Forward,
    removed: &'a Removed,
    /// Nodes that are known to cost the same as before.
    same: FixedBitSet,
}

impl<'a> Focus<'a> {
    fn new(forward: &'a Forward, removed: &'a Removed) -> Self {
        let same = FixedBitSet::with_capacity(forward.network().nodes() as usize);
        Self { forward, removed, same }
    }

    /// Finds out which of the nodes that these elements gain cost the same without them, and which of those that rest on
    /// the others, as long as these are few.
    fn narrow(&mut self, elements: &[Element]) {
        let gained = |element: &Element| self.forward.network().gained(*element);
        let mut resting = Resting::new(self);
        let mut wave: Vec<_> = elements.iter().map(gained).filter(|node| resting.on_removed(*node)).collect();
        while !wave.is_empty() && wave.len() <= WAVE {
            let Some(costs) = self.costs(&wave) else { return };
            let mut next = Vec::new();
            for (node, cost) in wave.into_iter().zip(costs) {
                if cost == self.forward.cost(node) {
                    self.same.insert(node.index());
                } else {
                    next.extend(self.resting_on(node));
                }
            }
            next.sort_unstable();
            next.dedup();
            wave = next;
        }
    }

    /// The nodes whose last step needs this one.
    fn resting_on(&self, node: NodeId) -> impl Iterator<Item = NodeId> {
        let network = self.forward.network();
        let single = network.out(node).map(|step| StepId(step as u32));
        let steps = single.chain(network.joint_out(node).iter().copied());
        let of = |step: StepId| (network.head(step), Some(Via::Step(step)));
        steps.map(of).filter(|(head, via)| self.forward.via(*head) == *via).map(|(head, _)| head)
    }

    /// What it costs to gain these tails and take the step, by the labels as they were.
    fn by(&self, step: StepId, tails: &[NodeId]) -> Cost {
        tails.iter().fold(self.own(step), |sum, tail| sum.and(self.forward.cost(*tail)))
    }

    fn own(&self, step: StepId) -> Cost {
        self.forward.network().cost(step, self.forward.bound())
    }

    /// What these nodes cost; `None` where too much would have to be looked at.
    fn costs(&self, nodes: &[NodeId]) -> Option<Vec<Cost>> {
        self.searched(nodes, |_| HashMap::new())
    }

    /// What these nodes cost where they are jewels, and a pass that is led to them finds most of them; `None` otherwise.
    fn led(&self, nodes: &[NodeId]) -> Option<Vec<Cost>> {
        let jewels = self.forward.network().jewels();
        let is_jewel = |node: &NodeId| jewels.binary_search_by_key(node, |jewel| jewel.node).is_ok();
        // One that gets much dearer than the others would lead the pass everywhere: that is left to the search.
        let found = |lost: &[NodeId]| self.forward.guide().costs(self.forward, self.removed, lost);
        nodes.iter().all(is_jewel).then(|| self.searched(nodes, found))?
    }

    /// Searches for those of the nodes that rest on what is taken out, but for those whose cost is `found` in another way.
    fn searched(
        &self,
        nodes: &[NodeId],
        found: impl FnOnce(&[NodeId]) -> HashMap<NodeId, Cost>,
    ) -> Option<Vec<Cost>> {
        let mut resting = Resting::new(self);
        let mut lost: Vec<_> = nodes.iter().copied().filter(|node| resting.on_removed(*node)).collect();
        let found = found(&lost);
        lost.retain(|node| !found.contains_key(node));
        let again = Search::new(self, resting, lost).costs()?;
        let now = |node: &NodeId| {
            found.get(node).or(again.get(node)).copied().unwrap_or_else(|| self.forward.cost(*node))
        };
        Some(nodes.iter().map(now).collect())
    }
}

/// Which derivations rest on something that is taken out, by more than nodes that cost the same. Each node is looked at once.
struct Resting<'a> {
    focus: &'a Focus<'a>,
    known: FixedBitSet,
    resting: FixedBitSet,
}

impl<'a> Resting<'a> {
    fn new(focus: &'a Focus<'_>) -> Self {
        let none = FixedBitSet::with_capacity(focus.same.len());
        Self { focus, known: none.clone(), resting: none }
    }

    /// Whether the node's derivation does. What has no derivation rests on nothing.
    fn on_removed(&mut self, node: NodeId) -> bool {
        let Focus { forward, removed, same } = self.focus;
        let network = forward.network();
        let mut stack = vec![node];
        while let Some(node) = stack.last().copied() {
            // What is beyond the network is in no set.
            if node.index() >= self.known.len() || self.known.contains(node.index()) {
                stack.pop();
                continue;
            }
            let rests = match forward.via(node) {
                None => false,
                Some(_) if same.contains(node.index()) => false,
                Some(_) if removed.node(node) => true,
                Some(Via::Given) => false,
                Some(Via::Entry(entry)) => removed.entry(entry),
                Some(Via::Step(step)) if removed.step(step) => true,
                Some(Via::Step(step)) => {
                    let before = stack.len();
                    stack.extend(network.tails(step).filter(|tail| !self.known.contains(tail.index())));
                    // Labels rest on earlier ones, so there is no cycle.
                    if stack.len() > before {
                        continue;
                    }
                    network.tails(step).any(|tail| self.resting.contains(tail.index()))
                }
            };
            stack.pop();
            self.known.insert(node.index());
            self.resting.set(node.index(), rests);
        }
        self.resting.contains(node.index())
    }
}

/// The search from the goals, and what it found so far.
struct Search<'a> {
    focus: &'a Focus<'a>,
    resting: Resting<'a>,
    /// They rest on what is taken out.
    goals: Vec<NodeId>,
    /// By node: the least slack that is known.
    slack: HashMap<NodeId, Cost>,
    /// The nodes whose slack is final and that rest on what is taken out, in the order of slack.
    near: Vec<NodeId>,
    queue: Queue,
    /// What was popped and is for a wider search.
    next: Option<(Cost, NodeId)>,
    /// Steps that were looked at.
    looked_at: usize,
}

impl<'a> Search<'a> {
    fn new(focus: &'a Focus<'_>, resting: Resting<'a>, goals: Vec<NodeId>) -> Self {
        let (slack, near, queue) = (HashMap::new(), Vec::new(), Queue::new());
        let mut search = Self { focus, resting, goals, slack, near, queue, next: None, looked_at: 0 };
        for index in 0..search.goals.len() {
            search.reach(search.goals[index], Cost::ZERO);
        }
        search
    }

    /// What every node near enough to matter costs now, which is right for all goals; `None` where too many matter.
    fn costs(mut self) -> Option<HashMap<NodeId, Cost>> {
        let mut width = FIRST;
        loop {
            let whole = self.widen(Cost::micronepers(width))?;
            let again = self.derive();
            let dearer = |goal: &NodeId| match again[goal] {
                Cost::NEVER => u64::MAX,
                cost => u64::from(cost.get() - self.focus.forward.cost(*goal).get()),
            };
            let dearest = self.goals.iter().map(dearer).max().unwrap_or(0);
            if whole || dearest <= width {
                return Some(again);
            }
            // A derivation that is found needs no wider search than to know that there is none better.
            width = (width * WIDER).min(dearest);
        }
    }

    /// Finds all nodes of at most so much slack. Whether these are all there are; `None` where they are too many.
    fn widen(&mut self, width: Cost) -> Option<bool> {
        while let Some((slack, node)) = self.next.take().or_else(|| self.queue.pop()) {
            if slack > width {
                self.next = Some((slack, node));
                return Some(false);
            }
            // It was bettered after this was pushed, or its label is what it costs.
            if self.slack[&node] != slack || !self.resting.on_removed(node) {
                continue;
            }
            self.near.push(node);
            self.expand(node, slack);
            if self.looked_at > MOST {
                return None;
            }
        }
        Some(true)
    }

    /// Looks at what could gain the node.
    fn expand(&mut self, node: NodeId, slack: Cost) {
        let Focus { forward, removed, .. } = self.focus;
        if removed.node(node) {
            return;
        }
        let network = forward.network();
        let label = forward.cost(node);
        self.looked_at += network.inward(node).len() + network.joint_into(node).len();
        for inward in network.inward(node) {
            self.reach_by(inward.step, &[inward.tail], label, slack);
        }
        for step in network.joint_into(node) {
            self.reach_by(*step, network.joint_tails(*step), label, slack);
        }
    }

    /// The step could gain a node of this label and slack.
    fn reach_by(&mut self, step: StepId, tails: &[NodeId], label: Cost, slack: Cost) {
        let removed = self.focus.removed;
        let cost = self.focus.by(step, tails);
        if cost.is_possible() && !removed.step(step) && !tails.iter().any(|tail| removed.node(*tail)) {
            let slack = slack.and(Cost::micronepers(u64::from(cost.get() - label.get())));
            tails.iter().for_each(|tail| self.reach(*tail, slack));
        }
    }

    fn reach(&mut self, node: NodeId, slack: Cost) {
        let old = self.slack.entry(node).or_insert(Cost::NEVER);
        if slack < *old {
            *old = slack;
            self.queue.push(slack, node);
        }
    }

    /// What the near nodes cost if they are derived by way of each other and of what rests on nothing that is taken out.
    fn derive(&mut self) -> HashMap<NodeId, Cost> {
        let Focus { forward, removed, .. } = self.focus;
        let network = forward.network();
        let mut again: HashMap<_, _> = self.near.iter().map(|node| (*node, Cost::NEVER)).collect();
        let mut queue = Queue::new();
        for index in 0..self.near.len() {
            let node = self.near[index];
            let cost = self.begin(node);
            if cost.is_possible() {
                again.insert(node, cost);
                queue.push(cost, node);
            }
        }
        while let Some((cost, node)) = queue.pop() {
            if again[&node] != cost {
                continue;
            }
            let single = network.out(node).map(|step| (StepId(step as u32), None));
            let joint = network.joint_out(node).iter().map(|step| (*step, Some(network.joint_tails(*step))));
            for (step, tails) in single.chain(joint) {
                let head = network.head(step);
                let Some(old) = again.get(&head).copied() else { continue };
                if removed.step(step) || removed.node(head) {
                    continue;
                }
                let cost = match tails {
                    None => cost.and(self.focus.own(step)),
                    Some(tails) => self.all_tails(step, tails, &again),
                };
                if cost < old {
                    again.insert(head, cost);
                    queue.push(cost, head);
                }
            }
        }
        again
    }

    /// What a near node costs by an entry, or by a step from what rests on nothing that is taken out.
    fn begin(&mut self, node: NodeId) -> Cost {
        let Focus { forward, removed, .. } = self.focus;
        if removed.node(node) {
            return Cost::NEVER;
        }
        let network = forward.network();
        let entries = network.entries_at(node).filter(|(id, _)| !removed.entry(*id));
        let mut best = entries.map(|(_, entry)| entry.prior.at(forward.bound())).min().unwrap_or(Cost::NEVER);
        let inward = network.inward(node).iter();
        let single = inward.map(|inward| (inward.step, std::slice::from_ref(&inward.tail)));
        let joint = network.joint_into(node).iter().map(|step| (*step, network.joint_tails(*step)));
        for (step, tails) in single.chain(joint) {
            let cost = self.focus.by(step, tails);
            let better = cost < best && !removed.step(step);
            if better && !tails.iter().any(|tail| self.resting.on_removed(*tail)) {
                best = cost;
            }
        }
        best
    }

    /// What it costs to take a joint step: what is lost, and not near, is not gained here.
    fn all_tails(&mut self, step: StepId, tails: &[NodeId], again: &HashMap<NodeId, Cost>) -> Cost {
        let focus = self.focus;
        let mut now = |tail: NodeId| match again.get(&tail) {
            Some(cost) => *cost,
            None if self.resting.on_removed(tail) => Cost::NEVER,
            None => focus.forward.cost(tail),
        };
        tails.iter().fold(focus.own(step), |sum, tail| sum.and(now(*tail)))
    }
}
