//! What a change does to the jewels.

use super::forward::Forward;

/// A jewel of which a change alters the probability.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Changed {
    /// Which of [`super::network::Network::jewels`].
    pub jewel: usize,
    /// Its probability before.
    pub before: f64,
    /// And after.
    pub after: f64,
}

/// The jewels whose probability differs between two passes over one network, the most risk taken away first.
pub fn changes(before: &Forward, after: &Forward) -> Vec<Changed> {
    let jewels = before.network().jewels();
    let changed =
        jewels.iter().enumerate().filter(|(_, jewel)| before.cost(jewel.node) != after.cost(jewel.node));
    let mut changed: Vec<_> = changed
        .map(|(index, jewel)| Changed {
            jewel: index,
            before: before.probability(jewel.node),
            after: after.probability(jewel.node),
        })
        .collect();
    let gain = |changed: &Changed| jewels[changed.jewel].value * (changed.before - changed.after);
    changed.sort_by(|a, b| gain(b).total_cmp(&gain(a)).then(a.jewel.cmp(&b.jewel)));
    changed
}
