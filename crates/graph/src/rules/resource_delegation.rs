//! Who may say which accounts a machine trusts for delegation, or is one of them, can appear before it as anybody.

use super::{Derive, Rule};
use crate::facts::{Chance, Facts};
use crate::steps::{Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "resource_delegation",
    title: "delegate to a machine",
    technique: "T1558",
    wants: &["add_allowed_to_act", "allowed_to_act", "write_account_restrictions"],
    derive: Derive::OfAll(derive),
    explain,
};

/// It takes an account with a service name, which any user of a domain can make unless that was forbidden.
const CHANCE: Chance = Chance::between(0.4, 0.8, 0.95);

fn derive(facts: &Facts, steps: &mut Steps) {
    for verb in ["add_allowed_to_act", "allowed_to_act", "write_account_restrictions"] {
        super::along(facts, steps, verb, CHANCE);
    }
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::sentence(facts, step, |from, to| format!("{from} can act as anybody before {to}."))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn whom_a_machine_trusts_to_delegate_controls_it() {
        lifecycle(
            "resource_delegation",
            "identity alice
             host db
             host web
             web allowed_to_act db *
             alice write_account_restrictions db *",
            &["controls web -> controls db (0.8)", "controls alice -> controls db (0.8)"],
            "web can act as anybody before db.",
        );
    }
}
