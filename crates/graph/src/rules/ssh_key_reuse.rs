//! An SSH key opens every account that lists it, from wherever its server can be reached and the list allows (`from=`).
//!
//! Whoever controls an account that holds the key uses it from that account's machine, in one step. Whoever has it otherwise needs
//! the key and the reach, each for itself.
//!
//! `via` of `can_ssh` is the port and the conditions of the list: `tcp/22 from=10.0.0.0/8,!10.0.0.1 command=backup`. A condition
//! on addresses is met by standing on a machine whose `addresses` fit, private ones within the server's own networks; of others
//! nobody knows whether they do.

use super::network_reach::ways_between;
use super::ssh_key_theft::{PASSPHRASE, READ};
use super::{Derive, Rule, has_network};
use crate::addresses::{Patterns, Sight};
use crate::facts::{Chance, Facts, Node, Relation};
use crate::steps::{Basis, Foothold, Step, Steps};
use std::collections::HashMap;

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "ssh_key_reuse",
    title: "log on with an SSH key",
    technique: "T1021.004",
    wants: &["can_ssh"],
    derive: Derive::OfAll(derive),
    explain,
};

/// A listed key opens the account, unless the server has more conditions than were collected (a second factor, `AllowUsers`).
const LISTED: Chance = Chance::between(0.8, 0.95, 1.0);
/// A key with a forced command runs that one: getting out of it takes a mistake in it. Our estimate.
const FORCED: Chance = Chance::between(0.0, 0.05, 0.5);
/// Whether somebody who can reach the server stands at an address that the list allows, where no machine is known to.
const PERHAPS_ALLOWED: Chance = Chance::between(0.0, 0.1, 0.5);
/// The most pairs of a holder and an account that are looked at for one key: a key that lies everywhere is told by its foothold.
const PAIRS: usize = 10_000;
/// A list that more machines fit than this hardly restricts.
const MOST: usize = 64;

fn derive(facts: &Facts, steps: &mut Steps) {
    let mut pairs = HashMap::new();
    for (id, opens) in facts.relations("can_ssh") {
        let way = Way::of(opens);
        let chance = if way.command.is_some() { LISTED.and(FORCED) } else { LISTED };
        let (key, account) = (Foothold::Control(opens.from), Foothold::Control(opens.to));
        for (of, machine) in machines(facts, opens.to) {
            let sight = Sight::of(facts.attribute(machine, "addresses").unwrap_or_default());
            let places: Vec<_> = match &way.from {
                None => vec![(None, chance)],
                Some(_) => match allowed(facts, &way, &sight) {
                    machines if machines.is_empty() => vec![(None, chance.and(PERHAPS_ALLOWED))],
                    machines if machines.len() > MOST => vec![(None, chance)],
                    machines => machines.into_iter().map(|machine| (Some(machine), chance)).collect(),
                },
            };
            let because: Vec<_> = [Basis::Relation(id)].into_iter().chain(of).collect();
            for reach in [Foothold::Reach(machine), Foothold::Port(machine, way.port)] {
                for (place, chance) in &places {
                    let stand = place.map(Foothold::Session);
                    let needs: Vec<_> = [key, reach].into_iter().chain(stand).collect();
                    steps.step(&needs, account, *chance, &because);
                }
            }
            let pairs = pairs.entry(opens.from).or_insert(0_usize);
            for holder in holders(facts, opens.from) {
                *pairs += 1;
                let is_allowed = |of: &Holder| of.machine != machine && way.allows(facts, of.machine, &sight);
                if *pairs > PAIRS || !is_allowed(&holder) {
                    continue;
                }
                for (open, talks) in ways_between(facts, holder.machine, machine, way.port) {
                    let chance = chance.and(holder.chance).and(open);
                    let because: Vec<_> =
                        because.iter().copied().chain(holder.because).chain(talks).collect();
                    steps.step(&[Foothold::Control(holder.account)], account, chance, &because);
                }
            }
        }
    }
}

/// An account that holds a key, on its machine.
struct Holder {
    account: Node,
    machine: Node,
    chance: Chance,
    because: [Basis; 2],
}

fn holders(facts: &Facts, key: Node) -> impl Iterator<Item = Holder> {
    let kinds = [("holds_key", READ), ("holds_encrypted_key", PASSPHRASE)];
    kinds.into_iter().flat_map(move |(verb, chance)| {
        facts.to(key, verb).flat_map(move |(id, holds)| {
            let of = ["account_of", "root_of"].into_iter().flat_map(|verb| facts.from(holds.from, verb));
            of.map(move |(of, machine)| Holder {
                account: holds.from,
                machine: machine.to,
                chance,
                because: [Basis::Relation(id), Basis::Relation(of)],
            })
        })
    })
}

/// The machine of an account, and the relation that says so; a machine for itself.
fn machines(facts: &Facts, account: Node) -> Vec<(Option<Basis>, Node)> {
    if has_network(facts.asset(account).kind) {
        return vec![(None, account)];
    }
    let of = ["account_of", "root_of"].into_iter().flat_map(|verb| facts.from(account, verb));
    of.map(|(id, machine)| (Some(Basis::Relation(id)), machine.to)).collect()
}

