//! The machine account `AZUREADSSOACC` signs the tickets by which users of a domain are logged on to Entra ID without a password:
//! who holds it is any of them.
//! <https://learn.microsoft.com/entra/identity/hybrid/connect/how-to-connect-sso-how-it-works>

use super::{Derive, Rule};
use crate::facts::{Chance, Facts};
use crate::steps::{Basis, Foothold, Step, Steps};
use std::collections::HashMap;

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "seamless_sso",
    title: "forge a logon to Entra ID",
    technique: "T1558.002",
    wants: &["sam-account-name", "synced_to_entra_user"],
    derive: Derive::OfAll(derive),
    explain,
};

/// Its key is seldom changed; a second factor may be asked for.
const CHANCE: Chance = Chance::between(0.3, 0.7, 0.95);

fn derive(facts: &Facts, steps: &mut Steps) {
    let is_signer = |name: &str| name.trim_end_matches('$').eq_ignore_ascii_case("AZUREADSSOACC");
    let signers = facts.attributes("sam-account-name").filter(|(_, name)| is_signer(name));
    let by_domain: HashMap<_, _> = signers
        .filter(|(node, _)| facts.flag(*node, "enabled") != Some(false))
        .filter_map(|(node, _)| {
            let why = facts.basis(node, "sam-account-name")?;
            Some((facts.attribute(node, "domain-sid")?, (node, why)))
        })
        .collect();
    if by_domain.is_empty() {
        return;
    }
    for (id, synced) in facts.relations("synced_to_entra_user") {
        let of = facts.attribute(synced.from, "domain-sid").and_then(|domain| by_domain.get(domain));
        if let Some((signer, why)) = of {
            let because = [Basis::Relation(id), *why];
            steps.step(&[Foothold::Control(*signer)], Foothold::Control(synced.to), CHANCE, &because);
        }
    }
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::between(facts, step, |from, to| format!("{from} signs the tickets that log {to} on to Entra ID."))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn who_holds_the_machine_is_any_user_of_its_domain() {
        lifecycle(
            "seamless_sso",
            "host sso domain-sid=S-1-5-21-1
             sso has sam-account-name=AZUREADSSOACC$ *
             identity ann domain-sid=S-1-5-21-1
             identity ann@clinic
             ann synced_to_entra_user ann@clinic *
             identity bob domain-sid=S-1-5-21-2
             identity bob@clinic
             bob synced_to_entra_user bob@clinic",
            &["controls sso -> controls ann@clinic (0.7)"],
            "sso signs the tickets that log ann@clinic on to Entra ID.",
        );
    }
}
