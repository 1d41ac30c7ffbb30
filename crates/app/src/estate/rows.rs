//! The store's rows as the estate takes them.

use super::Followed;
use bartizan_advisory::cvss::{self, ExploitMaturity, PrivilegesRequired, Vector};
use bartizan_model::knowledge::Sourced;
use bartizan_model::{SourceId, Timestamp};
use bartizan_prioritize as estate;
use bartizan_prioritize::{AttackVector, CvssFacts, Level, Maturity};
use bartizan_store::{ExposureRow, FeedRow, KnowledgeRow, WeaknessRow};

/// The day each feed is of.
#[derive(Default)]
pub(super) struct Feeds {
    epss: Option<Timestamp>,
    kev: Option<Timestamp>,
}

impl Feeds {
    pub(super) fn of(feeds: &[FeedRow]) -> Self {
        let as_of = |name: &str| feeds.iter().find(|feed| feed.name == name).and_then(|feed| feed.as_of);
        Self { epss: as_of("epss"), kev: as_of("kev") }
    }
}

pub(super) fn exposure(row: ExposureRow, followed: &Followed) -> estate::ExposureRow {
    let opened = followed.opened(&row);
    let bit =
        |source: &SourceId| followed.sources.iter().position(|known| known == source).filter(|bit| *bit < 64);
    estate::ExposureRow {
        id: row.id,
        asset: row.asset,
        weakness: row.weakness,
        locus: row.locus,
        status: row.status,
        severity: row.severity,
        first_seen: row.first_seen,
        last_seen: row.last_seen,
        opened,
        sightings: u16::try_from(row.sightings).unwrap_or(u16::MAX),
        sources: row.sources.iter().filter_map(bit).fold(0, |bits, bit| bits | 1 << bit),
        owner: row.owner,
        fix: false,
        validation: estate::Validation::Untried,
        others: row.others,
        elsewhere: row.elsewhere,
    }
}

pub(super) fn weakness(row: WeaknessRow, known: Option<KnowledgeRow>, feeds: &Feeds) -> estate::WeaknessRow {
    let known = known.unwrap_or_default();
    // A catalogue's vector before one that a tool quoted.
    let vector = known.cvss.map(|(vector, source)| (vector, format!("CVE record, {source}")));
    let vector = vector.or_else(|| row.cvss.map(|vector| (vector, "the tool that reported it".to_owned())));
    estate::WeaknessRow {
        id: row.id,
        key: row.key,
        title: row.title,
        aliases: row.aliases,
        cwe: row.cwe,
        fix_known: !row.fix.is_empty(),
        knowledge: estate::KnowledgeRow {
            epss: known.epss.map(|score| Sourced {
                value: score as f32,
                source: "EPSS".into(),
                as_of: feeds.epss,
            }),
            kev: known.kev.map(|kev| Sourced { value: kev, source: "CISA KEV".into(), as_of: feeds.kev }),
            ssvc: known.ssvc.map(|ssvc| Sourced {
                value: ssvc,
                source: "CISA Vulnrichment".into(),
                as_of: ssvc.as_of,
            }),
            cvss: vector.and_then(|(vector, source)| cvss_facts(&vector, source)),
            exploit_public: false,
        },
    }
}

/// A vector reduced to what priority needs; `None` where it does not parse.
fn cvss_facts(vector: &str, source: String) -> Option<CvssFacts> {
    let vector = Vector::parse(vector).ok()?;
    let level = |level| match level {
        0 => Level::None,
        1 => Level::Low,
        _ => Level::High,
    };
    Some(CvssFacts {
        score: vector.score() as f32,
        attack_vector: match vector.attack_vector() {
            cvss::AttackVector::Network => AttackVector::Network,
            cvss::AttackVector::Adjacent => AttackVector::Adjacent,
            cvss::AttackVector::Local => AttackVector::Local,
            cvss::AttackVector::Physical => AttackVector::Physical,
        },
        complexity_low: vector.attack_complexity_low(),
        privileges: match vector.privileges_required() {
            PrivilegesRequired::None => Level::None,
            PrivilegesRequired::Low => Level::Low,
            PrivilegesRequired::High => Level::High,
        },
        // v2 does not say; most of its vulnerabilities needed nobody's help.
        interaction_none: vector.user_interaction_none().unwrap_or(true),
        impact: Some(vector.impacts().map(level)),
        maturity: match vector.exploit_maturity() {
            None => Maturity::NotDefined,
            Some(ExploitMaturity::Unproven) => Maturity::Unreported,
            Some(ExploitMaturity::ProofOfConcept) => Maturity::ProofOfConcept,
            Some(ExploitMaturity::Functional | ExploitMaturity::High | ExploitMaturity::Attacked) => {
                Maturity::Attacked
            }
        },
        version: vector.version().to_string(),
        source,
        as_of: None,
    })
}
