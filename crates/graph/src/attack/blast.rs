//! What falls with an asset.

use super::{Attack, Jewel};
use crate::engine::cost::Bound;
use crate::engine::network::NodeId;
use crate::engine::radius;
use crate::facts::{Chance, Node};
use crate::steps::Foothold;

/// What falls with an asset.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BlastRadius {
    /// The assets that can be controlled from there, the most likely first.
    pub assets: Vec<Node>,
    /// Those of them that somebody valued, the greatest expected loss first, each with the best guess of how likely it falls too.
    pub jewels: Vec<Jewel>,
    /// Expected loss over all jewels.
    pub loss: f64,
}

impl Attack {
    /// What falls if an attacker controls this asset already.
    pub fn blast_radius(&self, node: Node) -> BlastRadius {
        let Some(number) = self.footholds.number(Foothold::Control(node)) else {
            return BlastRadius::default();
        };
        let found = radius::radius(&self.network, Bound::Value, &[number]);
        let other = |id: NodeId| match self.footholds.at(id) {
            Foothold::Control(other) if other != node => Some(other),
            _ => None,
        };
        let assets = found.nodes.iter().filter_map(|(id, _)| other(*id)).collect();
        let jewel = |(place, chance): &(usize, f64)| {
            let jewel = self.network.jewels()[*place];
            let node = other(jewel.node)?;
            let (chance, assumed) = (Chance::exactly(*chance as f32), self.facts.is_assumed(node));
            Some(Jewel { node, chance, value: jewel.value, assumed })
        };
        BlastRadius { assets, jewels: found.jewels.iter().filter_map(jewel).collect(), loss: found.loss }
    }
}
