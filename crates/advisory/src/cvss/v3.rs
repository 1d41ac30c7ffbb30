//! CVSS v3.0 and v3.1: FIRST's "CVSS v3.0 Specification Document", section 8, and "CVSS v3.1 Specification Document",
//! section 7 and appendix A.
//!
//! The two differ in Roundup and in the modified impact of a changed scope. Metrics may stand in any order. Every v3
//! vector has all three scores: a metric that is not stated is "not defined", which leaves a score as it is.

use super::Tenths;
use super::fixed::Fixed;
use super::metric::{Metric, Values, base, optional};

const AV: usize = 0;
const AC: usize = 1;
const PR: usize = 2;
const UI: usize = 3;
const S: usize = 4;
const C: usize = 5;
const I: usize = 6;
const A: usize = 7;
const E: usize = 8;
const RL: usize = 9;
const RC: usize = 10;
const CR: usize = 11;
const IR: usize = 12;
const AR: usize = 13;
/// The modified base metrics follow in the order of the base metrics.
const MODIFIED: usize = 14;

const REQUIREMENT: &[&str] = &["X", "H", "M", "L"];
const IMPACT: &[&str] = &["H", "L", "N"];
const MODIFIED_IMPACT: &[&str] = &["X", "H", "L", "N"];

pub(super) static METRICS: [Metric; 22] = [
    base("AV", &["N", "A", "L", "P"]),
    base("AC", &["L", "H"]),
    base("PR", &["N", "L", "H"]),
    base("UI", &["N", "R"]),
    base("S", &["U", "C"]),
    base("C", IMPACT),
    base("I", IMPACT),
    base("A", IMPACT),
    optional("E", &["X", "H", "F", "P", "U"]),
    optional("RL", &["X", "U", "W", "T", "O"]),
    optional("RC", &["X", "C", "R", "U"]),
    optional("CR", REQUIREMENT),
    optional("IR", REQUIREMENT),
    optional("AR", REQUIREMENT),
    optional("MAV", &["X", "N", "A", "L", "P"]),
    optional("MAC", &["X", "L", "H"]),
    optional("MPR", &["X", "N", "L", "H"]),
    optional("MUI", &["X", "N", "R"]),
    optional("MS", &["X", "U", "C"]),
    optional("MC", MODIFIED_IMPACT),
    optional("MI", MODIFIED_IMPACT),
    optional("MA", MODIFIED_IMPACT),
];

/// The stated value of an optional metric, unless it is X, always the first of the table.
pub(super) fn defined(values: &Values, metric: usize) -> Option<usize> {
    values.get(metric).filter(|v| *v > 0)
}

/// A base metric as the environment modified it: the index among the values of the base metric.
pub(super) fn modified(values: &Values, metric: usize) -> usize {
    defined(values, MODIFIED + metric).map_or_else(|| values.at(metric), |v| v - 1)
}

/// Weights in thousandths of the base metric `metric` at value number `value`.
fn weight(metric: usize, value: usize, scope_changed: bool) -> Fixed {
    let weights: &[i128] = match metric {
        AV => &[850, 620, 550, 200],
        AC => &[770, 440],
        PR if scope_changed => &[850, 680, 500],
        PR => &[850, 620, 270],
        UI => &[850, 620],
        _ => &[560, 220, 0],
    };
    Fixed::milli(weights.get(value).copied().unwrap_or(0))
}

/// Weights of the optional metrics; "not defined" is a factor of 1.
fn factor(values: &Values, metric: usize) -> Fixed {
    let weights: &[i128] = match metric {
        E => &[1_000, 1_000, 970, 940, 910],
        RL => &[1_000, 1_000, 970, 960, 950],
        RC => &[1_000, 1_000, 960, 920],
        _ => &[1_000, 1_500, 1_000, 500],
    };
    Fixed::milli(values.get(metric).and_then(|v| weights.get(v)).copied().unwrap_or(1_000))
}

/// The scores by the rules of v3.1, or of v3.0.
pub(super) fn scores(values: &Values, v31: bool) -> Tenths {
    let roundup = |x: Fixed| if v31 { x.ceil_of_five_digits() } else { x.ceil() };
    let temporal_factor = factor(values, E) * factor(values, RL) * factor(values, RC);

    let base = {
        let scope_changed = values.at(S) == 1;
        let w = |metric| weight(metric, values.at(metric), scope_changed);
        let iss = iss([w(C), w(I), w(A)]);
        let impact = if scope_changed { changed_impact(iss, iss, 15) } else { unchanged_impact(iss) };
        sum(impact, w(AV) * w(AC) * w(PR) * w(UI), scope_changed).map_or(Fixed::ZERO, roundup)
    };
    let temporal = roundup(base * temporal_factor);
    let environmental = {
        let scope_changed = modified(values, S) == 1;
        let w = |metric| weight(metric, modified(values, metric), scope_changed);
        let required = |metric, requirement| w(metric) * factor(values, requirement);
        let miss = iss([required(C, CR), required(I, IR), required(A, AR)]).min(Fixed::milli(915));
        let impact = match (scope_changed, v31) {
            (false, _) => unchanged_impact(miss),
            (true, false) => changed_impact(miss, miss, 15),
            (true, true) => changed_impact(miss, miss * Fixed::tenth_milli(9_731), 13),
        };
        sum(impact, w(AV) * w(AC) * w(PR) * w(UI), scope_changed)
            .map_or(Fixed::ZERO, |sum| roundup(roundup(sum) * temporal_factor))
    };
    let (base, temporal, environmental) = (base.tenths(), temporal.tenths(), environmental.tenths());
    // The environmental formula of v3.1 is not the base formula even where nothing is modified (a changed scope can come
    // out 0.1 off), so it only counts where the environment says something.
    let any = |mut metrics: std::ops::Range<usize>| metrics.any(|m| defined(values, m).is_some());
    let effective = if any(CR..METRICS.len()) {
        environmental
    } else if any(E..CR) {
        temporal
    } else {
        base
    };
    Tenths { base, temporal: Some(temporal), environmental: Some(environmental), effective }
}

/// The impact sub-score of three impacts.
fn iss(impacts: [Fixed; 3]) -> Fixed {
    let [c, i, a] = impacts.map(|x| Fixed::ONE - x);
    Fixed::ONE - c * i * a
}

fn unchanged_impact(iss: Fixed) -> Fixed {
    Fixed::milli(6_420) * iss
}

fn changed_impact(iss: Fixed, in_power: Fixed, exponent: u32) -> Fixed {
    Fixed::milli(7_520) * (iss - Fixed::milli(29))
        - Fixed::milli(3_250) * (in_power - Fixed::milli(20)).pow(exponent)
}

/// Impact and exploitability together, at most 10; `None` without impact.
fn sum(impact: Fixed, exploitability: Fixed, scope_changed: bool) -> Option<Fixed> {
    if impact <= Fixed::ZERO {
        return None;
    }
    let sum = impact + Fixed::milli(8_220) * exploitability;
    let sum = if scope_changed { Fixed::milli(1_080) * sum } else { sum };
    Some(sum.min(Fixed::milli(10_000)))
}
