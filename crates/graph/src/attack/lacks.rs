//! What a graph lacks so that it can answer at all, and how to add it: an empty answer is no good news.

use super::Attack;
use crate::steps::{Entry, Foothold};

/// Something without which no way can be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lack {
    /// No asset is known.
    Assets,
    /// Nobody valued anything.
    Jewels,
    /// Every entry is switched off.
    Entries,
    /// Of an entry that is considered, no fact is known that makes a first step.
    FirstStep(Entry),
}

impl Lack {
    /// The word of the command line and the API.
    pub fn word(self) -> String {
        match self {
            Self::Assets => "assets".to_owned(),
            Self::Jewels => "crown-jewels".to_owned(),
            Self::Entries => "entries".to_owned(),
            Self::FirstStep(entry) => format!("first-step:{}", entry.as_str()),
        }
    }

    /// What is missing, and what adds it.
    pub const fn help(self) -> &'static str {
        match self {
            Self::Assets => {
                "No asset is known: `bartizan import` takes reports and collections in, `bartizan discover host` looks at this machine."
            }
            Self::Jewels => {
                "Nobody said yet what matters: give an asset a criticality or a class of data (`bartizan declare ASSET --criticality critical`), or mark a scope as a crown jewel."
            }
            Self::Entries => {
                "Every entry is switched off, so no attacker can begin: `bartizan entries on internet` considers one again."
            }
            Self::FirstStep(Entry::Internet) => {
                "Nothing is known to be reached from the internet: import a scan from outside, security groups or firewall rules, or say so with `bartizan declare ASSET --reach internet`."
            }
            Self::FirstStep(Entry::PhishedUser) => {
                "No person's account is known, and nothing that is exploited by what somebody opens: import a directory (SharpHound, AzureHound, AWS IAM)."
            }
            Self::FirstStep(Entry::Supplier) => {
                "No access of a supplier is known: tell it as a relation `supplier_access` from a third party to what it may reach."
            }
            Self::FirstStep(Entry::Insider) => {
                "No person's account is known: import a directory (SharpHound, AzureHound, AWS IAM)."
            }
            Self::FirstStep(Entry::StolenDevice) => {
                "No device is known to be carried about: tell its `chassis` (laptop) and `disk-encrypted`, as osquery's chassis_info and bitlocker_info do."
            }
        }
    }
}

impl Attack {
    /// What is missing for an answer, the most basic first; empty where every entry that is considered leads somewhere.
    pub fn lacks(&self) -> Vec<Lack> {
        if self.facts.assets().next().is_none() {
            return vec![Lack::Assets];
        }
        let mut lacks = Vec::new();
        if self.jewels.is_empty() {
            lacks.push(Lack::Jewels);
        }
        let considered: Vec<_> =
            Entry::ALL.into_iter().filter(|entry| self.chance(Foothold::Entry(*entry)).high > 0.0).collect();
        if considered.is_empty() {
            lacks.push(Lack::Entries);
        }
        let mut begins: Vec<_> = self
            .steps
            .iter()
            .flat_map(|(_, step)| step.needs)
            .filter_map(|need| match need {
                Foothold::Entry(entry) => Some(*entry),
                _ => None,
            })
            .collect();
        begins.sort_unstable();
        begins.dedup();
        lacks.extend(considered.into_iter().filter(|entry| !begins.contains(entry)).map(Lack::FirstStep));
        lacks
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attack::Entries;
    use crate::facts::Chance;
    use crate::rules::testing::world;
    use std::collections::BTreeMap;

    fn lacks(text: &str, entries: &Entries) -> Vec<String> {
        Attack::new(world(text), entries).lacks().into_iter().map(Lack::word).collect()
    }

    #[test]
    fn an_empty_graph_says_what_to_add() {
        assert_eq!(lacks("", &Entries::default()), ["assets"]);
        assert_eq!(
            lacks("host web reach=local", &Entries::default()),
            [
                "crown-jewels",
                "first-step:internet",
                "first-step:phished-user",
                "first-step:supplier",
                "first-step:insider",
                "first-step:stolen-device",
            ]
        );
    }

    #[test]
    fn entries_that_are_off_are_not_missed() {
        let off = Entries(BTreeMap::new());
        assert_eq!(lacks("host web reach=internet value=1", &off), ["entries"]);
        let internet = Entries([(Entry::Internet, Chance::CERTAIN)].into());
        assert_eq!(lacks("host web reach=internet value=1", &internet), Vec::<String>::new());
        let insider = Entries([(Entry::Insider, Chance::exactly(0.1))].into());
        assert_eq!(lacks("host web reach=internet value=1", &insider), ["first-step:insider"]);
    }
}
