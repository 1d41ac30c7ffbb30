//! CVSS vectors and scores: v2, v3.0, v3.1 and v4.0 (FIRST, Common Vulnerability Scoring System).
//!
//! ```
//! use bartizan_advisory::cvss::{Severity, Vector};
//!
//! let vector = Vector::parse("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")?;
//! assert_eq!((vector.score(), vector.severity()), (9.8, Severity::Critical));
//! # Ok::<(), bartizan_advisory::cvss::CvssError>(())
//! ```
//!
//! Why not the crate `cvss`? Version 3.0 of it was measured against 22,000 vectors with known scores and is good: all base,
//! v2, v3.1 and v4.0 scores are right. But it computes in binary floats, so 10 of 12,400 v3.0 temporal and environmental scores
//! are 0.1 too high (2.5 x 0.92 comes out above 2.3); it accepts v3 vectors that lack a mandatory metric and v4.0 metrics out of
//! order; and it has no effective score. Here the arithmetic is exact: decimals in integers for v2 and v3, fractions in
//! integers for v4.0, so that a rounding boundary is where the standard puts it; and a vector is small and `Copy`.

mod fixed;
mod metric;
mod v2;
mod v3;
mod v4;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::text::{excerpt, words};
use metric::{Metric, Order, Values};

words! {
    /// The version of the standard that a vector is written in.
    pub enum Version {
        /// Version 2
        V2 = "2.0",
        /// Version 3.0
        V30 = "3.0",
        /// Version 3.1
        V31 = "3.1",
        /// Version 4.0
        V40 = "4.0",
    }
}

impl Version {
    fn metrics(self) -> &'static [Metric] {
        match self {
            Self::V2 => &v2::METRICS,
            Self::V30 | Self::V31 => &v3::METRICS,
            Self::V40 => &v4::METRICS,
        }
    }

    fn prefix(self) -> &'static str {
        match self {
            Self::V2 => "",
            Self::V30 => "CVSS:3.0/",
            Self::V31 => "CVSS:3.1/",
            Self::V40 => "CVSS:4.0/",
        }
    }
}

words! {
    /// The qualitative rating of a score.
    pub enum Severity {
        /// 0.0
        None = "none",
        /// Up to 3.9
        Low = "low",
        /// 4.0 to 6.9
        Medium = "medium",
        /// 7.0 to 8.9; in v2 up to 10.0
        High = "high",
        /// 9.0 to 10.0; not in v2
        Critical = "critical",
    }
}

impl Severity {
    /// The rating of a score in tenths. v2 itself has no ratings: NVD's are used (low from 0.0, high from 7.0).
    fn of(version: Version, tenths: u8) -> Self {
        match (tenths, version) {
            (0, Version::V30 | Version::V31 | Version::V40) => Self::None,
            (0..40, _) => Self::Low,
            (40..70, _) => Self::Medium,
            (90.., Version::V30 | Version::V31 | Version::V40) => Self::Critical,
            _ => Self::High,
        }
    }
}

words! {
    /// From where the attack is made.
    pub enum AttackVector {
        /// From anywhere that routes there.
        Network = "network",
        /// From the same network segment or radio range.
        Adjacent = "adjacent",
        /// From an account on the machine, or through a file that its user opens.
        Local = "local",
        /// With hands on the machine. v2 counts this as local.
        Physical = "physical",
    }
}

words! {
    /// What the attacker must be allowed to do beforehand.
    pub enum PrivilegesRequired {
        /// Nothing.
        None = "none",
        /// An ordinary account. v2: to authenticate once.
        Low = "low",
        /// An administrator's account. v2: to authenticate more than once.
        High = "high",
    }
}

words! {
    /// How far exploitation has come, by metric E, in rising order.
    pub enum ExploitMaturity {
        /// No exploit known (v2 U, v3 U, v4.0 U).
        Unproven = "unproven",
        /// A demonstration that takes skill to use (v2 POC, v3 P, v4.0 P).
        ProofOfConcept = "poc",
        /// Code that mostly works (v2 F, v3 F).
        Functional = "functional",
        /// Works everywhere, or no exploit is needed (v2 H, v3 H).
        High = "high",
        /// Attacks or easy tools are reported (v4.0 A).
        Attacked = "attacked",
    }
}

