//! Shares of the loss: all of it is divided, and what is behind a step decides how much of it passes there.

use crate::small::{Small, small};
use bartizan_graph::engine::cost::Bound;
use bartizan_graph::engine::forward::Forward;
use bartizan_graph::engine::removed::Element;
use bartizan_graph::engine::shares::Shares;
use proptest::prelude::*;

proptest! {
    #[test]
    fn all_of_the_loss_comes_from_the_entries(graph in small(7, 14, 1)) {
        let network = graph.network();
        let forward = Forward::new(&network, Bound::Value);
        let shares = Shares::new(&forward);
        let from_entries: f64 = network.entry_ids().map(|entry| shares.passing(Element::Entry(entry))).sum();
        prop_assert!((from_entries - forward.risk()).abs() <= 1e-9 * forward.risk(), "{from_entries} of {}", forward.risk());
        for step in network.step_ids() {
            let passing = shares.passing(Element::Step(step));
            prop_assert!((0.0..=forward.risk() * (1.0 + 1e-9)).contains(&passing));
        }
    }

    #[test]
    fn no_best_derivation_is_without_a_share(graph in small(7, 14, 3)) {
        let network = graph.network();
        let forward = Forward::new(&network, Bound::Value);
        let shares = Shares::new(&forward);
        for jewel in network.jewels() {
            for element in forward.derivation(jewel.node).iter().flat_map(|derivation| derivation.elements()) {
                prop_assert!(shares.passing(element) > 0.0, "{element:?}");
            }
        }
    }
}

#[test]
fn ways_share_by_their_chances_and_meet() {
    // From the entry to the jewel: three ways over a node, and a weaker one past it; a way back counts for nothing.
    let steps = vec![
        (vec![0], 1, [0.5; 3]),
        (vec![0], 1, [0.5; 3]),
        (vec![0], 1, [0.25; 3]),
        (vec![1], 2, [0.8; 3]),
        (vec![0], 2, [0.1; 3]),
        (vec![2], 0, [1.0; 3]),
    ];
    let graph = Small { nodes: 3, steps, entries: vec![(0, 0, [1.0; 3])], jewels: vec![(2, 100.0)] };
    let network = graph.network();
    let forward = Forward::new(&network, Bound::Value);
    let shares = Shares::new(&forward);
    let told = network.by_origin().into_iter().map(|step| shares.passing(Element::Step(step)).round());
    // 40 are lost by the best way; 32 of them over the node.
    assert_eq!(told.collect::<Vec<_>>(), [13.0, 13.0, 6.0, 32.0, 8.0, 0.0]);
}
