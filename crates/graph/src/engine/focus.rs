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
//! step adds to its head's label is counted once on the way down. So one search, backward from all goals in the order of slack, finds the nodes
//! that matter, ever dearer ones, until a forward pass over these alone has a derivation of every goal within the slack
//! searched. It is A* with the labels as its estimate (Hart, Nilsson and Raphael, "A formal basis for the heuristic
//! determination of minimum cost paths", 1968), from many goals at once and over joint steps.

use super::cost::Cost;
use super::forward::{Forward, Via};
use super::network::{NodeId, StepId};
use super::queue::Queue;
use super::removed::{Absent as _, Element, Removed};
use fixedbitset::FixedBitSet;
use foldhash::{HashMap, HashMapExt as _};

/// The slack of the first search: a tenth of a neper, so derivations a tenth less probable.
const FIRST: u64 = 100_000;
/// How much wider each search is than the one before.
const WIDER: u64 = 4;
/// Where more than one in so many nodes matters, computing all again is as fast.
const SHARE: usize = 8;
/// So many nodes are never too many.
const FEW: usize = 4096;

impl Forward {
    /// What these nodes would cost with these elements taken out as well: what [`Self::without`] would say of them.
    pub fn costs_without(
        &self,
        elements: impl IntoIterator<Item = Element>,
        nodes: impl IntoIterator<Item = NodeId>,
    ) -> Vec<Cost> {
        let mut removed = self.removed().clone();
        removed.extend(elements);
        let mut resting = Resting::new(self, &removed);
        let nodes: Vec<_> = nodes.into_iter().collect();
        let lost: Vec<_> = nodes.iter().copied().filter(|node| resting.on_removed(*node)).collect();
        match Search::new(self, &removed, resting, lost).costs() {
            Some(again) => {
                let now = |node: &NodeId| again.get(node).copied().unwrap_or_else(|| self.cost(*node));
                nodes.iter().map(now).collect()
            }
            None => {
                let after = self.without(removed.elements());
                nodes.iter().map(|node| after.cost(*node)).collect()
            }
        }
    }

    /// The expected loss with these elements taken out as well: the risk of [`Self::without`].
    pub fn risk_without(&self, elements: impl IntoIterator<Item = Element>) -> f64 {
        let jewels = self.network().jewels().iter().map(|jewel| jewel.node);
        let costs = self.costs_without(elements, jewels);
        self.network().loss(costs.into_iter().map(Cost::probability))
    }
}

/// Which derivations rest on something that is taken out. Each node is looked at once.
struct Resting<'a> {
    forward: &'a Forward,
    removed: &'a Removed,
    known: FixedBitSet,
    resting: FixedBitSet,
}

impl<'a> Resting<'a> {
    fn new(forward: &'a Forward, removed: &'a Removed) -> Self {
        let none = FixedBitSet::with_capacity(forward.network().nodes() as usize);
        Self { forward, removed, known: none.clone(), resting: none }
    }

