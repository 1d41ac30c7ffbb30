//! A workstation keeps tokens that stand for somebody without a password: cookies of a browser, credentials of a cloud's command
//! line. Whoever runs code there as that person copies them; who controls the machine copies everybody's.

use super::{Derive, Rule};
use crate::facts::{Chance, Facts};
use crate::steps::{Basis, Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "token_theft",
    title: "copy saved tokens",
    technique: "T1528",
    wants: &["saves_token_of"],
    derive: Derive::OfAll(derive),
    explain,
};

/// They lie in files of the user; some have run out, some are bound to the machine.
const OF_ANYBODY: Chance = Chance::between(0.5, 0.8, 0.95);
/// As above, by somebody with a session on the machine, which may be another user's.
const OF_THE_USER: Chance = Chance::between(0.1, 0.5, 0.95);

fn derive(facts: &Facts, steps: &mut Steps) {
    for (id, saved) in facts.relations("saves_token_of") {
        let (gains, because) = (Foothold::Control(saved.to), [Basis::Relation(id)]);
        steps.step(&[Foothold::Control(saved.from)], gains, OF_ANYBODY, &because);
        steps.step(&[Foothold::Session(saved.from)], gains, OF_THE_USER, &because);
    }
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    let via = super::relation(facts, step).map_or("", |relation| &relation.via);
    super::sentence(facts, step, |host, user| match via {
        "" => format!("A token of {user} is saved on {host}."),
        via => format!("A token of {user} is saved on {host} ({via})."),
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn a_saved_token_is_its_owner() {
        lifecycle(
            "token_theft",
            "host laptop
             identity admin
             laptop saves_token_of:browser-cookie admin *",
            &["controls laptop -> controls admin (0.8)", "user on laptop -> controls admin (0.5)"],
            "A token of admin is saved on laptop (browser-cookie).",
        );
    }
}
