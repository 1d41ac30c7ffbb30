//! A policy makes somebody an administrator, or lets them log on, at every machine that it reaches.

use super::{Derive, Rule};
use crate::facts::{Chance, Facts, Node};
use crate::steps::{Basis, Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "gpo_local_group",
    title: "log on where a policy allows",
    technique: "T1021",
    wants: &["gpo_affects", "gpo_local_admin", "gpo_remote_desktop_user"],
    derive: Derive::OfAll(derive),
    explain,
};

/// As any logon of an administrator; that the policy was applied is likely.
const CHANCE: Chance = Chance::between(0.6, 0.9, 1.0);

/// Other local groups that a policy fills: their members log on as users.
const LOGONS: &[&str] = &["gpo_dcom_user", "gpo_psremote_user", "gpo_remote_desktop_user"];

fn derive(facts: &Facts, steps: &mut Steps) {
    grant(facts, steps, "gpo_local_admin", Foothold::Control);
    for verb in LOGONS {
        grant(facts, steps, verb, Foothold::Session);
    }
}

fn grant(facts: &Facts, steps: &mut Steps, verb: &str, gains: fn(Node) -> Foothold) {
    for (made, granted) in facts.relations(verb) {
        for (affects, machine) in facts.from(granted.to, "gpo_affects") {
            let because = [Basis::Relation(made), Basis::Relation(affects)];
            steps.step(&[Foothold::Control(granted.from)], gains(machine.to), CHANCE, &because);
        }
    }
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    let admin = matches!(step.gains, Foothold::Control(_));
    let what = if admin { "makes {from} an administrator of {to}" } else { "lets {from} log on to {to}" };
    super::between(facts, step, |from, to| {
        format!("A policy {}.", what.replace("{from}", from).replace("{to}", to))
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn the_policy_makes_administrators_of_the_machines_below() {
        lifecycle(
            "gpo_local_group",
            "directory-object wards
             identity helpdesk
             host ward-pc
             helpdesk gpo_local_admin wards *
             wards gpo_affects ward-pc *",
            &["controls helpdesk -> controls ward-pc (0.9)"],
            "A policy makes helpdesk an administrator of ward-pc.",
        );
    }

    #[test]
    fn or_lets_them_log_on() {
        lifecycle(
            "gpo_local_group",
            "directory-object wards
             identity staff
             host ward-pc
             staff gpo_remote_desktop_user wards *
             wards gpo_affects ward-pc *",
            &["controls staff -> user on ward-pc (0.9)"],
            "A policy lets staff log on to ward-pc.",
        );
    }
}
