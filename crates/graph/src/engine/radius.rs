//! The blast radius of a foothold: what an attacker who is given it can gain from there alone.

use super::cost::Bound;
use super::forward::Forward;
use super::network::{Network, NodeId};
use std::sync::Arc;

/// What falls if some nodes fall.
#[derive(Debug, Clone, PartialEq)]
pub struct Radius {
    /// The nodes that can be gained, themselves included, the most probable first, each with its probability.
    pub nodes: Vec<(NodeId, f64)>,
    /// The expected loss: the sum over jewels of value times probability.
    pub loss: f64,
    /// The jewels that can be gained, by their place in [`Network::jewels`], the greatest loss first, each with its
    /// probability.
    pub jewels: Vec<(usize, f64)>,
}

/// The blast radius of `nodes`, in one pass. Entries play no part in it: what they would add falls without these nodes too.
pub fn radius(network: &Arc<Network>, bound: Bound, nodes: &[NodeId]) -> Radius {
    let pass = Forward::from_nodes(network, bound, nodes);
    let mut gained: Vec<_> =
        (0..network.nodes()).map(NodeId).filter(|node| pass.via(*node).is_some()).collect();
    gained.sort_by_key(|node| (pass.cost(*node), *node));
    let loss = |jewel: usize| network.jewels()[jewel].value * pass.probability(network.jewels()[jewel].node);
    let mut jewels: Vec<_> = (0..network.jewels().len())
        .filter(|jewel| pass.via(network.jewels()[*jewel].node).is_some())
        .collect();
    jewels.sort_by(|a, b| loss(*b).total_cmp(&loss(*a)).then(a.cmp(b)));
    let probable = |node: NodeId| pass.probability(node);
    Radius {
        nodes: gained.into_iter().map(|node| (node, probable(node))).collect(),
        loss: pass.risk(),
        jewels: jewels.into_iter().map(|jewel| (jewel, probable(network.jewels()[jewel].node))).collect(),
    }
}
