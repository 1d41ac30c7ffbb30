//! CVSS v2: "A Complete Guide to the Common Vulnerability Scoring System Version 2.0" (FIRST, June 2007), section 3.2.
//!
//! A vector has no prefix, is sometimes in parentheses, and lists its metrics in the order of the guide (section 2.4).
//! The guide shows the temporal and the environmental group whole; many producers leave out metrics that are not
//! defined. Those are read too, and [`complete`] tells.

use super::Tenths;
use super::fixed::Fixed;
use super::metric::{Metric, Values, base, optional};

const AV: usize = 0;
const AC: usize = 1;
const AU: usize = 2;
const C: usize = 3;
const I: usize = 4;
const A: usize = 5;
const E: usize = 6;
const RL: usize = 7;
const RC: usize = 8;
const CDP: usize = 9;
const TD: usize = 10;
const CR: usize = 11;
const IR: usize = 12;
const AR: usize = 13;

const IMPACT: &[&str] = &["N", "P", "C"];
const REQUIREMENT: &[&str] = &["L", "M", "H", "ND"];

pub(super) static METRICS: [Metric; 14] = [
    base("AV", &["L", "A", "N"]),
    base("AC", &["H", "M", "L"]),
    base("Au", &["M", "S", "N"]),
    base("C", IMPACT),
    base("I", IMPACT),
    base("A", IMPACT),
    optional("E", &["U", "POC", "F", "H", "ND"]),
    optional("RL", &["OF", "TF", "W", "U", "ND"]),
    optional("RC", &["UC", "UR", "C", "ND"]),
    optional("CDP", &["N", "L", "LM", "MH", "H", "ND"]),
    optional("TD", &["N", "L", "M", "H", "ND"]),
    optional("CR", REQUIREMENT),
    optional("IR", REQUIREMENT),
    optional("AR", REQUIREMENT),
];

/// Weights in thousandths, by the index of the value in [`METRICS`].
fn weight(values: &Values, metric: usize) -> Fixed {
    let (weights, undefined): (&[i128], i128) = match metric {
        AV => (&[395, 646, 1_000], 0),
        AC => (&[350, 610, 710], 0),
        AU => (&[450, 560, 704], 0),
        C | I | A => (&[0, 275, 660], 0),
        E => (&[850, 900, 950, 1_000], 1_000),
        RL => (&[870, 900, 950, 1_000], 1_000),
        RC => (&[900, 950, 1_000], 1_000),
        CDP => (&[0, 100, 300, 400, 500], 0),
        TD => (&[0, 250, 750, 1_000], 1_000),
        _ => (&[500, 1_000, 1_510], 1_000),
    };
    Fixed::milli(values.get(metric).and_then(|v| weights.get(v)).copied().unwrap_or(undefined))
}

/// The stated value of `metric`, unless it is "not defined" (ND, always the last value of the table).
pub(super) fn defined(values: &Values, metric: usize) -> Option<usize> {
    values.get(metric).filter(|v| v + 1 < METRICS[metric].values.len())
}

/// Whether each optional group is either absent or whole, as the guide writes vectors.
pub(super) fn complete(values: &Values) -> bool {
    [E..=RC, CDP..=AR].into_iter().all(|group| {
        let stated = group.clone().filter(|m| values.get(*m).is_some()).count();
        stated == 0 || stated == group.count()
    })
}

pub(super) fn scores(values: &Values) -> Tenths {
    let w = |metric| weight(values, metric);
    let not = |x: Fixed| Fixed::ONE - x;
    let ten = Fixed::milli(10_000);
    let scale = Fixed::milli(10_410);

    let impact = scale * not(not(w(C)) * not(w(I)) * not(w(A)));
    let base = base_score(values, impact);

    let temporal_factor = w(E) * w(RL) * w(RC);
    let temporal =
        (E..=RC).any(|m| defined(values, m).is_some()).then(|| (base * temporal_factor).round().tenths());

    let environmental = (CDP..=AR).any(|m| defined(values, m).is_some()).then(|| {
        let adjusted = scale * not(not(w(C) * w(CR)) * not(w(I) * w(IR)) * not(w(A) * w(AR)));
        let adjusted = base_score(values, adjusted.min(ten));
        let adjusted = (adjusted * temporal_factor).round();
        ((adjusted + (ten - adjusted) * w(CDP)) * w(TD)).round().tenths()
    });
    let base = base.tenths();
    Tenths { base, temporal, environmental, effective: environmental.or(temporal).unwrap_or(base) }
}

/// Rounded to a tenth. Requirements of Low can make the adjusted base score negative; the guide's equations carry that on.
fn base_score(values: &Values, impact: Fixed) -> Fixed {
    if impact == Fixed::ZERO {
        return Fixed::ZERO;
    }
    let w = |metric| weight(values, metric);
    let exploitability = Fixed::milli(20_000) * w(AV) * w(AC) * w(AU);
    let sum = Fixed::milli(600) * impact + Fixed::milli(400) * exploitability - Fixed::milli(1_500);
    (sum * Fixed::milli(1_176)).round()
}
