//! ESC6: an authority takes any name that a request brings, and domain controllers believe weak names.

use super::Rule;
use crate::directory::Directory;
use crate::facts::{Chance, Facts, Node};
use crate::pki;
use crate::steps::{Basis, Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "adcs_esc6",
    title: "name somebody else in a request",
    technique: "T1649",
    wants: &["enroll", "published_to", "user-specified-san"],
    derive,
    explain,
};

/// As any request; patches and stricter mapping close it step by step.
const CHANCE: Chance = Chance::between(0.4, 0.8, 0.95);

/// `UPN mapping` in the methods by which a domain controller maps certificates of TLS clients.
const UPN_MAPPING: u32 = 4;

fn derive(facts: &Facts, steps: &mut Steps) {
    let directory = Directory::of(facts);
    for authority in pki::authorities(facts) {
        let Some(any_name) = facts.told(authority.node, "user-specified-san", "true") else { continue };
        let enrollers = pki::enrollers(&directory, &authority);
        for published in pki::published(facts, authority.node) {
            let template = published.template;
            let (Some(authenticates), Some(unattended), Some(believed)) = (
                pki::authenticates(facts, template),
                pki::unattended(facts, template),
                believed(facts, template, authority.domain),
            ) else {
                continue;
            };
            let rights = [directory.holders(template, pki::ENROLL), enrollers.clone()];
            for (principal, mut because) in directory.together(&rights) {
                because.extend([any_name, authenticates, published.because]);
                because.extend(unattended.iter().chain(&believed).chain(&authority.because));
                steps.step(
                    &[Foothold::Control(principal)],
                    Foothold::Control(authority.domain),
                    CHANCE,
                    &because,
                );
            }
        }
    }
}

/// That a domain controller believes the name: the certificate does not bind the account and binding is not enforced, or
/// names are mapped for TLS.
fn believed(facts: &Facts, template: Node, domain: Node) -> Option<Vec<Basis>> {
    let unbound = facts.told(template, "no-security-extension", "true");
    facts.to(domain, "dc_of").find_map(|(id, controller)| {
        let binding = "strong-certificate-binding-enforcement";
        let weak = || {
            let weak = |value| facts.told(controller.from, binding, value);
            Some(vec![unbound?, weak("0").or_else(|| weak("1"))?, Basis::Relation(id)])
        };
        let mapped = || {
            let name = "certificate-mapping-methods";
            let methods: u32 = facts.attribute(controller.from, name)?.parse().ok()?;
            let basis = facts.basis(controller.from, name).filter(|_| methods & UPN_MAPPING != 0)?;
            Some(vec![basis, Basis::Relation(id)])
        };
        weak().or_else(mapped)
    })
}

fn explain(facts: &Facts, steps: &Steps, step: &Step<'_>) -> String {
    super::between(facts, steps, step, |from, to| {
        format!("{from} can name anybody in {to} in a request for a certificate (ESC6).")
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{lifecycle, steps, world};

    #[test]
    fn any_name_is_taken_and_believed() {
        lifecycle(
            "adcs_esc6",
            "directory-object clinic type=domain
             directory-object store
             store has cert-thumbprints=AA,BB *
             directory-object root
             root has cert-thumbprint=RR *
             directory-object ca
             ca has type=enterprise-ca *
             ca has cert-thumbprint=AA *
             ca has cert-chain=AA,RR *
             ca has user-specified-san=true *
             store nt_auth_store_for clinic *
             root root_ca_for clinic *
             directory-object user
             user has authentication-enabled=true *
             user has requires-manager-approval=false *
             user has schema-version=1 *
             user has no-security-extension=true *
             host dc1
             dc1 has strong-certificate-binding-enforcement=1 *
             identity alice
             dc1 dc_of clinic *
             user published_to ca *
             alice enroll user *
             alice enroll ca *",
            &["controls alice -> controls clinic (0.8)"],
            "alice can name anybody in clinic in a request for a certificate (ESC6).",
        );
    }

    #[test]
    fn or_names_are_mapped_for_tls() {
        let with = |controller: &str| {
            let text = format!(
                "directory-object clinic type=domain
             directory-object store cert-thumbprints=AA,BB
             directory-object root cert-thumbprint=RR
             directory-object ca type=enterprise-ca cert-thumbprint=AA cert-chain=AA,RR user-specified-san=true
             store nt_auth_store_for clinic
             root root_ca_for clinic
                 directory-object user authentication-enabled=true requires-manager-approval=false schema-version=1 no-security-extension=false
                 host dc1 {controller}
                 identity alice
                 dc1 dc_of clinic
                 user published_to ca
                 alice enroll user
                 alice enroll ca"
            );
            steps("adcs_esc6", &world(&text)).len()
        };
        assert_eq!(with("certificate-mapping-methods=31"), 1);
        assert_eq!(with("certificate-mapping-methods=24"), 0);
        assert_eq!(with("strong-certificate-binding-enforcement=0"), 0);
    }
}
