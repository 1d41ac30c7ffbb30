//! The directory itself hands out the password of a managed account or local administrator to who may read it.

use super::{Derive, Rule};
use crate::facts::{Chance, Facts};
use crate::steps::{Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "managed_password",
    title: "read a managed password",
    technique: "T1555",
    wants: &["dump_smsa_password", "read_gmsa_password", "read_laps_password"],
    derive: Derive::OfAll(derive),
    explain,
};

/// Reading is a plain query.
const CHANCE: Chance = Chance::between(0.9, 0.98, 1.0);

fn derive(facts: &Facts, steps: &mut Steps) {
    for verb in ["dump_smsa_password", "read_gmsa_password", "read_laps_password", "sync_laps_password"] {
        super::along(facts, steps, verb, CHANCE);
    }
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::sentence(facts, step, |from, to| format!("{from} can read the password of {to}."))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn who_may_read_a_password_has_it() {
        lifecycle(
            "managed_password",
            "identity helpdesk
             host ward-pc
             identity svc-backup
             helpdesk read_laps_password ward-pc *
             ward-pc read_gmsa_password svc-backup *",
            &[
                "controls ward-pc -> controls svc-backup (0.98)",
                "controls helpdesk -> controls ward-pc (0.98)",
            ],
            "ward-pc can read the password of svc-backup.",
        );
    }
}