/// Why a text is not a CVSS vector.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CvssError {
    /// `CVSS:` is followed by a version that does not exist, or that is written without a prefix.
    #[error("`CVSS:{version}` is no version with a prefix (3.0, 3.1 or 4.0)")]
    UnknownVersion {
        /// What follows `CVSS:`.
        version: String,
    },
    /// The metrics are those of v3 or v4.0, but nothing says which.
    #[error("the metrics are not those of v2, and a prefix such as `CVSS:3.1/` is missing")]
    MissingPrefix,
    /// A part between slashes is not a pair, or a parenthesis is open.
    #[error("`{part}` is not of the form METRIC:VALUE")]
    Malformed {
        /// The part.
        part: String,
    },
    /// The version has no such metric.
    #[error("CVSS {version} has no metric `{metric}`")]
    UnknownMetric {
        /// The version of the vector.
        version: Version,
        /// The metric as given.
        metric: String,
    },
    /// The metric has no such value.
    #[error("metric {metric} of CVSS {version} has no value `{value}`")]
    UnknownValue {
        /// The version of the vector.
        version: Version,
        /// The metric.
        metric: &'static str,
        /// The value as given.
        value: String,
    },
    /// A metric is stated twice.
    #[error("metric {metric} is stated twice")]
    Duplicate {
        /// The metric.
        metric: &'static str,
    },
    /// A mandatory metric is missing.
    #[error("mandatory metric {metric} of CVSS {version} is missing")]
    Missing {
        /// The version of the vector.
        version: Version,
        /// The first metric that is missing.
        metric: &'static str,
    },
    /// v2 and v4.0 fix the order of the metrics.
    #[error("metric {metric} must come before {after} in CVSS {version}")]
    Order {
        /// The version of the vector.
        version: Version,
        /// The metric that comes too late.
        metric: &'static str,
        /// The metric that it follows.
        after: &'static str,
    },
}

/// The scores of one vector. What is not defined is `None`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Scores {
    /// The version of the vector.
    pub version: Version,
    /// The base score. v4.0 has a single score, with threat and environmental metrics in it: this is it.
    pub base: Option<f64>,
    /// v2: if a temporal metric is defined. v3: always. v4.0: never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temporal: Option<f64>,
    /// v2: if an environmental metric is defined. v3: always. v4.0: never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environmental: Option<f64>,
}

/// Scores in tenths, as the versions compute them.
#[derive(Clone, Copy)]
struct Tenths {
    base: u8,
    temporal: Option<u8>,
    environmental: Option<u8>,
    /// The most specific score whose metrics are defined.
    effective: u8,
}

/// A valid CVSS vector, with exactly the metrics that were stated; 17 bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Vector {
    version: Version,
    values: Values,
}

impl Vector {
    /// Reads a vector; the prefix tells the version, and a vector of v2 has none but may stand in parentheses.
    ///
    /// # Errors
    /// [`CvssError`] names the metric and what is wrong with it. Nothing is guessed: not case, not order, not values.
    pub fn parse(text: &str) -> Result<Self, CvssError> {
        let Some(rest) = text.strip_prefix("CVSS:") else {
            return Self::parse_v2(text);
        };
        let (version, metrics) = rest.split_once('/').unwrap_or((rest, ""));
        let (version, order) = match version {
            "3.0" => (Version::V30, Order::Free),
            "3.1" => (Version::V31, Order::Free),
            "4.0" => (Version::V40, Order::Fixed),
            other => return Err(CvssError::UnknownVersion { version: excerpt(other) }),
        };
        let values = metric::parse(version, metrics, version.metrics(), order)?;
        Ok(Self { version, values })
    }

    fn parse_v2(text: &str) -> Result<Self, CvssError> {
        let version = Version::V2;
        let inner = match (text.strip_prefix('('), text.strip_suffix(')')) {
            (Some(_), Some(_)) => text.get(1..text.len() - 1).unwrap_or_default(),
            _ => text,
        };
        match metric::parse(version, inner, version.metrics(), Order::Fixed) {
            Ok(values) => Ok(Self { version, values }),
            Err(CvssError::UnknownMetric { .. }) if inner.contains("/PR:") => Err(CvssError::MissingPrefix),
            Err(error) => Err(error),
        }
    }

    /// The version of the standard.
    pub fn version(&self) -> Version {
        self.version
    }

    /// All scores that the standard defines for this vector.
    pub fn scores(&self) -> Scores {
        let tenths = self.tenths();
        Scores {
            version: self.version,
            base: Some(as_score(tenths.base)),
            temporal: tenths.temporal.map(as_score),
            environmental: tenths.environmental.map(as_score),
        }
    }

    /// The effective score: environmental if the vector defines an environmental metric, else temporal if it defines
    /// a temporal one, else base.
    pub fn score(&self) -> f64 {
        as_score(self.score_tenths())
    }

    /// The effective score times ten, for exact comparison and compact columns.
    pub fn score_tenths(&self) -> u8 {
        self.tenths().effective
    }

    /// The rating of the effective score.
    pub fn severity(&self) -> Severity {
        Severity::of(self.version, self.score_tenths())
    }

