//! A plan: the fixes that take away the most risk for their cost, one after another.
//!
//! Risk is the expected loss: the sum over jewels of value times probability. Each round takes the fix that lowers it most for
//! its cost. Only a fix that breaks the best derivation of some jewel lowers it at all, and by no more than the risk of
//! the jewels whose best derivations it breaks; so candidates are tried in the order of that bound, and trying ends
//! when the bound of the next is no better than the best so far: lazily, and yet exactly the greedy choice.
//!
//! Greedy is not optimal. Risk is not submodular: of two equally good ways neither alone is worth anything to close. Among fixes
//! that lower the risk alike, and so where none does, that one is taken by which the most of all ways passes
//! ([`super::shares`]); the plan shows both. What severs everything at least cost is [`super::cut`].

use super::fix::{Fix, FixesOf, elements};
use super::forward::Forward;
use super::shares::Shares;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// One fix of a plan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stage {
    /// Which of the fixes, by its place in the list.
    pub fix: usize,
    /// The risk that is left once this and all before it are done.
    pub risk: f64,
    /// The share of all ways that were left before, by the loss they bring, that passed what it takes out: at most 1.
    pub share: f64,
}

/// An order in which to fix.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The risk before the first fix.
    pub risk: f64,
    /// What to do, first things first.
    pub stages: Vec<Stage>,
    /// In how many rounds not all candidates whose bound was good enough were tried. 0: every choice is the greedy one.
    pub cut_short: usize,
}

/// How much a plan may hold, and take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Most fixes.
    pub fixes: usize,
    /// Most candidates that a round tries.
    pub candidates: usize,
}

/// The best fixes, one after another, until as many as `size` allows are chosen or no fix breaks any jewel's derivation.
pub fn plan(forward: &Forward, fixes: &[Fix], size: Size) -> Plan {
    let of = FixesOf::new(fixes);
    let per_cost = |fix: usize, gain: f64| gain / f64::from(fixes[fix].cost.get());
    let mut plan = Plan { risk: forward.risk(), stages: Vec::new(), cut_short: 0 };
    let mut pass = forward.clone();
    while plan.stages.len() < size.fixes {
        let before = pass.risk();
        let shares = Shares::new(&pass);
        let passing = |fix: usize| -> f64 {
            fixes[fix].elements.iter().map(|element| shares.passing(*element)).sum::<f64>().min(before)
        };
        let mut candidates: Vec<_> = bounds(&pass, &of)
            .into_iter()
            .map(|(fix, risk)| Candidate {
                bound: per_cost(fix, risk),
                passing: per_cost(fix, passing(fix)),
                fix,
            })
            .collect();
        candidates.sort_by(Candidate::order);
        let mut best: Option<((f64, f64), usize, f64)> = None;
        for (tried, Candidate { bound, passing, fix }) in candidates.into_iter().enumerate() {
            let worth = best.as_ref().map_or((-1.0, 0.0), |best| best.0);
            // What no other can beat.
            if bound < worth.0 {
                break;
            }
            if tried == size.candidates {
                plan.cut_short += 1;
                break;
            }
            let after = pass.risk_without(elements(fixes, [fix]));
            let gain = per_cost(fix, before - after);
            if (gain, passing) > worth {
                best = Some(((gain, passing), fix, after));
            }
        }
        let Some((_, fix, risk)) = best else { break };
        plan.stages.push(Stage { fix, risk, share: passing(fix) / before });
        pass = pass.without(elements(fixes, [fix]));
    }
    plan
}

/// A fix that a round may choose. The figures are for its cost.
struct Candidate {
    /// It lowers the risk by no more.
    bound: f64,
    /// Of the loss by all ways, so much passes what it takes out.
    passing: f64,
    fix: usize,
}

impl Candidate {
    /// The most promising first.
    fn order(&self, other: &Self) -> Ordering {
        let promise = other.bound.total_cmp(&self.bound).then(other.passing.total_cmp(&self.passing));
        promise.then(self.fix.cmp(&other.fix))
    }
}

/// For each fix that breaks the best derivation of a jewel, the risk of all such jewels.
fn bounds(pass: &Forward, of: &FixesOf) -> BTreeMap<usize, f64> {
    let mut bounds = BTreeMap::new();
    for jewel in pass.network().jewels() {
        let Some(derivation) = pass.derivation(jewel.node) else { continue };
        for fix in of.breaking(&derivation) {
            *bounds.entry(fix).or_default() += jewel.value * derivation.label.probability();
        }
    }
    bounds
}
