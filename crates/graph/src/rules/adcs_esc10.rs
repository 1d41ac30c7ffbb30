//! ESC10: as ESC9, where domain controllers map the certificates of TLS clients by the name in them, or never ask whether a
//! certificate binds its account.

use super::{Derive, Rule};
use crate::facts::{Chance, Facts};
use crate::pki;
use crate::steps::{Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "adcs_esc10",
    title: "rename an account and log on by a name",
    technique: "T1649",
    wants: &["certificate-mapping-methods", "enroll", "schannel-authentication-enabled"],
    derive: Derive::OfAll(derive),
    explain,
};

/// As ESC9, and only what is to be had over LDAP.
const CHANCE: Chance = Chance::between(0.3, 0.65, 0.95);

fn derive(facts: &Facts, steps: &mut Steps) {
    pki::by_victim(facts, steps, CHANCE, |authority, template| {
        let over_tls = || {
            let mut because = pki::mapped_by_name(facts, authority.domain)?;
            because.push(pki::authenticates_over_tls(facts, template)?);
            Some(because)
        };
        let unbound = || {
            let mut because = pki::unbound(facts, authority.domain)?;
            because.push(pki::authenticates(facts, template)?);
            Some(because)
        };
        over_tls().or_else(unbound)
    });
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::between(facts, step, |from, to| {
        format!("{from} can rename an account and log on by its name as anybody in {to} (ESC10).")
    })
}

#[cfg(test)]
mod tests {
    use crate::pki::WORLD;
    use crate::rules::testing::{lifecycle, steps, world};

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
            "alice can rename an account and log on by its name as anybody in clinic (ESC10).",
        );
    }

    #[test]
    fn or_nobody_asks_whom_it_is_bound_to() {
        let with = |enforced: &str| {
            let plain = WORLD.replace('*', " ");
            let text = format!(
                "{plain}
                 host dc1 strong-certificate-binding-enforcement={enforced}
                 dc1 dc_of clinic
                 directory-object user authentication-enabled=true enrollee-supplies-subject=false subject-alt-require-upn=true requires-manager-approval=false schema-version=1
                 user published_to ca
                 identity victim type=user
                 victim enroll user
                 victim enroll ca
                 identity alice
                 alice write_dacl victim"
            );
            steps("adcs_esc10", &world(&text)).len()
        };
        assert_eq!(with("0"), 1);
        assert_eq!(with("1"), 0, "it takes a template without the extension then: ESC9");
        assert_eq!(with("2"), 0);
    }
}
