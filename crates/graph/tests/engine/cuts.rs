//! Cuts cost the least that any set of fixes costs, and plans tell true numbers.

use crate::small::{Small, all_elements, small};
use bartizan_graph::engine::cost::Bound;
use bartizan_graph::engine::cut::flow::sever;
use bartizan_graph::engine::cut::{Budget, Cut, Method, minimum_cut, severs};
use bartizan_graph::engine::fix::Fix;
use bartizan_graph::engine::forward::Forward;
use bartizan_graph::engine::network::{Network, NodeId};
use bartizan_graph::engine::plan::{Size, plan};
use bartizan_graph::engine::removed::Element;
use proptest::prelude::*;
use std::num::NonZeroU32;

/// Fixes as picks of elements, each with a cost.
type Picks = Vec<(u32, Vec<prop::sample::Index>)>;

fn picks(elements: usize) -> impl Strategy<Value = Picks> {
    let pick = (1..5_u32, proptest::collection::vec(any::<prop::sample::Index>(), 1..=elements));
    proptest::collection::vec(pick, 1..9)
}

fn fixes(network: &Network, picks: &Picks) -> Vec<Fix> {
    let all = all_elements(network);
    let fix = |(cost, picks): &(u32, Vec<prop::sample::Index>)| Fix {
        cost: NonZeroU32::new(*cost).expect("at least 1"),
        elements: picks.iter().map(|pick| all[pick.index(all.len())]).collect(),
    };
    picks.iter().map(fix).collect()
}

fn elements(fixes: &[Fix], chosen: &[usize]) -> Vec<Element> {
    chosen.iter().flat_map(|fix| fixes[*fix].elements.iter().copied()).collect()
}

fn cost(fixes: &[Fix], chosen: &[usize]) -> u64 {
    chosen.iter().map(|fix| u64::from(fixes[*fix].cost.get())).sum()
}

/// What the cut promises, by trying every set of fixes.
fn check(graph: &Small, fixes: &[Fix], budget: Budget) -> Cut {
    let network = graph.network();
    let forward = Forward::new(&network, Bound::Value);
    let goals: Vec<_> = network.jewels().iter().map(|jewel| jewel.node).collect();
    let cut = minimum_cut(&forward, &goals, fixes, budget);
    let all: Vec<_> = (0..fixes.len()).collect();
    let without_all = forward.without(elements(fixes, &all));
    let (open, severable): (Vec<NodeId>, Vec<NodeId>) =
        goals.iter().partition(|goal| without_all.via(**goal).is_some());
    let mut told: Vec<_> = cut.unseverable.iter().map(|derivation| derivation.goal).collect();
    let mut open = open;
    for list in [&mut told, &mut open] {
        list.sort_unstable();
        list.dedup();
    }
    assert_eq!(told, open);
    for derivation in &cut.unseverable {
        assert!(derivation.elements().all(|element| !elements(fixes, &all).contains(&element)));
    }

    assert!(severs(&forward, &severable, elements(fixes, &cut.fixes)), "the cut does not sever");
    assert_eq!(cut.cost, cost(fixes, &cut.fixes));
    for left_out in &cut.fixes {
        let rest: Vec<_> = cut.fixes.iter().copied().filter(|fix| fix != left_out).collect();
        assert!(!severs(&forward, &severable, elements(fixes, &rest)), "fix {left_out} is superfluous");
    }
    let subsets = (0..1_u32 << fixes.len())
        .map(|bits| -> Vec<_> { (0..fixes.len()).filter(|fix| bits & (1 << fix) != 0).collect() });
    let severing = subsets.filter(|set| severs(&forward, &severable, elements(fixes, set)));
    let least = severing.map(|set| cost(fixes, &set)).min().expect("all together sever");
    assert!(cut.lower_bound <= least && least <= cut.cost, "{} <= {least} <= {}", cut.lower_bound, cut.cost);
    if cut.is_minimum() {
        assert_eq!(cut.cost, least);
    }
    cut
}

/// What cannot be cut.
const OPEN: u32 = 1_000_000;

