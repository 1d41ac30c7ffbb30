//! What a score needs of one asset and of one weakness, worked out once each instead of once per exposure.

use crate::rates;
use crate::rows::{AttackVector, CvssFacts, Level, Maturity, WeaknessRow};
use crate::score::{
    ACTIVITY_MIN, AUTOMATABLE, DATA_VALUE, EPSS_FRESH_DAYS, EXPLOITED, Estimate, LOCAL_VECTOR, NOT_EXPLOITED,
    PHYSICAL_VECTOR, POC, POSITION, PRIOR, RANSOMWARE, TECHNIQUE, VALUE, VALUE_PRIOR,
};
use crate::ssvc::Mission;
use bartizan_model::knowledge::Exploitation;
use bartizan_model::{Criticality, DataClass, Reach, Timestamp};

/// An asset's part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct AssetTerms {
    pub(crate) reach: Reach,
    pub(crate) value: Estimate,
    pub(crate) mission: Mission,
}

impl AssetTerms {
    /// Of what is declared of an asset; `data` has bit *n* set for class *n*.
    pub(crate) fn new(reach: Reach, criticality: Option<Criticality>, data: u8) -> Self {
        let of_data: f64 =
            DATA_VALUE.iter().enumerate().filter(|(i, _)| data >> i & 1 == 1).map(|(_, v)| v).sum();
        let own = criticality.map_or_else(
            || Estimate {
                value: VALUE.iter().zip(VALUE_PRIOR).map(|(v, share)| v * share).sum(),
                low: VALUE[0],
                high: VALUE[3],
            },
            |c| Estimate::exact(VALUE[c as usize]),
        );
        // "Essential to the mission, or irreversible for people" is what CRITICAL says; data or an unknown value is
        // taken as support, so that not knowing is neither an alarm nor an all-clear.
        let mission = match criticality {
            Some(Criticality::Critical) => Mission::High,
            Some(Criticality::Low) if data == 0 => Mission::Low,
            _ => Mission::Medium,
        };
        Self { reach, value: own.map(|v| v + of_data), mission }
    }
}

/// What is declared of an asset as one number. There are few, so that the terms of all assets stay near the core that scores by them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Declared(u16);

impl Declared {
    /// How many criticalities there are, with that it is unknown, and sets of data classes.
    const EACH: [u16; 2] = [Criticality::ALL.len() as u16 + 1, 1 << DataClass::ALL.len()];

    pub(crate) fn new(reach: Reach, criticality: Option<Criticality>, data: u8) -> Self {
        let criticality = criticality.map_or(0, |it| it as u16 + 1);
        Self((reach as u16 * Self::EACH[0] + criticality) * Self::EACH[1] + u16::from(data))
    }

    /// The terms of all that can be declared, by number.
    pub(crate) fn terms() -> Vec<AssetTerms> {
        let criticalities = || std::iter::once(None).chain(Criticality::ALL.iter().copied().map(Some));
        let of = |reach: &Reach| {
            let reach = *reach;
            criticalities().flat_map(move |it| {
                (0..Self::EACH[1]).map(move |data| AssetTerms::new(reach, it, data as u8))
            })
        };
        Reach::ALL.iter().flat_map(of).collect()
    }

    pub(crate) fn of(self, terms: &[AssetTerms]) -> &AssetTerms {
        &terms[usize::from(self.0)]
    }
}

/// The bits of a list of data classes.
pub(crate) fn data_bits(data: &[DataClass]) -> u8 {
    data.iter().fold(0, |bits, class| bits | 1 << *class as u8)
}

/// A weakness' part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct WeaknessTerms {
    /// The position that the vector needs.
    pub(crate) vector: f64,
    pub(crate) activity: Estimate,
    /// From CVSS; without it the severity decides.
    pub(crate) success: Option<Estimate>,
    /// From SSVC or CVSS; without them the severity decides.
    pub(crate) impact: Option<Estimate>,
    pub(crate) exploitation: Exploitation,
    pub(crate) automatable: bool,
    pub(crate) total_impact: Option<bool>,
    /// Nobody knows a threat: reported as informational, it is an observation.
    pub(crate) harmless: bool,
}

impl WeaknessTerms {
    pub(crate) fn new(row: &WeaknessRow, now: Timestamp) -> Self {
        let k = &row.knowledge;
        let cvss = k.cvss.as_ref();
        let total = cvss.and_then(|c| c.impact).map(|i| i[0] == Level::High && i[1] == Level::High);
        let by_score = cvss.filter(|c| c.impact.is_none()).map(|c| c.score >= 9.0);
        Self {
            vector: match cvss.map_or(AttackVector::Network, |c| c.attack_vector) {
                AttackVector::Network => POSITION[0],
                AttackVector::Adjacent => POSITION[1],
                AttackVector::Local => LOCAL_VECTOR,
                AttackVector::Physical => PHYSICAL_VECTOR,
            },
            activity: activity(row, now),
            success: cvss.map(|c| success(c, k.exploit_public || k.kev.is_some())),
            impact: impact(row),
            exploitation: exploitation(row),
            automatable: k
                .ssvc
                .as_ref()
                .map_or_else(|| cvss.is_some_and(automatable), |s| s.value.automatable),
            total_impact: k.ssvc.as_ref().map(|s| s.value.total_impact).or(total).or(by_score),
            harmless: cvss.is_none_or(|c| c.score <= 0.0)
                && k.epss.is_none()
                && k.kev.is_none()
                && k.ssvc.is_none()
                && !k.exploit_public,
        }
    }
}

