//! ESC6: an authority takes any name that a request brings, and domain controllers believe weak names.

use super::{Derive, Rule};
use crate::directory::Directory;
use crate::facts::{Chance, Facts, Node};
use crate::pki::{self, Authority, Way};
use crate::steps::{Basis, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "adcs_esc6",
    title: "name somebody else in a request",
    technique: "T1649",
    wants: &["enroll", "published_to", "user-specified-san"],
    derive: Derive::OfAll(derive),
    explain,
};

/// As any request; patches and stricter mapping close it step by step.
const CHANCE: Chance = Chance::between(0.4, 0.8, 0.95);

fn derive(facts: &Facts, steps: &mut Steps) {
    pki::by_template(facts, steps, CHANCE, |directory, authority, template| {
        way(facts, directory, authority, template).into_iter().collect()
    });
}

fn way(facts: &Facts, directory: &Directory<'_>, authority: &Authority, template: Node) -> Option<Way> {
    let mut because = believed(facts, template, authority.domain)?;
    because.push(facts.told(authority.node, "user-specified-san", "true")?);
    because.extend(pki::unattended(facts, template)?);
    Some(Way { because, rights: vec![directory.holders(template, pki::ENROLL)], gains: None })
}

/// That a domain controller believes the name: the certificate does not bind the account and binding is not enforced, or
/// names are mapped for TLS.
fn believed(facts: &Facts, template: Node, domain: Node) -> Option<Vec<Basis>> {
    let weak = || {
        let mut because = vec![facts.told(template, "no-security-extension", "true")?];
        because.extend(pki::weakly_bound(facts, domain)?);
        because.push(pki::authenticates(facts, template)?);
        Some(because)
    };
    let over_tls = || {
        let mut because = pki::mapped_by_name(facts, domain)?;
        because.push(pki::authenticates_over_tls(facts, template)?);
        Some(because)
    };
    weak().or_else(over_tls)
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::between(facts, step, |from, to| {
        format!("{from} can name anybody in {to} in a request for a certificate (ESC6).")
    })
}

#[cfg(test)]
mod tests {
    use crate::pki::WORLD;
    use crate::rules::testing::{lifecycle, steps, world};

    #[test]
    fn any_name_is_taken_and_believed() {
        lifecycle(
            "adcs_esc6",
            &format!(
                "{WORLD}
             ca has user-specified-san=true *
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
             alice enroll ca *"
            ),
            &["controls alice -> controls clinic (0.8)"],
            "alice can name anybody in clinic in a request for a certificate (ESC6).",
        );
    }

    #[test]
    fn or_names_are_mapped_for_tls() {
        let with = |controller: &str| {
            let plain = WORLD.replace('*', " ");
            let text = format!(
                "{plain}
                 ca has user-specified-san=true
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
