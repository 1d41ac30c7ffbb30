//! ESC3: with the certificate of an enrolment agent its holder asks for certificates of anybody else. One that is for any purpose
//! (ESC2) is such a certificate too.

use super::Rule;
use crate::directory::{Directory, Holder};
use crate::facts::{Chance, Facts, Node};
use crate::pki;
use crate::steps::{Basis, Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "adcs_esc3",
    title: "ask for certificates on behalf of others",
    technique: "T1649",
    wants: &["effective-ekus", "enroll", "published_to"],
    derive,
    explain,
};

/// Two requests instead of one; restrictions of agents that nobody collected may stand in the way.
const CHANCE: Chance = Chance::between(0.6, 0.9, 1.0);

fn derive(facts: &Facts, steps: &mut Steps) {
    let directory = Directory::of(facts);
    let authorities = pki::authorities(facts);
    for first in &authorities {
        for agent in pki::published(facts, first.node) {
            let (Some(usage), Some(unattended)) =
                (pki::is_agent(facts, agent.template), pki::unattended(facts, agent.template))
            else {
                continue;
            };
            let second = authorities.iter().filter(|other| other.domain == first.domain);
            for (second, target) in second.flat_map(|ca| pki::published(facts, ca.node).map(move |t| (ca, t)))
            {
                let template = target.template;
                let (Some(authenticates), Some(approval), Some(agents)) = (
                    pki::authenticates(facts, template),
                    facts.told(template, "requires-manager-approval", "false"),
                    pki::takes_agents(facts, template),
                ) else {
                    continue;
                };
                let mut rights = vec![
                    directory.holders(agent.template, pki::ENROLL),
                    pki::enrollers(&directory, first),
                    directory.holders(template, pki::ENROLL),
                    pki::enrollers(&directory, second),
                ];
                if facts.flag(second.node, "enrollment-agent-restrictions") == Some(true) {
                    rights.push(allowed_agents(facts, second.node, template));
                }
                for (principal, mut because) in directory.together(&rights) {
                    because.extend([usage, authenticates, approval, agents, agent.because, target.because]);
                    because.extend(unattended.iter().chain(&first.because).chain(&second.because));
                    because.sort_unstable();
                    because.dedup();
                    let gains = Foothold::Control(first.domain);
                    steps.step(&[Foothold::Control(principal)], gains, CHANCE, &because);
                }
            }
        }
    }
}

/// Whom an authority that restricts agents lets ask by a template.
fn allowed_agents(facts: &Facts, authority: Node, template: Node) -> Vec<Holder> {
    let id = facts.attribute(template, "object-id");
    let allowed = facts.to(authority, "delegated_enrollment_agent").filter(|(_, relation)| {
        &*relation.via == "all templates" || id.is_some_and(|id| *relation.via == *id)
    });
    allowed.map(|(id, relation)| (relation.from, Basis::Relation(id))).collect()
}

fn explain(facts: &Facts, steps: &Steps, step: &Step<'_>) -> String {
    super::between(facts, steps, step, |from, to| {
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
