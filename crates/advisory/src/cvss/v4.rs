//! CVSS v4.0: FIRST's "CVSS v4.0 Specification Document", section 8 (MacroVectors and interpolation).
//!
//! A vector falls into one of 270 MacroVectors by six equivalence classes (EQ). Its score is that of the MacroVector less
//! the mean, over the classes that have a next lower MacroVector, of the gap to that one times how far down in the class
//! the vector stands. FIRST's calculator measures this depth from the first "highest severity vector" of the class that
//! dominates the vector; as all highest vectors of one class have the same sum of levels, the depth is simply the sum of the
//! vector's levels less that of the class ([`Class::floor`]), and everything stays in whole numbers.
//!
//! v4.0 has one score: threat and environmental metrics are already in it. The supplemental metrics (S, AU, R, V, RE, U)
//! do not change it.

use super::Tenths;
use super::metric::{Metric, Values, base, optional};

const AV: usize = 0;
const AC: usize = 1;
const AT: usize = 2;
const PR: usize = 3;
const UI: usize = 4;
const VC: usize = 5;
const VI: usize = 6;
const VA: usize = 7;
const SC: usize = 8;
const SI: usize = 9;
const SA: usize = 10;
const E: usize = 11;
const CR: usize = 12;
const IR: usize = 13;
const AR: usize = 14;
/// The modified base metrics follow in the order of the base metrics.
const MODIFIED: usize = 15;

const IMPACT: &[&str] = &["H", "L", "N"];
const REQUIREMENT: &[&str] = &["X", "H", "M", "L"];
const MODIFIED_IMPACT: &[&str] = &["X", "H", "L", "N"];
const MODIFIED_SAFETY: &[&str] = &["X", "S", "H", "L", "N"];

pub(super) static METRICS: [Metric; 32] = [
    base("AV", &["N", "A", "L", "P"]),
    base("AC", &["L", "H"]),
    base("AT", &["N", "P"]),
    base("PR", &["N", "L", "H"]),
    base("UI", &["N", "P", "A"]),
    base("VC", IMPACT),
    base("VI", IMPACT),
    base("VA", IMPACT),
    base("SC", IMPACT),
    base("SI", IMPACT),
    base("SA", IMPACT),
    optional("E", &["X", "A", "P", "U"]),
    optional("CR", REQUIREMENT),
    optional("IR", REQUIREMENT),
    optional("AR", REQUIREMENT),
    optional("MAV", &["X", "N", "A", "L", "P"]),
    optional("MAC", &["X", "L", "H"]),
    optional("MAT", &["X", "N", "P"]),
    optional("MPR", &["X", "N", "L", "H"]),
    optional("MUI", &["X", "N", "P", "A"]),
    optional("MVC", MODIFIED_IMPACT),
    optional("MVI", MODIFIED_IMPACT),
    optional("MVA", MODIFIED_IMPACT),
    optional("MSC", MODIFIED_IMPACT),
    optional("MSI", MODIFIED_SAFETY),
    optional("MSA", MODIFIED_SAFETY),
    optional("S", &["X", "N", "P"]),
    optional("AU", &["X", "N", "Y"]),
    optional("R", &["X", "A", "U", "I"]),
    optional("V", &["X", "D", "C"]),
    optional("RE", &["X", "L", "M", "H"]),
    optional("U", &["X", "Clear", "Green", "Amber", "Red"]),
];

/// The stated value of an optional metric, unless it is X, always the first of the table.
pub(super) fn defined(values: &Values, metric: usize) -> Option<usize> {
    values.get(metric).filter(|v| *v > 0)
}

/// A base metric as the environment modified it, as its severity level: 0 is the most severe value. The subsequent
/// system's impacts start at 1, because 0 is Safety, which only MSI and MSA can say.
pub(super) fn level(values: &Values, metric: usize) -> usize {
    match (metric, defined(values, MODIFIED + metric)) {
        (SI | SA, Some(v)) => v - 1,
        (SC, Some(v)) => v,
        (_, Some(v)) => v - 1,
        (SC | SI | SA, None) => values.at(metric) + 1,
        (_, None) => values.at(metric),
    }
}

