//! Answers as intervals, where facts are not known exactly.
//!
//! Every answer of the forward pass grows with the probability of every step, so one pass at each end of the steps'
//! intervals gives the ends of the answers' intervals: no combination of facts within theirs leads out of these.

use super::cost::Bound;
use super::forward::Forward;
use super::network::NodeId;
use super::removed::Element;

/// A number with the least and the most that the facts allow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The least.
    pub low: f64,
    /// The best guess.
    pub value: f64,
    /// The most.
    pub high: f64,
}

/// One question, asked at both ends and at the best guess.
pub struct Intervals {
    /// Every step as improbable as it may be; what is possibly impossible is impossible.
    pub low: Forward,
    /// Every step as probable as is guessed.
    pub value: Forward,
    /// Every step as probable as it may be.
    pub high: Forward,
}

impl Intervals {
    /// The question of this pass.
    pub fn of(forward: &Forward) -> Self {
        let at = |bound| if bound == forward.bound() { forward.clone() } else { forward.at(bound) };
        let [low, value, high] = [Bound::Low, Bound::Value, Bound::High].map(at);
        Self { low, value, high }
    }

    /// Makes [`Self::without`] ready to answer at once.
    pub fn prepare(&self) {
        self.value.prepare();
        if !self.value.network().is_exact() {
            self.low.prepare();
            self.high.prepare();
        }
    }

    /// The probability of a node.
    pub fn probability(&self, node: NodeId) -> Estimate {
        self.each(|pass| pass.probability(node))
    }

    /// The expected loss.
    pub fn risk(&self) -> Estimate {
        self.each(Forward::risk)
    }

    /// The probabilities of these nodes with these elements taken out as well, in their order.
    pub fn without(&self, elements: &[Element], nodes: &[NodeId]) -> Vec<Estimate> {
        let costs = |pass: &Forward| pass.costs_without(elements.iter().copied(), nodes.iter().copied());
        let value = costs(&self.value);
        let [low, high] = match self.value.network().is_exact() {
            true => [value.clone(), value.clone()],
            false => [&self.low, &self.high].map(costs),
        };
        let ends = low.into_iter().zip(value).zip(high);
        ends.map(|((low, value), high)| Estimate {
            low: low.probability(),
            value: value.probability(),
            high: high.probability(),
        })
        .collect()
    }

    fn each(&self, ask: impl Fn(&Forward) -> f64) -> Estimate {
        Estimate { low: ask(&self.low), value: ask(&self.value), high: ask(&self.high) }
    }
}
