//! The registry: every rule that makes steps of facts, alphabetical, two lines each. To add one, see CONTRIBUTING.md.

use crate::facts::Facts;
use crate::steps::{Basis, Step, Steps};
use bartizan_model::AssetKind;

mod client_exploit;
mod data_access;
mod group_membership;
mod lesser_rights;
mod local_admin;
mod local_escalation;
mod network_reach;
mod phishing;
mod remote_exploit;
mod runs_on;
mod session_theft;

/// All rules, by id.
pub static RULES: &[Rule] = &[
    client_exploit::RULE,
    data_access::RULE,
    group_membership::RULE,
    lesser_rights::RULE,
    local_admin::RULE,
    local_escalation::RULE,
    network_reach::RULE,
    phishing::RULE,
    remote_exploit::RULE,
    runs_on::RULE,
    session_theft::RULE,
];

/// One way of an attacker: facts in, steps out.
#[derive(Debug)]
pub struct Rule {
    /// Its id, equal to the name of its file.
    pub id: &'static str,
    /// What the attacker does, in a few words.
    pub title: &'static str,
    /// The ATT&CK technique.
    pub technique: &'static str,
    /// The verbs and attributes it reads: where nobody told one of them, the rule could not look.
    pub wants: &'static [&'static str],
    /// Derives all steps of this kind.
    pub derive: fn(&Facts, &mut Steps),
    /// Says in one sentence why a step of this kind works, from its facts.
    pub explain: fn(&Facts, &Steps, &Step<'_>) -> String,
}

/// All steps that the rules derive from these facts.
pub fn derive(facts: &Facts) -> Steps {
    let mut steps = Steps::default();
    for (number, rule) in RULES.iter().enumerate() {
        steps.begin(number as u16);
        (rule.derive)(facts, &mut steps);
    }
    steps
}

/// A sentence about the two ends of the relation that a step rests on.
fn sentence(facts: &Facts, step: &Step<'_>, words: impl Fn(&str, &str) -> String) -> String {
    let relation = step.because.iter().find_map(|basis| match basis {
        Basis::Relation(id) => Some(facts.relation(*id)),
        _ => None,
    });
    let name = |node| &*facts.asset(node).name;
    relation.map(|relation| words(name(relation.from), name(relation.to))).unwrap_or_default()
}

/// A sentence about the exposure that a step rests on, and its asset.
fn of_exposure(facts: &Facts, step: &Step<'_>, words: impl Fn(&str, &str) -> String) -> String {
    let exposure = step.because.iter().find_map(|basis| match basis {
        Basis::Exposure(at) => Some(facts.exposure(*at)),
        _ => None,
    });
    exposure.map(|exposure| words(&exposure.weakness, &facts.asset(exposure.asset).name)).unwrap_or_default()
}

/// Whether an asset of this kind is a machine, on which somebody can be an ordinary user.
fn is_machine(kind: AssetKind) -> bool {
    matches!(kind, AssetKind::Host | AssetKind::Device | AssetKind::Service)
}

/// Whether assets of this kind stand in a network and can be talked to.
fn has_network(kind: AssetKind) -> bool {
    use AssetKind::{
        Application, CloudResource, ContainerImage, DataStore, Device, Host, Service, WebApplication,
    };
    matches!(
        kind,
        Host | Service | WebApplication | Device | DataStore | ContainerImage | CloudResource | Application
    )
}

#[cfg(test)]
pub(crate) mod testing;

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_registry_is_in_order() {
        let ids: Vec<_> = RULES.iter().map(|rule| rule.id).collect();
        assert!(ids.is_sorted(), "alphabetical, please: {ids:?}");
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules");
        let files: BTreeSet<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
            .filter(|name| name != "testing")
            .collect();
        assert_eq!(files, ids.iter().map(|id| (*id).to_owned()).collect(), "one file a rule, one row a file");
        for rule in RULES {
            assert!(rule.technique.starts_with('T') && !rule.title.is_empty(), "{}", rule.id);
        }
    }
}
