//! Who delegates to a service, and may write service names, moves the service to a machine that it was not meant for.
//! <https://www.semperis.com/blog/spn-jacking-an-edge-case-in-writespn-abuse/>

use super::{Derive, Rule};
use crate::facts::{Chance, Facts, Node};
use crate::steps::{Basis, Foothold, Step, Steps};
use bartizan_model::AssetKind;
use std::collections::BTreeMap;

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "spn_jacking",
    title: "move a service that is delegated to",
    technique: "T1558",
    wants: &["allowed_to_delegate", "write_spn"],
    derive: Derive::OfAll(derive),
    explain,
};

/// The name has to be free, or taken from a machine that is gone or may be written too.
const CHANCE: Chance = Chance::between(0.1, 0.4, 0.8);

fn derive(facts: &Facts, steps: &mut Steps) {
    let mut delegating: BTreeMap<Node, Basis> = BTreeMap::new();
    for (id, relation) in facts.relations("allowed_to_delegate") {
        delegating.entry(relation.from).or_insert(Basis::Relation(id));
    }
    for (id, right) in facts.relations("write_spn") {
        // A user is asked for a ticket instead, of which the password is guessed.
        if facts.asset(right.to).kind != AssetKind::Host {
            continue;
        }
        for (delegator, delegates) in &delegating {
            let mut needs = vec![Foothold::Control(*delegator), Foothold::Control(right.from)];
            needs.dedup();
            let because = [Basis::Relation(id), *delegates];
            steps.step(&needs, Foothold::Control(right.to), CHANCE, &because);
        }
    }
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    let writer = super::relation(facts, step).map_or("", |right| &*facts.asset(right.from).name);
    super::between(facts, step, |from, to| {
        format!("{writer} can give {to} the name of a service that {from} may delegate to, as anybody.")
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{lifecycle, steps, world};

    #[test]
    fn both_rights_together_are_a_machine() {
        lifecycle(
            "spn_jacking",
            "identity helpdesk
             identity web
             host old
             host files
             web allowed_to_delegate old *
             helpdesk write_spn files *",
            &["controls web + controls helpdesk -> controls files (0.4)"],
            "helpdesk can give files the name of a service that web may delegate to, as anybody.",
        );
    }

    #[test]
    fn of_a_user_or_by_one_alone() {
        let text = "identity web
             identity bob
             host old
             host files
             web allowed_to_delegate old
             web write_spn bob
             web write_spn files";
        assert_eq!(steps("spn_jacking", &world(text)), ["controls web -> controls files (0.4)"]);
    }
}
