//! What an attacker does with each open exposure: from where, with which rights, what it gives, how likely it works, and which
//! fix takes it away. The attack graph is made of this.

use crate::estate::Estate;
use crate::rates::{self, Opens};
use crate::rows::{AttackVector, Level, WeaknessRow};
use crate::score::{DATA_VALUE, Estimate, VALUE};
use bartizan_model::weakness::is_public_id;
use bartizan_model::words::headline;
use bartizan_model::{AssetId, AssetKind, ExposureId, Reach, Status, Timestamp};

/// An open exposure, as an attacker sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Usable<'a> {
    /// The exposure.
    pub id: ExposureId,
    /// Its asset.
    pub asset: AssetId,
    /// The weakness' key.
    pub weakness: &'a str,
    /// Where on the asset, in text form.
    pub locus: &'a str,
    /// From where it is used.
    pub vector: AttackVector,
    /// Whether somebody else has to do something, such as open a file.
    pub interaction: bool,
    /// What rights it asks for.
    pub asks: Level,
    /// What rights it gives: all of the software that carries it, some of them, or none.
    pub gives: Level,
    /// What it does beside.
    pub effect: Beside,
    /// P(somebody uses it within 30 days, where it can be used, and it works).
    pub chance: Estimate,
    /// What to do about it on this asset; exposures of one text have one fix.
    pub fix: String,
}

/// What a weakness does beside giving rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// Nothing that the attack graph knows of.
    Nothing,
    /// The asset sends requests of the attacker's choosing.
    ForgesRequests,
    /// Whoever reads the asset reads a secret in it.
    LeaksSecret,
}

/// An asset, as an attacker sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Holding<'a> {
    /// The asset.
    pub id: AssetId,
    /// Its name.
    pub name: &'a str,
    /// What it is.
    pub kind: AssetKind,
    /// From where it can be reached.
    pub reach: Reach,
    /// What the organisation says that it would lose with it; 0 where it says nothing.
    pub value: f64,
}

/// How an attacker uses a weakness.
struct Use {
    vector: AttackVector,
    interaction: bool,
    asks: Level,
    gives: Level,
    effect: Beside,
}

/// Server-side request forgery.
const FORGED_REQUEST: u32 = 918;

impl Estate {
    /// Every asset, with what was declared of it.
    pub fn holdings(&self) -> impl Iterator<Item = Holding<'_>> {
        self.assets.iter().map(|asset| {
            let own = asset.criticality.map_or(0.0, |criticality| VALUE[criticality as usize]);
            let of_data = DATA_VALUE.iter().enumerate().filter(|(bit, _)| asset.data >> bit & 1 == 1);
            Holding {
                id: asset.id,
                name: &asset.name,
                kind: asset.kind,
                reach: asset.reach,
                value: own + of_data.map(|(_, value)| value).sum::<f64>(),
            }
        })
    }

    /// Every open exposure, in the order of the rows.
    pub fn usable(&self) -> impl Iterator<Item = Usable<'_>> {
        self.usable_where(|_, _, status| status == Status::Open)
    }

    /// Every exposure of which this is so, by when it was first seen and its status.
    pub fn usable_where(
        &self,
        is_usable: impl Fn(ExposureId, Timestamp, Status) -> bool,
    ) -> impl Iterator<Item = Usable<'_>> {
        let uses: Vec<Use> = self.weaknesses.iter().map(|weakness| of(&weakness.row)).collect();
        let c = &self.columns;
        let open = move |at: &usize| {
            let first_seen = Timestamp::from_seconds(c.first_seen[*at].into());
            c.alive.contains(*at) && is_usable(ExposureId(c.id[*at]), first_seen, c.class[*at].status())
        };
        (0..c.id.len()).filter(open).map(move |at| {
            let number = c.weakness[at] as usize;
            let (weakness, asset) = (&self.weaknesses[number].row, &self.assets[c.asset[at] as usize]);
            let (used, locus) = (&uses[number], self.loci.get(c.locus[at]));
            let assessed = self.assess(at);
            // A secret in a file opens something else than the file.
            let in_file = locus.starts_with("file:");
            Usable {
                id: ExposureId(c.id[at]),
                asset: asset.id,
                weakness: &weakness.key,
                locus,
                vector: used.vector,
                interaction: used.interaction,
                asks: used.asks,
                gives: if in_file { Level::None } else { used.gives },
                effect: if used.effect == Beside::LeaksSecret && !in_file {
                    Beside::Nothing
                } else {
                    used.effect
                },
                chance: assessed.activity * assessed.success,
                fix: fix(weakness, locus, &asset.name),
            }
        })
    }
}

