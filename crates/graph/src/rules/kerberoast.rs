//! Anybody in a domain may ask for a ticket of an account with a service name, and guess its password at leisure.

use super::{Derive, Rule};
use crate::directory::Directory;
use crate::facts::{Chance, Facts};
use crate::steps::{Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "kerberoast",
    title: "guess a service account's password",
    technique: "T1558.003",
    wants: &["has-spn"],
    derive: Derive::OfAll(derive),
    explain,
};

/// Passwords that people chose are often guessed; nobody knows of this one.
const CHANCE: Chance = Chance::between(0.02, 0.2, 0.7);

fn derive(facts: &Facts, steps: &mut Steps) {
    let directory = Directory::of(facts);
    for (node, named) in facts.flagged("has-spn") {
        let managed = ["gmsa", "msa"].iter().any(|name| facts.flag(node, name) == Some(true));
        let disabled = facts.flag(node, "enabled") == Some(false);
        let own = facts.attribute(node, "sam-account-name") == Some("krbtgt");
        if managed || disabled || own {
            continue;
        }
        if let Some(anybody) = directory.authenticated_users(node) {
            steps.step(&[Foothold::Control(anybody)], Foothold::Control(node), CHANCE, &[named]);
        }
    }
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::between(facts, step, |from, to| {
        format!(
            "{to} has a service name: anybody in {from} can have a ticket made, and guess its password from it."
        )
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn accounts_with_a_service_name_and_a_chosen_password() {
        lifecycle(
            "kerberoast",
            "identity authenticated object-id=CLINIC-S-1-5-11 *
             identity svc-sql has-spn=true domain=CLINIC *
             identity svc-web has-spn=true domain=CLINIC gmsa=true
             identity old has-spn=true domain=CLINIC enabled=false
             identity krbtgt has-spn=true domain=CLINIC sam-account-name=krbtgt
             identity alice has-spn=false domain=CLINIC",
            &["controls authenticated -> controls svc-sql (0.2)"],
            "svc-sql has a service name: anybody in authenticated can have a ticket made, and guess its password from it.",
        );
    }
}
