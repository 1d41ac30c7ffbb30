//! What can be gained at all, however unlikely: the judge of every cut.
//!
//! A step fires when its last tail is gained, which a counter for each joint step tells (Dowling and Gallier, "Linear-time
//! algorithms for testing the satisfiability of propositional Horn formulae", Journal of Logic Programming 1, 1984).
//! O(nodes + steps), and written apart from the passes that it judges.

use super::forward::Forward;
use super::network::{NodeId, StepId};
use super::removed::{Absent as _, Element};
use fixedbitset::FixedBitSet;

/// The nodes that can be gained, one bit each, from where the pass began, without these elements and what was taken out
/// there.
pub fn derivable(forward: &Forward, without: impl IntoIterator<Item = Element>) -> FixedBitSet {
    let network = forward.network();
    let mut removed = forward.removed().clone();
    removed.extend(without);
    let mut gained = FixedBitSet::with_capacity(network.nodes() as usize);
    let mut missing: Vec<u8> =
        network.joint_steps().map(|step| network.joint_tails(step).len() as u8).collect();
    let mut queue = Vec::new();
    let mut gain = |node: NodeId, queue: &mut Vec<NodeId>| {
        if !removed.node(node) && !gained.put(node.index()) {
            queue.push(node);
        }
    };
    for node in forward.starts(&removed) {
        gain(node, &mut queue);
    }
    while let Some(node) = queue.pop() {
        let out = network.out(node);
        for (head, step) in network.heads()[out.clone()].iter().zip((out.start as u32..).map(StepId)) {
            if !removed.step(step) {
                gain(*head, &mut queue);
            }
        }
        for step in network.joint_out(node) {
            let missing = &mut missing[network.joint_place(*step)];
            *missing -= 1;
            if *missing == 0 && !removed.step(*step) {
                gain(network.head(*step), &mut queue);
            }
        }
    }
    gained
}