/// By CVSS, with CISA's word on the impact; without CVSS by the class of the weakness.
fn of(row: &WeaknessRow) -> Use {
    let effect = effect(row);
    let Some(cvss) = &row.knowledge.cvss else {
        let opens = rates::class(&row.key, &row.cwe).map_or(Opens::Nothing, |class| class.opens);
        let (vector, asks, gives) = match opens {
            // Whoever forges requests runs no code by it.
            _ if effect == Beside::ForgesRequests => (AttackVector::Network, Level::None, Level::None),
            Opens::Nothing => (AttackVector::Network, Level::None, Level::None),
            Opens::Service => (AttackVector::Network, Level::None, Level::Low),
            Opens::Machine => (AttackVector::Local, Level::Low, Level::High),
        };
        return Use { vector, interaction: false, asks, gives, effect };
    };
    let total = row.knowledge.ssvc.as_ref().map(|ssvc| ssvc.value.total_impact);
    // Who reads and changes everything runs what they like; who only reads, or only stops it, stands nowhere.
    let gives = match (total, cvss.impact) {
        (Some(true), _) | (None, Some([Level::High, Level::High, _])) => Level::High,
        (None, Some([_, Level::High, _])) => Level::Low,
        _ => Level::None,
    };
    let (vector, asks) = (cvss.attack_vector, cvss.privileges);
    Use { vector, interaction: !cvss.interaction_none, asks, gives, effect }
}

fn effect(row: &WeaknessRow) -> Beside {
    if row.cwe.contains(&FORGED_REQUEST) {
        Beside::ForgesRequests
    } else if rates::class(&row.key, &row.cwe).is_some_and(rates::Class::is_secret) {
        Beside::LeaksSecret
    } else {
        Beside::Nothing
    }
}

/// An upgrade of a package removes all catalogued vulnerabilities of it; anything else is remedied by itself.
fn fix(weakness: &WeaknessRow, locus: &str, asset: &str) -> String {
    if locus.starts_with("pkg:") && is_public_id(&weakness.key) {
        return format!("Upgrade {} on {asset}", locus.rsplit('/').next().unwrap_or(locus));
    }
    let title = if weakness.title.is_empty() { &weakness.key } else { &weakness.title };
    let short = headline(title);
    // Fixes of one title are one: what was shortened keeps its own name.
    let own = if short.ends_with('…') { format!(" ({})", weakness.key) } else { String::new() };
    format!("Fix \"{short}\"{own} on {asset}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::{CvssFacts, KnowledgeRow, Maturity};
    use bartizan_model::WeaknessId;

    fn row(key: &str, cwe: &[u32], cvss: Option<(AttackVector, [Level; 3])>) -> WeaknessRow {
        let cvss = cvss.map(|(attack_vector, impact)| CvssFacts {
            score: 9.8,
            attack_vector,
            complexity_low: true,
            privileges: Level::None,
            interaction_none: true,
            impact: Some(impact),
            maturity: Maturity::NotDefined,
            version: "3.1".into(),
            source: String::new(),
            as_of: None,
        });
        WeaknessRow {
            id: WeaknessId(1),
            key: key.into(),
            title: "A title".into(),
            aliases: Vec::new(),
            cwe: cwe.to_vec(),
            knowledge: KnowledgeRow { cvss, ..KnowledgeRow::default() },
            fix_known: false,
        }
    }

    #[test]
    fn what_an_attacker_gains() {
        let (high, none) = (Level::High, Level::None);
        let network = AttackVector::Network;
        for (row, vector, gives) in [
            (row("CVE-1", &[], Some((network, [high, high, high]))), network, high),
            (row("CVE-1", &[], Some((network, [none, high, none]))), network, Level::Low),
            (row("CVE-1", &[], Some((network, [high, none, none]))), network, none),
            (row("CVE-1", &[], Some((AttackVector::Local, [high, high, high]))), AttackVector::Local, high),
            (row("tool:no-auth", &[306], None), network, Level::Low),
            (row("bartizan:sudo-nopasswd", &[], None), AttackVector::Local, high),
            (row("tool:header", &[693], None), network, none),
        ] {
            let used = of(&row);
            assert_eq!((used.vector, used.gives), (vector, gives), "{}", row.key);
        }
    }

    #[test]
    fn what_it_does_beside() {
        for (key, cwe, gives, effect) in [
            ("CVE-2021-1", 918, Level::None, Beside::ForgesRequests),
            ("tool:ssrf", 918, Level::None, Beside::ForgesRequests),
            ("tool:aws", 798, Level::Low, Beside::LeaksSecret),
            ("CVE-2021-2", 798, Level::None, Beside::Nothing),
            ("tool:sqli", 89, Level::Low, Beside::Nothing),
        ] {
            let used = of(&row(key, &[cwe], None));
            assert_eq!((used.gives, used.effect), (gives, effect), "{key}");
        }
    }

    #[test]
    fn an_upgrade_is_one_fix_and_a_setting_another() {
        let known = row("CVE-2021-1", &[], None);
        assert_eq!(fix(&known, "pkg:deb/debian/openssl", "web"), "Upgrade openssl on web");
        assert_eq!(fix(&row("tool:x", &[], None), "port/tcp/22", "web"), "Fix \"A title\" on web");
    }
}