/// Where a vector stands in one equivalence class.
struct Class {
    /// The score of the next lower MacroVector in this class, if there is one.
    lower: Option<u8>,
    /// The sum of the severity levels of the vector's metrics in this class.
    levels: usize,
    /// The same sum for the most severe vectors of the class.
    floor: usize,
    /// The depth of the class: how many levels from its most to its least severe vector, plus one.
    depth: usize,
}

/// `SCORES[row][column]` in tenths: the MacroVector scores of the specification (FIRST's cvss_lookup.js). Row is
/// 10 EQ1 + 5 EQ2 + (EQ3, EQ6 joint: 00, 01, 10, 11, 21), column 3 EQ4 + EQ5.
#[rustfmt::skip]
static SCORES: [[u8; 9]; 30] = [
    [100,  98,  95, 100,  93,  91,  93,  89,  81],
    [ 99,  95,  92,  96,  87,  81,  90,  80,  68],
    [ 98,  95,  90,  93,  89,  81,  88,  78,  69],
    [ 95,  92,  84,  92,  81,  65,  80,  70,  48],
    [ 92,  82,  72,  79,  69,  50,  69,  55,  27],
    [ 99,  95,  92,  95,  90,  84,  92,  82,  72],
    [ 97,  92,  85,  91,  83,  71,  81,  71,  53],
    [ 95,  92,  85,  92,  80,  70,  84,  71,  50],
    [ 93,  85,  73,  82,  72,  59,  70,  52,  30],
    [ 86,  75,  52,  71,  52,  29,  63,  29,  17],
    [ 98,  94,  91,  94,  86,  77,  87,  74,  63],
    [ 95,  87,  81,  89,  74,  64,  75,  63,  49],
    [ 94,  88,  76,  86,  74,  59,  72,  57,  52],
    [ 89,  77,  67,  76,  58,  50,  57,  52,  25],
    [ 83,  70,  54,  65,  58,  26,  53,  21,  13],
    [ 95,  88,  76,  90,  75,  61,  77,  68,  52],
    [ 90,  76,  70,  77,  62,  53,  66,  59,  30],
    [ 89,  76,  62,  74,  57,  47,  61,  57,  24],
    [ 78,  67,  58,  59,  57,  23,  52,  29,  16],
    [ 71,  59,  30,  58,  26,  15,  23,  13,   6],
    [ 93,  86,  75,  86,  74,  56,  70,  52,  40],
    [ 87,  72,  58,  74,  61,  34,  54,  40,  22],
    [ 85,  74,  62,  72,  55,  46,  53,  34,  19],
    [ 75,  55,  51,  57,  41,  19,  36,  19,   8],
    [ 64,  51,  20,  47,  21,  11,  24,   9,   4],
    [ 88,  73,  60,  73,  59,  41,  54,  45,  20],
    [ 75,  53,  50,  55,  40,  20,  43,  22,  11],
    [ 75,  58,  40,  61,  48,  20,  46,  17,   8],
    [ 55,  45,  21,  51,  18,   9,  18,   7,   2],
    [ 53,  24,  14,  24,  12,   5,  10,   3,   1],
];

/// The joint class of EQ3 and EQ6, as FIRST numbers it; EQ3 = 2 with EQ6 = 0 cannot be.
fn joint(eq3: usize, eq6: usize) -> Option<usize> {
    match (eq3, eq6) {
        (0 | 1, 0 | 1) => Some(2 * eq3 + eq6),
        (2, 1) => Some(4),
        _ => None,
    }
}

fn lookup(eq1: usize, eq2: usize, eq36: Option<usize>, eq4: usize, eq5: usize) -> Option<u8> {
    if eq1 > 2 || eq2 > 1 || eq4 > 2 || eq5 > 2 {
        return None;
    }
    SCORES.get(10 * eq1 + 5 * eq2 + eq36?)?.get(3 * eq4 + eq5).copied()
}

pub(super) fn scores(values: &Values) -> Tenths {
    let score = score(values);
    Tenths { base: score, temporal: None, environmental: None, effective: score }
}

