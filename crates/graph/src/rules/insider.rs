//! A person of the organisation turns against it: they begin inside, with an account of their own.

use super::{Derive, Rule};
use crate::facts::{Chance, Facts};
use crate::steps::{Basis, Entry, Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "insider",
    title: "turn one's own account against the organisation",
    technique: "T1078",
    wants: &["enabled"],
    derive: Derive::OfAll(derive),
    explain,
};

/// That the one who turns is this very person: of many people one does, and nobody knows which.
const THIS_ONE: Chance = Chance::between(0.001, 0.05, 1.0);

fn derive(facts: &Facts, steps: &mut Steps) {
    let insider = [Foothold::Entry(Entry::Insider)];
    let mut people =
        facts.assets().map(|(node, _)| node).filter(|node| super::is_person(facts, *node)).peekable();
    // Whoever it is, they stand inside.
    if let Some(anybody) = people.peek() {
        steps.step(&insider, Foothold::Inside, Chance::CERTAIN, &[Basis::Asset(*anybody)]);
    }
    for person in people {
        steps.step(&insider, Foothold::Control(person), THIS_ONE, &[Basis::Asset(person)]);
    }
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    match step.gains.asset() {
        Some(node) => format!("{} has an account, and may turn.", facts.asset(node).name),
        None => "Whoever works here stands inside the network.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn a_person_with_an_account_may_turn() {
        lifecycle(
            "insider",
            "identity alice *
             identity bob enabled=false
             identity admins type=group
             identity app cloud-id=arn:aws:iam::111122223333:role/app
             identity ci cloud-id=kubernetes:prod:serviceaccount/shop/ci",
            &["An insider -> inside the network (1)", "An insider -> controls alice (0.05)"],
            "Whoever works here stands inside the network.",
        );
    }
}