/// The machines at whose addresses or names the list allows the key.
fn allowed(facts: &Facts, way: &Way, sight: &Sight<'_>) -> Vec<Node> {
    let known = facts.attributes("addresses").map(|(node, _)| node);
    let fits = known.filter(|node| way.allows(facts, *node, sight));
    fits.take(MOST + 1).collect()
}

/// By which port and under which conditions a key opens an account.
struct Way {
    port: u16,
    from: Option<Patterns>,
    command: Option<String>,
}

impl Way {
    /// Whether the list allows the key from this machine, as far as its addresses are known and the server sees them.
    fn allows(&self, facts: &Facts, machine: Node, sight: &Sight<'_>) -> bool {
        let Some(from) = &self.from else { return true };
        let addresses = facts.attribute(machine, "addresses").unwrap_or_default();
        from.allow(&facts.asset(machine).name, sight.sees(addresses))
    }

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

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    let relations = || {
        step.because.iter().filter_map(|basis| match basis {
            Basis::Relation(id) => Some(facts.relation(*id)),
            _ => None,
        })
    };
    let verb = |relation: &Relation| facts.word(relation.verb).to_owned();
    let Some(opens) = relations().find(|relation| verb(relation) == "can_ssh") else { return String::new() };
    let holds = relations().find(|relation| verb(relation).starts_with("holds_"));
    let name = |node| &facts.asset(node).name;
    let way = Way::of(opens);
    let from = if way.from.is_some() { " from some addresses" } else { "" };
    let how = way.command.map_or(String::new(), |command| format!(", to run {command} only"));
    let (key, account) = (name(opens.from), name(opens.to));
    match holds {
        Some(holds) => {
            let under = if verb(holds) == "holds_key" { "without" } else { "under" };
            format!(
                "{} holds {key} {under} a passphrase, which opens {account}{from}{how}.",
                name(holds.from)
            )
        }
        None => format!("{key} opens {account}{from}{how}."),
    }
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
    fn a_holder_uses_it_from_where_it_lies() {
        lifecycle(
            "ssh_key_reuse",
            "host web addresses=10.1.0.5
             host db reach=local
             network dmz
             identity app@web
             identity root@db
             identity key
             app@web account_of web *
             root@db root_of db *
             app@web holds_key key *
             web in_zone dmz *
             dmz reaches:tcp/22 db *
             key can_ssh:from=10.1.0.0/16 root@db *",
            &[
                "controls key + can reach db + user on web -> controls root@db (0.95)",
                "controls key + can reach port 22 of db + user on web -> controls root@db (0.95)",
                "controls app@web -> controls root@db (0.9025)",
            ],
            "key opens root@db from some addresses.",
        );
    }

    #[test]
    fn from_machine_to_machine() {
        let with = |web: &str, db: &str, more: &str| {
            let text = format!(
                "host web {web}
                 host db {db}
                 network lan
                 identity root@web
                 identity key
                 root@web root_of web
                 root@web holds_encrypted_key key
                 key can_ssh:tcp/22 db
                 {more}"
            );
            steps("ssh_key_reuse", &world(&text)).into_iter().skip(2).collect::<Vec<_>>()
        };
        let one = |chance: &str| vec![format!("controls root@web -> controls db ({chance})")];
        assert_eq!(with("reach=internal", "reach=internal", ""), one("0.19"));
        assert_eq!(with("reach=local", "reach=internal", ""), Vec::<String>::new());
        assert_eq!(with("reach=local", "reach=internet", ""), one("0.19"));
        assert_eq!(with("", "reach=internal", ""), one("0.152"));
        assert_eq!(with("reach=internal", "reach=internal filtered=true", ""), Vec::<String>::new());
        assert_eq!(
            with("reach=internal", "reach=internal filtered=true open-ports=tcp/20-30", ""),
            one("0.19")
        );
        assert_eq!(with("reach=internal", "reach=local", "web in_zone lan\ndb in_zone lan"), one("0.19"));
        assert_eq!(
            with("reach=internal", "reach=local", "web address_in lan\nlan may_reach:tcp/22 db"),
            one("0.057")
        );
        assert_eq!(with("reach=internal", "reach=local", "web reaches:tcp/443 db"), Vec::<String>::new());
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

    #[test]
    fn a_private_address_is_allowed_within_the_network_of_the_server() {
        lifecycle(
            "ssh_key_reuse",
            "host db addresses=10.1.0.9%berlin
             host jump
             host other addresses=10.1.0.5%paris,10.1.0.5
             identity key
             jump has addresses=10.1.0.5%berlin *
             key can_ssh:from=10.1.0.5 db *",
            &[
                "controls key + can reach db + user on jump -> controls db (0.95)",
                "controls key + can reach port 22 of db + user on jump -> controls db (0.95)",
            ],
            "key opens db from some addresses.",
        );
    }
}