/// Maximum flow by one augmenting path after another, over a matrix (Ford and Fulkerson 1956).
fn maximum_flow(
    network: &Network,
    goals: &[NodeId],
    capacity: impl Fn(Element) -> Option<NonZeroU32>,
) -> u32 {
    let nodes = network.nodes() as usize;
    let (source, sink) = (2 * nodes, 2 * nodes + 1);
    let mut room = vec![vec![0_u32; 2 * nodes + 2]; 2 * nodes + 2];
    let cost = |element| capacity(element).map_or(OPEN, NonZeroU32::get);
    for node in 0..nodes {
        room[node][nodes + node] = cost(Element::Node(NodeId(node as u32)));
    }
    for step in network.step_ids() {
        for tail in network.tails(step) {
            room[nodes + tail.index()][network.head(step).index()] += cost(Element::Step(step));
        }
    }
    for entry in network.entry_ids() {
        room[source][network.entries()[entry.index()].node.index()] += cost(Element::Entry(entry));
    }
    goals.iter().for_each(|goal| room[nodes + goal.index()][sink] = OPEN * 100);
    let mut flow = 0;
    loop {
        let mut before = vec![None; room.len()];
        let mut stack = vec![source];
        while let Some(at) = stack.pop() {
            for to in 0..room.len() {
                if room[at][to] > 0 && before[to].is_none() && to != source {
                    before[to] = Some(at);
                    stack.push(to);
                }
            }
        }
        let path: Vec<_> = std::iter::successors(Some(sink), |at| before[*at]).collect();
        let Some(least) = path.windows(2).map(|pair| room[pair[1]][pair[0]]).min() else { return flow };
        for pair in path.windows(2) {
            room[pair[1]][pair[0]] -= least;
            room[pair[0]][pair[1]] += least;
        }
        flow += least;
    }
}

#[test]
fn flow_is_taken_back_where_that_lets_more_through() {
    // The shortest path takes a step of both longer ones: 0-1-2-5 blocks 0-1-3-4-5 and 0-6-7-2-5.
    let edges = [(0, 1), (1, 2), (2, 5), (1, 3), (3, 4), (4, 5), (0, 6), (6, 7), (7, 2)];
    let graph = Small {
        nodes: 8,
        steps: edges.iter().map(|(tail, head)| (vec![*tail], *head, [1.0; 3])).collect(),
        entries: vec![(0, 0, [1.0; 3])],
        jewels: vec![(5, 1.0)],
    };
    let forward = Forward::new(&graph.network(), Bound::Value);
    let step = |element| matches!(element, Element::Step(_)).then_some(NonZeroU32::MIN);
    assert_eq!(sever(&forward, &[NodeId(5)], step).map(|cut| cut.cost), Some(2));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn cuts_cost_what_flows(
        graph in small(14, 50, 1),
        costs in proptest::collection::vec(0..5_u32, 70),
        only_steps in any::<bool>(),
    ) {
        let network = graph.network();
        let forward = Forward::new(&network, Bound::Value);
        let goals: Vec<_> = network.jewels().iter().map(|jewel| jewel.node).collect();
        let capacity = |element| match element {
            Element::Step(step) => NonZeroU32::new(costs[step.index()].max(u32::from(only_steps))),
            _ if only_steps => None,
            Element::Node(node) => NonZeroU32::new(costs[69 - node.index()]),
            Element::Entry(entry) => NonZeroU32::new(costs[60 - entry.index()]),
        };
        let flow = maximum_flow(&network, &goals, capacity);
        match sever(&forward, &goals, capacity) {
            None => prop_assert!(flow >= OPEN),
            Some(cut) => {
                prop_assert_eq!(cut.cost, u64::from(flow));
                let sum: u32 = cut.elements.iter().filter_map(|element| capacity(*element)).map(NonZeroU32::get).sum();
                prop_assert_eq!(sum, flow);
                prop_assert!(severs(&forward, &goals, cut.elements));
            }
        }
    }

    #[test]
    fn single_fixes_on_paths_are_cut_by_flow(graph in small(7, 14, 1), picks in picks(1)) {
        let cut = check(&graph, &fixes(&graph.network(), &picks), Budget::default());
        prop_assert_eq!(cut.method, Method::MaximumFlow);
        prop_assert!(cut.is_minimum());
    }

    #[test]
    fn every_step_may_be_cut(graph in small(7, 10, 1)) {
        let network = graph.network();
        let one = NonZeroU32::MIN;
        let fixes: Vec<_> =
            network.step_ids().map(|step| Fix { cost: one, elements: vec![Element::Step(step)] }).collect();
        prop_assert!(check(&graph, &fixes, Budget::default()).is_minimum());
    }

    #[test]
    fn fixes_of_many_elements_are_cut_exactly(graph in small(6, 11, 3), picks in picks(3)) {
        let cut = check(&graph, &fixes(&graph.network(), &picks), Budget::default());
        prop_assert!(cut.is_minimum());
    }

    #[test]
    fn a_budget_leaves_a_cut_and_a_bound(graph in small(6, 11, 3), picks in picks(3), nodes in 0..2_usize) {
        check(&graph, &fixes(&graph.network(), &picks), Budget { rounds: 1, nodes });
    }

    #[test]
    fn a_plan_takes_the_best_fix_each_time(graph in small(6, 11, 3), picks in picks(3), most in 1..4_usize) {
        let network = graph.network();
        let fixes = fixes(&network, &picks);
        let forward = Forward::new(&network, Bound::Value);
        let plan = plan(&forward, &fixes, Size { fixes: most, candidates: usize::MAX });
        prop_assert_eq!(plan.risk, forward.risk());
        prop_assert_eq!(plan.cut_short, 0);
        let mut done = Vec::new();
        let mut risk = plan.risk;
        for stage in &plan.stages {
            let gain = |fix: usize| {
                let mut with = done.clone();
                with.push(fix);
                let after = forward.without(elements(&fixes, &with)).risk();
                (risk - after) / f64::from(fixes[fix].cost.get())
            };
            let most = (0..fixes.len()).map(gain).fold(0.0, f64::max);
            prop_assert!((gain(stage.fix) - most).abs() < 1e-9, "{} instead of {most}", gain(stage.fix));
            done.push(stage.fix);
            risk = forward.without(elements(&fixes, &done)).risk();
            prop_assert_eq!(stage.risk, risk);
        }
        // It ends only where it is full or no fix is left that touches a jewel's best derivation.
        if plan.stages.len() < most {
            let left = forward.without(elements(&fixes, &done));
            let all: Vec<_> = (0..fixes.len()).collect();
            let all = elements(&fixes, &all);
            for jewel in network.jewels() {
                let derivation = left.derivation(jewel.node);
                prop_assert!(derivation.iter().flat_map(|one| one.elements()).all(|element| !all.contains(&element)));
            }
        }
    }
}

