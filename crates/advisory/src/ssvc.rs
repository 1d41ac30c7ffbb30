//! SSVC: CISA's coordinator decision, version 2.0.3 (CERT/CC, Stakeholder-Specific Vulnerability Categorization).
//!
//! CISA publishes three of the four decision points per CVE (see [`crate::cve`]); the fourth, what the affected asset
//! means for the mission and for people, is the organisation's own.

use serde::{Deserialize, Serialize};

use crate::text::words;

words! {
    /// Decision point Exploitation 1.1.0.
    pub enum Exploitation {
        /// No evidence of exploitation and no public proof of concept.
        None = "none",
        /// A public proof of concept, or the method is well known.
        Poc = "poc",
        /// Reliable evidence that attackers use it.
        Active = "active",
    }
}

impl Exploitation {
    /// As feeds write it: any case, and also "public poc", the value's name in the decision table.
    pub(crate) fn from_feed(word: &str) -> Option<Self> {
        if word.eq_ignore_ascii_case("public poc") { Some(Self::Poc) } else { Self::from_word(word) }
    }
}

words! {
    /// Decision point Technical Impact 1.0.0.
    pub enum TechnicalImpact {
        /// The attacker gets limited control or information.
        Partial = "partial",
        /// The attacker gets total control or all information.
        Total = "total",
    }
}

words! {
    /// Decision point Mission and Well-Being Impact 1.0.0.
    pub enum MissionImpact {
        /// Neither an essential function nor people depend on it.
        Low = "low",
        /// It supports an essential function, or some harm to people is possible.
        Medium = "medium",
        /// It is an essential function, or grave harm to people is possible.
        High = "high",
    }
}

words! {
    /// What to do, in rising urgency.
    pub enum Decision {
        /// Nothing now: remediate within the usual update times.
        Track = "track",
        /// Watch closely for changes; remediate within the usual update times.
        TrackStar = "track*",
        /// Needs attention of supervisors; remediate sooner than the usual update times.
        Attend = "attend",
        /// Needs attention of leaders; remediate as soon as possible.
        Act = "act",
    }
}

/// The three decision points that CISA publishes for a CVE.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ssvc {
    /// Whether it is exploited.
    pub exploitation: Exploitation,
    /// Whether an attacker can automate the steps from reconnaissance to exploitation.
    pub automatable: bool,
    /// How much control an attacker gets.
    pub technical_impact: TechnicalImpact,
    /// When CISA judged so (RFC 3339), if it says.
    pub as_of: Option<String>,
}

impl Ssvc {
    /// The coordinator's decision for an asset of this importance.
    pub fn decide(&self, mission: MissionImpact) -> Decision {
        decide(self.exploitation, self.automatable, self.technical_impact, mission)
    }
}

/// The decision table, version 2.0.3.
pub const fn decide(
    exploitation: Exploitation,
    automatable: bool,
    technical_impact: TechnicalImpact,
    mission: MissionImpact,
) -> Decision {
    use Decision::{Act, Attend, Track, TrackStar};
    // Rows: no/partial, no/total, yes/partial, yes/total; columns: mission low, medium, high.
    const TABLE: [[[Decision; 3]; 4]; 3] = [
        [[Track, Track, Track], [Track, Track, TrackStar], [Track, Track, Attend], [Track, Track, Attend]],
        [
            [Track, Track, TrackStar],
            [Track, TrackStar, Attend],
            [Track, Track, Attend],
            [Track, TrackStar, Attend],
        ],
        [[Track, Track, Attend], [Track, Attend, Act], [Attend, Attend, Act], [Attend, Act, Act]],
    ];
    let row = 2 * automatable as usize + technical_impact as usize;
    TABLE[exploitation as usize][row][mission as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_rows() {
        use {Exploitation as E, MissionImpact as M, TechnicalImpact as T};
        assert_eq!(decide(E::None, false, T::Partial, M::Low), Decision::Track);
        assert_eq!(decide(E::None, false, T::Total, M::High), Decision::TrackStar);
        assert_eq!(decide(E::Poc, true, T::Total, M::High), Decision::Attend);
        assert_eq!(decide(E::Active, true, T::Total, M::Medium), Decision::Act);
        assert_eq!(decide(E::Active, false, T::Partial, M::Medium), Decision::Track);
    }

    #[test]
    fn worse_never_means_less_urgent() {
        for (i, e) in Exploitation::ALL.iter().enumerate() {
            for (j, t) in TechnicalImpact::ALL.iter().enumerate() {
                for (k, m) in MissionImpact::ALL.iter().enumerate() {
                    let here = decide(*e, false, *t, *m);
                    assert!(here <= decide(*e, true, *t, *m));
                    for worse in [
                        Exploitation::ALL.get(i + 1).map(|e| decide(*e, false, *t, *m)),
                        TechnicalImpact::ALL.get(j + 1).map(|t| decide(*e, false, *t, *m)),
                        MissionImpact::ALL.get(k + 1).map(|m| decide(*e, false, *t, *m)),
                    ] {
                        assert!(worse.is_none_or(|w| here <= w));
                    }
                }
            }
        }
    }

    #[test]
    fn words() {
        assert_eq!(Decision::TrackStar.to_string(), "track*");
        assert_eq!(serde_json::to_string(&Decision::TrackStar).unwrap(), "\"track*\"");
        assert_eq!(Exploitation::from_feed("PoC"), Some(Exploitation::Poc));
        assert_eq!(Exploitation::from_feed("Public PoC"), Some(Exploitation::Poc));
        assert_eq!(Exploitation::from_feed("maybe"), None);
    }
}
