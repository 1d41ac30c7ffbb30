//! Probabilities, and the costs that stand for them inside: whole micro-nepers.
//!
//! The cost of a probability p is -ln p, so that the most probable path is the cheapest. It is kept as a whole number of
//! millionths (micro-nepers) in 32 bits. Whole numbers add up to the same sum in any order, so the same facts give the
//! same answer on any machine and in any order of input, which floating-point sums do not; comparing and bucketing them
//! is comparing and shifting integers; and a label takes half the memory of a double. A step costs at least one, however
//! certain it is, so that of ways which are equally probable the shortest is the cheapest, and none goes in a circle. The
//! price is a relative error of at most 1e-6 of a probability a step. What costs more than 4,294 nepers (e^-4294) counts as just that: barely, but
//! still, possible.

const MICRO: f64 = 1e6;

/// A probability as a cost in micro-nepers: `-ln p` in millionths. Smaller is likelier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Cost(u32);

impl Cost {
    /// Certain: the cost of probability 1.
    pub const ZERO: Self = Self(0);
    /// Impossible: the cost of probability 0.
    pub const NEVER: Self = Self(u32::MAX);
    /// The least that a step costs: who could skip it would not take it.
    const STEP: Self = Self(1);
    /// The least likely of what is possible.
    pub(crate) const BARELY: Self = Self(u32::MAX - 1);

    /// The cost of a probability; of 0, or of what is no number, [`Cost::NEVER`], and of more than 1, [`Cost::ZERO`].
    pub fn of(probability: f64) -> Self {
        if probability > 0.0 {
            // The smallest positive double costs 745 nepers, which fits.
            Self((-probability.ln() * MICRO).round() as u32)
        } else {
            Self::NEVER
        }
    }

    /// The cost that is so many micro-nepers; never [`Cost::NEVER`].
    pub(crate) fn micronepers(count: u64) -> Self {
        Self(u32::try_from(count).unwrap_or(u32::MAX)).min(Self::BARELY)
    }

    /// The probability that has this cost.
    pub fn probability(self) -> f64 {
        if self == Self::NEVER { 0.0 } else { (-f64::from(self.0) / MICRO).exp() }
    }

    /// Both happen. What is possible stays possible, however unlikely.
    #[inline]
    pub(crate) fn and(self, other: Self) -> Self {
        match self.0.saturating_add(other.0) {
            u32::MAX if self != Self::NEVER && other != Self::NEVER => Self::BARELY,
            sum => Self(sum),
        }
    }

    /// Whether it can happen at all.
    #[inline]
    pub fn is_possible(self) -> bool {
        self != Self::NEVER
    }

    /// Micro-nepers.
    #[inline]
    pub fn get(self) -> u32 {
        self.0
    }
}

/// A probability with what is known about it: between `low` and `high`, `value` at the best guess.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    low: f64,
    value: f64,
    high: f64,
}

impl Interval {
    /// `None` unless 0 <= low <= value <= high <= 1 and value > 0: a step that cannot be taken is no step.
    pub fn new(low: f64, value: f64, high: f64) -> Option<Self> {
        let ordered = 0.0 <= low && low <= value && value <= high && high <= 1.0;
        (ordered && value > 0.0).then_some(Self { low, value, high })
    }

    /// A probability that is known exactly; `None` outside (0, 1].
    pub fn exactly(value: f64) -> Option<Self> {
        Self::new(value, value, value)
    }

    pub(crate) fn costs(self) -> Costs {
        let value = Cost::of(self.value);
        // Most are known exactly, and a logarithm takes its time.
        let end = |end| if end == self.value { value } else { Cost::of(end) };
        Costs { low: end(self.low), value, high: end(self.high) }
    }

    /// Of a step, which is never quite free: of two ways that are equally probable the shorter one is the cheaper.
    pub(crate) fn of_step(self) -> Costs {
        let Costs { value, low, high } = self.costs();
        let [value, low, high] = [value, low, high].map(|cost| cost.max(Cost::STEP));
        Costs { value, low, high }
    }
}

/// Which end of the intervals a pass computes with.
///
/// Every answer grows with every probability, so the pass at the low ends bounds the answer from below, and the one at
/// the high ends from above.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Bound {
    /// The least that the facts allow.
    Low,
    /// The best guess.
    #[default]
    Value,
    /// The most that the facts allow.
    High,
}

/// An interval as costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Costs {
    pub(crate) value: Cost,
    pub(crate) low: Cost,
    pub(crate) high: Cost,
}

impl Costs {
    pub(crate) fn at(self, bound: Bound) -> Cost {
        match bound {
            Bound::Low => self.low,
            Bound::Value => self.value,
            Bound::High => self.high,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cost_stands_for_its_probability() {
        for p in [1.0, 0.999_999, 0.5, 0.01, 1e-9, 1e-300] {
            let error = (Cost::of(p).probability() / p - 1.0).abs();
            assert!(error < 1e-6, "{p}: {error}");
        }
        assert_eq!(Cost::of(1.0), Cost::ZERO);
        assert_eq!(Cost::of(0.0), Cost::NEVER);
        assert_eq!(Cost::of(f64::NAN), Cost::NEVER);
        assert_eq!(Cost::of(1.5), Cost::ZERO);
        assert_eq!(Cost::NEVER.probability(), 0.0);
    }

    #[test]
    fn what_is_possible_stays_possible() {
        let unlikely = Cost(u32::MAX - 5);
        assert_eq!(unlikely.and(unlikely), Cost::BARELY);
        assert!(unlikely.and(unlikely).is_possible());
        assert_eq!(unlikely.and(Cost::NEVER), Cost::NEVER);
        assert_eq!(Cost::NEVER.and(Cost::ZERO), Cost::NEVER);
        assert_eq!(Cost(1).and(Cost(2)), Cost(3));
    }

    #[test]
    fn an_interval_is_in_order() {
        assert!(Interval::new(0.0, 0.5, 1.0).is_some());
        assert!(Interval::new(0.6, 0.5, 1.0).is_none());
        assert!(Interval::new(0.0, 0.0, 1.0).is_none());
        assert!(Interval::exactly(1.1).is_none());
        assert!(Interval::exactly(f64::NAN).is_none());
    }
}