#[test]
fn two_equal_ways_are_both_closed() {
    // Neither way alone is worth closing; a plan must not stop at that.
    let graph = Small {
        nodes: 2,
        steps: vec![(vec![0], 1, [0.5; 3]), (vec![0], 1, [0.5; 3])],
        entries: vec![(0, 0, [1.0; 3])],
        jewels: vec![(1, 10.0)],
    };
    let network = graph.network();
    let forward = Forward::new(&network, Bound::Value);
    let fix = |step| Fix { cost: NonZeroU32::MIN, elements: vec![Element::Step(step)] };
    let fixes: Vec<_> = network.step_ids().map(fix).collect();
    let plan = plan(&forward, &fixes, Size { fixes: 5, candidates: 100 });
    let risks: Vec<_> = plan.stages.iter().map(|stage| stage.risk.round()).collect();
    assert_eq!(risks, [5.0, 0.0]);
    let shares: Vec<_> = plan.stages.iter().map(|stage| (stage.share * 100.0).round()).collect();
    assert_eq!(shares, [50.0, 100.0]);
}

#[test]
fn where_no_single_fix_helps_the_one_with_the_most_behind_it_comes_first() {
    // Three people lead to the jewel over one certificate, a fourth over another.
    let people = [(1, 5), (2, 5), (3, 5), (4, 6)];
    let people = people
        .into_iter()
        .flat_map(|(person, over)| [(vec![0], person, [0.5; 3]), (vec![person], over, [1.0; 3])]);
    let steps = people.chain([(vec![5], 7, [1.0; 3]), (vec![6], 7, [1.0; 3])]).collect();
    let graph = Small { nodes: 8, steps, entries: vec![(0, 0, [1.0; 3])], jewels: vec![(7, 10.0)] };
    let network = graph.network();
    let forward = Forward::new(&network, Bound::Value);
    let by_origin = network.by_origin();
    let fix = |step: usize| Fix { cost: NonZeroU32::MIN, elements: vec![Element::Step(by_origin[step])] };
    // Each person, then each certificate.
    let fixes: Vec<_> = [0, 2, 4, 6, 8, 9].map(fix).into();
    let plan = plan(&forward, &fixes, Size { fixes: 5, candidates: 100 });
    let stages = plan.stages.iter().map(|stage| (stage.fix, stage.risk.round()));
    assert_eq!(stages.collect::<Vec<_>>(), [(4, 5.0), (3, 0.0)]);
}

#[test]
fn a_foothold_that_is_given_is_cut_from_a_jewel() {
    let steps = vec![(vec![0], 1, [1.0; 3]), (vec![1], 2, [1.0; 3]), (vec![0], 2, [1.0; 3])];
    let graph = Small { nodes: 3, steps, entries: vec![], jewels: vec![(2, 1.0)] };
    let network = graph.network();
    let forward = Forward::from_nodes(&network, Bound::Value, &[NodeId(0)]);
    let fix = |step| Fix { cost: NonZeroU32::MIN, elements: vec![Element::Step(step)] };
    let fixes: Vec<_> = network.step_ids().map(fix).collect();
    let cut = minimum_cut(&forward, &[NodeId(2)], &fixes, Budget::default());
    assert_eq!((cut.cost, cut.method, cut.unseverable.len()), (2, Method::MaximumFlow, 0));
    let only_one = minimum_cut(&forward, &[NodeId(2)], &fixes[..1], Budget::default());
    assert_eq!((only_one.fixes, only_one.unseverable.len()), (vec![], 1));
}
