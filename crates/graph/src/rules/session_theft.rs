//! Who controls a machine takes over whoever is logged on to it: their tickets, hashes and tokens lie in its memory.

use super::{Derive, Rule};
use crate::facts::{Chance, Facts};
use crate::steps::{Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "session_theft",
    title: "take over a session",
    technique: "T1003.001",
    wants: &["has_session"],
    derive: Derive::OfAll(derive),
    explain,
};

/// Sessions come and go, and credential guards exist.
const CHANCE: Chance = Chance::between(0.4, 0.8, 0.95);

fn derive(facts: &Facts, steps: &mut Steps) {
    super::along(facts, steps, "has_session", CHANCE);
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::sentence(facts, step, |host, user| {
        format!("{user} is logged on to {host}: who controls it can take over the session.")
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn a_session_is_taken_by_who_controls_the_machine() {
        lifecycle(
            "session_theft",
            "host ward-pc
             identity alice
             ward-pc has_session alice *",
            &["controls ward-pc -> controls alice (0.8)"],
            "alice is logged on to ward-pc: who controls it can take over the session.",
        );
    }
}
