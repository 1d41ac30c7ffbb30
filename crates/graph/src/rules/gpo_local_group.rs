//! A policy makes somebody an administrator of every machine that it reaches.

use super::Rule;
use crate::facts::{Chance, Facts};
use crate::steps::{Basis, Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "gpo_local_group",
    title: "log on where a policy allows",
    technique: "T1021",
    wants: &["gpo_affects", "gpo_local_admin"],
    derive,
    explain,
};

/// As any logon of an administrator; that the policy was applied is likely.
const CHANCE: Chance = Chance::between(0.6, 0.9, 1.0);

fn derive(facts: &Facts, steps: &mut Steps) {
    for (made, admin) in facts.relations("gpo_local_admin") {
        for (affects, machine) in facts.from(admin.to, "gpo_affects") {
            steps.step(
                &[Foothold::Control(admin.from)],
                Foothold::Control(machine.to),
                CHANCE,
                &[Basis::Relation(made), Basis::Relation(affects)],
            );
        }
    }
}

fn explain(facts: &Facts, steps: &Steps, step: &Step<'_>) -> String {
    super::between(facts, steps, step, |from, to| format!("A policy makes {from} an administrator of {to}."))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn the_policy_makes_administrators_of_the_machines_below() {
        lifecycle(
            "gpo_local_group",
            "directory-object wards
             identity helpdesk
             host ward-pc
             helpdesk gpo_local_admin wards *
             wards gpo_affects ward-pc *",
            &["controls helpdesk -> controls ward-pc (0.9)"],
            "A policy makes helpdesk an administrator of ward-pc.",
        );
    }
}
