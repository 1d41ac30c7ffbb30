//! How much of the risk passes through each node, by the best derivations.
//!
//! Also where steps need several things at once, unlike [`super::dominators`], but a weaker statement: without the node the
//! risk may take the next best way.

use super::forward::Forward;
use super::network::NodeId;
use std::collections::HashMap;

/// The nodes on the best derivations of jewels, each with the risk of those jewels, the most first.
///
/// Time: the size of all these derivations together.
pub fn risk_through(forward: &Forward) -> Vec<(NodeId, f64)> {
    let mut through = HashMap::new();
    for jewel in forward.network().jewels() {
        let derivation = forward.derivation(jewel.node);
        for (node, _) in derivation.iter().flat_map(|derivation| derivation.choices()) {
            *through.entry(*node).or_default() += jewel.value * forward.probability(jewel.node);
        }
    }
    let mut through: Vec<(NodeId, f64)> = through.into_iter().collect();
    through.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    through
}
