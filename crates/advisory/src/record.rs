//! One source's statement about a weakness: an advisory, whatever feed it came from.

use crate::cvss::Vector;
use crate::ecosystem::Ecosystem;
use crate::text::words;
use bartizan_model::Severity;
use serde::{Deserialize, Serialize};

/// An advisory. What a source did not say is empty.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Advisory {
    /// Its id as the source writes it: `GHSA-jfh8-c2jp-5v3q`, `DSA-5532-1`, `CVE-2021-44228`.
    pub id: String,
    /// Other ids of the same weakness.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Weaknesses that this advisory is about where it is not one itself: the CVEs that an update repairs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub covers: Vec<String>,
    /// One line.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// The whole text.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub details: String,
    /// When it was published (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    /// When it was last changed (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modified: Option<String>,
    /// When it was withdrawn (RFC 3339): it stands for nothing since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<String>,
    /// CVSS vectors as the source gives them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cvss: Vec<String>,
    /// The source's own word for its severity (`important`, `HIGH`), empty where it has none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub severity: String,
    /// CWE ids (`CWE-79`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cwes: Vec<String>,
    /// Links.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<String>,
    /// Which packages, in which versions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub affected: Vec<Affected>,
}

/// What an advisory says of one package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Affected {
    /// Whose names and versions these are.
    pub ecosystem: Ecosystem,
    /// The package, as its ecosystem names it; of a distribution the name that it tracks (source or binary package).
    pub package: String,
    /// What the source says of versions that no range excludes.
    #[serde(default, skip_serializing_if = "Verdict::is_affected")]
    pub verdict: Verdict,
    /// Affected versions, any of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ranges: Vec<Range>,
    /// Affected versions, one by one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<String>,
    /// Only this architecture; empty for all.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub arch: String,
    /// Only packages of this module stream (`nodejs:18`); empty for those of none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub module: String,
}

words! {
    /// What the one who maintains a package says of a weakness in it.
    #[derive(Default)]
    pub enum Verdict {
        /// Versions in the ranges are affected.
        #[default]
        Affected = "affected",
        /// No version is affected.
        NotAffected = "not-affected",
        /// Affected, and there will be no fix.
        WontFix = "wont-fix",
        /// Affected, and no longer looked after.
        EndOfLife = "end-of-life",
        /// Affected, and the fix waits.
        Deferred = "deferred",
        /// Nobody looked yet.
        UnderInvestigation = "under-investigation",
    }
}

impl Verdict {
    /// Whether it is the plain verdict, for which the ranges speak.
    pub fn is_affected(&self) -> bool {
        *self == Self::Affected
    }
}

/// A set of affected versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Range {
    /// OSV's events, in any order (<https://ossf.github.io/osv-schema/>, "Evaluation").
    Events(Vec<Event>),
    /// Between two versions, as NVD and CVE records write it.
    Bounds(Bounds),
    /// A constraint in the ecosystem's own language: `>= 1.2, < 1.3`.
    Constraint(String),
}

/// Something that happened at a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// The first affected version; `0` means from the start.
    Introduced(String),
    /// The first version that is not affected any more.
    Fixed(String),
    /// The last affected version.
    LastAffected(String),
}

/// Bounds of affected versions, each with its key in NVD's words; none where there is none.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Bounds {
    /// The first version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_including: Option<String>,
    /// The version after which it begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_excluding: Option<String>,
    /// The last version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_including: Option<String>,
    /// The first version that is not affected any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_excluding: Option<String>,
}

impl Event {
    /// The version at which it happened.
    pub fn version(&self) -> &str {
        match self {
            Self::Introduced(version) | Self::Fixed(version) | Self::LastAffected(version) => version,
        }
    }
}

impl Advisory {
    /// The source's word for how bad it is, else what its CVSS vectors say (the highest version's, and of several of one
    /// version the worst); unknown without either.
    pub fn severity(&self) -> Severity {
        let word = Severity::from_word(&self.severity).filter(|severity| *severity != Severity::Unknown);
        word.unwrap_or_else(|| {
            let vectors = self.cvss.iter().filter_map(|text| Vector::parse(text).ok());
            let best = vectors.max_by_key(|vector| (vector.version(), vector.score_tenths()));
            best.map_or(Severity::Unknown, |vector| Severity::from_cvss(vector.score()))
        })
    }
}
