//! A machine keeps the hash of who logged on while the directory was far away; who controls it can guess the password at leisure.

use super::{Derive, Rule};
use crate::facts::{Chance, Facts};
use crate::steps::{Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "cached_logon",
    title: "guess a cached logon",
    technique: "T1003.005",
    wants: &["caches_logon_of"],
    derive: Derive::OfAll(derive),
    explain,
};

/// The hash is slow to guess against (MSCacheV2, 10,240 rounds of PBKDF2), so that only weak passwords fall.
const CHANCE: Chance = Chance::between(0.02, 0.15, 0.5);

fn derive(facts: &Facts, steps: &mut Steps) {
    super::along(facts, steps, "caches_logon_of", CHANCE);
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::sentence(facts, step, |host, user| {
        format!("{host} keeps a hash of the password of {user}, to be guessed at leisure.")
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn a_cached_logon_is_guessed() {
        lifecycle(
            "cached_logon",
            "host laptop
             identity nurse
             laptop caches_logon_of nurse *",
            &["controls laptop -> controls nurse (0.15)"],
            "laptop keeps a hash of the password of nurse, to be guessed at leisure.",
        );
    }
}
