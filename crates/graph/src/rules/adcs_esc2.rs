//! ESC2: a template that names no usage gives certificates for anything, those of an enrolment agent among them.

use super::{Derive, Rule};
use crate::facts::{Chance, Facts};
use crate::pki;
use crate::steps::{Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "adcs_esc2",
    title: "use a certificate that is for anything",
    technique: "T1649",
    wants: &["effective-ekus", "enroll", "published_to"],
    derive: Derive::OfAll(derive),
    explain,
};

/// As an enrolment agent: two requests, and restrictions of agents that nobody collected may stand in the way.
const CHANCE: Chance = Chance::between(0.5, 0.85, 1.0);

fn derive(facts: &Facts, steps: &mut Steps) {
    pki::by_agent(facts, steps, CHANCE, |template| pki::is_for_anything(facts, template));
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::between(facts, step, |from, to| {
        format!("{from} can get a certificate for anything, and with it those of anybody in {to} (ESC2).")
    })
}

#[cfg(test)]
mod tests {
    use crate::pki::WORLD;
    use crate::rules::testing::lifecycle;

    #[test]
    fn a_certificate_for_anything_asks_for_anybody() {
        lifecycle(
            "adcs_esc2",
            &format!(
                "{WORLD}
             directory-object anything
             anything has effective-ekus= *
             anything has requires-manager-approval=false *
             anything has schema-version=1 *
             directory-object user
             user has authentication-enabled=true *
             user has requires-manager-approval=false *
             user has schema-version=1 *
             identity alice
             anything published_to ca *
             user published_to ca *
             alice enroll anything *
             alice enroll user *
             alice enroll ca *"
            ),
            &["controls alice -> controls clinic (0.85)"],
            "alice can get a certificate for anything, and with it those of anybody in clinic (ESC2).",
        );
    }
}
