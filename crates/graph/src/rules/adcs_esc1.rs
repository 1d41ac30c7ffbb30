//! ESC1: a template lets whoever asks name the subject, so that anybody who may enrol becomes anybody.

use super::Rule;
use crate::directory::Directory;
use crate::facts::{Chance, Facts};
use crate::pki;
use crate::steps::{Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "adcs_esc1",
    title: "ask for a certificate of somebody else",
    technique: "T1649",
    wants: &["enrollee-supplies-subject", "enroll", "published_to"],
    derive,
    explain,
};

/// Asking for a certificate works, unless somebody watches.
const CHANCE: Chance = Chance::between(0.8, 0.95, 1.0);

fn derive(facts: &Facts, steps: &mut Steps) {
    let directory = Directory::of(facts);
    for authority in pki::authorities(facts) {
        let enrollers = pki::enrollers(&directory, &authority);
        for published in pki::published(facts, authority.node) {
            let template = published.template;
            let (Some(subject), Some(authenticates), Some(unattended)) = (
                facts.told(template, "enrollee-supplies-subject", "true"),
                pki::authenticates(facts, template),
                pki::unattended(facts, template),
            ) else {
                continue;
            };
            let rights = [directory.holders(template, pki::ENROLL), enrollers.clone()];
            for (principal, mut because) in directory.together(&rights) {
                because.extend([subject, authenticates, published.because]);
                because.extend(unattended.iter().chain(&authority.because));
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

fn explain(facts: &Facts, steps: &Steps, step: &Step<'_>) -> String {
    super::between(facts, steps, step, |from, to| {
        format!("{from} can ask for a certificate in the name of anybody in {to} (ESC1).")
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn whoever_names_the_subject_is_anybody() {
        lifecycle(
            "adcs_esc1",
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
             directory-object web
             web has enrollee-supplies-subject=true *
             web has authentication-enabled=true *
             web has requires-manager-approval=false *
             web has authorized-signatures=0 *
             directory-object approved enrollee-supplies-subject=true authentication-enabled=true requires-manager-approval=true schema-version=1
             directory-object signed enrollee-supplies-subject=true authentication-enabled=true requires-manager-approval=false schema-version=2 authorized-signatures=1
             identity alice
             web published_to ca *
             approved published_to ca
             signed published_to ca
             alice enroll web *
             alice enroll approved
             alice enroll signed
             alice enroll ca *",
            &["controls alice -> controls clinic (0.95)"],
            "alice can ask for a certificate in the name of anybody in clinic (ESC1).",
        );
    }
}
