//! Who may replicate the confidential attributes of a domain reads the local administrators' passwords that it keeps.

use super::{Derive, Rule};
use crate::directory::Directory;
use crate::facts::{Chance, Facts};
use crate::steps::{Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "laps_sync",
    title: "replicate local administrators' passwords",
    technique: "T1003.006",
    wants: &["get_changes", "get_changes_in_filtered_set", "has-laps"],
    derive: Derive::OfAll(derive),
    explain,
};

/// As any replication.
const CHANCE: Chance = Chance::between(0.7, 0.9, 1.0);

fn derive(facts: &Facts, steps: &mut Steps) {
    let directory = Directory::of(facts);
    let mut domains: Vec<_> =
        facts.relations("get_changes_in_filtered_set").map(|(_, right)| right.to).collect();
    domains.sort_unstable();
    domains.dedup();
    for domain in domains {
        let rights = [
            directory.holders(domain, &["get_changes"]),
            directory.holders(domain, &["get_changes_in_filtered_set"]),
        ];
        let principals = directory.together(&rights);
        for (machine, managed) in facts.flagged("has-laps") {
            if directory.domain(machine) != Some(domain) {
                continue;
            }
            for (principal, because) in &principals {
                let because: Vec<_> = because.iter().copied().chain([managed]).collect();
                steps.step(&[Foothold::Control(*principal)], Foothold::Control(machine), CHANCE, &because);
            }
        }
    }
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::between(facts, step, |from, to| {
        format!("{from} may replicate the password of the local administrator of {to}.")
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn machines_of_the_domain_whose_password_it_keeps_fall() {
        lifecycle(
            "laps_sync",
            "directory-object clinic object-id=S-1-5-21-1
             host ward-pc has-laps=true domain-sid=S-1-5-21-1
             host lab-pc has-laps=false domain-sid=S-1-5-21-1
             host far-pc has-laps=true domain-sid=S-1-5-21-2
             identity sync
             sync get_changes clinic *
             sync get_changes_in_filtered_set clinic *",
            &["controls sync -> controls ward-pc (0.9)"],
            "sync may replicate the password of the local administrator of ward-pc.",
        );
    }
}
