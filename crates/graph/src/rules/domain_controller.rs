//! A domain controller holds the secrets of all accounts of its domain.

use super::{Derive, Rule};
use crate::facts::{Chance, Facts};
use crate::steps::{Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "domain_controller",
    title: "read the secrets of the domain",
    technique: "T1003.003",
    wants: &["dc_of"],
    derive: Derive::OfAll(derive),
    explain,
};

/// Administrators of the machine can read its database, unless something watches.
const CHANCE: Chance = Chance::between(0.8, 0.95, 1.0);

fn derive(facts: &Facts, steps: &mut Steps) {
    super::along(facts, steps, "dc_of", CHANCE);
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::sentence(facts, step, |from, to| {
        format!("{from} is a domain controller of {to} and holds the secrets of all its accounts.")
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn who_controls_a_domain_controller_controls_the_domain() {
        lifecycle(
            "domain_controller",
            "host dc1
             directory-object clinic
             dc1 dc_of clinic *",
            &["controls dc1 -> controls clinic (0.95)"],
            "dc1 is a domain controller of clinic and holds the secrets of all its accounts.",
        );
    }
}