fn score(values: &Values) -> u8 {
    let l = |metric| level(values, metric);
    // A requirement that is not defined counts as High, an exploit maturity as Attacked: the worst case.
    let required = |metric| defined(values, metric).map_or(0, |v| v - 1);
    let (av, pr, ui) = (l(AV), l(PR), l(UI));
    let (vc, vi, va) = (l(VC), l(VI), l(VA));
    let (sc, si, sa) = (l(SC), l(SI), l(SA));
    let (cr, ir, ar) = (required(CR), required(IR), required(AR));
    if [vc, vi, va] == [2; 3] && [sc, si, sa] == [3; 3] {
        return 0;
    }

    // Tables 24 to 29 of the specification.
    let eq1 = match (av, pr, ui) {
        (0, 0, 0) => 0,
        (0..=2, _, _) if av == 0 || pr == 0 || ui == 0 => 1,
        _ => 2,
    };
    let eq2 = usize::from(l(AC) + l(AT) > 0);
    let eq3 = if vc == 0 && vi == 0 { 0 } else { 2 - usize::from(vc == 0 || vi == 0 || va == 0) };
    let eq4 = if si == 0 || sa == 0 { 0 } else { 2 - usize::from(sc == 1 || si == 1 || sa == 1) };
    let eq5 = required(E);
    let eq6 = usize::from(vc + cr > 0 && vi + ir > 0 && va + ar > 0);

    let eq36 = joint(eq3, eq6);
    let Some(own) = lookup(eq1, eq2, eq36, eq4, eq5) else {
        // Only EQ3 = 2 with EQ6 = 0 has no score, and EQ6 = 0 needs an impact of High.
        return 0;
    };
    // The next lower MacroVector in EQ3 and EQ6: down in one of them; from 00, the higher of both ways.
    let lower36 = match (eq3, eq6) {
        (0, 0) => lookup(eq1, eq2, joint(0, 1), eq4, eq5).max(lookup(eq1, eq2, joint(1, 0), eq4, eq5)),
        (1, 0) => lookup(eq1, eq2, joint(1, 1), eq4, eq5),
        _ => lookup(eq1, eq2, joint(eq3 + 1, eq6), eq4, eq5),
    };
    let at = |table: &[usize], class: usize| table.get(class).copied().unwrap_or(1);
    let class36 = eq36.unwrap_or(0);
    let classes = [
        Class {
            lower: lookup(eq1 + 1, eq2, eq36, eq4, eq5),
            levels: av + pr + ui,
            floor: at(&[0, 1, 3], eq1),
            depth: at(&[1, 4, 5], eq1),
        },
        Class {
            lower: lookup(eq1, eq2 + 1, eq36, eq4, eq5),
            levels: l(AC) + l(AT),
            floor: at(&[0, 1], eq2),
            depth: at(&[1, 2], eq2),
        },
        Class {
            lower: lower36,
            levels: vc + vi + va + cr + ir + ar,
            floor: at(&[0, 3, 1, 3, 3], class36),
            depth: at(&[7, 6, 8, 8, 10], class36),
        },
        Class {
            lower: lookup(eq1, eq2, eq36, eq4 + 1, eq5),
            levels: sc + si + sa,
            floor: at(&[1, 3, 6], eq4),
            depth: at(&[6, 5, 4], eq4),
        },
        // Exploit maturity has one level per class, so it only takes part in the mean.
        Class { lower: lookup(eq1, eq2, eq36, eq4, eq5 + 1), levels: 0, floor: 0, depth: 1 },
    ];
    interpolate(own, &classes)
}

/// `own` less the mean of the gaps, to the nearest tenth with halves upwards, in exact fractions.
fn interpolate(own: u8, classes: &[Class]) -> u8 {
    /// A multiple of every depth.
    const COMMON: i64 = 840;
    let (mut count, mut sum) = (0_i64, 0_i64);
    for class in classes {
        let Some(lower) = class.lower else { continue };
        let gap = i64::from(own) - i64::from(lower);
        let steps = i64::try_from(class.levels.saturating_sub(class.floor)).unwrap_or(0);
        let depth = i64::try_from(class.depth).unwrap_or(1);
        sum += gap * steps * (COMMON / depth);
        count += 1;
    }
    let unit = COMMON * count.max(1);
    let tenths = (2 * (i64::from(own) * unit - sum) + unit).div_euclid(2 * unit);
    u8::try_from(tenths.clamp(0, 100)).unwrap_or(0)
}
