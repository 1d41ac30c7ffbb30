//! What the estate is built from: rows as the store hands them over.

use crate::score::Estimate;
use bartizan_model::knowledge::{KevFacts, Sourced, SsvcFacts};
use bartizan_model::{
    AssetId, AssetKind, Criticality, DataClass, ExposureId, Reach, ScopeId, Severity, SourceId, Status,
    Timestamp, UserId, WeaknessId,
};
use serde::Serialize;

/// An asset.
#[derive(Debug, Clone, PartialEq)]
pub struct AssetRow {
    /// Its id.
    pub id: AssetId,
    /// Its name for people.
    pub name: String,
    /// What it is.
    pub kind: AssetKind,
    /// From where it can be reached.
    pub reach: Reach,
    /// Who says so: a collector, or a person's declaration. Empty where unknown.
    pub reach_source: String,
    /// What the business would lose with it, where declared.
    pub criticality: Option<Criticality>,
    /// The classes of data it holds.
    pub data: Vec<DataClass>,
    /// The scopes it is in.
    pub scopes: Vec<ScopeId>,
    /// The named networks that it has addresses in, each once, in order.
    pub networks: Vec<String>,
    /// Whether it belongs to the demonstration data.
    pub demo: bool,
}

/// A weakness in general.
#[derive(Debug, Clone, PartialEq)]
pub struct WeaknessRow {
    /// Its id.
    pub id: WeaknessId,
    /// Its key (`CVE-2021-44228`, `bartizan:sshd-root-login`).
    pub key: String,
    /// Its title.
    pub title: String,
    /// Other ids it goes by.
    pub aliases: Vec<String>,
    /// CWE numbers.
    pub cwe: Vec<u32>,
    /// What the world says of it.
    pub knowledge: KnowledgeRow,
    /// Whether any fix is known.
    pub fix_known: bool,
}

/// What the world says of a weakness.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct KnowledgeRow {
    /// Probability of exploitation within 30 days.
    pub epss: Option<Sourced<f32>>,
    /// CISA's list of exploited vulnerabilities.
    pub kev: Option<Sourced<KevFacts>>,
    /// CISA's assessment.
    pub ssvc: Option<Sourced<SsvcFacts>>,
    /// The preferred CVSS vector, reduced.
    pub cvss: Option<CvssFacts>,
    /// Whether working exploit code is public.
    pub exploit_public: bool,
}

/// What priority needs of a CVSS vector of any version.
#[derive(Debug, Clone, PartialEq)]
pub struct CvssFacts {
    /// The score, 0 to 10.
    pub score: f32,
    /// From where it can be used.
    pub attack_vector: AttackVector,
    /// Whether no condition beyond the attacker's control has to hold (v4: complexity low and no requirements).
    pub complexity_low: bool,
    /// What rights the attacker must have before.
    pub privileges: Level,
    /// Whether no other person has to do anything.
    pub interaction_none: bool,
    /// Loss of confidentiality, integrity, availability; `None` where the vector is not at hand, only its score.
    pub impact: Option<[Level; 3]>,
    /// Exploit maturity.
    pub maturity: Maturity,
    /// The version of the standard: `2.0`, `3.1`, `4.0`.
    pub version: String,
    /// Who scored it.
    pub source: String,
    /// When it was scored, where known.
    pub as_of: Option<Timestamp>,
}

/// CVSS attack vector, nearest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum AttackVector {
    /// Over any network.
    Network,
    /// From the same network segment.
    Adjacent,
    /// By code, a session or a file on the machine itself.
    Local,
    /// By hand.
    Physical,
}

/// How much of something: privileges required, or an impact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nothing.
    None,
    /// Some.
    Low,
    /// All, or an administrator's.
    High,
}

/// CVSS exploit maturity (v3 "exploit code maturity", v4 "E"), least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Maturity {
    /// The vector says that no exploit is known.
    Unreported,
    /// The vector does not say.
    NotDefined,
    /// Proof of concept.
    ProofOfConcept,
    /// Attacked in the wild (v4), or functional or better (v3).
    Attacked,
}

