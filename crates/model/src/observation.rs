//! The one currency: what a collector, a parser, an agent or a person hands over.

use crate::asset::{AssetRef, Criticality, DataClass, Reach};
use crate::exposure::Locus;
use crate::host::HostFacts;
use crate::severity::Severity;
use crate::statement::Statement;
use crate::time::Timestamp;
use crate::weakness::WeaknessKey;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One thing a source saw. Serialized with its kind, one JSON object a line (`bartizan parse`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Observation {
    /// A weakness on an asset.
    Finding(Box<Finding>),
    /// An asset is there.
    Asset(AssetSeen),
    /// A network service on an asset.
    Service(ServiceSeen),
    /// A piece of software on an asset.
    Component(ComponentSeen),
    /// A fact that ties two assets.
    Relation(RelationSeen),
    /// The configuration of a host, as one snapshot.
    Host(Box<HostFacts>),
    /// What somebody says about whether a product carries a weakness (VEX).
    Statement(Box<Statement>),
}

/// A weakness that a source says it saw on an asset.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// One line for people.
    pub title: String,
    /// The source's own severity.
    pub severity: Severity,
    /// What is wrong in general.
    pub weakness: WeaknessSeen,
    /// Where: the asset ...
    pub asset: AssetRef,
    /// ... and the place on it.
    pub locus: Locus,
    /// From where the source saw it, in its own words: the folder, the profile, the address that was scanned. Never part of
    /// an identity; but what is gone from one vantage may still be there from another. Empty where there is only one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub vantage: String,
    /// The source's words about it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// What the source says to do.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub fix: String,
    /// CVSS vectors the source gave.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cvss: Vec<String>,
    /// The CVSS base score the source gave, 0 to 10: shown beside its severity where there is no vector.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cvss_score: Option<f64>,
    /// The EPSS probability the source gave, 0 to 1. What counts is the EPSS feed: a report only says what it was then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epss: Option<f64>,
    /// The affected component as a package URL with version, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<String>,
    /// The component's name as the source writes it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub component_name: String,
    /// Its version as the source writes it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub component_version: String,
    /// The version that fixes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed_version: Option<String>,
    /// What proves it: a matched line, a request and response. Kept as given, shown as text only.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub evidence: String,
    /// The line, for people; never part of an identity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The source's own id of this record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw_id: Option<String>,
    /// When the source saw it, where the report says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_at: Option<Timestamp>,
    /// When the source says that it saw it first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found_at: Option<Timestamp>,
    /// Controls of frameworks that the source ties to it, as `FRAMEWORK:CONTROL` (`cis-aws-1.4:1.12`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub compliance: Vec<String>,
    /// What else the source says to find it by, as `word` or `name:value` (`account:123456789012`, `branch:main`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// How sure the source is, in its own word.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub confidence: String,
    /// Links.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<String>,
    /// A word of the tool that it regards the finding as suppressed or reviewed. It closes nothing by itself, but for
    /// [`FIXED`](Self::FIXED).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suppressed: Option<String>,
}

impl Finding {
    /// The digest of a sighting's place: of the locus, and of the vantage where there is one.
    pub fn place_digest(&self) -> i64 {
        self.locus.digest_from(&self.vantage)
    }

    /// The word of `suppressed` for what the tool looked at again and found gone: it is in the report as a proof, and not a finding.
    pub const FIXED: &str = "fixed";

    /// Whether the tool says that it is gone.
    pub fn is_gone(&self) -> bool {
        self.suppressed.as_deref() == Some(Self::FIXED)
    }

    /// A finding of which no more is known than what, how bad, and where.
    pub fn new(
        title: impl Into<String>,
        severity: Severity,
        weakness: WeaknessSeen,
        asset: AssetRef,
        locus: Locus,
    ) -> Self {
        Self {
            title: title.into(),
            severity,
            weakness,
            asset,
            locus,
            vantage: String::new(),
            description: String::new(),
            fix: String::new(),
            cvss: Vec::new(),
            cvss_score: None,
            epss: None,
            component: None,
            component_name: String::new(),
            component_version: String::new(),
            fixed_version: None,
            evidence: String::new(),
            line: None,
            raw_id: None,
            seen_at: None,
            found_at: None,
            compliance: Vec::new(),
            tags: Vec::new(),
            confidence: String::new(),
            references: Vec::new(),
            suppressed: None,
        }
    }
}

