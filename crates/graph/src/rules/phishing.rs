//! A person gives their password away, or opens the door with what they click.

use super::{Derive, Rule};
use crate::facts::{Chance, Facts};
use crate::steps::{Basis, Entry, Foothold, Step, Steps};

/// That one given person falls for it within 30 days, if phishing goes round and no second factor stands behind the password:
/// simulations report that a few in a hundred click, and fewer give a password.
const WITHOUT_MFA: Chance = Chance::between(0.005, 0.03, 0.15);
/// As above, with a second factor that can itself be phished or worn out.
const WITH_MFA: Chance = Chance::between(0.0005, 0.005, 0.05);
/// As above, where nobody collected whether there is one.
const PERHAPS_MFA: Chance = Chance::between(0.0005, 0.02, 0.15);

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "phishing",
    title: "phish a person",
    technique: "T1566",
    wants: &["mfa", "enabled"],
    derive: Derive::OfAll(derive),
    explain,
};

fn derive(facts: &Facts, steps: &mut Steps) {
    for (node, _) in facts.assets() {
        if !super::is_person(facts, node) {
            continue;
        }
        let chance = match facts.flag(node, "mfa") {
            Some(true) => WITH_MFA,
            Some(false) => WITHOUT_MFA,
            None => PERHAPS_MFA,
        };
        let phished = Foothold::Entry(Entry::PhishedUser);
        steps.step(&[phished], Foothold::Control(node), chance, &[Basis::Asset(node)]);
    }
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    let Some(Basis::Asset(node)) = step.because.first() else { return String::new() };
    let behind = match facts.flag(*node, "mfa") {
        Some(true) => "a second factor stands behind the password",
        Some(false) => "no second factor stands behind the password",
        None => "whether a second factor stands behind the password was not collected",
    };
    format!("{} can be phished; {behind}.", facts.asset(*node).name)
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn a_person_can_be_phished() {
        lifecycle(
            "phishing",
            "identity alice mfa=false *
             identity bob type=user enabled=false
             identity svc type=user gmsa=true
             identity admins type=group
             identity app cloud-id=arn:aws:iam::111122223333:role/app
             identity ci cloud-id=kubernetes:prod:serviceaccount/shop/ci",
            &["A phished user -> controls alice (0.03)"],
            "alice can be phished; no second factor stands behind the password.",
        );
    }
}
