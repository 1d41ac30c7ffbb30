//! An account of one system is given a role of another: a service account of a cluster that gets credentials of a cloud role.

use super::Rule;
use crate::facts::{Chance, Facts};
use crate::steps::{Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "assume_role",
    title: "assume a role of another system",
    technique: "T1550.001",
    wants: &["can_assume"],
    derive,
    explain,
};

/// The exchange is automatic; that the role trusts back is seldom collected.
const CHANCE: Chance = Chance::between(0.6, 0.9, 1.0);

fn derive(facts: &Facts, steps: &mut Steps) {
    super::along(facts, steps, "can_assume", CHANCE);
}

fn explain(facts: &Facts, _: &Steps, step: &Step<'_>) -> String {
    super::sentence(facts, step, |from, to| format!("{from} exchanges its token for credentials of {to}."))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn a_service_account_has_its_cloud_role() {
        lifecycle(
            "assume_role",
            "identity shop/web
             identity app-role
             shop/web can_assume app-role *",
            &["controls shop/web -> controls app-role (0.9)"],
            "shop/web exchanges its token for credentials of app-role.",
        );
    }
}
