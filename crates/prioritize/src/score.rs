//! The model behind the number. `risk = reach x activity x success x impact x consequence`, over 30 days.
//!
//! | Factor | Formula | Constants and their reasons |
//! |---|---|---|
//! | reach | max(what the attack graph says, min(position of the asset, position the vector needs)) | internet 1: scanning never stops. internal 0.1: an organisation has an intruder inside in roughly one month of ten. local 0.02: the intruder must be on that very machine. Vector: adjacent as internal; local [`LOCAL_VECTOR`]: a foothold there, or a file someone opens; physical [`PHYSICAL_VECTOR`]: few intruders come by hand. Unknown: expectation under [`REACH_PRIOR`]. The graph's known ways raise it; they lower it only where zones and firewalls say who talks to an asset of unknown reach: then local. Ways that nobody knows of are what the positions are for |
//! | activity | max(EPSS, floor of KEV or "active"), or a prior, or a class' base rate | EPSS *is* this quantity. KEV also raises EPSS, so the floor is a maximum and never multiplied: 0.49, for ransomware 0.68: the mean EPSS on 2026-08-22 of the 1,111 and 293 such CVEs of the list of 2025-08-25; their intervals are the quartiles. Without EPSS: [`PRIOR`], times [`POC`] with a public exploit, [`NOT_EXPLOITED`] where CISA looked and found none, [`AUTOMATABLE`]. No catalogued vulnerability: [`crate::rates`] |
//! | success | [`TECHNIQUE`] x complexity x privileges x interaction x maturity; a validation overrides | high complexity 0.35, privileges low 0.6 and high 0.25, interaction 0.4, maturity unreported 0.5, not defined 0.6 (0.8 with public code), proof of concept 0.8, attacked 1: the shape of the CVSS v3.1 exploitability weights, rounded. Success is about *this asset if tried*, so it does not count again what EPSS says about *whether anyone tries*. Validated: 0.98; blocked: times 0.05 |
//! | impact | sum of 0.4 C + 0.4 I + 0.2 A, low counting a quarter; CISA's "total" is 1, "partial" at most 0.5 | availability comes back when the attack stops, what was read or changed does not |
//! | consequence | the greater of the asset's own and what is lost from where the exposure leads (by the attack graph: the largest value times probability of the way there; then impact is 1). Own: value of the asset's criticality plus its data | criticality 1, 10, 100, 1000: equal steps are equal factors, as in the score. Data: phi 300, pci 300, credentials 200, pii 100, confidential 100: the loss of a data set hurts like a stopped business service. Undeclared: expectation under [`VALUE_PRIOR`] |
//!
//! Where there is no CVSS, and only there, the reported severity stands in for success and impact. A finding reported as
//! informational, of which nobody knows a threat, is an observation: [`INFORMATIONAL`]; so it never outranks a critical one.
//!
//! The score is `100 ln(risk/floor) / ln(ceiling/floor)`, so equal steps are equal factors (13.7 points are a factor of
//! ten). [`FLOOR`]: a ten-thousandth of a nuisance asset. [`CEILING`]: a crown jewel with every class of data, certainly
//! lost: the most that falls in one blow. Both are constants and not the sum over
//! the workspace: with the sum, retiring an asset would raise every other score.
//! Arithmetic uses IEEE basic operations only (see [`ln`]): the same facts give the same number on any machine.

use crate::rows::{Lead, Validation};
use crate::ssvc::{Decision, Points};
use crate::terms::{AssetTerms, WeaknessTerms};
use bartizan_model::{Reach, Severity};
use serde::Serialize;