    /// Whether the node's derivation rests on what is taken out. What has no derivation rests on nothing.
    fn on_removed(&mut self, node: NodeId) -> bool {
        let network = self.forward.network();
        let mut stack = vec![node];
        while let Some(node) = stack.last().copied() {
            // What is beyond the network is in no set.
            if node.index() >= self.known.len() || self.known.contains(node.index()) {
                stack.pop();
                continue;
            }
            let rests = match self.forward.via(node) {
                None => false,
                Some(_) if self.removed.node(node) => true,
                Some(Via::Given) => false,
                Some(Via::Entry(entry)) => self.removed.entry(entry),
                Some(Via::Step(step)) if self.removed.step(step) => true,
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
    forward: &'a Forward,
    removed: &'a Removed,
    resting: Resting<'a>,
    /// They rest on what is taken out.
    goals: Vec<NodeId>,
    /// By node that rests on what is taken out: the least slack that is known.
    slack: HashMap<NodeId, Cost>,
    /// The nodes whose slack is final, in its order.
    near: Vec<NodeId>,
    queue: Queue,
    /// What was popped and is for a wider search.
    next: Option<(Cost, NodeId)>,
}

impl<'a> Search<'a> {
    fn new(forward: &'a Forward, removed: &'a Removed, resting: Resting<'a>, goals: Vec<NodeId>) -> Self {
        let mut search = Self {
            forward,
            removed,
            resting,
            goals: Vec::new(),
            slack: HashMap::new(),
            near: Vec::new(),
            queue: Queue::new(),
            next: None,
        };
        for goal in &goals {
            search.reach(*goal, Cost::ZERO);
        }
        Self { goals, ..search }
    }

    /// What every node near enough to matter costs now, which is right for all goals; `None` where too many matter.
    fn costs(mut self) -> Option<HashMap<NodeId, Cost>> {
        let most = (self.forward.network().nodes() as usize / SHARE).max(FEW);
        let mut width = FIRST;
        loop {
            let whole = self.widen(Cost::micronepers(width), most)?;
            let again = self.derive();
            let dearer = |goal: &NodeId| match again[goal] {
                Cost::NEVER => u64::MAX,
                cost => u64::from(cost.get() - self.forward.cost(*goal).get()),
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
    fn widen(&mut self, width: Cost, most: usize) -> Option<bool> {
        while let Some((slack, node)) = self.next.take().or_else(|| self.queue.pop()) {
            if slack > width {
                self.next = Some((slack, node));
                return Some(false);
            }
            if self.slack[&node] != slack {
                continue; // It was bettered after this was pushed.
            }
            if self.near.len() == most {
                return None;
            }
            self.near.push(node);
            self.expand(node, slack);
        }
        Some(true)
    }

    /// Looks at what could gain the node.
    fn expand(&mut self, node: NodeId, slack: Cost) {
        if self.removed.node(node) {
            return;
        }
        let network = self.forward.network();
        let label = self.forward.cost(node);
        for inward in network.inward(node) {
            self.reach_by(inward.step, &[inward.tail], label, slack);
        }
        for step in network.joint_into(node) {
            self.reach_by(*step, network.joint_tails(*step), label, slack);
        }
    }

    /// The step could gain a node of this label and slack.
    fn reach_by(&mut self, step: StepId, tails: &[NodeId], label: Cost, slack: Cost) {
        let dearer = tails.iter().fold(self.own(step), |sum, tail| sum.and(self.forward.cost(*tail)));
        if !dearer.is_possible()
            || self.removed.step(step)
            || tails.iter().any(|tail| self.removed.node(*tail))
        {
            return;
        }
        let dearer = Cost::micronepers(u64::from(dearer.get() - label.get()));
        for tail in tails {
            if self.resting.on_removed(*tail) {
                self.reach(*tail, slack.and(dearer));
            }
        }
    }

    fn reach(&mut self, node: NodeId, slack: Cost) {
        let old = self.slack.entry(node).or_insert(Cost::NEVER);
        if slack < *old {
            *old = slack;
            self.queue.push(slack, node);
        }
    }

    fn own(&self, step: StepId) -> Cost {
        self.forward.network().cost(step, self.forward.bound())
    }

    /// What the near nodes cost if they are derived by way of each other and of what rests on nothing that is taken out.
    fn derive(&mut self) -> HashMap<NodeId, Cost> {
        let network = self.forward.network();
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
                if self.removed.step(step) || self.removed.node(head) {
                    continue;
                }
                let cost = match tails {
                    None => cost.and(self.own(step)),
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

    /// What a near node costs by what was given, an entry, or a step from what rests on nothing that is taken out.
    fn begin(&mut self, node: NodeId) -> Cost {
        if self.removed.node(node) {
            return Cost::NEVER;
        }
        let forward = self.forward;
        let network = forward.network();
        let entries = network.entries_at(node).filter(|(id, _)| !self.removed.entry(*id));
        let entry = entries.map(|(_, entry)| entry.prior.at(forward.bound())).min().unwrap_or(Cost::NEVER);
        let single =
            network.inward(node).iter().map(|inward| (inward.step, std::slice::from_ref(&inward.tail)));
        let joint = network.joint_into(node).iter().map(|step| (*step, network.joint_tails(*step)));
        let mut best = entry;
        for (step, tails) in single.chain(joint) {
            let cost = tails.iter().fold(self.own(step), |sum, tail| sum.and(forward.cost(*tail)));
            let better = cost < best && !self.removed.step(step);
            if better && !tails.iter().any(|tail| self.resting.on_removed(*tail)) {
                best = cost;
            }
        }
        best
    }

    /// What it costs to take a joint step: what is lost, and not near, is not gained here.
    fn all_tails(&mut self, step: StepId, tails: &[NodeId], again: &HashMap<NodeId, Cost>) -> Cost {
        let own = self.own(step);
        let mut now = |tail: NodeId| match again.get(&tail) {
            Some(cost) => *cost,
            None if self.resting.on_removed(tail) => Cost::NEVER,
            None => self.forward.cost(tail),
        };
        tails.iter().fold(own, |sum, tail| sum.and(now(*tail)))
    }
}
