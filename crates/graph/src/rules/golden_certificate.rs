//! Who controls the machine of a certification authority has its key, and signs certificates of anybody.

use super::Rule;
use crate::facts::{Chance, Facts};
use crate::pki;
use crate::steps::{Basis, Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "golden_certificate",
    title: "sign with the authority's key",
    technique: "T1649",
    wants: &["hosts_ca"],
    derive,
    explain,
};

/// A key in hardware cannot be copied, but still be used.
const CHANCE: Chance = Chance::between(0.7, 0.95, 1.0);

fn derive(facts: &Facts, steps: &mut Steps) {
    for authority in pki::authorities(facts) {
        for (id, host) in facts.to(authority.node, "hosts_ca") {
            let because: Vec<_> =
                std::iter::once(Basis::Relation(id)).chain(authority.because.iter().copied()).collect();
            let (need, gains) = (Foothold::Control(host.from), Foothold::Control(authority.domain));
            steps.step(&[need], gains, CHANCE, &because);
        }
    }
}

fn explain(facts: &Facts, steps: &Steps, step: &Step<'_>) -> String {
    super::between(facts, steps, step, |from, to| {
        format!("{from} holds the key of a certification authority that can vouch for anybody in {to}.")
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn the_machine_of_the_authority_holds_its_key() {
        lifecycle(
            "golden_certificate",
            "directory-object clinic type=domain
             directory-object store
             store has cert-thumbprints=AA,BB *
             directory-object root
             root has cert-thumbprint=RR *
             directory-object ca
             ca has type=enterprise-ca *
             ca has cert-thumbprint=AA *
             ca has cert-chain=AA,RR *
             store nt_auth_store_for clinic *
             root root_ca_for clinic *
             host ca1
             ca1 hosts_ca ca *",
            &["controls ca1 -> controls clinic (0.95)"],
            "ca1 holds the key of a certification authority that can vouch for anybody in clinic.",
        );
    }
}