/// P(an attacker stands there) for internet, internal, local.
pub const POSITION: [f64; 3] = [1.0, 0.1, 0.02];
/// Prior of internet, internal, local where nobody observed the reach: most machines are inside.
pub const REACH_PRIOR: [f64; 3] = [0.1, 0.7, 0.2];
/// Position for a vector "local".
pub const LOCAL_VECTOR: f64 = 0.05;
/// Position for a vector "physical".
pub const PHYSICAL_VECTOR: f64 = 0.002;
/// Activity of a catalogued vulnerability of which nothing is known: about 6 % are ever seen exploited, over years.
pub const PRIOR: Estimate = Estimate { value: 0.005, low: 0.0003, high: 0.2 };
/// Factor on the prior for public exploit code. Small on purpose: with 4 the back-test lost two thirds of what it found in
/// the first 5 % of the list (0.09 instead of 0.27).
pub const POC: f64 = 1.5;
/// Factor on the prior where CISA looked and found no exploitation and no public code.
pub const NOT_EXPLOITED: f64 = 0.8;
/// Factor on the prior where the attack can be automated.
pub const AUTOMATABLE: f64 = 2.0;
/// Floor of activity for what is listed as exploited.
pub const EXPLOITED: Estimate = Estimate { value: 0.49, low: 0.10, high: 0.89 };
/// Floor of activity for what ransomware uses.
pub const RANSOMWARE: Estimate = Estimate { value: 0.68, low: 0.30, high: 1.0 };
/// No activity is below this: no model measures rarer events.
pub const ACTIVITY_MIN: f64 = 1e-4;
/// An EPSS value older than this many days has an interval twice as wide (in logarithm).
pub const EPSS_FRESH_DAYS: i64 = 30;
/// Success of an attack that nothing hinders: even then some fail.
pub const TECHNIQUE: f64 = 0.9;
/// Success by reported severity where there is no CVSS: unknown, info, low, medium, high, critical.
pub const SUCCESS_BY_SEVERITY: [Estimate; 6] = [
    Estimate { value: 0.3, low: 0.02, high: 0.9 },
    Estimate { value: 0.02, low: 0.002, high: 0.2 },
    Estimate { value: 0.12, low: 0.03, high: 0.4 },
    Estimate { value: 0.3, low: 0.1, high: 0.7 },
    Estimate { value: 0.5, low: 0.2, high: 0.9 },
    Estimate { value: 0.7, low: 0.3, high: 1.0 },
];
/// Impact by reported severity where there is neither CVSS nor SSVC: as above.
pub const IMPACT_BY_SEVERITY: [Estimate; 6] = [
    Estimate { value: 0.25, low: 0.02, high: 1.0 },
    Estimate { value: 0.02, low: 0.01, high: 0.1 },
    Estimate { value: 0.1, low: 0.03, high: 0.3 },
    Estimate { value: 0.3, low: 0.1, high: 0.7 },
    Estimate { value: 0.6, low: 0.25, high: 1.0 },
    Estimate { value: 1.0, low: 0.4, high: 1.0 },
];
/// Success of an informational finding: it helps only together with something else.
pub const INFORMATIONAL: Estimate = Estimate { value: 1e-9, low: 1e-10, high: 1e-6 };
/// Value of criticality low, medium, high, critical.
pub const VALUE: [f64; 4] = [1.0, 10.0, 100.0, 1000.0];
/// Prior of the same where nobody declared it: half of all assets are a nuisance, one in a hundred a crown jewel.
pub const VALUE_PRIOR: [f64; 4] = [0.5, 0.4, 0.09, 0.01];
/// Value of data: phi, pci, pii, credentials, confidential.
pub const DATA_VALUE: [f64; 5] = [300.0, 300.0, 100.0, 200.0, 100.0];
/// Risk at and below which the score is 0.
pub const FLOOR: f64 = 1e-4;
/// Risk at and above which the score is 100.
pub const CEILING: f64 = 2000.0;

/// A quantity with the interval that what is unknown leaves open.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Estimate {
    /// The expectation.
    pub value: f64,
    /// At least this.
    pub low: f64,
    /// At most this.
    pub high: f64,
}

