//! A password that is set in Entra ID is written back to the directory that the account is synchronized from, where that is on.
//! <https://bloodhound.specterops.io/resources/edges/synced-to-ad-user>

use super::{Derive, Rule};
use crate::facts::{Chance, Facts};
use crate::steps::{Basis, Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "password_writeback",
    title: "write a password back to the directory",
    technique: "T1098",
    wants: &["synced_to_entra_user"],
    derive: Derive::OfAll(derive),
    explain,
};

/// Writing back is bought apart and switched on by hand, and leaves out the directory's administrators; no collector tells it.
const CHANCE: Chance = Chance::between(0.0, 0.3, 0.9);

fn derive(facts: &Facts, steps: &mut Steps) {
    for (id, synced) in facts.relations("synced_to_entra_user") {
        let (need, gains) = (Foothold::Control(synced.to), Foothold::Control(synced.from));
        // The service that writes back has no right to what the directory protects.
        if facts.flag(synced.from, "admin-count") != Some(true) {
            steps.step(&[need], gains, CHANCE, &[Basis::Relation(id)]);
        }
    }
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::between(facts, step, |from, to| {
        format!(
            "A password that is set for {from} may be written back to {to}, from which it is synchronized."
        )
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{lifecycle, steps, world};

    const WORLD: &str = "identity ann
             identity ann@clinic
             ann synced_to_entra_user ann@clinic *";

    #[test]
    fn a_password_set_in_the_cloud_arrives_on_premises() {
        lifecycle(
            "password_writeback",
            WORLD,
            &["controls ann@clinic -> controls ann (0.3)"],
            "A password that is set for ann@clinic may be written back to ann, from which it is synchronized.",
        );
    }

    #[test]
    fn not_that_of_an_administrator() {
        let text = format!("{WORLD}\nann has admin-count=true").replace('*', "");
        assert_eq!(steps("password_writeback", &world(&text)), Vec::<String>::new());
    }
}