/// The weakness as a source names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct WeaknessSeen {
    /// Public ids (CVE, GHSA, ...), in the source's order.
    #[serde(default)]
    pub ids: Vec<String>,
    /// CWE numbers.
    #[serde(default)]
    pub cwe: Vec<u32>,
    /// The source's rule, check or plugin id.
    #[serde(default)]
    pub rule: String,
}

impl WeaknessSeen {
    /// The key under which the house knows this weakness when `tool` reports it.
    pub fn key(&self, tool: &str) -> WeaknessKey {
        WeaknessKey::of(&self.ids, tool, &self.rule)
    }
}

/// An asset is there, with what the source knows of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssetSeen {
    /// How the source names it.
    pub asset: AssetRef,
    /// Operating system in the source's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub os: Option<String>,
    /// From where it can be reached, where the source observed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reach: Option<Reach>,
    /// When it was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_at: Option<Timestamp>,
    /// What else the source knows of it, by name (`enabled`, `mfa`, `unconstrained-delegation`): facts that rules read. A name
    /// that is absent was not collected.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, String>,
    /// What people declare of it in a file that they keep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared: Option<Declared>,
}

/// What a person declares of an asset, as `bartizan declare` does. What is left out is left as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Declared {
    /// From where it can be reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reach: Option<Reach>,
    /// What the business would lose with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub criticality: Option<Criticality>,
    /// The classes of data on it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub data: Vec<DataClass>,
}

impl AssetSeen {
    /// An asset of which no more is known than that it is there.
    pub fn new(asset: AssetRef) -> Self {
        Self { asset, os: None, reach: None, seen_at: None, attributes: BTreeMap::new(), declared: None }
    }
}

/// A network service on an asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceSeen {
    /// The asset.
    pub asset: AssetRef,
    /// `tcp` or `udp`.
    pub protocol: String,
    /// Port number.
    pub port: u16,
    /// Service name (`http`, `ssh`), may be empty.
    #[serde(default)]
    pub name: String,
    /// Product in the source's words, may be empty.
    #[serde(default)]
    pub product: String,
    /// Version in the source's words, may be empty.
    #[serde(default)]
    pub version: String,
    /// What it runs as a CPE, where the source names it so.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub cpe: String,
    /// The addresses it listens on, where known (`0.0.0.0`, `127.0.0.1`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<String>,
    /// From where it was seen, as of a [finding](Finding::vantage).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub vantage: String,
}

/// A piece of software on an asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComponentSeen {
    /// The asset.
    pub asset: AssetRef,
    /// Package URL with version, where the source gives or implies one; else empty.
    #[serde(default)]
    pub purl: String,
    /// Name.
    pub name: String,
    /// Version, empty where the source gives none.
    #[serde(default)]
    pub version: String,
    /// Where on the asset it is named, in words: the file, and of an image the layer that brought it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locations: Vec<String>,
    /// From where it was seen, as of a [finding](Finding::vantage).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub vantage: String,
}

/// A fact that ties two assets: `runs_on`, `resolves_to`, `depends_on`, ...
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelationSeen {
    /// From.
    pub from: AssetRef,
    /// The verb, in snake case.
    pub relation: String,
    /// To.
    pub to: AssetRef,
    /// By what, where the verb leaves it open: `tcp/443` of `reaches`, the policy of a grant. Part of which relation it is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub via: String,
    /// Whose record says so: coverage of that asset's facts ends the relation when it is no longer told.
    #[serde(default, skip_serializing_if = "End::is_from")]
    pub told_by: End,
    /// When it was seen, where that is another moment than the report's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_at: Option<Timestamp>,
}

impl RelationSeen {
    /// A relation that the record of `from` tells.
    pub fn new(from: AssetRef, relation: impl Into<String>, to: AssetRef) -> Self {
        Self { from, relation: relation.into(), to, via: String::new(), told_by: End::From, seen_at: None }
    }
}

/// One end of a relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum End {
    /// The asset it goes from.
    #[default]
    From,
    /// The asset it goes to.
    To,
}

impl End {
    fn is_from(&self) -> bool {
        *self == Self::From
    }
}