impl Estimate {
    /// A known quantity.
    pub const fn exact(value: f64) -> Self {
        Self { value, low: value, high: value }
    }

    /// Each bound mapped.
    pub(crate) fn map(self, f: impl Fn(f64) -> f64) -> Self {
        Self { value: f(self.value), low: f(self.low), high: f(self.high) }
    }

    /// The greater of two, bound by bound.
    pub(crate) fn max(self, other: Self) -> Self {
        Self {
            value: self.value.max(other.value),
            low: self.low.max(other.low),
            high: self.high.max(other.high),
        }
    }
}

impl std::ops::Mul for Estimate {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self { value: self.value * other.value, low: self.low * other.low, high: self.high * other.high }
    }
}

/// Where a score lies, least urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Band {
    /// Below 25: leave it to the usual update cycle.
    Low,
    /// From 25 (risk 0.007): look again when something changes.
    Watch,
    /// From 50 (risk 0.45, half a nuisance asset a month): plan a fix.
    Plan,
    /// From 70 (risk 13, a whole department's asset a month): now.
    ActNow,
}

impl Band {
    /// All of them, in the order of the query language's words.
    pub const ALL: [Self; 4] = [Self::Low, Self::Watch, Self::Plan, Self::ActNow];
    /// The least score of each, in hundredths.
    const FROM: [u16; 4] = [0, 2500, 5000, 7000];

    /// The band of a score in hundredths.
    pub fn of(score: u16) -> Self {
        Self::ALL[Self::FROM.iter().filter(|from| score >= **from).count() - 1]
    }

    /// The word of the query language and the API.
    pub const fn as_str(self) -> &'static str {
        ["low", "watch", "plan", "act-now"][self as usize]
    }

    /// The words for people.
    pub const fn title(self) -> &'static str {
        ["Low", "Watch", "Plan", "Act now"][self as usize]
    }
}

/// The factors of one exposure and what follows from them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Assessment {
    /// P(an attacker stands where it can be used).
    pub reach: Estimate,
    /// P(somebody exploits the weakness).
    pub activity: Estimate,
    /// P(it works here if tried).
    pub success: Estimate,
    /// The share of the asset's value that falls.
    pub impact: Estimate,
    /// The asset's value.
    pub consequence: Estimate,
    /// The expected loss.
    pub risk: Estimate,
    /// The SSVC decision points.
    pub points: Points,
}

impl Assessment {
    /// The score in hundredths.
    pub fn score(&self) -> u16 {
        score(self.risk.value)
    }

    /// Its band.
    pub fn band(&self) -> Band {
        Band::of(self.score())
    }

    /// The SSVC decision.
    pub fn decision(&self) -> Decision {
        self.points.decide()
    }
}

/// The one place where a score is made: the pass over the estate, the explanation and every what-if call it.
#[inline]
pub(crate) fn assess(
    asset: &AssetTerms,
    weakness: &WeaknessTerms,
    severity: Severity,
    validation: Validation,
    lead: &Lead,
) -> Assessment {
    let s = usize::from(severity.code());
    let informational =
        severity == Severity::Info && weakness.harmless && validation != Validation::Exploitable;
    let success = match (weakness.success, validation) {
        _ if informational => INFORMATIONAL,
        (_, Validation::Exploitable) => Estimate { value: 0.98, low: 0.9, high: 1.0 },
        (known, validation) => {
            let tried = known.unwrap_or(SUCCESS_BY_SEVERITY[s]);
            if validation == Validation::Blocked {
                tried * Estimate { value: 0.05, low: 0.005, high: 0.3 }
            } else {
                tried
            }
        }
    };
    let (reach, activity) = (position(asset, weakness, lead).max(lead.stand), weakness.activity);
    let impact = weakness.impact.unwrap_or(IMPACT_BY_SEVERITY[s]);
    let (impact, consequence) = loss(impact, asset.value, lead.beyond);
    Assessment {
        reach,
        activity,
        success,
        impact,
        consequence,
        risk: reach * activity * success * impact * consequence,
        points: Points {
            exploitation: weakness.exploitation,
            automatable: weakness.automatable,
            total_impact: weakness.total_impact.unwrap_or(severity >= Severity::High),
            mission: asset.mission,
        },
    }
}

