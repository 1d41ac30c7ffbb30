//! ESC9: whoever may rename an account that may enrol asks for a certificate under another's name, and domain controllers believe
//! it, because nothing in the certificate binds it to its account.
//! <https://research.ifcr.dk/certipy-4-0-esc9-esc10-bloodhound-gui-new-authentication-and-request-methods-and-more-7237d88061f7>

use super::{Derive, Rule};
use crate::facts::{Chance, Facts};
use crate::pki;
use crate::steps::{Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "adcs_esc9",
    title: "rename an account and ask for a certificate",
    technique: "T1649",
    wants: &["enroll", "no-security-extension", "strong-certificate-binding-enforcement"],
    derive: Derive::OfAll(derive),
    explain,
};

/// The name is changed, and changed back; enforcement of strong binding closes it step by step.
const CHANCE: Chance = Chance::between(0.3, 0.7, 0.95);

fn derive(facts: &Facts, steps: &mut Steps) {
    pki::by_victim(facts, steps, CHANCE, |authority, template| {
        let mut because = pki::weakly_bound(facts, authority.domain)?;
        because.push(facts.told(template, "no-security-extension", "true")?);
        because.push(pki::authenticates(facts, template)?);
        Some(because)
    });
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::between(facts, step, |from, to| {
        format!("{from} can rename an account and get a certificate of anybody in {to} by it (ESC9).")
    })
}

#[cfg(test)]
mod tests {
    use crate::pki::WORLD;
    use crate::rules::testing::{lifecycle, steps, world};

    const TEMPLATE: &str = "
             host dc1
             dc1 has strong-certificate-binding-enforcement=1 *
             dc1 dc_of clinic *
             directory-object user
             user has no-security-extension=true *
             user has authentication-enabled=true *
             user has enrollee-supplies-subject=false *
             user has subject-alt-require-upn=true *
             user has requires-manager-approval=false *
             user has schema-version=1 *
             user published_to ca *
             identity staff
             staff enroll user *
             staff enroll ca *";

    #[test]
    fn who_renames_a_user_becomes_anybody() {
        lifecycle(
            "adcs_esc9",
            &format!(
                "{WORLD}{TEMPLATE}
             identity victim
             victim has type=user *
             victim member_of staff *
             identity alice
             alice generic_write victim *"
            ),
            &["controls alice -> controls clinic (0.7)"],
            "alice can rename an account and get a certificate of anybody in clinic by it (ESC9).",
        );
    }

    #[test]
    fn a_machine_goes_by_its_dns_name_or_a_principal_name_that_it_is_given() {
        let with = |name: &str, victim: &str| {
            let text = format!(
                "{WORLD}{TEMPLATE}
                 {victim}
                 victim member_of staff
                 identity alice
                 alice generic_all victim"
            );
            let text = text.replace("subject-alt-require-upn", name).replace('*', " ");
            steps("adcs_esc9", &world(&text)).len()
        };
        assert_eq!(with("subject-alt-require-dns", "host victim type=computer"), 1);
        assert_eq!(with("subject-alt-require-upn", "host victim type=computer"), 1);
        assert_eq!(with("subject-alt-require-dns", "identity victim type=user"), 0);
        assert_eq!(with("subject-alt-require-spn", "identity victim type=user"), 1);
    }
}
