//! Who can talk to what: by zones and observed ways where they are known, else by the position of an asset.
//!
//! A zone is a network (`in_zone`, from an asset); `reaches` goes from a network or an asset to a network or an asset, by a port or a
//! range of them (`via` = `tcp/443`, `udp/5000-5999`) or by any; `may_reach` is a way of which nobody knows whether it is open. Inside
//! one zone everything can talk to everything. Whose address lies in a network that is no zone (`address_in`) talks as its member.
//! A private address lies only in what has ranges of the same named network (`10.0.0.0/24%branch-berlin`).
//!
//! Of a machine with a packet filter of its own (`filtered`), only the ports that it leaves open to everybody (`open-ports`,
//! `perhaps-open-ports`) are reached by position; what it opens to some networks is told as `reaches`.

use super::{Derive, Rule};
use crate::facts::{Chance, Facts, Node, Relation, RelationId};
use crate::steps::{Basis, Entry, Foothold, Step, Steps};
use bartizan_model::{AssetKind, Reach, Subnet};
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// Where nobody observed the reach of an asset: most machines are inside, some are on the internet.
const PERHAPS_INTERNET: Chance = Chance::between(0.0, 0.1, 1.0);
/// As above, from inside.
const PERHAPS_INSIDE: Chance = Chance::between(0.0, 0.8, 1.0);
/// Whether a way is open that depends on what was not told: the members of a set, an interface.
const PERHAPS_OPEN: Chance = Chance::between(0.0, 0.3, 1.0);
/// Whether somebody inside stands in a private network of which no member is known.
const PERHAPS_MEMBER: Chance = Chance::between(0.0, 0.3, 1.0);

/// Ports that a packet filter leaves open to everybody. Of IPv6 another file may tell.
const OPEN_PORTS: [(&str, Chance); 4] = [
    ("open-ports", Chance::CERTAIN),
    ("open-ports-v6", Chance::CERTAIN),
    ("perhaps-open-ports", PERHAPS_OPEN),
    ("perhaps-open-ports-v6", PERHAPS_OPEN),
];

/// The registry row.
pub(super) const RULE: Rule = Rule {
    id: "network_reach",
    title: "reach over the network",
    technique: "T1046",
    wants: &["filtered", "in_zone", "reaches"],
    derive: Derive::OfAsset(derive),
    explain,
};

/// All that leads to packets to the asset, and from it into its zones.
fn derive(facts: &Facts, node: Node, steps: &mut Steps) {
    let kind = facts.asset(node).kind;
    if super::has_network(kind) {
        by_reach(facts, node, steps);
    }
    if kind == AssetKind::Network {
        into_zone(facts, node, steps);
    }
    for (id, member) in facts.from(node, "address_in") {
        let network = Foothold::Reach(member.to);
        steps.step(&[sender(facts, node)], network, Chance::CERTAIN, &[Basis::Relation(id)]);
    }
    let zones: Vec<_> = facts.from(node, "in_zone").map(|(id, member)| (member.to, Some(id))).collect();
    for (zone, id) in &zones {
        let because: Vec<_> = id.iter().map(|id| Basis::Relation(*id)).collect();
        let zone = Foothold::Reach(*zone);
        steps.step(&[zone], Foothold::Reach(node), Chance::CERTAIN, &because);
        steps.step(&[Foothold::Session(node)], zone, Chance::CERTAIN, &because);
    }
    for (verb, open) in [("reaches", Chance::CERTAIN), ("may_reach", PERHAPS_OPEN)] {
        for (place, member) in [(node, None)].iter().chain(&zones) {
            for (id, way) in facts.to(*place, verb) {
                way_in(facts, steps, sender(facts, way.from), (id, way, open), (node, *member));
            }
        }
    }
}

