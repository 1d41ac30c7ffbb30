//! One source's statement about a weakness: an advisory, whatever feed it came from.

use crate::cvss::Vector;
use crate::ecosystem::Ecosystem;
use crate::text::words;
use crate::version::Scheme;
use crate::version::range::{NoRange, Ranges};
use bartizan_model::{Cpe, Purl, Severity};
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
    /// The versions that do not satisfy a constraint: where a source lists those that are safe.
    Except(String),
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

impl Range {
    /// Every version.
    pub fn all() -> Self {
        Self::Events(vec![Event::Introduced("0".to_owned())])
    }

    /// Every version before the one that repairs it.
    pub fn until(fixed: impl Into<String>) -> Self {
        Self::Events(vec![Event::Introduced("0".to_owned()), Event::Fixed(fixed.into())])
    }
}

impl Affected {
    /// A package of which nothing is said yet.
    pub fn new(ecosystem: Ecosystem, package: impl Into<String>) -> Self {
        Self {
            ecosystem,
            package: package.into(),
            verdict: Verdict::Affected,
            ranges: Vec::new(),
            versions: Vec::new(),
            arch: String::new(),
            module: String::new(),
        }
    }

    /// A package and its version (empty where none is named) by a package URL or CPE.
    pub fn by_name(name: &str) -> Option<(Self, String)> {
        if let Some(cpe) = Cpe::parse(name) {
            let version = cpe.version().unwrap_or_default();
            return Some((Self::new(Ecosystem::cpe(), cpe.package()), version));
        }
        let purl: Purl = name.parse().ok()?;
        let ecosystem = Ecosystem::of(&purl)?;
        let epoch = purl.qualifier("epoch").filter(|epoch| purl.kind() == "rpm" && *epoch != "0");
        let version = match epoch {
            Some(epoch) if !purl.version().is_empty() => format!("{epoch}:{}", purl.version()),
            _ => purl.version().to_owned(),
        };
        let arch =
            purl.qualifier("arch").filter(|arch| !matches!(*arch, "source" | "src" | "noarch" | "all"));
        // The namespace of a distribution's package is who built it, no part of its name.
        let name = if ecosystem.is_distribution() { purl.name().to_owned() } else { purl.full_name() };
        Some((Self { arch: arch.unwrap_or_default().to_owned(), ..Self::new(ecosystem, name) }, version))
    }

    /// The same without the ranges and versions that cannot be read, each told with its reason: for sources whose versions
    /// are any text.
    pub(crate) fn readable(mut self, mut told: impl FnMut(String)) -> Self {
        let scheme = Scheme::of_ecosystem(self.ecosystem.family()).unwrap_or(Scheme::Generic);
        let mut check = |read: Result<Ranges, NoRange>| {
            read.map_err(|error| told(format!("{}: {error}", self.package))).is_ok()
        };
        self.ranges.retain(|range| check(crate::index::read_range(range, scheme)));
        self.versions.retain(|version| check(Ranges::of_version(scheme, version)));
        self
    }

    /// The same with a verdict on every version.
    pub fn all(self, verdict: Verdict) -> Self {
        Self { verdict, ranges: vec![Range::all()], ..self }
    }

    /// The same, affected until the version that repairs it.
    pub fn until(self, fixed: impl Into<String>) -> Self {
        Self { ranges: vec![Range::until(fixed)], ..self }
    }
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
