//! Who can talk to what: by zones and observed ways where they are known, else by the position of an asset.
//!
//! A zone is a network (`in_zone`, from an asset); `reaches` goes from a network or an asset to a network or an asset, by a port or a
//! range of them (`via` = `tcp/443`, `udp/5000-5999`) or by any. Inside one zone everything can talk to everything.

use super::Rule;
use crate::facts::{Chance, Facts, Node, Relation, RelationId};
use crate::steps::{Basis, Entry, Foothold, Step, Steps};
use bartizan_model::{AssetKind, Reach};
use std::ops::RangeInclusive;

/// Where nobody observed the reach of an asset: most machines are inside, some are on the internet.
const PERHAPS_INTERNET: Chance = Chance::between(0.0, 0.1, 1.0);
/// As above, from inside.
const PERHAPS_INSIDE: Chance = Chance::between(0.0, 0.8, 1.0);

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "network_reach",
    title: "reach over the network",
    technique: "T1046",
    wants: &["in_zone", "reaches"],
    derive,
    explain,
};

fn derive(facts: &Facts, steps: &mut Steps) {
    for (node, asset) in facts.assets().filter(|(_, asset)| super::has_network(asset.kind)) {
        // What runs of an image is reached; the image stands for it only where nobody told what that is.
        if facts.to(node, "runs_image").next().is_some() {
            continue;
        }
        let because = [Basis::Reach(node)];
        let reach = Foothold::Reach(node);
        let internet = Foothold::Entry(Entry::Internet);
        match asset.reach {
            Reach::Internet => {
                steps.step(&[internet], reach, Chance::CERTAIN, &because);
                steps.step(&[Foothold::Inside], reach, Chance::CERTAIN, &because);
            }
            Reach::Internal => steps.step(&[Foothold::Inside], reach, Chance::CERTAIN, &because),
            Reach::Local => {}
            Reach::Unknown if zoned(facts, node) => {}
            Reach::Unknown => {
                steps.step(&[internet], reach, PERHAPS_INTERNET, &because);
                steps.step(&[Foothold::Inside], reach, PERHAPS_INSIDE, &because);
            }
        }
    }
    for (node, zone) in facts.assets() {
        if zone.kind == AssetKind::Network && zone.reach == Reach::Internet {
            let internet = Foothold::Entry(Entry::Internet);
            steps.step(&[internet], Foothold::Reach(node), Chance::CERTAIN, &[Basis::Reach(node)]);
        }
    }
    for (id, member) in facts.relations("in_zone") {
        let because = [Basis::Relation(id)];
        let (host, zone) = (member.from, Foothold::Reach(member.to));
        steps.step(&[zone], Foothold::Reach(host), Chance::CERTAIN, &because);
        steps.step(&[Foothold::Session(host)], zone, Chance::CERTAIN, &because);
    }
    for (id, way) in facts.relations("reaches") {
        let from = match facts.asset(way.from).kind {
            AssetKind::Network => Foothold::Reach(way.from),
            _ => Foothold::Session(way.from),
        };
        way_in(facts, steps, from, (id, way));
    }
}

/// The steps of somebody who stands at `from` and can talk to what a relation leads to, by the ports that it names.
pub(super) fn way_in(facts: &Facts, steps: &mut Steps, from: Foothold, (id, way): (RelationId, &Relation)) {
    let Some(ports) = Ports::of(way) else {
        steps.step(&[from], Foothold::Reach(way.to), Chance::CERTAIN, &[Basis::Relation(id)]);
        return;
    };
    for port in ports.on(facts, way.to) {
        steps.step(&[from], Foothold::Port(way.to, port), Chance::CERTAIN, &[Basis::Relation(id)]);
    }
    for (member, host) in facts.to(way.to, "in_zone").map(|(member, relation)| (member, relation.from)) {
        let because = [Basis::Relation(id), Basis::Relation(member)];
        for port in ports.on(facts, host) {
            steps.step(&[from], Foothold::Port(host, port), Chance::CERTAIN, &because);
        }
    }
}

/// The ports that a way is open for.
pub(super) struct Ports(RangeInclusive<u16>);

impl Ports {
    /// `None` where it is open for all of them, or says so in words that nobody knows.
    pub(super) fn of(way: &Relation) -> Option<Self> {
        let (_, ports) = way.via.split_once('/')?;
        let (low, high) = ports.split_once('-').unwrap_or((ports, ports));
        Some(Self(low.parse().ok()?..=high.parse().ok()?))
    }

