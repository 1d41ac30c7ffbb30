//! Who may replicate all of a domain gets the secrets of all its accounts, as another domain controller would.

use super::{Derive, Rule};
use crate::directory::Directory;
use crate::facts::{Chance, Facts};
use crate::steps::{Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "dcsync",
    title: "replicate the domain's secrets",
    technique: "T1003.006",
    wants: &["get_changes", "get_changes_all"],
    derive: Derive::OfAll(derive),
    explain,
};

/// A query that a domain controller answers, unless something watches.
const CHANCE: Chance = Chance::between(0.8, 0.95, 1.0);

fn derive(facts: &Facts, steps: &mut Steps) {
    let directory = Directory::of(facts);
    let mut domains: Vec<_> = facts.relations("get_changes_all").map(|(_, right)| right.to).collect();
    domains.sort_unstable();
    domains.dedup();
    for domain in domains {
        let rights =
            [directory.holders(domain, &["get_changes"]), directory.holders(domain, &["get_changes_all"])];
        for (principal, because) in directory.together(&rights) {
            steps.step(&[Foothold::Control(principal)], Foothold::Control(domain), CHANCE, &because);
        }
    }
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::between(facts, step, |from, to| {
        format!("{from} may replicate {to} with all its secrets, as a domain controller does.")
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn it_takes_both_rights() {
        lifecycle(
            "dcsync",
            "directory-object clinic
             identity sync
             identity readers
             identity alice
             sync get_changes clinic *
             readers get_changes_all clinic *
             sync member_of readers *
             alice get_changes clinic",
            &["controls sync -> controls clinic (0.95)"],
            "sync may replicate clinic with all its secrets, as a domain controller does.",
        );
    }
}