/// Whether CVSS says that one packet from anywhere does it.
fn automatable(c: &CvssFacts) -> bool {
    c.attack_vector == AttackVector::Network
        && c.complexity_low
        && c.privileges == Level::None
        && c.interaction_none
}

/// Evidence of exploitation, the strongest that anyone has.
pub(crate) fn exploitation(row: &WeaknessRow) -> Exploitation {
    let k = &row.knowledge;
    let maturity = k.cvss.as_ref().map_or(Maturity::NotDefined, |c| c.maturity);
    let said = k.ssvc.as_ref().map_or(Exploitation::None, |s| s.value.exploitation);
    if k.kev.is_some() || maturity == Maturity::Attacked {
        Exploitation::Active
    } else if k.exploit_public || maturity == Maturity::ProofOfConcept || public_class(row) {
        said.max(Exploitation::Poc)
    } else {
        said
    }
}

fn public_class(row: &WeaknessRow) -> bool {
    rates::class(&row.key, &row.cwe).is_some_and(|c| c.public)
}

/// The floor under activity where exploitation is known.
pub(crate) fn floor(row: &WeaknessRow) -> Option<Estimate> {
    if row.knowledge.kev.as_ref().is_some_and(|k| k.value.ransomware) {
        return Some(RANSOMWARE);
    }
    (exploitation(row) == Exploitation::Active).then_some(EXPLOITED)
}

fn activity(row: &WeaknessRow, now: Timestamp) -> Estimate {
    let k = &row.knowledge;
    let base = if let Some(epss) = &k.epss {
        let value = f64::from(epss.value).clamp(0.0, 1.0);
        let fresh = epss.as_of.is_some_and(|at| now.days_since(at) <= EPSS_FRESH_DAYS);
        let width = if fresh { 2.0 } else { 4.0 };
        Estimate { value, low: value / width, high: (value * width).min(1.0) }
    } else if let Some(class) = rates::class(&row.key, &row.cwe) {
        class.rate
    } else {
        let looked = k.ssvc.as_ref().map(|s| s.value);
        let factor = match exploitation(row) {
            Exploitation::None if looked.is_some() => NOT_EXPLOITED,
            Exploitation::None => 1.0,
            Exploitation::Poc | Exploitation::Active => POC,
        } * if looked.is_some_and(|s| s.automatable) { AUTOMATABLE } else { 1.0 };
        // An assessment is evidence: it moves the expectation, and leaves less room around it.
        let narrow = if looked.is_some() { 2.0 } else { 1.0 };
        let value = PRIOR.value * factor;
        Estimate { value, low: PRIOR.low * factor * narrow, high: (PRIOR.high * factor / narrow).min(1.0) }
    };
    floor(row).map_or(base, |floor| base.max(floor)).map(|p| p.max(ACTIVITY_MIN))
}

/// How hard the step is by CVSS; `public` when working code is known to exist.
fn success(c: &CvssFacts, public: bool) -> Estimate {
    let value = TECHNIQUE
        * if c.complexity_low { 1.0 } else { 0.35 }
        * [1.0, 0.6, 0.25][c.privileges as usize]
        * if c.interaction_none { 1.0 } else { 0.4 }
        * match c.maturity {
            Maturity::Attacked => 1.0,
            Maturity::ProofOfConcept => 0.8,
            _ if public => 0.8,
            Maturity::NotDefined => 0.6,
            Maturity::Unreported => 0.5,
        };
    Estimate { value, low: value * 0.5, high: (value * 1.5).min(1.0) }
}

fn impact(row: &WeaknessRow) -> Option<Estimate> {
    let cvss = row.knowledge.cvss.as_ref().map(|c| match c.impact {
        Some(levels) => levels
            .iter()
            .zip([0.4, 0.4, 0.2])
            .map(|(level, weight)| weight * [0.0, 0.25, 1.0][*level as usize])
            .sum::<f64>()
            .clamp(0.02, 1.0),
        None if c.score >= 9.0 => 1.0,
        None if c.score >= 7.0 => 0.6,
        None if c.score >= 4.0 => 0.3,
        None if c.score > 0.0 => 0.1,
        None => 0.02,
    });
    let value = match row.knowledge.ssvc.as_ref().map(|s| s.value.total_impact) {
        Some(true) => 1.0,
        Some(false) => cvss.unwrap_or(0.3).min(0.5),
        None => cvss?,
    };
    Some(Estimate { value, low: value * 0.7, high: (value * 1.4).min(1.0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_declared_has_the_terms_that_are_made_of_it() {
        let terms = Declared::terms();
        for reach in Reach::ALL.iter().copied() {
            for criticality in std::iter::once(None).chain(Criticality::ALL.iter().copied().map(Some)) {
                for data in 0..1 << DataClass::ALL.len() {
                    let declared = Declared::new(reach, criticality, data);
                    assert_eq!(*declared.of(&terms), AssetTerms::new(reach, criticality, data));
                }
            }
        }
    }
}