    /// Those of them that something is known to be wrong at; the first, where nothing is.
    pub(super) fn on(&self, facts: &Facts, node: Node) -> Vec<u16> {
        let known = facts.exposures_of(node).filter_map(|(_, exposure)| exposure.port);
        let mut ports: Vec<_> = known.filter(|port| self.0.contains(port)).chain([*self.0.start()]).collect();
        ports.sort_unstable();
        ports.dedup();
        ports
    }
}

/// Whether something is known of who talks to it.
pub(crate) fn zoned(facts: &Facts, node: Node) -> bool {
    facts.from(node, "in_zone").next().is_some() || facts.to(node, "reaches").next().is_some()
}

fn explain(facts: &Facts, steps: &Steps, step: &Step<'_>) -> String {
    let name = |node| &*facts.asset(node).name;
    match step.because.first() {
        Some(Basis::Relation(id)) => {
            let relation = facts.relation(*id);
            let (from, to) = (name(relation.from), name(relation.to));
            match (facts.word(relation.verb), &*relation.via) {
                ("in_zone", _) => format!("{from} stands in {to}."),
                (_, "") => format!("{from} can talk to {to}."),
                (_, via) => format!("{from} can talk to {to} by {via}."),
            }
        }
        Some(Basis::Reach(node)) => {
            let from_outside =
                step.needs.iter().any(|need| matches!(steps.footholds()[*need as usize], Foothold::Entry(_)));
            match (facts.asset(*node).reach, from_outside) {
                (Reach::Unknown, _) => format!("Nobody observed from where {} can be reached.", name(*node)),
                (_, true) => format!("{} can be reached from the internet.", name(*node)),
                (_, false) => format!("{} can be reached from inside the network.", name(*node)),
            }
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::lifecycle;

    #[test]
    fn what_the_internet_reaches() {
        lifecycle(
            "network_reach",
            "host web reach=internet *",
            &["An attacker on the internet -> can reach web (1)", "inside the network -> can reach web (1)"],
            "web can be reached from the internet.",
        );
    }

    #[test]
    fn containers_are_reached_and_not_their_image() {
        lifecycle(
            "network_reach",
            "container-image shop:1
             container-image old:1 reach=internal *
             host shop reach=internet
             shop runs_image shop:1",
            &[
                "inside the network -> can reach old:1 (1)",
                "An attacker on the internet -> can reach shop (1)",
                "inside the network -> can reach shop (1)",
            ],
            "old:1 can be reached from inside the network.",
        );
    }

    #[test]
    fn what_nobody_observed_is_perhaps_reached() {
        lifecycle(
            "network_reach",
            "host old *
             identity alice
             host desk reach=local",
            &[
                "An attacker on the internet -> can reach old (0.1)",
                "inside the network -> can reach old (0.8)",
            ],
            "Nobody observed from where old can be reached.",
        );
    }

    #[test]
    fn a_zone_on_the_internet_and_a_range_of_ports() {
        lifecycle(
            "network_reach",
            "network everyone reach=internet
             network office
             host app reach=local
             app in_zone office *
             app ! CVE-1@8443 remote none user 0.5
             everyone reaches:tcp/8000-8999 office *",
            &[
                "An attacker on the internet -> can reach everyone (1)",
                "can reach office -> can reach app (1)",
                "user on app -> can reach office (1)",
                "can reach everyone -> can reach port 8000 of office (1)",
                "can reach everyone -> can reach port 8000 of app (1)",
                "can reach everyone -> can reach port 8443 of app (1)",
            ],
            "everyone can be reached from the internet.",
        );
    }

    #[test]
    fn zones_and_firewalls_say_who_talks_to_whom() {
        lifecycle(
            "network_reach",
            "network dmz
             network core
             host web
             host db
             web in_zone dmz *
             db in_zone core *
             dmz reaches:tcp/5432 db *",
            &[
                "can reach dmz -> can reach web (1)",
                "user on web -> can reach dmz (1)",
                "can reach core -> can reach db (1)",
                "user on db -> can reach core (1)",
                "can reach dmz -> can reach port 5432 of db (1)",
            ],
            "web stands in dmz.",
        );
    }
}
