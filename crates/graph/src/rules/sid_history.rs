//! An account carries the rights of every account in its SID history.

use super::{Derive, Rule};
use crate::facts::{Chance, Facts};
use crate::steps::{Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "sid_history",
    title: "use rights of the SID history",
    technique: "T1134.005",
    wants: &["has_sid_history"],
    derive: Derive::OfAll(derive),
    explain,
};

/// Filtered across a forest's border, and else simply a right.
const CHANCE: Chance = Chance::between(0.6, 0.9, 1.0);

fn derive(facts: &Facts, steps: &mut Steps) {
    super::along(facts, steps, "has_sid_history", CHANCE);
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::sentence(facts, step, |from, to| {
        format!("{from} has the rights of {to}, which is in its SID history.")
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn rights_of_the_past_are_rights() {
        lifecycle(
            "sid_history",
            "identity alice
             identity old-admins
             alice has_sid_history old-admins *",
            &["controls alice -> controls old-admins (0.9)"],
            "alice has the rights of old-admins, which is in its SID history.",
        );
    }
}
