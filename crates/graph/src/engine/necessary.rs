//! What a node cannot be gained without, also where steps need several things at once.
//!
//! With joint steps there is no dominator tree, but there need not be: what every derivation of a node rests on, its best
//! derivation rests on too. So each element of that is taken out in turn, and whether the node is still gained is asked
//! again ([`Forward::costs_without`], which looks only at what matters to the node).

use super::forward::Forward;
use super::network::NodeId;
use super::removed::Element;

/// What a node cannot be gained without.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Necessary {
    /// In the order of the best derivation. Any one of them, taken out, leaves the node underivable.
    pub elements: Vec<Element>,
    /// How many elements of the derivation were not tried: 0 unless the limit was hit.
    pub untried: usize,
}

/// What `goal` cannot be gained without, trying at most `limit` elements; `None` where it is not gained anyway.
///
/// Time: at most one pass for each element tried, commonly far less.
pub fn necessary(forward: &Forward, goal: NodeId, limit: usize) -> Option<Necessary> {
    let candidates: Vec<_> = forward.derivation(goal)?.elements().collect();
    let tried = &candidates[..limit.min(candidates.len())];
    let gained =
        |element: &Element| forward.costs_without([*element], [goal]).iter().any(|cost| cost.is_possible());
    let elements = tried.iter().copied().filter(|element| !gained(element)).collect();
    Some(Necessary { elements, untried: candidates.len() - tried.len() })
}
