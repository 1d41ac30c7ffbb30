//! ESC10: as ESC9, where domain controllers map the certificates of TLS clients by the name in them.

use super::Rule;
use crate::facts::{Chance, Facts};
use crate::pki;
use crate::steps::{Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "adcs_esc10",
    title: "rename an account and log on over TLS",
    technique: "T1649",
    wants: &["certificate-mapping-methods", "enroll", "schannel-authentication-enabled"],
    derive,
    explain,
};

/// As ESC9, and only what is to be had over LDAP.
const CHANCE: Chance = Chance::between(0.3, 0.65, 0.95);

fn derive(facts: &Facts, steps: &mut Steps) {
    pki::by_victim(facts, steps, CHANCE, |authority, template| {
        let mut because = pki::mapped_by_name(facts, authority.domain)?;
        because.push(facts.told(template, "schannel-authentication-enabled", "true")?);
        Some(because)
    });
}

fn explain(facts: &Facts, steps: &Steps, step: &Step<'_>) -> String {
    super::between(facts, steps, step, |from, to| {
        format!("{from} can rename an account and log on over TLS as anybody in {to} (ESC10).")
    })
}

#[cfg(test)]
mod tests {
    use crate::pki::WORLD;
    use crate::rules::testing::lifecycle;

    #[test]
    fn a_name_in_a_certificate_is_believed() {
        lifecycle(
            "adcs_esc10",
            &format!(
                "{WORLD}
             host dc1
             dc1 has certificate-mapping-methods=31 *
             dc1 dc_of clinic *
             directory-object user
             user has schannel-authentication-enabled=true *
             user has enrollee-supplies-subject=false *
             user has subject-alt-require-upn=true *
             user has requires-manager-approval=false *
             user has schema-version=1 *
             user published_to ca *
             identity victim
             victim has type=user *
             victim enroll user *
             victim enroll ca *
             identity alice
             alice generic_all victim *"
            ),
            &["controls alice -> controls clinic (0.65)"],
            "alice can rename an account and log on over TLS as anybody in clinic (ESC10).",
        );
    }
}
