//! An SSH key opens every account that lists it, from wherever its server can be reached and the list allows (`from=`).
//!
//! `via` of `can_ssh` is the port and the conditions of the list: `tcp/22 from=10.0.0.0/8,!10.0.0.1 command=backup`. A condition
//! on addresses is met by standing on a machine whose `addresses` fit; of others nobody knows whether they do.

use super::Rule;
use crate::addresses::Patterns;
use crate::facts::{Chance, Facts, Node, Relation};
use crate::steps::{Basis, Foothold, Step, Steps};

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "ssh_key_reuse",
    title: "log on with an SSH key",
    technique: "T1021.004",
    wants: &["can_ssh"],
    derive,
    explain,
};

/// A listed key opens the account, unless the server has more conditions than were collected (a second factor, `AllowUsers`).
const LISTED: Chance = Chance::between(0.8, 0.95, 1.0);
/// A key with a forced command runs that one: getting out of it takes a mistake in it. Our estimate.
const FORCED: Chance = Chance::between(0.0, 0.05, 0.5);
/// Whether somebody who can reach the server stands at an address that the list allows, where no machine is known to.
const PERHAPS_ALLOWED: Chance = Chance::between(0.0, 0.1, 0.5);
/// A list that more machines fit than this hardly restricts.
const MOST: usize = 64;

fn derive(facts: &Facts, steps: &mut Steps) {
    for (id, opens) in facts.relations("can_ssh") {
        let way = Way::of(opens);
        let chance = if way.command.is_some() { LISTED.and(FORCED) } else { LISTED };
        let (key, account) = (Foothold::Control(opens.from), Foothold::Control(opens.to));
        let places: Vec<_> = match &way.from {
            None => vec![(None, chance)],
            Some(from) => match allowed(facts, from) {
                machines if machines.is_empty() => vec![(None, chance.and(PERHAPS_ALLOWED))],
                machines if machines.len() > MOST => vec![(None, chance)],
                machines => machines.into_iter().map(|machine| (Some(machine), chance)).collect(),
            },
        };
        for (of, machine) in machines(facts, opens.to) {
            let because: Vec<_> = [Basis::Relation(id)].into_iter().chain(of).collect();
            for reach in [Foothold::Reach(machine), Foothold::Port(machine, way.port)] {
                for (place, chance) in &places {
                    let stand = place.map(Foothold::Session);
                    let needs: Vec<_> = [key, reach].into_iter().chain(stand).collect();
                    steps.step(&needs, account, *chance, &because);
                }
            }
        }
    }
}

/// The machine of an account, and the relation that says so; a machine for itself.
fn machines(facts: &Facts, account: Node) -> Vec<(Option<Basis>, Node)> {
    if super::has_network(facts.asset(account).kind) {
        return vec![(None, account)];
    }
    let of = ["account_of", "root_of"].into_iter().flat_map(|verb| facts.from(account, verb));
    of.map(|(id, machine)| (Some(Basis::Relation(id)), machine.to)).collect()
}

/// The machines at whose addresses or names the list allows the key.
fn allowed(facts: &Facts, patterns: &Patterns) -> Vec<Node> {
    let fits = facts.attributes("addresses").filter(|(node, addresses)| {
        let addresses = addresses.split(',').filter_map(|address| address.trim().parse().ok());
        patterns.allow(&facts.asset(*node).name, addresses)
    });
    fits.map(|(node, _)| node).take(MOST + 1).collect()
}

/// By which port and under which conditions a key opens an account.
struct Way {
    port: u16,
    from: Option<Patterns>,
    command: Option<String>,
}

impl Way {
    fn of(opens: &Relation) -> Self {
        let (conditions, command) = match opens.via.split_once("command=") {
            Some((before, command)) => (before, Some(command.to_owned())),
            None => (&*opens.via, None),
        };
        let mut way = Self { port: 22, from: None, command };
        for word in conditions.split_whitespace() {
            if let Some(patterns) = word.strip_prefix("from=") {
                way.from = Some(Patterns::of(patterns));
            } else if let Some(port) = word.strip_prefix("tcp/").and_then(|port| port.parse().ok()) {
                way.port = port;
            }
        }
        way
    }
}

fn explain(facts: &Facts, _: &Steps, step: &Step<'_>) -> String {
    let Some(opens) = super::relation(facts, step) else { return String::new() };
    let way = Way::of(opens);
    let from = if way.from.is_some() { " from some addresses" } else { "" };
    let how = way.command.map_or(String::new(), |command| format!(", to run {command} only"));
    super::sentence(facts, step, |key, account| format!("{key} opens {account}{from}{how}."))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{lifecycle, steps, world};

    #[test]
    fn a_key_opens_what_lists_it() {
        lifecycle(
            "ssh_key_reuse",
            "host db
             identity root@db
             identity key
             root@db root_of db *
             key can_ssh:tcp/22 root@db *",
            &[
                "controls key + can reach db -> controls root@db (0.95)",
                "controls key + can reach port 22 of db -> controls root@db (0.95)",
            ],
            "key opens root@db.",
        );
    }

    #[test]
    fn a_list_of_addresses_is_met_by_standing_there() {
        let with = |via: &str| {
            let text = format!(
                "host db
                 host jump addresses=192.0.2.1,10.1.0.5
                 host web addresses=10.2.0.9
                 identity key
                 key can_ssh:{via} db"
            );
            steps("ssh_key_reuse", &world(&text))
        };
        assert_eq!(with("tcp/2222")[1], "controls key + can reach port 2222 of db -> controls db (0.95)");
        assert_eq!(
            with("from=10.1.*,!192.0.2.1"),
            [
                "controls key + can reach db + user on jump -> controls db (0.95)",
                "controls key + can reach port 22 of db + user on jump -> controls db (0.95)",
            ]
        );
        assert_eq!(with("from=10.9.0.0/16")[0], "controls key + can reach db -> controls db (0.095)");
        assert_eq!(with("command=backup")[0], "controls key + can reach db -> controls db (0.0475)");
    }
}