/// By the position of an asset.
fn by_reach(facts: &Facts, node: Node, steps: &mut Steps) {
    // What runs of an image is reached; the image stands for it only where nobody told what that is.
    if facts.to(node, "runs_image").next().is_some() {
        return;
    }
    let filtered = facts.flag(node, "filtered") == Some(true);
    let internet = Foothold::Entry(Entry::Internet);
    let from = match facts.asset(node).reach {
        Reach::Internet => vec![(internet, Chance::CERTAIN), (Foothold::Inside, Chance::CERTAIN)],
        Reach::Internal => vec![(Foothold::Inside, Chance::CERTAIN)],
        Reach::Local => return,
        Reach::Unknown if !filtered && zoned(facts, node) => return,
        Reach::Unknown => vec![(internet, PERHAPS_INTERNET), (Foothold::Inside, PERHAPS_INSIDE)],
    };
    if !filtered {
        for (from, chance) in from {
            steps.step(&[from], Foothold::Reach(node), chance, &[Basis::Reach(node)]);
        }
        return;
    }
    for (name, open) in OPEN_PORTS {
        let Some(told) = facts.basis(node, name) else { continue };
        for port in Ports::all(facts.attribute(node, name)).iter().flat_map(|ports| ports.on(facts, node)) {
            for (from, chance) in &from {
                let because = [told, Basis::Reach(node)];
                steps.step(&[*from], Foothold::Port(node, port), chance.and(open), &because);
            }
        }
    }
}

/// By the position of a network.
fn into_zone(facts: &Facts, node: Node, steps: &mut Steps) {
    let (zone, reach) = (facts.asset(node), Foothold::Reach(node));
    if zone.reach == Reach::Internet {
        let internet = Foothold::Entry(Entry::Internet);
        steps.step(&[internet], reach, Chance::CERTAIN, &[Basis::Reach(node)]);
    }
    let private = Subnet::parse(&zone.name).is_some_and(|own| own.range().is_private());
    let empty = ["in_zone", "address_in"].iter().all(|verb| facts.to(node, verb).next().is_none());
    if private && empty && zone.reach != Reach::Local {
        steps.step(&[Foothold::Inside], reach, PERHAPS_MEMBER, &[Basis::Asset(node)]);
    }
}

/// The steps of somebody who stands at `from` to an asset that a relation leads to, itself or as a member of a zone, by the ports that
/// the relation names; `open`: whether it is open at all.
pub(super) fn way_in(
    facts: &Facts,
    steps: &mut Steps,
    from: Foothold,
    (id, way, open): (RelationId, &Relation, Chance),
    (node, member): (Node, Option<RelationId>),
) {
    let because: Vec<_> = [id].into_iter().chain(member).map(Basis::Relation).collect();
    match Ports::of(way) {
        Some(ports) => {
            for port in ports.on(facts, node) {
                steps.step(&[from], Foothold::Port(node, port), open, &because);
            }
        }
        // Who reaches all of a zone reaches its members from there.
        None if member.is_some() => {}
        None => steps.step(&[from], Foothold::Reach(node), open, &because),
    }
}

/// Where one stands to send packets from an asset.
fn sender(facts: &Facts, node: Node) -> Foothold {
    match facts.asset(node).kind {
        AssetKind::Network => Foothold::Reach(node),
        _ => Foothold::Session(node),
    }
}

/// Ports that some way to the asset, or to a zone it stands in, is open for.
pub(super) fn open_ports(facts: &Facts, node: Node) -> BTreeSet<u16> {
    let zones = facts.from(node, "in_zone").map(|(_, member)| member.to);
    let verbs = ["reaches", "may_reach"];
    let ways =
        zones.chain([node]).flat_map(|place| verbs.into_iter().flat_map(move |verb| facts.to(place, verb)));
    let open = ways.filter_map(|(_, way)| Ports::of(way));
    let to_all = OPEN_PORTS.map(|(name, _)| facts.attribute(node, name));
    let open = open.chain(to_all.into_iter().flat_map(Ports::all));
    open.flat_map(|ports| ports.on(facts, node)).collect()
}

/// The ports that a way is open for.
pub(super) struct Ports(RangeInclusive<u16>);

impl Ports {
    /// `None` where it is open for all of them, or says so in words that nobody knows.
    pub(super) fn of(way: &Relation) -> Option<Self> {
        Self::read(&way.via)
    }

    /// The ports of a list: `tcp/22 tcp/8000-8999`.
    fn all(list: Option<&str>) -> Vec<Self> {
        list.unwrap_or_default().split_whitespace().filter_map(Self::read).collect()
    }

    fn read(text: &str) -> Option<Self> {
        let (_, ports) = text.split_once('/')?;
        let (low, high) = ports.split_once('-').unwrap_or((ports, ports));
        Some(Self(low.parse().ok()?..=high.parse().ok()?))
    }

    /// Those of them that something is known to be wrong at; the first, where nothing is.
    pub(super) fn on(&self, facts: &Facts, node: Node) -> Vec<u16> {
        let known = facts.ports_of(node).filter(|port| self.0.contains(port));
        let mut ports: Vec<_> = known.chain([*self.0.start()]).collect();
        ports.sort_unstable();
        ports.dedup();
        ports
    }
}

