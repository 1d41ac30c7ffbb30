//! Who controls what stores or serves data has the data.

use super::{Derive, Rule};
use crate::facts::{Chance, Facts};
use crate::steps::{Basis, Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "data_access",
    title: "read the data",
    technique: "T1005",
    wants: &["stores", "has_access_to"],
    derive: Derive::OfAll(derive),
    explain,
};

/// Whether what opens a store opens the data in it: some of it is encrypted with keys that lie elsewhere.
const CHANCE: Chance = Chance::between(0.6, 0.9, 1.0);

fn derive(facts: &Facts, steps: &mut Steps) {
    for verb in ["stores", "has_access_to"] {
        for (id, access) in facts.relations(verb) {
            steps.step(
                &[Foothold::Control(access.from)],
                Foothold::Control(access.to),
                CHANCE,
                &[Basis::Relation(id)],
            );
        }
    }
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::sentence(facts, step, |from, data| format!("{from} has access to {data}."))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn the_data_falls_with_what_holds_it() {
        lifecycle(
            "data_access",
            "host db
             identity reporting
             data-store patients
             db stores patients *
             reporting has_access_to patients *",
            &["controls db -> controls patients (0.9)", "controls reporting -> controls patients (0.9)"],
            "db has access to patients.",
        );
    }
}
