//! ESC5: who controls both what a domain believes for authentication and its roots has it believe an authority of their own.

use super::{Derive, Rule};
use crate::facts::{Chance, Facts};
use crate::steps::{Basis, Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "adcs_esc5",
    title: "add an authority of one's own",
    technique: "T1649",
    wants: &["nt_auth_store_for", "root_ca_for"],
    derive: Derive::OfAll(derive),
    explain,
};

/// Two changes that all machines of the forest must take over.
const CHANCE: Chance = Chance::between(0.3, 0.6, 0.9);

fn derive(facts: &Facts, steps: &mut Steps) {
    for (stored, store) in facts.relations("nt_auth_store_for") {
        for (rooted, root) in facts.to(store.to, "root_ca_for") {
            steps.step(
                &[Foothold::Control(store.from), Foothold::Control(root.from)],
                Foothold::Control(store.to),
                CHANCE,
                &[Basis::Relation(stored), Basis::Relation(rooted)],
            );
        }
    }
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::between(facts, step, |store, domain| {
        format!(
            "Whoever changes {store} and a root certificate has {domain} believe an authority of their own (ESC5)."
        )
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn it_takes_the_store_and_a_root() {
        lifecycle(
            "adcs_esc5",
            "directory-object clinic
             directory-object store
             directory-object root
             store nt_auth_store_for clinic *
             root root_ca_for clinic *",
            &["controls store + controls root -> controls clinic (0.6)"],
            "Whoever changes store and a root certificate has clinic believe an authority of their own (ESC5).",
        );
    }
}
