//! What a run provably looked at. Only inside it may a missing sighting close an exposure.

use crate::asset::AssetRef;
use crate::exposure::Locus;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The manifest of a run: what was reached, and what was tried and failed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Coverage {
    /// What was provably looked at.
    pub covered: Vec<Covered>,
    /// What was not, and why. Never a reason to close anything.
    pub gaps: Vec<Gap>,
}

/// One asset that was looked at, by which checks, and where on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Covered {
    /// The asset.
    pub asset: AssetRef,
    /// The checks that ran to their end on it.
    pub checks: Checks,
    /// The part of it they looked at.
    pub loci: Loci,
    /// From where.
    #[serde(default, skip_serializing_if = "Vantage::is_the_one")]
    pub vantage: Vantage,
}

/// From where a run looked. What another vantage shows of the same place is another matter (see [`Finding::vantage`]).
///
/// [`Finding::vantage`]: crate::Finding::vantage
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Vantage {
    /// From wherever the source ever looked.
    All,
    /// From this one. Empty where the source has only one.
    From(String),
}

impl Default for Vantage {
    fn default() -> Self {
        Self::From(String::new())
    }
}

impl Vantage {
    /// Its name, `None` of all.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::All => None,
            Self::From(name) => Some(name),
        }
    }

    fn is_the_one(&self) -> bool {
        *self == Self::default()
    }
}

/// Which weaknesses the source would have reported had they been there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Checks {
    /// Everything that this source can report.
    All,
    /// Only these weakness keys (`bartizan:sshd-root-login`, `CVE-...`).
    Only(BTreeSet<String>),
    /// Everything that these of the source's own rules report (`vulners` of Nmap).
    Rules(BTreeSet<String>),
}

/// Which part of the asset was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Loci {
    /// All of it.
    All,
    /// Ports of one protocol, as inclusive ranges.
    Ports {
        /// `tcp` or `udp`.
        protocol: String,
        /// Inclusive ranges.
        ranges: Vec<(u16, u16)>,
    },
    /// Installed packages of these purl types (`deb`, `npm`).
    Packages(BTreeSet<String>),
    /// These places, and no other.
    Only(BTreeSet<Locus>),
    /// No place for a weakness, but everything that the source's record of the asset tells of it: its attributes, and the
    /// relations it is the teller of. What it tells no more is gone.
    Facts,
    /// No place for a weakness, but the whole list of the asset's own: every other asset of which the source told all of these
    /// attributes (name to value) has a record in this run, or is gone, and with it everything that its record told.
    Records(BTreeMap<String, String>),
}

impl Covered {
    /// What was looked at by a source that has one vantage.
    pub fn new(asset: AssetRef, checks: Checks, loci: Loci) -> Self {
        Self { asset, checks, loci, vantage: Vantage::default() }
    }

    /// All of an asset, from wherever the source ever looked.
    pub fn whole(asset: AssetRef) -> Self {
        Self { asset, checks: Checks::All, loci: Loci::All, vantage: Vantage::All }
    }

    /// The same, as looked at from one vantage.
    #[must_use]
    pub fn seen_from(self, vantage: &str) -> Self {
        Self { vantage: Vantage::From(vantage.to_owned()), ..self }
    }

    /// Whether what was seen from a vantage would have been seen again.
    pub fn is_from(&self, vantage: &str) -> bool {
        self.vantage.name().is_none_or(|own| own == vantage)
    }

    /// Whether a weakness that a rule of the source reports at a locus of this asset, from a vantage, would have been seen.
    pub fn contains(&self, weakness: &str, rule: &str, locus: &Locus, vantage: &str) -> bool {
        let checked = match &self.checks {
            Checks::All => true,
            Checks::Only(keys) => keys.contains(weakness),
            Checks::Rules(rules) => rules.contains(rule),
        };
        checked && self.is_from(vantage) && self.looked_at(locus)
    }

    /// Whether a locus of this asset was looked at, for whatever.
    pub fn looked_at(&self, locus: &Locus) -> bool {
        match (&self.loci, locus) {
            (Loci::All, _) => true,
            (Loci::Ports { protocol, ranges }, Locus::Port { protocol: p, port }) => {
                protocol == p && ranges.iter().any(|(low, high)| (low..=high).contains(&port))
            }
            (Loci::Packages(types), Locus::Package(purl)) => purl
                .strip_prefix("pkg:")
                .and_then(|rest| rest.split('/').next())
                .is_some_and(|kind| types.contains(kind)),
            (Loci::Only(loci), locus) => loci.contains(locus),
            _ => false,
        }
    }
}

/// Something a run could not look at, in words that say what would help.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Gap {
    /// What was tried: a target, a file, a check.
    pub what: String,
    /// Why it failed.
    pub why: String,
}

impl Gap {
    /// A gap from its two sentences.
    pub fn new(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self { what: what.into(), why: why.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_cover_only_ports_of_their_protocol() {
        let Some(asset) = AssetRef::host("10.0.0.1") else { panic!("an address names a host") };
        let ranges = vec![(1, 1000), (8080, 8080)];
        let covered = Covered::new(asset, Checks::All, Loci::Ports { protocol: "tcp".into(), ranges });
        assert!(covered.contains("CVE-2021-1", "", &Locus::port("tcp", 443), ""));
        assert!(covered.contains("CVE-2021-1", "", &Locus::port("tcp", 8080), ""));
        assert!(!covered.contains("CVE-2021-1", "", &Locus::port("udp", 443), ""));
        assert!(!covered.contains("CVE-2021-1", "", &Locus::port("tcp", 8081), ""));
        assert!(!covered.contains("CVE-2021-1", "", &Locus::Whole, ""));
        let one = Covered { loci: Loci::Only([Locus::Whole].into()), ..covered.clone() };
        assert!(one.contains("CVE-2021-1", "", &Locus::Whole, ""));
        assert!(!one.contains("CVE-2021-1", "", &Locus::port("tcp", 443), ""));
        let lookups = Covered { checks: Checks::Rules(["vulners".to_owned()].into()), ..covered };
        let by = |rule| lookups.contains("CVE-2021-1", rule, &Locus::port("tcp", 443), "");
        assert!(by("vulners") && !by("http-vuln-cve2021-1") && !by(""));
    }

    #[test]
    fn a_vantage_covers_what_was_seen_from_it() {
        let Some(asset) = AssetRef::host("10.0.0.1") else { panic!("an address names a host") };
        let all = Covered::whole(asset);
        let (one, web) = (all.clone().seen_from(""), all.clone().seen_from("web"));
        let seen = |covered: &Covered| {
            ["", "web", "api"].map(|from| covered.contains("CVE-2021-1", "", &Locus::Whole, from))
        };
        assert_eq!(seen(&all), [true, true, true]);
        assert_eq!((seen(&one), seen(&web)), ([true, false, false], [false, true, false]));
    }
}
