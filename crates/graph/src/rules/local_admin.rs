//! Who may administer a machine over the network controls it, from wherever they can log on to it.

use super::{Derive, Rule};
use crate::facts::{Chance, Facts};
use crate::steps::{Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "local_admin",
    title: "log on as an administrator",
    technique: "T1021",
    wants: &["admin_to"],
    derive: Derive::OfAll(derive),
    explain,
};

/// Logging on with rights that are there works, unless something watches or the machine is off.
const CHANCE: Chance = Chance::between(0.8, 0.95, 1.0);

fn derive(facts: &Facts, steps: &mut Steps) {
    super::along(facts, steps, "admin_to", CHANCE);
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::sentence(facts, step, |from, to| format!("{from} is an administrator of {to}."))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn an_administrator_controls_the_machine() {
        lifecycle(
            "local_admin",
            "identity helpdesk
             host ward-pc
             helpdesk admin_to ward-pc *",
            &["controls helpdesk -> controls ward-pc (0.95)"],
            "helpdesk is an administrator of ward-pc.",
        );
    }
}
