//! What one change would do to one score, by making the score again with that change.

use crate::estate::Estate;
use crate::rows::{Lead, Validation};
use crate::score::{Assessment, Band, assess};
use crate::terms::{AssetTerms, WeaknessTerms};
use bartizan_model::knowledge::{KevFacts, Sourced};
use bartizan_model::weakness::is_public_id;
use bartizan_model::{AssetKind, Criticality, ExposureId, Reach};
use serde::Serialize;

/// One change of one fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "to")]
pub enum Change {
    /// The asset can be reached from there only.
    Reach(Reach),
    /// The business declares this.
    Criticality(Criticality),
    /// CISA lists the weakness as exploited.
    KevListed,
    /// Working exploit code gets published.
    ExploitPublished,
    /// A validation finds this.
    Validated(Validation),
}

/// What a change would do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Counterfactual {
    /// The change.
    pub change: Change,
    /// The score now, 0 to 100.
    pub from: f64,
    /// The score after it.
    pub to: f64,
    /// The band after it.
    pub band: Band,
    /// In plain words, with both scores.
    pub words: String,
}

impl Estate {
    /// The factors that an exposure would have after a change; `None` where it is not there.
    pub fn what_if(&self, id: ExposureId, change: Change) -> Option<Assessment> {
        self.columns.find(id.0).map(|at| self.assess_with(at, change))
    }

    fn assess_with(&self, at: usize, change: Change) -> Assessment {
        let c = &self.columns;
        let asset = &self.assets[self.weighs_on(at) as usize];
        let (mut reach, mut criticality) = (asset.reach, asset.criticality);
        let mut validation = c.flags[at].validation();
        let (mut weakness, mut lead) = (self.weakness_terms[c.weakness[at] as usize], self.lead(at));
        let row = &self.weaknesses[c.weakness[at] as usize].row;
        match change {
            Change::Reach(to) => {
                reach = to;
                // The ways of the graph are those of the reach that it has now.
                lead = Lead { beyond: lead.beyond, ..Lead::NONE };
            }
            Change::Criticality(to) => criticality = Some(to),
            Change::Validated(to) => validation = to,
            Change::KevListed => {
                let mut row = row.clone();
                let value = KevFacts { added: Some(self.now()), due: None, ransomware: false };
                let source = "what if".to_owned();
                row.knowledge.kev.get_or_insert(Sourced { value, source, as_of: None });
                weakness = WeaknessTerms::new(&row, self.now());
            }
            Change::ExploitPublished => {
                let mut row = row.clone();
                row.knowledge.exploit_public = true;
                weakness = WeaknessTerms::new(&row, self.now());
            }
        }
        assess(
            &AssetTerms::new(reach, criticality, asset.data),
            &weakness,
            c.class[at].severity(),
            validation,
            &lead,
        )
    }

    /// The changes that would move a row to another band, smallest move first.
    pub(crate) fn band_changes(&self, at: usize) -> Vec<Counterfactual> {
        let asset = &self.assets[self.weighs_on(at) as usize];
        let row = &self.weaknesses[self.columns.weakness[at] as usize].row;
        let from = self.assess(at).score();
        // No network is opened or closed to an account.
        let is_account = matches!(asset.kind, AssetKind::Identity | AssetKind::DirectoryObject);
        let reaches = [Reach::Internet, Reach::Internal, Reach::Local].into_iter();
        let reaches = reaches.filter(|r| *r != asset.reach && !is_account);
        // What the business declared is a fact, not a lever; only an open question can still be answered.
        let values = Criticality::ALL.iter().filter(|_| asset.criticality.is_none());
        let found = [Validation::Exploitable, Validation::Blocked].into_iter();
        let mut changes: Vec<_> = reaches.map(Change::Reach).collect();
        changes.extend(values.map(|v| Change::Criticality(*v)));
        changes.extend(found.filter(|v| *v != self.columns.flags[at].validation()).map(Change::Validated));
        if is_public_id(&row.key) && row.knowledge.kev.is_none() {
            changes.push(Change::KevListed);
        }
        if !row.knowledge.exploit_public {
            changes.push(Change::ExploitPublished);
        }
        let mut crossing: Vec<_> = changes
            .into_iter()
            .map(|change| (change, self.assess_with(at, change).score()))
            .filter(|(_, to)| Band::of(*to) != Band::of(from))
            .collect();
        crossing.sort_by_key(|(_, to)| to.abs_diff(from));
        crossing.into_iter().map(|(change, to)| counterfactual(change, from, to, asset.reach)).collect()
    }
}

fn counterfactual(change: Change, from: u16, to: u16, reach: Reach) -> Counterfactual {
    let what = match change {
        Change::Reach(to) if reach == Reach::Unknown => match to {
            Reach::Internet => "finding that the internet reaches the asset".to_owned(),
            Reach::Internal => "finding that only internal networks reach the asset".to_owned(),
            _ => "finding that nothing but the machine itself reaches it".to_owned(),
        },
        Change::Reach(Reach::Internet) => "opening the asset to the internet".to_owned(),
        Change::Reach(Reach::Internal) if reach == Reach::Internet => {
            "closing the asset to the internet".to_owned()
        }
        Change::Reach(Reach::Internal) => "opening the asset to internal networks".to_owned(),
        Change::Reach(_) => "closing the asset to every network".to_owned(),
        Change::Criticality(to) => format!("declaring the asset's criticality {to}"),
        Change::KevListed => "CISA listing the weakness as exploited".to_owned(),
        Change::ExploitPublished => "a public exploit".to_owned(),
        Change::Validated(Validation::Exploitable) => "a validation in which it works".to_owned(),
        Change::Validated(_) => "a validation in which a control stops it".to_owned(),
    };
    let (band, score) = (Band::of(to), |hundredths: u16| f64::from(hundredths) / 100.0);
    let (was, becomes) = (score(from), score(to));
    // Whole numbers are cut and not rounded, so that 69.9 does not read as 70, which is another band.
    let words = format!("{what}: {} to {}, {}", was.floor(), becomes.floor(), band.title());
    Counterfactual { change, from: was, to: becomes, band, words }
}
