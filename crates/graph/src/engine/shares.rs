//! What share of all ways passes where: what the best derivations alone do not see.
//!
//! Attackers are thought of as coming by every way, by each next step as often as its chance says beside those of the others: what
//! is expected to be lost with a jewel is divided among the steps into it in proportion to the probability of the best derivation
//! by each, and so on backwards. Steps count that go on from what is gained before their head (by cost, then by the length of the
//! best derivations), so that no way goes in a circle. A joint step hands its share to each of its tails.
//!
//! This compares fixes where many ways are equally good, and none of them alone lowers the risk. Time O(S + N log N).

use super::forward::{Forward, Via};
use super::network::{NodeId, StepId};
use super::removed::{Absent as _, Element};

/// The shares of the expected loss.
pub struct Shares<'f> {
    pass: &'f Forward,
    /// By node: its place in an order in which what it rests on comes first.
    place: Vec<u32>,
    /// By node: the part of the loss that passes it.
    passing: Vec<f64>,
    /// By node: the sum of the probabilities by which its part is divided.
    chances: Vec<f64>,
}

impl<'f> Shares<'f> {
    /// Of the ways that a pass leaves.
    pub fn new(pass: &'f Forward) -> Self {
        let network = pass.network();
        let nodes = network.nodes() as usize;
        let depth = depths(pass);
        let mut order: Vec<_> =
            (0..nodes as u32).map(NodeId).filter(|node| pass.via(*node).is_some()).collect();
        order.sort_unstable_by_key(|node| (pass.cost(*node).get(), depth[node.index()], node.0));
        let mut place = vec![u32::MAX; nodes];
        order.iter().zip(0..).for_each(|(node, at)| place[node.index()] = at);
        let mut all = Self { pass, place, passing: vec![0.0; nodes], chances: vec![0.0; nodes] };
        for jewel in network.jewels() {
            all.passing[jewel.node.index()] += jewel.value * pass.probability(jewel.node);
        }
        for node in order.into_iter().rev().filter(|node| pass.via(*node) != Some(Via::Given)) {
            let passing = all.passing[node.index()];
            if passing <= 0.0 {
                continue;
            }
            let begun: f64 = network.entries_at(node).map(|(id, _)| all.chance(Element::Entry(id))).sum();
            let steps = || {
                let single = network.inward(node).iter().map(|inward| inward.step);
                single.chain(network.joint_into(node).iter().copied())
            };
            let chances = begun + steps().map(|step| all.chance(Element::Step(step))).sum::<f64>();
            all.chances[node.index()] = chances;
            for step in steps() {
                let part = passing * all.chance(Element::Step(step)) / chances;
                network.tails(step).for_each(|tail| all.passing[tail.index()] += part);
            }
        }
        all
    }

    /// The part of the expected loss that passes here.
    pub fn passing(&self, element: Element) -> f64 {
        let head = match element {
            Element::Node(node) => return self.passing[node.index()],
            Element::Step(step) => self.pass.network().head(step),
            Element::Entry(entry) => self.pass.network().entries()[entry.index()].node,
        };
        let chances = self.chances[head.index()];
        if chances > 0.0 { self.passing[head.index()] * self.chance(element) / chances } else { 0.0 }
    }

    /// The probability of the best way by this entry or step; 0 where it does not count.
    fn chance(&self, element: Element) -> f64 {
        let (network, bound, removed) = (self.pass.network(), self.pass.bound(), self.pass.removed());
        match element {
            Element::Entry(entry) if !removed.entry(entry) => network.prior(entry, bound).probability(),
            Element::Step(step) if self.counts(step) && !removed.step(step) => {
                let tails: f64 = network.tails(step).map(|tail| self.pass.probability(tail)).product();
                tails * network.cost(step, bound).probability()
            }
            Element::Entry(_) | Element::Step(_) | Element::Node(_) => 0.0,
        }
    }

    fn counts(&self, step: StepId) -> bool {
        let network = self.pass.network();
        let head = self.place[network.head(step).index()];
        head != u32::MAX && network.tails(step).all(|tail| self.place[tail.index()] < head)
    }
}

/// By node: the most steps that its best derivation takes one after another.
fn depths(pass: &Forward) -> Vec<u32> {
    let network = pass.network();
    let mut depths = vec![u32::MAX; network.nodes() as usize];
    let mut work = Vec::new();
    for node in (0..network.nodes()).map(NodeId) {
        work.push(node);
        while let Some(node) = work.pop() {
            if depths[node.index()] != u32::MAX {
                continue;
            }
            let Some(Via::Step(step)) = pass.via(node) else {
                depths[node.index()] = 0;
                continue;
            };
            let unknown: Vec<_> =
                network.tails(step).filter(|tail| depths[tail.index()] == u32::MAX).collect();
            if unknown.is_empty() {
                let deepest = network.tails(step).map(|tail| depths[tail.index()]).max();
                depths[node.index()] = deepest.map_or(0, |deepest| deepest + 1);
            } else {
                work.push(node);
                work.extend(unknown);
            }
        }
    }
    depths
}
