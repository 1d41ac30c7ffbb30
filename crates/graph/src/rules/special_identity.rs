//! Whoever has an account in a domain is in its groups `Authenticated Users` and `Everyone`, which no directory lists.

use super::{Derive, Rule};
use crate::directory::Directory;
use crate::facts::{Chance, Facts};
use crate::steps::{Basis, Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "special_identity",
    title: "use the rights of everybody",
    technique: "T1078.002",
    wants: &["object-id"],
    derive: Derive::OfAll(derive),
    explain,
};

fn derive(facts: &Facts, steps: &mut Steps) {
    for (member, group) in Directory::of(facts).special() {
        let because = [Basis::Asset(member), Basis::Asset(group)];
        steps.step(&[Foothold::Control(member)], Foothold::Control(group), Chance::CERTAIN, &because);
    }
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::between(facts, step, |from, to| format!("Whoever is in {from} is also in {to}."))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn users_and_computers_of_a_domain_are_authenticated() {
        lifecycle(
            "special_identity",
            "directory-object clinic type=domain object-id=S-1-5-21-1 domain=CLINIC *
             identity users object-id=S-1-5-21-1-513
             identity computers object-id=S-1-5-21-1-515
             identity authenticated object-id=CLINIC-S-1-5-11
             identity everyone object-id=CLINIC-S-1-1-0 *
             identity strangers object-id=LAB-S-1-1-0",
            &[
                "controls users -> controls authenticated (1)",
                "controls computers -> controls authenticated (1)",
                "controls authenticated -> controls everyone (1)",
            ],
            "Whoever is in users is also in authenticated.",
        );
    }
}
