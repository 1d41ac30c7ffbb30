//! An exposure with what is known of it, as the writers of lists of exposures need it.

use bartizan_model::exposure::Verdict;
use bartizan_model::weakness::is_public_id;
use bartizan_model::{AssetRef, Finding, Locus, Severity, Status, Timestamp};
use serde::Serialize;
use std::sync::Arc;

/// An exposure.
#[derive(Debug, Clone, PartialEq)]
pub struct Exposed {
    /// Its number in this installation.
    pub id: i64,
    /// What is wrong in general.
    pub weakness: Arc<Weakness>,
    /// What it is on.
    pub asset: Arc<Asset>,
    /// Where on the asset.
    pub locus: Locus,
    /// The highest severity that a source reports.
    pub severity: Severity,
    /// What is held of it.
    pub status: Status,
    /// How urgent it is.
    pub urgency: Urgency,
    /// When any source first saw it.
    pub first_seen: Timestamp,
    /// When any source last saw it.
    pub last_seen: Timestamp,
    /// Who is to fix it.
    pub owner: Option<String>,
    /// The judgement that holds.
    pub decision: Option<Decision>,
    /// What the sources see: of an exposure that is fixed, what they saw.
    pub sightings: Vec<Sighting>,
}

/// A weakness.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Weakness {
    /// Its key: `CVE-2021-44228`, `semgrep:python.eval`.
    pub key: String,
    /// One line.
    pub title: String,
    /// The first source's words.
    pub description: String,
    /// What it says to do.
    pub fix: String,
    /// Other public ids.
    pub aliases: Vec<String>,
    /// CWE numbers.
    pub cwe: Vec<u32>,
    /// Links.
    pub references: Vec<String>,
    /// A CVSS vector.
    pub cvss: Option<String>,
}

/// An asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// Its number in this installation.
    pub id: i64,
    /// What it is, and what names it.
    pub named: AssetRef,
    /// From where it can be reached, in a word.
    pub reach: &'static str,
    /// Whether it is made up.
    pub demo: bool,
}

/// How urgent an exposure is, and by what.
#[derive(Debug, Clone, PartialEq)]
pub struct Urgency {
    /// 0 to 100.
    pub priority: f64,
    /// At least and at most.
    pub interval: [f64; 2],
    /// `low`, `watch`, `plan` or `act-now`.
    pub band: &'static str,
    /// `track`, `track*`, `attend` or `act`.
    pub ssvc: &'static str,
    /// Listed as exploited; `None` where the list was never loaded.
    pub kev: Option<bool>,
    /// Probability of exploitation within 30 days.
    pub epss: Option<f64>,
}

/// A judgement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What was decided.
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
    /// By whom.
    pub by: String,
    /// Until when.
    pub until: Option<Timestamp>,
}

/// What one source sees at one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Sighting {
    /// The source's name.
    pub source: String,
    /// Where.
    pub locus: Locus,
    /// The source's severity.
    pub severity: Severity,
    /// First time.
    pub first_seen: Timestamp,
    /// Last time.
    pub last_seen: Timestamp,
    /// The source's own record, where it is still kept.
    pub finding: Option<Finding>,
}

/// What a document of another's format says beside its own words, so that who reads it back knows the same exposure.
#[derive(Debug, Serialize)]
pub(crate) struct House<'a> {
    asset: &'a AssetRef,
    locus: &'a Locus,
    severity: Severity,
    ids: Vec<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    rule: &'a str,
}

impl Exposed {
    /// What an exposure is known by in every installation: the digest of weakness, asset and place. A catalogued
    /// vulnerability is one exposure of its asset, wherever on it. (`ARCHITECTURE.md`, "Identity of an exposure".)
    pub(crate) fn fingerprint(&self) -> String {
        let named = &self.asset.named;
        let asset = named.identifiers.first().map_or_else(|| named.name.clone(), ToString::to_string);
        let locus = if is_public_id(&self.weakness.key) { String::new() } else { self.locus.to_string() };
        let identity = [&self.weakness.key, named.kind.as_str(), &asset, &locus].join("\0");
        blake3::hash(identity.as_bytes()).to_hex()[..32].to_owned()
    }

    /// The rule by which a source knows the weakness: its public id, else the key without the source's name.
    pub(crate) fn rule(&self, source: &str) -> &str {
        self.weakness.rule(source)
    }

    /// The identity, as a source sees it at one place, for who reads the document back.
    pub(crate) fn house<'a>(&'a self, sighting: &'a Sighting) -> House<'a> {
        // One that is told under several tools' rules is known by each under its own.
        let ruled =
            sighting.finding.as_ref().map(|finding| &finding.weakness).filter(|own| own.ids.is_empty());
        let public = ruled.is_none() && is_public_id(&self.weakness.key);
        let own = public.then_some(self.weakness.key.as_str());
        // Two CVEs are never one weakness, so the key is the only one.
        let others = self.weakness.aliases.iter().map(String::as_str);
        let others = others.filter(|id| is_public_id(id) && !id.starts_with("CVE-") && public);
        House {
            asset: &self.asset.named,
            locus: &sighting.locus,
            severity: sighting.severity,
            ids: own.into_iter().chain(others).collect(),
            rule: match ruled {
                Some(own) => &own.rule,
                None if public => "",
                None => self.rule(&sighting.source),
            },
        }
    }

    /// What holds of it instead of being open, in a sentence; `None` where it is open or fixed.
    pub(crate) fn set_aside(&self) -> Option<String> {
        if matches!(self.status, Status::Open | Status::Fixed) {
            return None;
        }
        let mut words = self.status.as_str().to_owned();
        if let Some(decision) = &self.decision {
            if !decision.reason.trim().is_empty() {
                words = format!("{words}: {}", decision.reason.trim());
            }
            words = format!("{words} ({}", decision.by);
            if let Some(until) = decision.until {
                words = format!("{words}, until {}", until.date());
            }
            words.push(')');
        }
        Some(words)
    }
}

impl Weakness {
    /// See [`Exposed::rule`].
    pub(crate) fn rule(&self, source: &str) -> &str {
        let own = self.key.strip_prefix(source).and_then(|rest| rest.strip_prefix(':'));
        own.unwrap_or(&self.key)
    }
}