/// The ways by which somebody who stands on one machine talks to a port of another, each with how likely it is open and the facts
/// it rests on.
///
/// For steps that need the machine anyway: to ask for its foothold and for the other's port as two things would count what leads to
/// the machine twice.
pub(super) fn ways_between(facts: &Facts, from: Node, to: Node, port: u16) -> Vec<(Chance, Vec<Basis>)> {
    let zones =
        |node, verb| facts.from(node, verb).map(|(id, member)| (member.to, Some(Basis::Relation(id))));
    let places: Vec<_> =
        [(from, None)].into_iter().chain(zones(from, "in_zone")).chain(zones(from, "address_in")).collect();
    let targets: Vec<_> = [(to, None)].into_iter().chain(zones(to, "in_zone")).collect();
    let mut ways = Vec::new();
    for (target, of_target) in &targets {
        for (verb, open) in [("reaches", Chance::CERTAIN), ("may_reach", PERHAPS_OPEN)] {
            for (id, way) in facts.to(*target, verb) {
                let Some((_, of_place)) = places.iter().find(|(place, _)| *place == way.from) else {
                    continue;
                };
                if Ports::of(way).is_none_or(|ports| ports.0.contains(&port)) {
                    let because = [Some(Basis::Relation(id)), *of_place, *of_target];
                    ways.push((open, because.into_iter().flatten().collect()));
                }
            }
        }
        // Inside one zone everything can talk to everything; an address alone makes no zone.
        let shared = zones(from, "in_zone").find(|(zone, _)| zone == target && *target != to);
        if let Some((_, of_place)) = shared {
            ways.push((Chance::CERTAIN, of_place.into_iter().chain(*of_target).collect()));
        }
    }
    ways.extend(by_position(facts, from, to, port));
    ways
}

/// The way between two machines by where they stand, where no zones say more.
fn by_position(facts: &Facts, from: Node, to: Node, port: u16) -> Option<(Chance, Vec<Basis>)> {
    let filtered = facts.flag(to, "filtered") == Some(true);
    let position = match (facts.asset(to).reach, facts.asset(from).reach) {
        (Reach::Internet, _) => Chance::CERTAIN,
        (Reach::Local, _) | (_, Reach::Local) => return None,
        _ if facts.from(from, "in_zone").next().is_some() => return None,
        (Reach::Unknown, _) if !filtered && zoned(facts, to) => return None,
        (Reach::Unknown, Reach::Unknown) => PERHAPS_INSIDE.and(PERHAPS_INSIDE),
        (Reach::Unknown, _) | (_, Reach::Unknown) => PERHAPS_INSIDE,
        (Reach::Internal, Reach::Internal | Reach::Internet) => Chance::CERTAIN,
    };
    if !filtered {
        return Some((position, vec![Basis::Reach(to)]));
    }
    OPEN_PORTS.iter().find_map(|(name, open)| {
        let told = facts.basis(to, name)?;
        let ports = Ports::all(facts.attribute(to, name));
        let is_open = ports.iter().any(|ports| ports.0.contains(&port));
        is_open.then(|| (position.and(*open), vec![told, Basis::Reach(to)]))
    })
}

/// Whether it is known who reaches an asset.
pub(crate) fn zoned(facts: &Facts, node: Node) -> bool {
    facts.from(node, "in_zone").next().is_some()
        || ["reaches", "may_reach"].iter().any(|verb| facts.to(node, verb).next().is_some())
}

