//! The facts that a step rests on, in words: what people look at to believe it, or to take it away.

use super::Attack;
use crate::steps::{Basis, StepId};
use bartizan_model::{ExposureId, Reach, Timestamp};

/// Letters of an attribute's value that are told: a policy document is long.
const LETTERS: usize = 80;

/// A fact that a step rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ground {
    /// In words.
    pub what: String,
    /// The exposure that it is.
    pub exposure: Option<ExposureId>,
    /// The exposures that report it, and what they say.
    pub reports: Vec<(ExposureId, &'static str)>,
    /// Who told it, and when last; known of relations.
    pub told: Option<(String, Timestamp)>,
}

impl Attack {
    /// The facts that a step rests on.
    pub fn grounds(&self, step: StepId) -> Vec<Ground> {
        self.steps.get(step).because.iter().map(|basis| self.ground(*basis)).collect()
    }

    fn ground(&self, basis: Basis) -> Ground {
        let facts = &self.facts;
        let name = |node| &*facts.asset(node).name;
        let reports = self.reports_of(&basis).map(|report| (report.id, report.title)).collect();
        let plain = |what: String| Ground { what, exposure: None, reports, told: None };
        match basis {
            Basis::Exposure(at) => {
                let exposure = facts.exposure(at);
                let what = format!("{} on {}", exposure.weakness, name(exposure.asset));
                Ground { exposure: Some(exposure.id), ..plain(what) }
            }
            Basis::Relation(id) => {
                let relation = facts.relation(id);
                let verb = facts.word(relation.verb).replace('_', " ");
                let by =
                    if relation.via.is_empty() { String::new() } else { format!(" by {}", relation.via) };
                let what = format!("{} {verb} {}{by}", name(relation.from), name(relation.to));
                let told = (facts.word(relation.source).to_owned(), relation.last_seen);
                Ground { told: Some(told), ..plain(what) }
            }
            Basis::Attribute(node, word) => {
                let word = facts.word(word);
                let value = facts.attribute(node, word).unwrap_or_default();
                let short: String = value.chars().take(LETTERS).collect();
                let more = if short.len() < value.len() { "…" } else { "" };
                plain(format!("{} of {}: {short}{more}", word.replace('-', " "), name(node)))
            }
            Basis::Asset(node) => {
                plain(format!("{} is there ({})", name(node), facts.asset(node).kind.as_str()))
            }
            Basis::Reach(node) => plain(match facts.asset(node).reach {
                Reach::Internet => format!("{} can be reached from the internet", name(node)),
                Reach::Internal => format!("{} can be reached from inside the network", name(node)),
                Reach::Local => format!("{} can be reached from nowhere else", name(node)),
                Reach::Unknown => format!("nobody knows from where {} can be reached", name(node)),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::attack::{Attack, Entries};
    use crate::rules::testing::world;
    use crate::steps::Foothold;
    use std::collections::BTreeSet;

    #[test]
    fn each_fact_is_told_in_words() {
        let facts = world(
            "host web reach=internet
             identity nurse type=user mfa=false
             identity helpdesk type=group
             data-store patients value=1000
             nurse member_of helpdesk
             helpdesk admin_to web
             web stores patients
             web ! CVE-2021-41773@443 remote none admin 0.5",
        );
        let attack = Attack::new(facts, &Entries::default());
        let (patients, _) = attack.facts().assets().find(|(_, asset)| &*asset.name == "patients").unwrap();
        let paths = attack.paths(Foothold::Control(patients), 10).paths;
        let grounds = paths.iter().flat_map(|path| &path.hops).flat_map(|hop| attack.grounds(hop.step));
        let told: BTreeSet<_> =
            grounds.map(|ground| (ground.what, ground.exposure.is_some(), ground.told.is_some())).collect();
        let has = |what: &str, exposure: bool, relation: bool| {
            assert!(told.contains(&(what.to_owned(), exposure, relation)), "{what} in {told:#?}");
        };
        has("CVE-2021-41773 on web", true, false);
        has("web stores patients", false, true);
        has("web can be reached from the internet", false, false);
        has("nurse member of helpdesk", false, true);
        has("helpdesk admin to web", false, true);
    }
}