/// P(an attacker stands there), by the position of the asset alone.
pub(crate) fn position(asset: &AssetTerms, weakness: &WeaknessTerms, lead: &Lead) -> Estimate {
    let from = if lead.zoned { Reach::Local } else { asset.reach };
    reach(from, weakness.vector)
}

/// The impact, and on what: the asset's own value, or all that is lost from where the exposure leads, if that is more.
fn loss(impact: Estimate, own: Estimate, beyond: f64) -> (Estimate, Estimate) {
    let here = impact * own;
    if beyond <= here.value {
        return (impact, own);
    }
    (Estimate::exact(1.0), Estimate { value: beyond, low: here.low, high: here.high.max(beyond) })
}

/// P(an attacker stands where a vector that needs `vector` can be used on an asset of this reach).
pub(crate) fn reach(reach: Reach, vector: f64) -> Estimate {
    match reach {
        Reach::Unknown => Estimate {
            value: POSITION.iter().zip(REACH_PRIOR).map(|(p, share)| p.min(vector) * share).sum(),
            low: POSITION[2].min(vector),
            high: POSITION[0].min(vector),
        },
        known => Estimate::exact(POSITION[known as usize].min(vector)),
    }
}

/// The score of a risk in hundredths, 0 to 10,000.
pub fn score(risk: f64) -> u16 {
    if risk <= FLOOR {
        return 0;
    }
    let scale = 10_000.0 / ln(CEILING / FLOOR);
    // Truncation after adding a half rounds; the clamp keeps it in range.
    (ln(risk / FLOOR) * scale + 0.5).clamp(0.0, 10_000.0) as u16
}

/// Natural logarithm of a positive normal number by IEEE basic operations alone, exact to about 1e-15 relative. The
/// library's own may differ in the last bit from machine to machine.
pub fn ln(x: f64) -> f64 {
    let bits = x.to_bits();
    let mut exponent = (bits >> 52) as i64 - 1023;
    let mut mantissa = f64::from_bits(bits & ((1 << 52) - 1) | 1023 << 52);
    if mantissa > std::f64::consts::SQRT_2 {
        mantissa *= 0.5;
        exponent += 1;
    }
    // ln m = 2 artanh s with |s| < 0.172, so ten terms leave less than 1e-16.
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let square = s * s;
    let mut sum = 0.0;
    for k in (0..11).rev() {
        sum = sum * square + 1.0 / f64::from(2 * k + 1);
    }
    exponent as f64 * std::f64::consts::LN_2 + 2.0 * s * sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithm_and_scale() {
        for x in [1e-300, 1e-4, 0.3, 1.0, 1.5, 2.0, 3.0, 12345.678, 1e300] {
            assert!((ln(x) - x.ln()).abs() <= 1e-14 * x.ln().abs().max(1.0), "{x}");
        }
        assert_eq!((score(0.0), score(FLOOR), score(CEILING), score(1e9)), (0, 0, 10_000, 10_000));
        assert!(
            (score(0.2) - score(0.02)).abs_diff(score(20.0) - score(2.0)) <= 1,
            "equal factors are equal steps"
        );
        for (band, from) in [(Band::Watch, 0.007), (Band::Plan, 0.45), (Band::ActNow, 13.0)] {
            assert_eq!(Band::of(score(from * 1.05)), band);
            assert!(Band::of(score(from * 0.9)) < band);
        }
    }

    #[test]
    fn priors_are_distributions() {
        assert!((REACH_PRIOR.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!((VALUE_PRIOR.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }
}
