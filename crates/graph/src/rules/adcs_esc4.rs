//! ESC4: who may change a template makes it one that lets anybody become anybody, and enrols.

use super::Rule;
use crate::directory::Directory;
use crate::facts::{Chance, Facts};
use crate::pki;
use crate::steps::{Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "adcs_esc4",
    title: "change a certificate template",
    technique: "T1649",
    wants: &["enroll", "published_to"],
    derive,
    explain,
};

/// The change is plain to see.
const CHANCE: Chance = Chance::between(0.6, 0.9, 1.0);

/// Rights that change all of a template, its own rights included.
const CONTROL: &[&str] = &["generic_all", "owns", "write_dacl", "write_owner"];

fn derive(facts: &Facts, steps: &mut Steps) {
    let directory = Directory::of(facts);
    for authority in pki::authorities(facts) {
        let enrollers = pki::enrollers(&directory, &authority);
        for published in pki::published(facts, authority.node) {
            let template = published.template;
            let control = [directory.holders(template, CONTROL), enrollers.clone()];
            // Who may only write its settings needs to be allowed to enrol already.
            let write = [
                directory.holders(template, &["generic_write"]),
                directory.holders(template, pki::ENROLL),
                enrollers.clone(),
            ];
            let mut found = directory.together(&control);
            for (principal, because) in directory.together(&write) {
                if !found.iter().any(|(known, _)| *known == principal) {
                    found.push((principal, because));
                }
            }
            for (principal, mut because) in found {
                because.push(published.because);
                because.extend(&authority.because);
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
        format!("{from} can change a certificate template so that it becomes anybody in {to} (ESC4).")
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn who_changes_a_template_becomes_anybody() {
        lifecycle(
            "adcs_esc4",
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
             identity alice
             identity bob
             web published_to ca *
             alice write_dacl web *
             alice enroll ca *
             bob generic_write web
             bob enroll ca",
            &["controls alice -> controls clinic (0.9)"],
            "alice can change a certificate template so that it becomes anybody in clinic (ESC4).",
        );
    }

    #[test]
    fn who_only_writes_settings_must_be_allowed_to_enrol() {
        lifecycle(
            "adcs_esc4",
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
             identity bob
             web published_to ca *
             bob generic_write web *
             bob enroll web *
             bob enroll ca *",
            &["controls bob -> controls clinic (0.9)"],
            "bob can change a certificate template so that it becomes anybody in clinic (ESC4).",
        );
    }
}
