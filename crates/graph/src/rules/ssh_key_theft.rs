//! Who controls an account has the SSH keys that lie in its home; where the file is open, so has every user of the machine.

use super::{Derive, Rule};
use crate::facts::{Chance, Facts};
use crate::steps::{Basis, Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "ssh_key_theft",
    title: "take an SSH key",
    technique: "T1552.004",
    wants: &["holds_key", "holds_encrypted_key", "exposes_key"],
    derive: Derive::OfAll(derive),
    explain,
};

/// Reading a file that is there works.
pub(super) const READ: Chance = Chance::between(0.9, 0.95, 1.0);
/// A passphrase must be guessed, or caught when its owner types it or from the agent that keeps it: as with passwords that people
/// chose, some are, and nobody knows of this one. Our estimate.
pub(super) const PASSPHRASE: Chance = Chance::between(0.02, 0.2, 0.7);

fn derive(facts: &Facts, steps: &mut Steps) {
    super::along(facts, steps, "holds_key", READ);
    super::along(facts, steps, "holds_encrypted_key", PASSPHRASE);
    for (id, shows) in facts.relations("exposes_key") {
        for verb in ["account_of", "root_of"] {
            for (of, machine) in facts.from(shows.from, verb) {
                let because = [Basis::Relation(id), Basis::Relation(of)];
                let session = Foothold::Session(machine.to);
                steps.step(&[session], Foothold::Control(shows.to), READ, &because);
            }
        }
    }
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    let Some(relation) = super::relation(facts, step) else { return String::new() };
    let (account, key) = (&facts.asset(relation.from).name, &facts.asset(relation.to).name);
    let file = if relation.via.is_empty() { String::new() } else { format!(" in {}", relation.via) };
    match facts.word(relation.verb) {
        "holds_encrypted_key" => format!("{account} holds {key}{file}, under a passphrase."),
        "exposes_key" => format!("{account} holds {key}{file}, where every user of the machine can read it."),
        _ => format!("{account} holds {key}{file}, without a passphrase."),
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn a_key_falls_with_its_holder() {
        lifecycle(
            "ssh_key_theft",
            "identity app@web
             identity ops@web
             identity key type=ssh-key
             app@web holds_key:/srv/.ssh/id key *
             ops@web holds_encrypted_key:/srv/ops/.ssh/id key *",
            &["controls app@web -> controls key (0.95)", "controls ops@web -> controls key (0.2)"],
            "app@web holds key in /srv/.ssh/id, without a passphrase.",
        );
    }

    #[test]
    fn an_open_file_is_everybodys() {
        lifecycle(
            "ssh_key_theft",
            "host web
             identity app@web
             identity key
             app@web account_of web *
             app@web exposes_key:/srv/.ssh/id key *",
            &["user on web -> controls key (0.95)"],
            "app@web holds key in /srv/.ssh/id, where every user of the machine can read it.",
        );
    }
}
