//! An account that is trusted for any delegation is handed the tickets of whoever talks to it, and a domain controller can be
//! made to talk.

use super::{Derive, Rule};
use crate::directory::Directory;
use crate::facts::{Chance, Facts};
use crate::steps::{Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "unconstrained_delegation",
    title: "take a domain controller's ticket",
    technique: "T1187",
    wants: &["unconstrained-delegation"],
    derive: Derive::OfAll(derive),
    explain,
};

/// It takes a service on the domain controller that can be coerced.
const CHANCE: Chance = Chance::between(0.4, 0.8, 0.95);

fn derive(facts: &Facts, steps: &mut Steps) {
    let directory = Directory::of(facts);
    for (node, trusted) in facts.flagged("unconstrained-delegation") {
        let disabled = facts.flag(node, "enabled") == Some(false);
        // Domain controllers are trusted so by nature, and hold the domain anyway.
        let is_controller = facts.from(node, "dc_of").next().is_some();
        if let Some(domain) = directory.domain(node).filter(|_| !disabled && !is_controller) {
            steps.step(&[Foothold::Control(node)], Foothold::Control(domain), CHANCE, &[trusted]);
        }
    }
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    super::between(facts, step, |from, to| {
        format!(
            "{from} is trusted for any delegation: a domain controller of {to} that is made to talk to it hands over its ticket."
        )
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn tickets_of_a_domain_controller_lead_to_the_domain() {
        lifecycle(
            "unconstrained_delegation",
            "directory-object clinic object-id=S-1-5-21-1
             host print unconstrained-delegation=true domain-sid=S-1-5-21-1 *
             host old unconstrained-delegation=true domain-sid=S-1-5-21-1 enabled=false
             host web unconstrained-delegation=false domain-sid=S-1-5-21-1
             host dc1 unconstrained-delegation=true domain-sid=S-1-5-21-1
             dc1 dc_of clinic",
            &["controls print -> controls clinic (0.8)"],
            "print is trusted for any delegation: a domain controller of clinic that is made to talk to it hands over its ticket.",
        );
    }
}
