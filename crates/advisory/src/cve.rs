//! CVE records: the CVE JSON record format 5.x (CVE Program), with CISA's Vulnrichment container.
//!
//! A record has one container of the CNA that assigned the id and any number of ADP containers (authorized data
//! publishers) in any order. CISA's holds the SSVC decision points and when the CVE joined the KEV catalog.

mod affected;
mod read;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use read::{Records, parse_record, records};

use crate::Problem;
use crate::cvss::Vector;
use crate::record::Affected;
use crate::ssvc::Ssvc;
use crate::text::{excerpt, words};

/// A CVE id, such as `CVE-2021-44228`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CveId {
    year: u16,
    number: u64,
}

impl CveId {
    /// The year in the id: of reservation or publication.
    pub fn year(&self) -> u16 {
        self.year
    }

    /// Reads an id, in any case.
    ///
    /// # Errors
    /// [`CveError::Id`] if `text` is not `CVE-`, four digits, `-`, four to nineteen digits (no further leading zeros).
    pub fn parse(text: &str) -> Result<Self, CveError> {
        Self::read(text).ok_or_else(|| CveError::Id(excerpt(text)))
    }

    fn read(text: &str) -> Option<Self> {
        let rest = text.get(4..).filter(|_| text.get(..4).is_some_and(|p| p.eq_ignore_ascii_case("CVE-")))?;
        let (year, number) = rest.split_once('-')?;
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        let well_formed = year.len() == 4
            && digits(year)
            && (4..=19).contains(&number.len())
            && digits(number)
            && (number.len() == 4 || !number.starts_with('0'));
        if !well_formed {
            return None;
        }
        Some(Self { year: year.parse().ok()?, number: number.parse().ok()? })
    }
}

impl fmt::Display for CveId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CVE-{:04}-{:04}", self.year, self.number)
    }
}

impl FromStr for CveId {
    type Err = CveError;
    fn from_str(text: &str) -> Result<Self, CveError> {
        Self::parse(text)
    }
}

impl Serialize for CveId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CveId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// Why something is not a CVE record.
#[derive(Debug, thiserror::Error)]
pub enum CveError {
    /// The bytes are not JSON of the shape of a record.
    #[error("not a CVE record: {0}")]
    Json(#[from] serde_json::Error),
    /// Not a CVE id.
    #[error("`{0}` is not a CVE id")]
    Id(String),
    /// A `dataType` that is not `CVE_RECORD`, or a `dataVersion` that is not 5.
    #[error("not a CVE record of version 5: dataType `{data_type}`, dataVersion `{data_version}`")]
    Format {
        /// The `dataType` given.
        data_type: String,
        /// The `dataVersion` given.
        data_version: String,
    },
    /// A state other than published or rejected.
    #[error("unknown state `{0}`")]
    State(String),
    /// No whole record could be cut out of the file.
    #[error(transparent)]
    Document(crate::json::Broken),
}

words! {
    /// The state of a record.
    pub enum CveState {
        /// It describes a vulnerability.
        Published = "published",
        /// It must not be used.
        Rejected = "rejected",
    }
}

words! {
    /// The kind of container that something was said in.
    pub enum Container {
        /// The authority that assigned the id.
        Cna = "cna",
        /// An authorized data publisher, such as CISA.
        Adp = "adp",
    }
}

/// Who said something about a CVE.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Source {
    /// In which kind of container.
    pub container: Container,
    /// The short name of the organisation; empty if the record does not give one.
    pub provider: String,
}

/// A CVSS vector that somebody assigned, with the score they stated.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CvssAssertion {
    /// Who assigned it.
    pub source: Source,
    /// The vector.
    pub vector: Vector,
    /// The `baseScore` beside it. It is sometimes the temporal score and now and then wrong: compute from the vector.
    pub stated_score: Option<f64>,
}

impl CvssAssertion {
    /// Whether the stated score is one of the vector's scores; `None` if none is stated.
    pub fn stated_score_fits(&self) -> Option<bool> {
        let stated = self.stated_score?;
        let scores = self.vector.scores();
        let mut known = [scores.base, scores.temporal, scores.environmental].into_iter().flatten();
        Some(known.any(|score| (score - stated).abs() < 0.01))
    }
}

/// A link about a CVE.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reference {
    /// Where to.
    pub url: String,
    /// What it is, in the CVE Program's words: `patch`, `exploit`, `vendor-advisory`, ...
    pub tags: Vec<String>,
}

/// One CVE record, reduced to what decides about an exposure.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CveRecord {
    /// Its id.
    pub id: CveId,
    /// Whether it stands.
    pub state: CveState,
    /// The CNA's title.
    pub title: Option<String>,
    /// The English description; of a rejected record, the reason.
    pub description: Option<String>,
    /// When it was published (RFC 3339).
    pub published: Option<String>,
    /// When it was last changed (RFC 3339).
    pub updated: Option<String>,
    /// All valid CVSS vectors: the CNA's first, then each ADP's, in the order of the record.
    pub cvss: Vec<CvssAssertion>,
    /// CWE ids, without repetition.
    pub cwes: Vec<String>,
    /// Links, without repetition.
    pub references: Vec<Reference>,
    /// The products it is in, as far as their versions can be read.
    pub affected: Vec<Affected>,
    /// CISA's SSVC decision points.
    pub ssvc: Option<Ssvc>,
    /// The date on which it joined the KEV catalog, if CISA's container says so.
    pub kev_added: Option<String>,
    /// What of the record could not be used.
    pub problems: Vec<Problem>,
}

impl CveRecord {
    /// The vector to go by: the highest CVSS version; within it the CNA's before an ADP's, because the CNA knows
    /// the product; within those the highest score, because several are several scenarios; and then the first.
    pub fn preferred_cvss(&self) -> Option<&CvssAssertion> {
        let rank = |a: &CvssAssertion| {
            (a.vector.version(), std::cmp::Reverse(a.source.container), a.vector.score_tenths())
        };
        // `rev`, because of several maxima `max_by_key` gives the last.
        self.cvss.iter().rev().max_by_key(|a| rank(a))
    }
}

#[cfg(test)]
mod tests;
