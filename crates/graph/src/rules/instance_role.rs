//! Whoever runs code on a cloud machine, or in a container on it, asks its metadata service for the credentials of its role.

use super::{Derive, Rule};
use crate::facts::{Chance, Facts, Node};
use crate::metadata::{self, Role, Service, Tokens};
use crate::steps::{Basis, Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "instance_role",
    title: "take the credentials of a machine's role",
    technique: "T1552.005",
    wants: metadata::VERBS,
    derive: Derive::OfAll(derive),
    explain,
};

/// Some machines keep their users from the metadata service.
const CHANCE: Chance = Chance::between(0.6, 0.9, 1.0);
/// From a container: clusters often keep pods from it, and nobody collected whether this one does.
const FROM_CONTAINER: Chance = Chance::between(0.0, 0.5, 0.95);

fn derive(facts: &Facts, steps: &mut Steps) {
    for machine in metadata::machines(facts) {
        for role in metadata::roles(facts, machine) {
            steps.step(&[Foothold::Session(machine)], Foothold::Control(role.role), CHANCE, &role.because);
            for (on, container) in facts.to(machine, "scheduled_on") {
                let Some((chance, told)) = from_container(facts, machine, container.from, &role) else {
                    continue;
                };
                let because: Vec<_> =
                    role.because.iter().copied().chain([Basis::Relation(on)]).chain(told).collect();
                let inside = [Foothold::Session(container.from)];
                steps.step(&inside, Foothold::Control(role.role), chance, &because);
            }
        }
    }
}

/// How likely a container gets an answer, and what that rests on beside. A service that asks for tokens answers no farther than
/// its hop limit, and a container is one hop away unless it shares its machine's network.
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html>
fn from_container(
    facts: &Facts,
    machine: Node,
    container: Node,
    role: &Role,
) -> Option<(Chance, Option<Basis>)> {
    if let Some(shares) = facts.told(container, "host-network", "true") {
        return Some((CHANCE, Some(shares)));
    }
    match (role.service, metadata::tokens(facts, machine)) {
        (Service::WantsHeader, _) | (_, Tokens::Unknown) => Some((FROM_CONTAINER, None)),
        (Service::Aws, Tokens::Optional(told)) => Some((CHANCE, Some(told))),
        (Service::Aws, Tokens::Required) => match facts.attribute(machine, "metadata-hop-limit") {
            Some("1") => None,
            Some(_) => Some((CHANCE, facts.basis(machine, "metadata-hop-limit"))),
            None => Some((FROM_CONTAINER, None)),
        },
    }
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::between(facts, step, |machine, role| {
        format!("Code on {machine} gets the credentials of {role} from the metadata service.")
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{lifecycle, steps, world};

    const WORLD: &str = "host web
         identity profile
         identity app
         web has_profile profile *
         profile instance_profile_of app *";

    #[test]
    fn code_on_a_machine_has_its_role() {
        lifecycle(
            "instance_role",
            WORLD,
            &["user on web -> controls app (0.9)"],
            "Code on web gets the credentials of app from the metadata service.",
        );
    }

    #[test]
    fn not_where_the_service_is_off() {
        let text = format!("{WORLD}\nweb has metadata-endpoint=disabled").replace('*', "");
        assert_eq!(steps("instance_role", &world(&text)), Vec::<String>::new());
    }

    #[test]
    fn a_managed_identity_and_a_service_account_are_roles_too() {
        lifecycle(
            "instance_role",
            "host azure
             host google
             identity mi
             identity sa
             azure az_managed_identity mi *
             google has_service_account sa *",
            &["user on azure -> controls mi (0.9)", "user on google -> controls sa (0.9)"],
            "Code on azure gets the credentials of mi from the metadata service.",
        );
    }

    #[test]
    fn a_container_is_a_hop_away() {
        let with = |more: &str| {
            let text = format!("{WORLD}\ncloud-resource pod\npod scheduled_on web\n{more}").replace('*', "");
            steps("instance_role", &world(&text)).get(1).cloned()
        };
        let (likely, perhaps) =
            ("user on pod -> controls app (0.9)".to_owned(), "user on pod -> controls app (0.5)".to_owned());
        assert_eq!(with(""), Some(perhaps.clone()));
        assert_eq!(with("web has metadata-tokens=optional"), Some(likely.clone()));
        assert_eq!(with("web has metadata-tokens=required"), Some(perhaps));
        assert_eq!(with("web has metadata-tokens=required\nweb has metadata-hop-limit=1"), None);
        assert_eq!(
            with("web has metadata-tokens=required\nweb has metadata-hop-limit=2"),
            Some(likely.clone())
        );
        let shared =
            "web has metadata-tokens=required\nweb has metadata-hop-limit=1\npod has host-network=true";
        assert_eq!(with(shared), Some(likely));
    }
}