/// What a validation of ours found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Validation {
    /// Tried, and a control that is still seen stopped it.
    Blocked,
    /// Nobody tried.
    #[default]
    Untried,
    /// Tried, and it worked.
    Exploitable,
}

/// An exposure.
#[derive(Debug, Clone, PartialEq)]
pub struct ExposureRow {
    /// Its id.
    pub id: ExposureId,
    /// The asset; must be known to the estate.
    pub asset: AssetId,
    /// The weakness; must be known to the estate.
    pub weakness: WeaknessId,
    /// Where on the asset, in text form.
    pub locus: String,
    /// Its status.
    pub status: Status,
    /// The highest severity any source reports.
    pub severity: Severity,
    /// When it was first seen (kept to the second, 1970 to 2106).
    pub first_seen: Timestamp,
    /// When it was last seen (kept to the second).
    pub last_seen: Timestamp,
    /// When we were first told of it, by our own clock (kept to the second).
    pub opened: Timestamp,
    /// How many sightings it has.
    pub sightings: u16,
    /// The sources that saw it: bit *n* is the *n*-th source that was declared to the estate.
    pub sources: u64,
    /// Who owns it.
    pub owner: Option<UserId>,
    /// Whether a fix is known for this very asset.
    pub fix: bool,
    /// What a validation found.
    pub validation: Validation,
    /// What other tools know it by, where it is one with exposures of theirs.
    pub others: Vec<WeaknessId>,
    /// The other assets that what is one with it is on: an application that runs on its asset.
    pub elsewhere: Vec<AssetId>,
}

/// A tool or collector. The *n*-th one declared is bit *n* of [`ExposureRow::sources`]; 64 at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRow {
    /// Its id.
    pub id: SourceId,
    /// Its name.
    pub name: String,
}

/// A business scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeRow {
    /// Its id.
    pub id: ScopeId,
    /// Its name.
    pub name: String,
}

/// A person who can own exposures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRow {
    /// Their id.
    pub id: UserId,
    /// Their name.
    pub name: String,
}

/// What the attack graph says of an exposure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lead {
    /// P(an attacker comes to stand where it can be used), by the ways that are known.
    pub stand: Estimate,
    /// The most that can be lost from where it leads; 0 where that is nothing.
    pub beyond: f64,
    /// Whether it is known who talks to the asset, so that no other way is to be assumed.
    pub zoned: bool,
}

impl Lead {
    /// Nothing is said.
    pub const NONE: Self = Self { stand: Estimate::exact(0.0), beyond: 0.0, zoned: false };

    /// Whether an attacker comes to use it, and something that somebody valued falls by it.
    pub fn is_somewhere(&self) -> bool {
        self.stand.value * self.beyond > 0.0
    }
}

/// A lead as a column keeps it, in sixteen bytes: four numbers of single precision, as the graph has them, with what is true or not
/// in the signs that they do not need. The default is that nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Kept(u128);

impl Kept {
    const SAID: u128 = 1 << 31;
    const ZONED: u128 = 1 << 127;

    /// Whether something is said.
    pub(crate) fn is_said(self) -> bool {
        self.0 & Self::SAID != 0
    }
}

impl From<Lead> for Kept {
    fn from(Lead { stand: Estimate { value, low, high }, beyond, zoned }: Lead) -> Self {
        let bits = |number: f64| u128::from((number as f32).abs().to_bits());
        let numbers = bits(value) | bits(low) << 32 | bits(high) << 64 | bits(beyond) << 96;
        Self(numbers | Self::SAID | if zoned { Self::ZONED } else { 0 })
    }
}

impl From<Kept> for Lead {
    fn from(Kept(bits): Kept) -> Self {
        let number = |at: u32| f64::from(f32::from_bits((bits >> at) as u32).abs());
        let stand = Estimate { value: number(0), low: number(32), high: number(64) };
        Self { stand, beyond: number(96), zoned: bits & Kept::ZONED != 0 }
    }
}
