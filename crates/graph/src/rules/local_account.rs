//! Who controls a machine is every account on it; root is the machine; any other account is a user on it. A session that began in
//! something that listens is the account that serves it.

use super::{Derive, Rule};
use crate::facts::{Chance, Facts};
use crate::steps::{Basis, Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "local_account",
    title: "act as an account of the machine",
    technique: "T1078.003",
    wants: &["account_of", "root_of", "serves"],
    derive: Derive::OfAll(derive),
    explain,
};

/// A session is the account that serves a port: most sessions of an attacker begin in what listens, but the machine may have
/// several that do, or the session began elsewhere. Our estimate.
const SERVES: Chance = Chance::between(0.2, 0.6, 1.0);
/// A session is, or becomes, an account of which nothing else is known: by files left open, or a password used twice. Our estimate.
const ANOTHER: Chance = Chance::between(0.0, 0.05, 0.4);

fn derive(facts: &Facts, steps: &mut Steps) {
    for (id, relation) in facts.relations("root_of") {
        let (root, machine) = (Foothold::Control(relation.from), Foothold::Control(relation.to));
        steps.step(&[root], machine, Chance::CERTAIN, &[Basis::Relation(id)]);
        steps.step(&[machine], root, Chance::CERTAIN, &[Basis::Relation(id)]);
    }
    for (id, relation) in facts.relations("account_of") {
        let (account, session) = (Foothold::Control(relation.from), Foothold::Session(relation.to));
        let because = [Basis::Relation(id)];
        steps.step(&[Foothold::Control(relation.to)], account, Chance::CERTAIN, &because);
        steps.step(&[account], session, Chance::CERTAIN, &because);
        match facts.from(relation.from, "serves").find(|(_, serves)| serves.to == relation.to) {
            Some((serves, _)) => {
                steps.step(&[session], account, SERVES, &[Basis::Relation(serves), because[0]]);
            }
            None => steps.step(&[session], account, ANOTHER, &because),
        }
    }
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    let Some(relation) = super::relation(facts, step) else { return String::new() };
    let (account, machine) = (&facts.asset(relation.from).name, &facts.asset(relation.to).name);
    match (facts.word(relation.verb), &*relation.via) {
        ("root_of", _) => {
            format!("{account} has all rights on {machine}, and whoever controls it is {account}.")
        }
        ("serves", via) => format!("{account} serves {via} of {machine}."),
        _ => format!("{account} is an account on {machine}."),
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn root_is_the_machine() {
        lifecycle(
            "local_account",
            "host db
             identity root@db type=local-account
             root@db root_of db *",
            &["controls root@db -> controls db (1)", "controls db -> controls root@db (1)"],
            "root@db has all rights on db, and whoever controls it is root@db.",
        );
    }

    #[test]
    fn who_serves_a_port_is_likely_who_was_exploited() {
        lifecycle(
            "local_account",
            "host web
             identity app@web
             identity ops@web
             app@web account_of web *
             ops@web account_of web *
             app@web serves:tcp/443 web *",
            &[
                "controls web -> controls app@web (1)",
                "controls app@web -> user on web (1)",
                "user on web -> controls app@web (0.6)",
                "controls web -> controls ops@web (1)",
                "controls ops@web -> user on web (1)",
                "user on web -> controls ops@web (0.05)",
            ],
            "app@web is an account on web.",
        );
    }
}
