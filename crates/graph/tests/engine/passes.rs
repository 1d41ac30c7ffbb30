//! Forward, backward, what-if, intervals: labels are what trying everything gives.

use crate::small::{Small, all_elements, best_label, small};
use bartizan_graph::engine::backward::{Backward, Toward};
use bartizan_graph::engine::cost::{Bound, Cost};
use bartizan_graph::engine::derivable::derivable;
use bartizan_graph::engine::forward::{Forward, Via};
use bartizan_graph::engine::intervals::Intervals;
use bartizan_graph::engine::network::{Network, NodeId};
use bartizan_graph::engine::radius::radius;
use bartizan_graph::engine::removed::Element;
use proptest::prelude::*;
use std::collections::BTreeSet;

const BOUNDS: [Bound; 3] = [Bound::Low, Bound::Value, Bound::High];

fn label(forward: &Forward, node: NodeId) -> Option<u64> {
    Some(forward.cost(node)).filter(|cost| cost.is_possible()).map(|cost| u64::from(cost.get()))
}

/// A derivation holds: each step rests on what was gained before it, and the costs are its own.
fn check_derivation(forward: &Forward, node: NodeId) {
    let network = forward.network();
    let Some(derivation) = forward.derivation(node) else { return assert!(forward.via(node).is_none()) };
    let mut gained = BTreeSet::new();
    let mut cost = 0;
    for (node, via) in derivation.choices() {
        match via {
            Via::Given => {}
            Via::Entry(entry) => {
                assert_eq!(network.entries()[entry.index()].node, *node);
                cost += network.prior(*entry, forward.bound()).get();
            }
            Via::Step(step) => {
                assert_eq!(network.head(*step), *node);
                assert!(network.tails(*step).all(|tail| gained.contains(&tail)), "a step before its tails");
                cost += network.cost(*step, forward.bound()).get();
            }
        }
        assert!(gained.insert(*node), "a node twice");
    }
    assert_eq!(derivation.choices().last().map(|choice| choice.0), Some(node));
    assert_eq!(derivation.cost.get(), cost);
    assert!(derivation.cost <= derivation.label);
    assert!(derivation.elements().all(|element| !forward.removed().contains(element)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn labels_are_the_best_of_all_derivations(graph in small(6, 11, 3)) {
        let network = graph.network();
        for bound in BOUNDS {
            let forward = Forward::new(&network, bound);
            for node in graph.node_ids() {
                prop_assert_eq!(label(&forward, node), best_label(&network, node, &[], bound));
                check_derivation(&forward, node);
            }
        }
    }

    #[test]
    fn what_is_taken_out_changes_what_it_should(
        graph in small(6, 11, 3),
        picks in proptest::collection::vec((any::<prop::sample::Index>(), any::<bool>()), 1..5),
        bound in prop::sample::select(&BOUNDS[..]),
    ) {
        let network = graph.network();
        let all = all_elements(&network);
        let mut forward = Forward::new(&network, bound);
        let whole = forward.clone();
        let (mut removed, mut batch) = (Vec::new(), Vec::new());
        // Some one by one, some together.
        for (index, flush) in picks.iter().map(|(pick, flush)| (pick.index(all.len()), *flush)) {
            removed.push(all[index]);
            batch.push(all[index]);
            if flush {
                forward = forward.without(batch.drain(..));
            }
        }
        forward = forward.without(batch);
        let gained = derivable(&whole, removed.iter().copied());
        // Asked of one node, of all, and in two parts.
        let (first, second) = removed.split_at(removed.len() / 2);
        let first = whole.without(first.iter().copied());
        let all = whole.costs_without(removed.iter().copied(), graph.node_ids());
        prop_assert_eq!(&first.costs_without(second.iter().copied(), graph.node_ids()), &all);
        prop_assert_eq!(whole.risk_without(removed.iter().copied()), forward.risk());
        for node in graph.node_ids() {
            prop_assert_eq!(all[node.index()], forward.cost(node));
            prop_assert_eq!(whole.costs_without(removed.iter().copied(), [node]), vec![forward.cost(node)]);
            prop_assert_eq!(label(&forward, node), best_label(&network, node, &removed, bound));
            prop_assert_eq!(forward.at(bound).cost(node), forward.cost(node));
            check_derivation(&forward, node);
            if bound != Bound::Low {
                prop_assert_eq!(gained.contains(node.index()), forward.via(node).is_some());
            }
        }
        let gains = network.jewels().iter().map(|jewel| {
            jewel.value * (whole.probability(jewel.node) - forward.probability(jewel.node))
        });
        let risk: f64 = gains.sum();
        prop_assert!((whole.risk() - forward.risk() - risk).abs() < 1e-9);
    }

    #[test]
    fn a_few_nodes_are_asked_as_all_are(
        graph in small(60, 150, 3),
        picks in proptest::collection::vec(any::<prop::sample::Index>(), 1..6),
        bound in prop::sample::select(&BOUNDS[..]),
    ) {
        let network = graph.network();
        let all = all_elements(&network);
        let removed: Vec<_> = picks.iter().map(|pick| all[pick.index(all.len())]).collect();
        let forward = Forward::new(&network, bound);
        let after = forward.without(removed.iter().copied());
        let goals: Vec<_> = graph.node_ids().step_by(7).collect();
        let expected: Vec<_> = goals.iter().map(|goal| after.cost(*goal)).collect();
        prop_assert_eq!(forward.costs_without(removed, goals), expected);
    }

    #[test]
    fn kinds_are_entries_apart(graph in small(6, 11, 3), kind in 0..3_u8) {
        let network = graph.network();
        let forward = Forward::from_kind(&network, Bound::Value, kind);
        let of_kind = graph.entries.iter().filter(|entry| entry.1 == kind).cloned().collect();
        let alone = Small { entries: of_kind, ..graph.clone() };
        let alone = Forward::new(&alone.network(), Bound::Value);
        for node in graph.node_ids() {
            prop_assert_eq!(forward.cost(node), alone.cost(node));
        }
    }

    #[test]
    fn a_radius_is_what_a_foothold_alone_gains(graph in small(6, 11, 3), start in 0..2_u32) {
        let network = graph.network();
        let radius = radius(&network, Bound::Value, &[NodeId(start)]);
        let only = Small { entries: vec![(start, 0, [1.0; 3])], ..graph.clone() };
        let only = Forward::new(&only.network(), Bound::Value);
        let expected: BTreeSet<_> = graph.node_ids().filter(|node| only.via(*node).is_some()).collect();
        prop_assert_eq!(radius.nodes.iter().map(|(node, _)| *node).collect::<BTreeSet<_>>(), expected);
        prop_assert!(radius.nodes.iter().all(|(node, p)| *p == only.probability(*node)));
        prop_assert_eq!(radius.loss, only.risk());
        prop_assert!(radius.nodes.is_sorted_by(|a, b| a.1 >= b.1));
    }

    #[test]
    fn the_ends_of_intervals_are_the_answers_at_the_ends(graph in small(6, 11, 3)) {
        let intervals = Intervals::of(&Forward::new(&graph.network(), Bound::Value));
        let high = |chance: [f64; 3]| [chance[2]; 3];
        let certain = Small {
            steps: graph.steps.iter().map(|(tails, head, chance)| (tails.clone(), *head, high(*chance))).collect(),
            entries: graph.entries.iter().map(|(node, kind, prior)| (*node, *kind, high(*prior))).collect(),
            ..graph.clone()
        };
        let certain = Forward::new(&certain.network(), Bound::Value);
        for node in graph.node_ids() {
            let estimate = intervals.probability(node);
            prop_assert!(estimate.low <= estimate.value && estimate.value <= estimate.high);
            prop_assert_eq!(estimate.high, certain.probability(node));
        }
        prop_assert_eq!(intervals.risk().high, certain.risk());
    }

    #[test]
    fn consequence_is_the_best_value_times_probability(graph in small(6, 11, 1)) {
        let network = graph.network();
        let backward = Backward::new(&Forward::new(&network, Bound::Value));
        for node in graph.node_ids() {
            let from_here = Forward::from_nodes(&network, Bound::Value, &[node]);
            let worth = network.jewels().iter().map(|jewel| jewel.value * from_here.probability(jewel.node));
            let expected = worth.fold(0.0, f64::max);
            prop_assert!((backward.consequence(node) - expected).abs() <= 2e-6 * expected);
        }
    }

    #[test]
    fn other_tails_count_as_they_are_gained(graph in small(6, 11, 3)) {
        let network = graph.network();
        let forward = Forward::new(&network, Bound::Value);
        let backward = Backward::new(&forward);
        for (node, expected) in graph.node_ids().zip(consequences(&network, &forward)) {
            prop_assert!((backward.consequence(node) - expected).abs() <= 1e-5 * expected);
            let Some((steps, jewel)) = backward.path(node) else {
                prop_assert_eq!(backward.toward(node), None);
                continue;
            };
            let mut at = node;
            for step in steps {
                prop_assert!(network.tails(step).any(|tail| tail == at));
                at = network.head(step);
            }
            prop_assert_eq!(backward.toward(at), Some(Toward::Jewel(jewel)));
            prop_assert_eq!(network.jewels()[jewel].node, at);
        }
    }
}

/// By iterating to the fixed point: what each node is worth, given what its best step's head is worth.
fn consequences(network: &Network, forward: &Forward) -> Vec<f64> {
    let mut worth = vec![0.0_f64; network.nodes() as usize];
    for jewel in network.jewels() {
        worth[jewel.node.index()] = worth[jewel.node.index()].max(jewel.value);
    }
    for _ in 0..network.nodes() {
        for step in network.step_ids() {
            for tail in network.tails(step) {
                let others = network.tails(step).filter(|other| *other != tail);
                let others: f64 = others.map(|other| forward.probability(other)).product();
                let own = network.cost(step, Bound::Value).probability();
                let through = worth[network.head(step).index()] * own * others;
                worth[tail.index()] = worth[tail.index()].max(through);
            }
        }
    }
    worth
}

#[test]
fn a_tail_that_is_shared_counts_once_in_the_derivation_and_twice_in_its_label() {
    let half = [0.5; 3];
    let graph = Small {
        nodes: 4,
        steps: vec![(vec![0], 1, half), (vec![0], 2, half), (vec![1, 2], 3, [1.0; 3])],
        entries: vec![(0, 0, half)],
        jewels: vec![(3, 8.0)],
    };
    let forward = Forward::new(&graph.network(), Bound::Value);
    let derivation = forward.derivation(NodeId(3)).expect("a derivation");
    assert_eq!((derivation.steps.len(), derivation.entries.len()), (3, 1));
    assert!((derivation.probability() - 0.125).abs() < 1e-6);
    assert!((derivation.label.probability() - 0.0625).abs() < 1e-6);
    assert!((forward.risk() - 0.5).abs() < 1e-5);
}

#[test]
fn nothing_comes_of_nothing() {
    let graph = Small { nodes: 3, steps: vec![(vec![0], 1, [1.0; 3])], entries: vec![], jewels: vec![] };
    let forward = Forward::new(&graph.network(), Bound::Value);
    assert!(graph.node_ids().all(|node| forward.cost(node) == Cost::NEVER && forward.via(node).is_none()));
    assert_eq!(forward.risk(), 0.0);
    let backward = Backward::new(&forward);
    assert!(graph.node_ids().all(|node| backward.consequence(node) == 0.0));
}

#[test]
fn a_path_that_is_barely_possible_is_possible() {
    // A thousand steps of 5e-324 cost far more than a label can say.
    let unlikely = [f64::MIN_POSITIVE; 3];
    let steps = (0..1_000).map(|node| (vec![node], node + 1, unlikely)).collect();
    let graph = Small { nodes: 1_001, steps, entries: vec![(0, 0, [1.0; 3])], jewels: vec![(1_000, 1.0)] };
    let forward = Forward::new(&graph.network(), Bound::Value);
    let derivation = forward.derivation(NodeId(1_000)).expect("still derivable");
    assert_eq!(derivation.steps.len(), 1_000);
    let cut = forward.without([Element::Step(derivation.steps[500])]);
    assert_eq!(cut.via(NodeId(1_000)), None);
}
