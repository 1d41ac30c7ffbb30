//! Of an account without pre-authentication, anybody in the network gets something to guess its password from.

use super::{Derive, Rule};
use crate::facts::{Chance, Facts};
use crate::steps::{Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "asrep_roast",
    title: "guess a password without an account",
    technique: "T1558.004",
    wants: &["dont-require-preauth"],
    derive: Derive::OfAll(derive),
    explain,
};

/// As of any password that a person chose.
const CHANCE: Chance = Chance::between(0.02, 0.2, 0.7);

fn derive(facts: &Facts, steps: &mut Steps) {
    for (node, open) in facts.flagged("dont-require-preauth") {
        if facts.flag(node, "enabled") != Some(false) {
            steps.step(&[Foothold::Inside], Foothold::Control(node), CHANCE, &[open]);
        }
    }
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::between(facts, step, |_, to| {
        format!(
            "{to} needs no pre-authentication: anybody in the network can ask for something to guess its password from."
        )
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn accounts_without_pre_authentication() {
        lifecycle(
            "asrep_roast",
            "identity alice dont-require-preauth=true *
             identity bob dont-require-preauth=true enabled=false
             identity carol dont-require-preauth=false",
            &["inside the network -> controls alice (0.2)"],
            "alice needs no pre-authentication: anybody in the network can ask for something to guess its password from.",
        );
    }
}
