//! Two accounts or machines with one password: who controls one of them has the other, where it can be reached.
//!
//! `shares_password` holds both ways. Nobody can collect it; people tell it (the local administrator of every machine of one image,
//! a service account that an application keeps for itself).

use super::{Derive, Rule};
use crate::facts::{Chance, Facts, Node};
use crate::steps::{Basis, Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "shared_password",
    title: "use a password that opens more than one door",
    technique: "T1078.003",
    wants: &["shares_password"],
    derive: Derive::OfAll(derive),
    explain,
};

/// The password, or its hash, is taken where one is in control, and works on the other, unless it is locked for logons from afar.
const CHANCE: Chance = Chance::between(0.4, 0.8, 0.95);

fn derive(facts: &Facts, steps: &mut Steps) {
    for (id, shares) in facts.relations("shares_password") {
        for (from, to) in [(shares.from, shares.to), (shares.to, shares.from)] {
            let reach = needs_reach(facts, to).then_some(Foothold::Reach(to));
            let needs: Vec<_> = [Foothold::Control(from)].into_iter().chain(reach).collect();
            steps.step(&needs, Foothold::Control(to), CHANCE, &[Basis::Relation(id)]);
        }
    }
}

/// A machine must be talked to; an account is used wherever it opens something.
fn needs_reach(facts: &Facts, node: Node) -> bool {
    super::has_network(facts.asset(node).kind)
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    let via = super::relation(facts, step).map_or("", |relation| &relation.via);
    let of = if via.is_empty() { String::new() } else { format!(" ({via})") };
    super::sentence(facts, step, |one, other| format!("{one} and {other} have the same password{of}."))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn it_works_both_ways_where_the_other_can_be_reached() {
        lifecycle(
            "shared_password",
            "host ward-1
             host ward-2
             identity svc
             identity app
             ward-1 shares_password:Administrator ward-2 *
             svc shares_password app *",
            &[
                "controls ward-1 + can reach ward-2 -> controls ward-2 (0.8)",
                "controls ward-2 + can reach ward-1 -> controls ward-1 (0.8)",
                "controls svc -> controls app (0.8)",
                "controls app -> controls svc (0.8)",
            ],
            "ward-1 and ward-2 have the same password (Administrator).",
        );
    }
}