    fn tenths(&self) -> Tenths {
        match self.version {
            Version::V2 => v2::scores(&self.values),
            Version::V30 => v3::scores(&self.values, false),
            Version::V31 => v3::scores(&self.values, true),
            Version::V40 => v4::scores(&self.values),
        }
    }

    /// Whether the vector is written as its standard shows it: in v2, an optional group is stated whole or not at all.
    pub fn is_complete(&self) -> bool {
        self.version != Version::V2 || v2::complete(&self.values)
    }

    /// From where the attack is made; a modified metric (MAV) counts before the base metric.
    pub fn attack_vector(&self) -> AttackVector {
        let rank = match self.version {
            Version::V2 => 2 - self.values.at(0).min(2),
            Version::V30 | Version::V31 => v3::modified(&self.values, 0),
            Version::V40 => v4::level(&self.values, 0),
        };
        AttackVector::ALL.get(rank).copied().unwrap_or(AttackVector::Network)
    }

    /// Whether nothing outside the attacker's control stands in the way (modified metrics count before base metrics).
    ///
    /// v4.0 split v3's complexity in two: here it is low if AC is low and AT (attack requirements) is none.
    pub fn attack_complexity_low(&self) -> bool {
        match self.version {
            Version::V2 => self.values.at(1) == 2,
            Version::V30 | Version::V31 => v3::modified(&self.values, 1) == 0,
            Version::V40 => v4::level(&self.values, 1) == 0 && v4::level(&self.values, 2) == 0,
        }
    }

    /// What the attacker must be allowed to do beforehand (modified metrics count before base metrics).
    pub fn privileges_required(&self) -> PrivilegesRequired {
        let rank = match self.version {
            Version::V2 => 2 - self.values.at(2).min(2),
            Version::V30 | Version::V31 => v3::modified(&self.values, 2),
            Version::V40 => v4::level(&self.values, 3),
        };
        PrivilegesRequired::ALL.get(rank).copied().unwrap_or(PrivilegesRequired::None)
    }

    /// Whether it works without anybody's help (modified metrics count before base metrics). v2 does not say: `None`.
    pub fn user_interaction_none(&self) -> Option<bool> {
        match self.version {
            Version::V2 => None,
            Version::V30 | Version::V31 => Some(v3::modified(&self.values, 3) == 0),
            Version::V40 => Some(v4::level(&self.values, 4) == 0),
        }
    }

    /// Loss of confidentiality, integrity and availability of the vulnerable system, each 0 (none), 1 (low, v2 partial) or
    /// 2 (high, v2 complete); modified metrics count before base metrics.
    pub fn impacts(&self) -> [u8; 3] {
        let level = |index: usize| match self.version {
            Version::V2 => self.values.at(3 + index),
            Version::V30 | Version::V31 => 2 - v3::modified(&self.values, 5 + index).min(2),
            Version::V40 => 2 - v4::level(&self.values, 5 + index).min(2),
        };
        [0, 1, 2].map(|index| u8::try_from(level(index)).unwrap_or(2))
    }

    /// How far exploitation has come, if the vector says.
    pub fn exploit_maturity(&self) -> Option<ExploitMaturity> {
        use ExploitMaturity as M;
        let (known, index): (&[M], usize) = match self.version {
            Version::V2 => {
                (&[M::Unproven, M::ProofOfConcept, M::Functional, M::High], v2::defined(&self.values, 6)?)
            }
            Version::V30 | Version::V31 => (
                &[M::High, M::Functional, M::ProofOfConcept, M::Unproven],
                v3::defined(&self.values, 8)?.checked_sub(1)?,
            ),
            Version::V40 => (
                &[M::Attacked, M::ProofOfConcept, M::Unproven],
                v4::defined(&self.values, 11)?.checked_sub(1)?,
            ),
        };
        known.get(index).copied()
    }
}

fn as_score(tenths: u8) -> f64 {
    f64::from(tenths) / 10.0
}

/// The vector as the standard writes it: prefix, and the stated metrics in the order of the specification.
impl fmt::Display for Vector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.version.prefix())?;
        let stated =
            self.version.metrics().iter().enumerate().filter_map(|(number, metric)| {
                Some((metric.name, metric.values.get(self.values.get(number)?)?))
            });
        for (n, (name, value)) in stated.enumerate() {
            let slash = if n > 0 { "/" } else { "" };
            write!(f, "{slash}{name}:{value}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Vector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vector({self})")
    }
}

impl FromStr for Vector {
    type Err = CvssError;
    fn from_str(text: &str) -> Result<Self, CvssError> {
        Self::parse(text)
    }
}

impl Serialize for Vector {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Vector {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
