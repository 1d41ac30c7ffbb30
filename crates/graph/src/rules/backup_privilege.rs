//! Who may back up a machine reads every file of it, its secrets among them; who may restore writes every one.
//! <https://learn.microsoft.com/windows/security/threat-protection/security-policy-settings/back-up-files-and-directories>

use super::{Derive, Right, Rule};
use crate::facts::{Chance, Facts};
use crate::steps::{Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "backup_privilege",
    title: "back up the secrets of a machine",
    technique: "T1003.002",
    wants: &["backup_privilege"],
    derive: Derive::OfAll(derive),
    explain,
};

/// Its registry is copied over the network, with the hash of its own account; some services for that are switched off.
const CHANCE: Chance = Chance::between(0.3, 0.7, 0.95);

/// The right, how likely it gives control, and words between its two ends.
const RIGHTS: &[Right] = &[
    ("backup_privilege", CHANCE, "may back up, and so read, every file of"),
    ("restore_privilege", CHANCE, "may restore, and so write, every file of"),
];

fn derive(facts: &Facts, steps: &mut Steps) {
    super::along_rights(facts, steps, RIGHTS);
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::of_right(facts, step, RIGHTS)
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn a_backup_is_the_secrets() {
        lifecycle(
            "backup_privilege",
            "identity operators
             host dc1
             operators backup_privilege dc1 *",
            &["controls operators -> controls dc1 (0.7)"],
            "operators may back up, and so read, every file of dc1.",
        );
    }
}
