//! The k best derivations, choke points, and what is necessary.

use crate::small::{all_elements, best_label, derivations, small};
use bartizan_graph::engine::best::{End, best};
use bartizan_graph::engine::cost::Bound;
use bartizan_graph::engine::dominators::Dominators;
use bartizan_graph::engine::forward::Forward;
use bartizan_graph::engine::necessary::necessary;
use bartizan_graph::engine::network::NodeId;
use bartizan_graph::engine::removed::Element;
use bartizan_graph::engine::through::risk_through;
use proptest::prelude::*;
use std::collections::BTreeSet;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_k_best_are_the_first_k_of_all(graph in small(6, 11, 3), count in 1..12_usize, goal in 0..6_u32) {
        let network = graph.network();
        let goal = NodeId(goal % graph.nodes);
        let forward = Forward::new(&network, Bound::Value);
        let found = best(&forward, goal, count, usize::MAX);
        let all = derivations(&network, goal, &[], Bound::Value);
        let labels: Vec<_> = found.derivations.iter().map(|one| u64::from(one.label.get())).collect();
        let expected: Vec<_> = all.iter().map(|one| one.label).take(count).collect();
        prop_assert_eq!(labels, expected);
        prop_assert_eq!(found.end == End::Complete, all.len() <= count);
        let mut distinct = BTreeSet::new();
        for one in &found.derivations {
            let steps: BTreeSet<_> = one.steps.iter().copied().collect();
            let entries: BTreeSet<_> = one.entries.iter().copied().collect();
            let same = all.iter().find(|tried| tried.steps == steps && tried.entries == entries);
            prop_assert_eq!(same.map(|tried| tried.once), Some(u64::from(one.cost.get())));
            prop_assert!(distinct.insert((steps, entries)), "a derivation twice");
        }
    }

    #[test]
    fn a_budget_ends_the_list_and_says_so(graph in small(6, 11, 3), passes in 0..4_usize) {
        let network = graph.network();
        let forward = Forward::new(&network, Bound::Value);
        for goal in graph.node_ids() {
            let found = best(&forward, goal, 100, passes);
            let all = best(&forward, goal, 100, usize::MAX).derivations;
            prop_assert!(all.starts_with(&found.derivations));
            prop_assert!(found.end == End::Passes || found.derivations == all);
        }
    }

    #[test]
    fn dominators_are_what_every_path_passes(graph in small(7, 14, 1), picks in proptest::collection::vec(any::<prop::sample::Index>(), 0..3)) {
        let network = graph.network();
        let all = all_elements(&network);
        let removed: Vec<_> = picks.iter().map(|pick| all[pick.index(all.len())]).collect();
        let forward = Forward::new(&network, Bound::Value).without(removed.iter().copied());
        let dominators = Dominators::new(&forward).expect("no joint steps");
        let stops = |node: NodeId, goal: NodeId| {
            let removed: Vec<_> = removed.iter().copied().chain([Element::Node(node)]).collect();
            best_label(&network, goal, &removed, Bound::Value).is_none()
        };
        for goal in graph.node_ids() {
            let found: Vec<_> = dominators.of(goal).collect();
            let reached = forward.via(goal).is_some();
            let expected = graph.node_ids().filter(|node| reached && *node != goal && stops(*node, goal));
            prop_assert_eq!(found.iter().copied().collect::<BTreeSet<_>>(), expected.collect::<BTreeSet<_>>());
            // The nearest first: each is dominated by those after it.
            for pair in found.windows(2) {
                prop_assert!(stops(pair[1], pair[0]));
            }
        }
        let points = dominators.choke_points(&forward);
        for point in &points {
            let without = forward.without([Element::Node(point.node)]);
            let lost: Vec<_> = network.jewels().iter()
                .filter(|jewel| forward.via(jewel.node).is_some() && without.via(jewel.node).is_none())
                .collect();
            prop_assert_eq!(lost.len(), point.jewels as usize);
            let risk: f64 = lost.iter().map(|jewel| jewel.value * forward.probability(jewel.node)).sum();
            prop_assert!((risk - point.risk).abs() < 1e-9);
        }
        prop_assert!(points.is_sorted_by(|a, b| a.risk >= b.risk));
    }

    #[test]
    fn necessary_is_what_nothing_goes_without(graph in small(6, 11, 3)) {
        let network = graph.network();
        let forward = Forward::new(&network, Bound::Value);
        for goal in graph.node_ids() {
            let Some(found) = necessary(&forward, goal, usize::MAX) else {
                prop_assert!(forward.via(goal).is_none());
                continue;
            };
            let needed = |element: &Element| best_label(&network, goal, &[*element], Bound::Value).is_none();
            let expected: BTreeSet<_> = all_elements(&network).into_iter().filter(needed).collect();
            prop_assert_eq!(found.elements.iter().copied().collect::<BTreeSet<_>>(), expected);
            prop_assert_eq!(found.untried, 0);
            let some = necessary(&forward, goal, 1).expect("it is gained");
            prop_assert_eq!(some.untried + 1, forward.derivation(goal).expect("it is gained").elements().count());
        }
    }

    #[test]
    fn risk_passes_through_the_nodes_of_derivations(graph in small(6, 11, 3)) {
        let network = graph.network();
        let forward = Forward::new(&network, Bound::Value);
        let through = risk_through(&forward);
        for (node, risk) in &through {
            let jewels = network.jewels().iter().filter(|jewel| {
                let derivation = forward.derivation(jewel.node);
                derivation.is_some_and(|one| one.elements().any(|element| element == Element::Node(*node)))
            });
            let expected: f64 = jewels.map(|jewel| jewel.value * forward.probability(jewel.node)).sum();
            prop_assert!((risk - expected).abs() < 1e-9);
        }
        prop_assert!(through.is_sorted_by(|a, b| a.1 >= b.1));
    }
}

#[test]
fn there_is_no_dominator_tree_with_joint_steps() {
    let graph = crate::small::Small {
        nodes: 3,
        steps: vec![(vec![0, 1], 2, [1.0; 3])],
        entries: vec![(0, 0, [1.0; 3]), (1, 0, [1.0; 3])],
        jewels: vec![],
    };
    let forward = Forward::new(&graph.network(), Bound::Value);
    assert!(Dominators::new(&forward).is_none());
    let found = necessary(&forward, NodeId(2), usize::MAX).expect("it is gained");
    assert_eq!(found.elements.len(), 6, "both entries, the step, all three nodes: {:?}", found.elements);
}
