//! An account that may delegate to a service can appear before it as anybody.

use super::{Derive, Rule};
use crate::facts::{Chance, Facts};
use crate::steps::{Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "constrained_delegation",
    title: "delegate to a service",
    technique: "T1558",
    wants: &["allowed_to_delegate"],
    derive: Derive::OfAll(derive),
    explain,
};

/// It works for any user who is not protected from it; a service name that differs can be exchanged.
const CHANCE: Chance = Chance::between(0.4, 0.8, 0.95);

fn derive(facts: &Facts, steps: &mut Steps) {
    super::along(facts, steps, "allowed_to_delegate", CHANCE);
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::sentence(facts, step, |from, to| format!("{from} may act as anybody before services of {to}."))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn who_may_delegate_controls_the_machine_of_the_service() {
        lifecycle(
            "constrained_delegation",
            "identity svc-web
             host db
             svc-web allowed_to_delegate db *",
            &["controls svc-web -> controls db (0.8)"],
            "svc-web may act as anybody before services of db.",
        );
    }
}
