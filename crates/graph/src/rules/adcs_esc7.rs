//! ESC7: who manages a certification authority has it issue what was refused, or take any name.

use super::Rule;
use crate::facts::{Chance, Facts};
use crate::pki;
use crate::steps::{Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "adcs_esc7",
    title: "manage a certification authority",
    technique: "T1649",
    wants: &["manage_ca"],
    derive,
    explain,
};

/// Several steps, each of them logged.
const CHANCE: Chance = Chance::between(0.4, 0.8, 0.95);

fn derive(facts: &Facts, steps: &mut Steps) {
    pki::by_authority(facts, steps, "manage_ca", CHANCE);
}

fn explain(facts: &Facts, steps: &Steps, step: &Step<'_>) -> String {
    super::between(facts, steps, step, |from, to| {
        format!("{from} manages a certification authority that can vouch for anybody in {to} (ESC7).")
    })
}

#[cfg(test)]
mod tests {
    use crate::pki::WORLD;
    use crate::rules::testing::lifecycle;

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
}
