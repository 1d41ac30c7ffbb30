//! The order in which a network was told does not matter, and what is no network is refused.

use crate::small::{Small, small};
use bartizan_graph::engine::backward::Backward;
use bartizan_graph::engine::best::best;
use bartizan_graph::engine::cost::{Bound, Interval};
use bartizan_graph::engine::cut::flow::sever;
use bartizan_graph::engine::cut::{Budget, minimum_cut};
use bartizan_graph::engine::derivation::Derivation;
use bartizan_graph::engine::dominators::Dominators;
use bartizan_graph::engine::forward::Forward;
use bartizan_graph::engine::network::{BuildError, MAX_TAILS, Network, NetworkBuilder, NodeId};
use bartizan_graph::engine::removed::Element;
use proptest::prelude::*;

/// What the steps of a derivation say, apart from their numbers.
fn words(network: &Network, graph: &Small, derivation: &Derivation) -> Vec<(Vec<u32>, u32, String)> {
    let steps = derivation.steps.iter().map(|step| {
        let (tails, head, chance) = &graph.steps[network.origin(*step) as usize];
        let mut tails = tails.clone();
        tails.sort_unstable();
        tails.dedup();
        (tails, *head, format!("{chance:?}"))
    });
    steps.collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn answers_do_not_depend_on_the_order_of_input(
        (graph, shuffled) in small(6, 11, 3).prop_flat_map(|graph| {
            let shuffled = (Just(graph.steps.clone()).prop_shuffle(), Just(graph.entries.clone()).prop_shuffle());
            let nodes = graph.nodes;
            let jewels = graph.jewels.clone();
            let shuffled = shuffled.prop_map(move |(steps, entries)| Small {
                nodes, steps, entries, jewels: jewels.iter().rev().copied().collect(),
            });
            (Just(graph), shuffled)
        }),
    ) {
        let (a, b) = (graph.network(), shuffled.network());
        let (one, other) = (Forward::new(&a, Bound::Value), Forward::new(&b, Bound::Value));
        prop_assert_eq!(one.risk(), other.risk());
        for node in graph.node_ids() {
            prop_assert_eq!(one.cost(node), other.cost(node));
            let (mine, theirs) = (best(&one, node, 5, 100), best(&other, node, 5, 100));
            let mine: Vec<_> = mine.derivations.iter().map(|d| words(&a, &graph, d)).collect();
            let theirs: Vec<_> = theirs.derivations.iter().map(|d| words(&b, &shuffled, d)).collect();
            prop_assert_eq!(mine, theirs);
        }
    }

    #[test]
    fn steps_keep_what_they_were_told_as(graph in small(6, 11, 3)) {
        let network = graph.network();
        let by_origin = network.by_origin();
        prop_assert_eq!(by_origin.len(), graph.steps.len());
        for ((tails, head, chance), step) in graph.steps.iter().zip(by_origin) {
            let mut tails: Vec<_> = tails.iter().copied().map(NodeId).collect();
            tails.sort_unstable();
            tails.dedup();
            prop_assert_eq!(network.tails(step).collect::<Vec<_>>(), tails);
            prop_assert_eq!(network.head(step), NodeId(*head));
            for (bound, p) in [Bound::Low, Bound::Value, Bound::High].into_iter().zip(chance) {
                prop_assert!((network.cost(step, bound).probability() - p).abs() < 1e-6);
            }
        }
    }
}

#[test]
fn what_is_no_network_is_refused() {
    let half = Interval::exactly(0.5).expect("a probability");
    let mut builder = NetworkBuilder::new(40);
    let [a, beyond] = [NodeId(0), NodeId(40)];
    assert_eq!(builder.step(&[a], beyond, half), Err(BuildError::UnknownNode(40, 40)));
    assert_eq!(builder.step(&[beyond], a, half), Err(BuildError::UnknownNode(40, 40)));
    assert_eq!(builder.step(&[], a, half), Err(BuildError::NoTails(0)));
    let many: Vec<_> = (0..40).map(NodeId).collect();
    assert_eq!(builder.step(&many, a, half), Err(BuildError::TooManyTails(0, 40)));
    assert_eq!(builder.step(&many[..MAX_TAILS], a, half), Ok(()));
    assert_eq!(builder.entry(beyond, 0, half), Err(BuildError::UnknownNode(40, 40)));
    assert_eq!(builder.jewel(beyond, 1.0), Err(BuildError::UnknownNode(40, 40)));
    assert_eq!(builder.jewel(a, 0.0), Err(BuildError::Value(0, 0.0)));
    assert!(matches!(builder.jewel(a, f64::NAN), Err(BuildError::Value(0, _))));
    let network = builder.build();
    assert_eq!((network.steps(), network.entries().len(), network.jewels().len()), (1, 0, 0));
}

#[test]
fn what_is_not_there_is_not_gained() {
    let certain = [1.0; 3];
    let graph = Small {
        nodes: 2,
        steps: vec![(vec![0], 1, certain)],
        entries: vec![(0, 0, certain)],
        jewels: vec![(1, 1.0)],
    };
    let forward = Forward::new(&graph.network(), Bound::Value);
    let beyond = NodeId(2);
    assert!(forward.via(beyond).is_none() && !forward.cost(beyond).is_possible());
    assert!(forward.derivation(beyond).is_none() && best(&forward, beyond, 3, 3).derivations.is_empty());
    assert_eq!(Backward::new(&forward).consequence(beyond), 0.0);
    assert_eq!(Dominators::new(&forward).map(|tree| tree.of(beyond).count()), Some(0));
    assert_eq!(forward.without([Element::Node(beyond)]).risk(), forward.risk());
    assert_eq!(Forward::from_nodes(forward.network(), Bound::Value, &[beyond]).risk(), 0.0);
    let cut = minimum_cut(&forward, &[beyond], &[], Budget::default());
    assert!(cut.fixes.is_empty() && cut.unseverable.is_empty() && cut.is_minimum());
    assert_eq!(sever(&forward, &[beyond], |_| None).map(|cut| cut.cost), Some(0));
}
