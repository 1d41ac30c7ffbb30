//! ESC7: who manages a certification authority has it issue what was refused, or take any name; who manages its certificates
//! approves what they asked for themselves.

use super::{Derive, Rule};
use crate::facts::{Chance, Facts, Node};
use crate::pki::{self, Authority, Way};
use crate::steps::{Basis, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "adcs_esc7",
    title: "manage a certification authority",
    technique: "T1649",
    wants: &["manage_ca", "manage_certificates"],
    derive: Derive::OfAll(derive),
    explain,
};

/// Several steps, each of them logged.
const CHANCE: Chance = Chance::between(0.4, 0.8, 0.95);

fn derive(facts: &Facts, steps: &mut Steps) {
    pki::by_authority(facts, steps, "manage_ca", CHANCE);
    pki::by_template(facts, steps, CHANCE, |directory, authority, template| {
        let rights = vec![
            directory.holders(template, pki::ENROLL),
            pki::in_force(facts, authority.node, "manage_certificates").collect(),
        ];
        let because = approved(facts, authority, template);
        because.into_iter().map(|because| Way { because, rights: rights.clone(), gains: None }).collect()
    });
}

/// That a request names anybody and waits for nothing but to be approved. With separated roles, who approves may not ask.
fn approved(facts: &Facts, authority: &Authority, template: Node) -> Option<Vec<Basis>> {
    let separated = facts.flag(authority.node, "role-separation") == Some(true);
    if separated || facts.flag(template, "requires-manager-approval") != Some(true) {
        return None;
    }
    Some(vec![
        facts.told(template, "enrollee-supplies-subject", "true")?,
        pki::authenticates(facts, template)?,
        pki::unsigned(facts, template)?,
    ])
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::between(facts, step, |from, to| {
        format!("{from} manages a certification authority that can vouch for anybody in {to} (ESC7).")
    })
}

#[cfg(test)]
mod tests {
    use crate::pki::WORLD;
    use crate::rules::testing::{lifecycle, steps, world};

    #[test]
    fn who_manages_the_authority_becomes_anybody() {
        lifecycle(
            "adcs_esc7",
            &format!(
                "{WORLD}
             directory-object other type=enterprise-ca cert-thumbprint=ZZ cert-chain=ZZ,RR
             identity alice
             alice manage_ca ca *
             alice manage_ca other"
            ),
            &["controls alice -> controls clinic (0.8)"],
            "alice manages a certification authority that can vouch for anybody in clinic (ESC7).",
        );
    }

    #[test]
    fn who_approves_what_they_asked_for_does_too() {
        lifecycle(
            "adcs_esc7",
            &format!(
                "{WORLD}
             directory-object web
             web has enrollee-supplies-subject=true *
             web has authentication-enabled=true *
             web has requires-manager-approval=true *
             web has authorized-signatures=0 *
             identity alice
             web published_to ca *
             alice enroll web *
             alice enroll ca *
             alice manage_certificates ca *"
            ),
            &["controls alice -> controls clinic (0.8)"],
            "alice manages a certification authority that can vouch for anybody in clinic (ESC7).",
        );
    }

    #[test]
    fn what_the_authority_itself_enforces_counts() {
        let text = format!(
            "{}
             identity alice
             identity bob
             alice manage_ca ca
             bob manage_ca:registry ca",
            WORLD.replace('*', " ")
        );
        assert_eq!(steps("adcs_esc7", &world(&text)), ["controls bob -> controls clinic (0.8)"]);
    }
}
