//! What runs on a machine falls with it; who controls what runs there has a session on the machine.

use super::{Derive, Rule};
use crate::facts::{Chance, Facts};
use crate::steps::{Basis, Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "runs_on",
    title: "move between a machine and what runs on it",
    technique: "T1611",
    wants: &["runs_on"],
    derive: Derive::OfAll(derive),
    explain,
};

/// Out of what runs there to the machine: often the same user, sometimes a container or a sandbox.
const OUT: Chance = Chance::between(0.1, 0.5, 1.0);

fn derive(facts: &Facts, steps: &mut Steps) {
    for (id, runs) in facts.relations("runs_on") {
        let because = [Basis::Relation(id)];
        let (inner, machine) = (runs.from, runs.to);
        steps.step(&[Foothold::Control(machine)], Foothold::Control(inner), Chance::CERTAIN, &because);
        steps.step(&[Foothold::Control(inner)], Foothold::Session(machine), OUT, &because);
    }
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::sentence(facts, step, |inner, machine| format!("{inner} runs on {machine}."))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn both_ways() {
        lifecycle(
            "runs_on",
            "web-application shop
             host web
             shop runs_on web *",
            &["controls web -> controls shop (1)", "controls shop -> user on web (0.5)"],
            "shop runs on web.",
        );
    }
}
