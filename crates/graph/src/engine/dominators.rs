//! Choke points: the nodes that every path to a node passes.
//!
//! On a network without joint steps, a node d dominates v if every path from the entries to v passes d; the nearest such d is
//! the immediate dominator, and these form a tree below a virtual root from which all entries lead. The algorithm is
//! Semi-NCA (Georgiadis, "Linear-time algorithms for dominators and related problems", thesis, Princeton 2005, section
//! 2.4), a simpler Lengauer-Tarjan: semidominators by path compression, then the nearest common ancestor by climbing.
//! O(S log N) for the former; the latter's worst case is quadratic, but in practice it is the fastest that is known.
//!
//! Where joint steps exist there is no such tree: see [`super::necessary`].

use super::forward::Forward;
use super::network::{Network, NodeId, StepId};
use super::removed::Absent as _;
use std::sync::Arc;

/// The virtual root, and the number of it in preorder.
const ROOT: u32 = 0;
/// Not reached.
const UNSEEN: u32 = u32::MAX;

/// The dominator tree of what can be reached from the entries.
pub struct Dominators {
    network: Arc<Network>,
    /// The preorder number of each node; the root has 0.
    number: Vec<u32>,
    /// The node with each preorder number; the root's place holds nothing of meaning.
    order: Vec<NodeId>,
    /// The immediate dominator of each preorder number, as a preorder number.
    parent: Vec<u32>,
}

/// A node without which jewels are out of reach.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChokePoint {
    /// The node.
    pub node: NodeId,
    /// The risk of all jewels that are out of reach without it: value times probability, in the unit of the values.
    pub risk: f64,
    /// How many jewels these are.
    pub jewels: u32,
}

impl Dominators {
    /// Of the network without what was taken out of the pass; `None` where it has joint steps.
    pub fn new(forward: &Forward) -> Option<Self> {
        let network = forward.network();
        if network.has_joint_steps() {
            return None;
        }
        let tree = preorder(forward);
        let parent = semi_nca(forward, &tree);
        let network = Arc::clone(network);
        Some(Self { network, number: tree.number, order: tree.order, parent })
    }

    /// The nodes that every path to this one passes, the nearest first, without itself. Empty also where there is no path.
    pub fn of(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let number = self.number.get(node.index()).filter(|number| **number != UNSEEN);
        let above = |number: &u32| Some(self.parent[*number as usize]).filter(|number| *number != ROOT);
        std::iter::successors(number.and_then(above), move |number| above(number))
            .map(|number| self.order[number as usize])
    }

    /// Every node that guards a jewel (the jewels' own nodes included), the most risk first. One walk up the tree.
    pub fn choke_points(&self, forward: &Forward) -> Vec<ChokePoint> {
        let mut below = vec![(0.0, 0_u32); self.order.len()];
        for jewel in self.network.jewels() {
            if let Some((risk, jewels)) = below.get_mut(self.number[jewel.node.index()] as usize) {
                *risk += jewel.value * forward.probability(jewel.node);
                *jewels += 1;
            }
        }
        // A dominator always comes before what it dominates.
        for number in (1..below.len()).rev() {
            let (risk, jewels) = below[number];
            let parent = &mut below[self.parent[number] as usize];
            *parent = (parent.0 + risk, parent.1 + jewels);
        }
        let points = self.order.iter().zip(below).skip(1).filter(|(_, (_, jewels))| *jewels > 0);
        let mut points: Vec<_> =
            points.map(|(node, (risk, jewels))| ChokePoint { node: *node, risk, jewels }).collect();
        points.sort_by(|a, b| b.risk.total_cmp(&a.risk).then(a.node.cmp(&b.node)));
        points
    }
}

/// A depth-first tree from the virtual root.
struct Tree {
    number: Vec<u32>,
    order: Vec<NodeId>,
    parent: Vec<u32>,
}

fn preorder(forward: &Forward) -> Tree {
    let (network, removed) = (forward.network(), forward.removed());
    let mut tree =
        Tree { number: vec![UNSEEN; network.nodes() as usize], order: vec![NodeId(0)], parent: vec![ROOT] };
    let visit = |node: NodeId, parent: u32, tree: &mut Tree| {
        let number = &mut tree.number[node.index()];
        let new = *number == UNSEEN && !removed.node(node);
        if new {
            *number = tree.order.len() as u32;
            tree.order.push(node);
            tree.parent.push(parent);
        }
        new
    };
    // A node's number, and the steps out of it that were not looked at yet.
    let mut stack = Vec::new();
    for start in forward.starts(removed) {
        if visit(start, ROOT, &mut tree) {
            stack.push((tree.number[start.index()], network.out(start)));
        }
        while let Some((number, out)) = stack.last_mut() {
            let number = *number;
            let Some(step) = out.next() else {
                stack.pop();
                continue;
            };
            let head = network.heads()[step];
            if !removed.step(StepId(step as u32)) && visit(head, number, &mut tree) {
                stack.push((tree.number[head.index()], network.out(head)));
            }
        }
    }
    tree
}

fn semi_nca(forward: &Forward, tree: &Tree) -> Vec<u32> {
    let (network, removed) = (forward.network(), forward.removed());
    let count = tree.order.len() as u32;
    let mut semi: Vec<u32> = (0..count).collect();
    // The forest of what was done: ancestor, and the least semidominator on the way to its root.
    let mut ancestor = tree.parent.clone();
    let mut least: Vec<u32> = (0..count).collect();
    let mut path = Vec::new();
    let is_start = {
        let mut starts = fixedbitset::FixedBitSet::with_capacity(network.nodes() as usize);
        starts.extend(forward.starts(removed).map(NodeId::index));
        starts
    };
    for number in (1..count).rev() {
        let node = tree.order[number as usize];
        let mut best = if is_start.contains(node.index()) { ROOT } else { tree.parent[number as usize] };
        for inward in network.inward(node) {
            let tail = tree.number[inward.tail.index()];
            if tail == UNSEEN || removed.step(inward.step) {
                continue;
            }
            // What has a smaller number is not done yet: it stands for itself.
            let reach = if tail <= number {
                tail
            } else {
                compress(tail, number, &mut ancestor, &mut least, &mut path)
            };
            best = best.min(reach);
        }
        semi[number as usize] = best;
        least[number as usize] = best;
    }
    // The immediate dominator is the nearest common ancestor of the parent and the semidominator.
    let mut dominator = tree.parent.clone();
    for number in 1..count as usize {
        while dominator[number] > semi[number] {
            dominator[number] = dominator[dominator[number] as usize];
        }
    }
    dominator
}

/// The least semidominator on the way from `from` up to the first that is not above `limit`, which shortens that way.
fn compress(from: u32, limit: u32, ancestor: &mut [u32], least: &mut [u32], path: &mut Vec<u32>) -> u32 {
    let mut at = from;
    while ancestor[at as usize] > limit {
        path.push(at);
        at = ancestor[at as usize];
    }
    let mut above = at;
    while let Some(below) = path.pop() {
        least[below as usize] = least[below as usize].min(least[above as usize]);
        ancestor[below as usize] = ancestor[above as usize];
        above = below;
    }
    least[from as usize]
}
