//! Who controls the machine of a certification authority has its key, and signs certificates of anybody.

use super::{Derive, Rule};
use crate::facts::{Chance, Facts};
use crate::pki;
use crate::steps::{Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "golden_certificate",
    title: "sign with the authority's key",
    technique: "T1649",
    wants: &["hosts_ca"],
    derive: Derive::OfAll(derive),
    explain,
};

/// A key in hardware cannot be copied, but still be used.
const CHANCE: Chance = Chance::between(0.7, 0.95, 1.0);

fn derive(facts: &Facts, steps: &mut Steps) {
    pki::by_authority(facts, steps, "hosts_ca", CHANCE);
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::between(facts, step, |from, to| {
        format!("{from} holds the key of a certification authority that can vouch for anybody in {to}.")
    })
}

#[cfg(test)]
mod tests {
    use crate::pki::WORLD;
    use crate::rules::testing::lifecycle;

    #[test]
    fn the_machine_of_the_authority_holds_its_key() {
        lifecycle(
            "golden_certificate",
            &format!(
                "{WORLD}
             host ca1
             ca1 hosts_ca ca *"
            ),
            &["controls ca1 -> controls clinic (0.95)"],
            "ca1 holds the key of a certification authority that can vouch for anybody in clinic.",
        );
    }
}
