//! ESC3: with the certificate of an enrolment agent its holder asks for certificates of anybody else. One that is for any purpose
//! is such a certificate too.

use super::{Derive, Rule};
use crate::facts::{Chance, Facts};
use crate::pki;
use crate::steps::{Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "adcs_esc3",
    title: "ask for certificates on behalf of others",
    technique: "T1649",
    wants: &["effective-ekus", "enroll", "published_to"],
    derive: Derive::OfAll(derive),
    explain,
};

/// Two requests instead of one; restrictions of agents that nobody collected may stand in the way.
const CHANCE: Chance = Chance::between(0.6, 0.9, 1.0);

fn derive(facts: &Facts, steps: &mut Steps) {
    pki::by_agent(facts, steps, CHANCE, |template| pki::is_agent(facts, template));
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::between(facts, step, |from, to| {
        format!("{from} can become an enrolment agent and ask for certificates of anybody in {to} (ESC3).")
    })
}

#[cfg(test)]
mod tests {
    use crate::pki::WORLD;
    use crate::rules::testing::{lifecycle, steps, world};

    #[test]
    fn an_agent_asks_for_anybody() {
        lifecycle(
            "adcs_esc3",
            &format!(
                "{WORLD}
             directory-object agent
             agent has effective-ekus=1.3.6.1.4.1.311.20.2.1 *
             agent has requires-manager-approval=false *
             agent has schema-version=1 *
             directory-object user
             user has authentication-enabled=true *
             user has requires-manager-approval=false *
             user has schema-version=1 *
             identity alice
             identity bob
             agent published_to ca *
             user published_to ca *
             alice enroll agent *
             alice enroll user *
             alice enroll ca *
             bob enroll agent
             bob enroll ca"
            ),
            &["controls alice -> controls clinic (0.9)"],
            "alice can become an enrolment agent and ask for certificates of anybody in clinic (ESC3).",
        );
    }

    #[test]
    fn restrictions_of_agents_count() {
        let with = |allowed: &str| {
            let plain = WORLD.replace('*', " ");
            let text = format!(
                "{plain}
                 ca has enrollment-agent-restrictions=true
                 directory-object agent effective-ekus=1.3.6.1.4.1.311.20.2.1 requires-manager-approval=false schema-version=1
                 directory-object user authentication-enabled=true requires-manager-approval=false schema-version=1 object-id=USER
                 identity alice
                 agent published_to ca
                 user published_to ca
                 alice enroll agent
                 alice enroll user
                 alice enroll ca
                 {allowed}"
            );
            steps("adcs_esc3", &world(&text)).len()
        };
        assert_eq!(with(""), 0);
        assert_eq!(with("alice delegated_enrollment_agent:USER ca"), 1);
        assert_eq!(with("alice delegated_enrollment_agent:OTHER ca"), 0);
    }
}
