//! A weakness that has a machine send requests of the attacker's choosing has it ask its own metadata service for the credentials
//! of its role: no code runs there.
//!
//! Tokens that the service requires (IMDSv2 of AWS) take a `PUT` first and stop it; the services of Azure and Google Cloud want a
//! header, which few such weaknesses let the attacker set.

use super::remote_exploit::by_network;
use super::{Derive, Rule};
use crate::facts::{Chance, Effect, Facts, Node, Way};
use crate::metadata::{self, Role, Service, Tokens};
use crate::steps::{Basis, Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "metadata_ssrf",
    title: "have the metadata service asked",
    technique: "T1552.005",
    wants: &["has_profile", "metadata-tokens"],
    derive: Derive::OfAsset(derive),
    explain,
};

/// One plain request; some weaknesses show no answer, or reach no address inside.
const PLAIN: Chance = Chance::between(0.5, 0.8, 0.95);
/// As above, where nobody told whether tokens are required: new machines require them, older ones do not.
const PERHAPS_PLAIN: Chance = Chance::between(0.0, 0.4, 0.95);
/// It takes a weakness that lets headers be set.
const WITH_HEADER: Chance = Chance::between(0.01, 0.15, 0.6);

fn derive(facts: &Facts, node: Node, steps: &mut Steps) {
    for (at, exposure) in facts.exposures_of(node) {
        if exposure.effect != Effect::ForgesRequests || exposure.way != Way::Remote {
            continue;
        }
        let under = facts.from(node, "runs_on").map(|(id, on)| (on.to, Some(Basis::Relation(id))));
        let places = std::iter::once((node, None)).chain(under);
        for (machine, runs_on) in places {
            for role in metadata::roles(facts, machine) {
                let Some((chance, told)) = answered(facts, machine, &role) else { continue };
                let because: Vec<_> = [Basis::Exposure(at)]
                    .into_iter()
                    .chain(runs_on)
                    .chain(role.because)
                    .chain(told)
                    .collect();
                let gains = Foothold::Control(role.role);
                let chance = exposure.chance.and(chance);
                by_network(facts, steps, exposure, node, (gains, chance), &because);
            }
        }
    }
}

/// How likely the service answers a forged request, and what that rests on beside.
fn answered(facts: &Facts, machine: Node, role: &Role) -> Option<(Chance, Option<Basis>)> {
    match (role.service, metadata::tokens(facts, machine)) {
        (Service::WantsHeader, _) => Some((WITH_HEADER, None)),
        (Service::Aws, Tokens::Required) => None,
        (Service::Aws, Tokens::Optional(told)) => Some((PLAIN, Some(told))),
        (Service::Aws, Tokens::Unknown) => Some((PERHAPS_PLAIN, None)),
    }
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    let role = step.gains.asset().map_or("its role", |node| &facts.asset(node).name);
    super::of_exposure(facts, step, |weakness, asset| {
        format!("{weakness} has {asset} ask the metadata service for the credentials of {role}.")
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{lifecycle, steps, world};

    const WORLD: &str = "host web reach=internet
             web has metadata-tokens=optional *
             identity profile
             identity app
             web has_profile profile *
             profile instance_profile_of app *
             web ! tool:ssrf@443 forges none none 0.5 *";

    #[test]
    fn a_forged_request_gets_the_role() {
        lifecycle(
            "metadata_ssrf",
            WORLD,
            &["can reach web -> controls app (0.4)", "can reach port 443 of web -> controls app (0.4)"],
            "tool:ssrf has web ask the metadata service for the credentials of app.",
        );
    }

    #[test]
    fn tokens_stop_it_and_unknown_is_an_interval() {
        let with = |told: &str| {
            let text = WORLD.replace("web has metadata-tokens=optional *", told).replace('*', "");
            steps("metadata_ssrf", &world(&text)).first().cloned()
        };
        assert_eq!(with("web has metadata-tokens=required"), None);
        assert_eq!(with(""), Some("can reach web -> controls app (0.2)".to_owned()));
    }

    #[test]
    fn an_application_asks_the_service_of_its_machine() {
        lifecycle(
            "metadata_ssrf",
            "web-application shop
             host vm
             identity mi
             shop runs_on vm *
             vm az_managed_identity mi *
             shop ! tool:ssrf forges none none 0.5 *",
            &["can reach shop -> controls mi (0.075)"],
            "tool:ssrf has shop ask the metadata service for the credentials of mi.",
        );
    }
}