fn explain(facts: &Facts, step: &Step<'_>) -> String {
    let name = |node| &*facts.asset(node).name;
    match step.because.first() {
        Some(Basis::Relation(id)) => {
            let relation = facts.relation(*id);
            let (from, to) = (name(relation.from), name(relation.to));
            match (facts.word(relation.verb), &*relation.via) {
                ("in_zone", _) => format!("{from} stands in {to}."),
                ("address_in", _) => format!("The address of {from} lies in {to}."),
                ("may_reach", via) => format!("Perhaps {from} can talk to {to} {via}.").replace(" .", "."),
                (_, "") => format!("{from} can talk to {to}."),
                (_, via) => format!("{from} can talk to {to} by {via}."),
            }
        }
        Some(Basis::Attribute(node, ports)) => {
            let perhaps = if facts.word(*ports).starts_with("open") { "leaves" } else { "perhaps leaves" };
            let port = match step.gains {
                Foothold::Port(_, port) => port.to_string(),
                _ => String::new(),
            };
            format!("The packet filter of {} {perhaps} port {port} open to everybody.", name(*node))
        }
        Some(Basis::Asset(node)) => format!("Somebody inside may stand in {}.", name(*node)),
        Some(Basis::Reach(node)) => {
            let from_outside = step.needs.iter().any(|need| matches!(need, Foothold::Entry(_)));
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
    use crate::rules::testing::{lifecycle, steps, world};

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
    fn a_packet_filter_leaves_some_ports() {
        lifecycle(
            "network_reach",
            "host web reach=internet filtered=true
             network partner
             web has open-ports=tcp/443 *
             web has perhaps-open-ports=udp/53 *
             partner may_reach:tcp/22 web *",
            &[
                "An attacker on the internet -> can reach port 443 of web (1)",
                "inside the network -> can reach port 443 of web (1)",
                "An attacker on the internet -> can reach port 53 of web (0.3)",
                "inside the network -> can reach port 53 of web (0.3)",
                "can reach partner -> can reach port 22 of web (0.3)",
            ],
            "The packet filter of web leaves port 443 open to everybody.",
        );
    }

    #[test]
    fn an_address_makes_a_member() {
        lifecycle(
            "network_reach",
            "host web reach=local
             network 10.1.0.0/16
             network 10.2.0.0/16 *
             web address_in:10.1.0.5 10.1.0.0/16 *",
            &[
                "user on web -> can reach 10.1.0.0/16 (1)",
                "inside the network -> can reach 10.2.0.0/16 (0.3)",
            ],
            "The address of web lies in 10.1.0.0/16.",
        );
    }

    #[test]
    fn the_same_address_in_another_network_is_no_member() {
        lifecycle(
            "network_reach",
            "host till reach=local
             host other reach=local
             network shop
             network 10.0.0.0/8%berlin
             network 10.0.0.0/8%paris
             shop has cidr=10.0.0.0/24%berlin *
             till at 10.0.0.5%berlin *
             other at 10.0.0.5%paris",
            &[
                "user on till -> can reach 10.0.0.0/8%berlin (1)",
                "can reach shop -> can reach till (1)",
                "user on till -> can reach shop (1)",
                "user on other -> can reach 10.0.0.0/8%paris (1)",
                "can reach shop -> can reach 10.0.0.0/8%berlin (1)",
            ],
            "The address of till lies in 10.0.0.0/8%berlin.",
        );
    }

    #[test]
    fn a_zone_of_two_networks_and_a_router_join_them() {
        let joined = |more: &str| {
            let text = format!(
                "host till reach=local
                 host desk reach=local
                 host router reach=local
                 network berlin
                 network paris
                 till at 10.0.0.5%berlin
                 desk at 10.0.0.5%paris
                 {more}"
            );
            steps("network_reach", &world(&text))
        };
        let apart = "berlin has cidr=10.0.0.0/24%berlin\nparis has cidr=10.0.0.0/24%paris\n";
        let within = |of: &str, zone: &str| {
            [
                format!("can reach {zone} -> can reach {of} (1)"),
                format!("user on {of} -> can reach {zone} (1)"),
            ]
        };
        let both = [within("till", "berlin"), within("desk", "paris")].concat();
        assert_eq!(joined(apart), both);
        // Who is on the router is in both; whether it passes anything on, it does not tell.
        let router = format!("{apart}router at 10.0.0.1%berlin\nrouter at 10.0.0.1%paris");
        let on_router = [within("router", "berlin"), within("router", "paris")].concat();
        assert_eq!(sorted(joined(&router)), sorted([both.clone(), on_router].concat()));
        let tunnel = format!("{apart}berlin reaches:tcp/443 paris");
        let mut through = both;
        through.push("can reach berlin -> can reach port 443 of paris (1)".to_owned());
        through.push("can reach berlin -> can reach port 443 of desk (1)".to_owned());
        assert_eq!(sorted(joined(&tunnel)), sorted(through));
        let one = "berlin has cidr=10.0.0.0/24%berlin,10.0.0.0/24%paris\n";
        assert_eq!(joined(one), [within("till", "berlin"), within("desk", "berlin")].concat());
    }

    fn sorted(mut steps: Vec<String>) -> Vec<String> {
        steps.sort();
        steps
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
                "can reach everyone -> can reach port 8000 of office (1)",
                "can reach office -> can reach app (1)",
                "user on app -> can reach office (1)",
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
