//! A policy runs on the machines of everything it is linked to.

use super::Rule;
use crate::facts::{Chance, Facts};
use crate::steps::{Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "gpo_control",
    title: "change a policy",
    technique: "T1484.001",
    wants: &["gp_link"],
    derive,
    explain,
};

/// Policies are applied within hours; filters may leave objects out.
const CHANCE: Chance = Chance::between(0.6, 0.9, 0.98);

fn derive(facts: &Facts, steps: &mut Steps) {
    super::along(facts, steps, "gp_link", CHANCE);
}

fn explain(facts: &Facts, _: &Steps, step: &Step<'_>) -> String {
    super::sentence(facts, step, |from, to| format!("The policy {from} applies to what is in {to}."))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn a_changed_policy_changes_what_it_is_linked_to() {
        lifecycle(
            "gpo_control",
            "directory-object baseline
             directory-object ward-ou
             baseline gp_link:enforced ward-ou *",
            &["controls baseline -> controls ward-ou (0.9)"],
            "The policy baseline applies to what is in ward-ou.",
        );
    }
}
