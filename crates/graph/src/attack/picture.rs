//! The attack graph as a picture: what lies on some way from an entry to what somebody valued.
//!
//! All footholds on one asset are one spot of it, and all steps from spot to spot one link: what people see is their assets, and
//! [`Attack::steps_between`] has the steps behind a link. It is bounded by whole ways, those first that most can be lost by, so
//! that nothing in it hangs in the air, and says how much it leaves out.

use super::Attack;
use super::ways::{Hop, rule};
use crate::engine::backward::Toward;
use crate::engine::cost::Bound;
use crate::engine::forward::Via;
use crate::engine::network::{NodeId, StepId};
use crate::facts::{Chance, Node};
use crate::steps::{Entry, Foothold};
use fixedbitset::FixedBitSet;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Links for each spot that a picture has at most.
const LINKS: usize = 4;
/// Footholds of a way that are looked at to tell a detour: longer ways are rare, and drawn with their detours.
const LOOK_BACK: usize = 64;

/// Where footholds are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Spot {
    /// Where attackers begin.
    Entry(Entry),
    /// Somewhere inside the network.
    Inside,
    /// On an asset.
    Asset(Node),
}

impl Spot {
    /// Where this foothold is drawn.
    pub const fn of(foothold: Foothold) -> Self {
        match foothold {
            Foothold::Entry(entry) => Self::Entry(entry),
            Foothold::Inside => Self::Inside,
            Foothold::Reach(node)
            | Foothold::Port(node, _)
            | Foothold::Session(node)
            | Foothold::Control(node) => Self::Asset(node),
        }
    }
}

/// A spot of the picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Stand {
    /// Where.
    pub spot: Spot,
    /// The most that an attacker gains there on some way.
    pub foothold: Foothold,
    /// How likely somebody does within 30 days.
    pub chance: Chance,
    /// How many spots the best way there passes before it; an entry has 0.
    pub depth: u32,
    /// The share of all expected loss whose best way passes here.
    pub share: f64,
}

/// All steps from one spot to another.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// The place in [`Picture::stands`] where something is needed.
    pub from: u32,
    /// The place in [`Picture::stands`] where something is gained.
    pub to: u32,
    /// How many steps it stands for.
    pub steps: u32,
    /// The probability of the likeliest of them.
    pub chance: f32,
    /// The share of all expected loss whose best way passes here.
    pub share: f64,
    /// Whether the best way to something in the picture passes here.
    pub best: bool,
}

/// What is drawn.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Picture {
    /// In the order of their spots.
    pub stands: Vec<Stand>,
    /// In the order of where they lead from and to.
    pub links: Vec<Link>,
    /// The ATT&CK techniques of all steps between what is drawn, those within one spot too, and how many there are of each.
    pub techniques: BTreeMap<&'static str, u32>,
    /// Spots on some way that were too many.
    pub stands_left_out: usize,
    /// Links between the spots of the picture that were too many.
    pub links_left_out: usize,
}

/// Footholds of the picture so far.
struct Chosen {
    /// With their best way from the entries.
    gained: FixedBitSet,
    /// With the best way from there to what can be lost.
    led: FixedBitSet,
    spots: BTreeSet<Spot>,
}

impl Attack {
    /// The picture with at most `limit` spots.
    ///
    /// Time: the footholds once, their order, and the steps between those that are chosen.
    pub fn picture(&self, limit: usize) -> Picture {
        let mut on_ways: Vec<_> = (0..self.network.nodes())
            .map(NodeId)
            .map(|node| (node, self.passes.value.probability(node) * self.backward.consequence(node)))
            .filter(|(node, loss)| *loss > 0.0 && !self.is_detour(*node))
            .collect();
        on_ways.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let chosen = self.choose(&on_ways, limit);
        let all = self.choose(&on_ways, usize::MAX);
        let places: HashMap<Spot, u32> = chosen.spots.iter().copied().zip(0..).collect();
        let (links, links_left_out) = self.links(&chosen.gained, &places, LINKS.saturating_mul(limit));
        let stands = self.stands(&chosen.gained, &places);
        let stands_left_out = all.spots.len() - chosen.spots.len();
        let techniques = self.techniques(&chosen.gained);
        Picture { stands, links, techniques, stands_left_out, links_left_out }
    }

    /// Whole ways by these footholds, in this order, as long as there are no more spots than that.
    fn choose(&self, on_ways: &[(NodeId, f64)], limit: usize) -> Chosen {
        let places = self.network.nodes() as usize;
        let (gained, led) = (FixedBitSet::with_capacity(places), FixedBitSet::with_capacity(places));
        let mut chosen = Chosen { gained, led, spots: BTreeSet::new() };
        for (node, _) in on_ways {
            let way = self.whole_way(*node, &chosen);
            let new: BTreeSet<_> = way.iter().map(|node| self.spot(*node)).collect();
            if chosen.spots.len() + new.difference(&chosen.spots).count() > limit {
                break;
            }
            chosen.spots.extend(new);
            chosen.gained.extend(way.iter().map(|node| node.index()));
            for at in self.onward(*node) {
                if chosen.led.put(at.index()) {
                    break;
                }
            }
        }
        chosen
    }

    /// Whether the way on from a foothold gains again what the way there had gained: nobody goes there for that.
    fn is_detour(&self, node: NodeId) -> bool {
        let (mut before, mut next) = (vec![node], 0);
        while let Some(at) = before.get(next).copied().filter(|_| before.len() < LOOK_BACK) {
            next += 1;
            if let Some(Via::Step(step)) = self.passes.value.via(at) {
                let tails = self.network.tails(step).filter(|tail| !before.contains(tail));
                before.extend(tails.collect::<Vec<_>>());
            }
        }
        self.onward(node).skip(1).take(LOOK_BACK).any(|at| before.contains(&at))
    }

    /// A foothold and those that the best way from there to what can be lost gains.
    fn onward(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(Some(node), |at| match self.backward.toward(*at)? {
            Toward::Step(step) => Some(self.network.head(step)),
            Toward::Jewel(_) => None,
        })
    }

    fn spot(&self, node: NodeId) -> Spot {
        Spot::of(self.footholds.at(node))
    }

    /// What the best way from the entries by this foothold to what can be lost adds to those chosen.
    fn whole_way(&self, node: NodeId, chosen: &Chosen) -> BTreeSet<NodeId> {
        let mut way = BTreeSet::new();
        let mut open: Vec<_> =
            self.onward(node).take_while(|at| *at == node || !chosen.led.contains(at.index())).collect();
        while let Some(at) = open.pop() {
            if chosen.gained.contains(at.index()) || !way.insert(at) {
                continue;
            }
            if let Some(Via::Step(step)) = self.passes.value.via(at) {
                open.extend(self.network.tails(step));
            }
        }
        way
    }

    fn stands(&self, gained: &FixedBitSet, places: &HashMap<Spot, u32>) -> Vec<Stand> {
        let depths = self.depths(gained);
        let shares = self.share_of(|derivation, spots| {
            spots.extend(derivation.iter().filter_map(|(node, _)| places.get(&self.spot(*node)).copied()));
        });
        let mut stands: Vec<Option<Stand>> = vec![None; places.len()];
        for at in gained.ones() {
            let foothold = self.footholds.at(NodeId(at as u32));
            let Some(place) = places.get(&Spot::of(foothold)) else { continue };
            let depth = depths.get(&NodeId(at as u32)).copied().unwrap_or(0);
            let share = shares.get(place).copied().unwrap_or(0.0);
            let chance = self.chance(foothold);
            let stand = Stand { spot: Spot::of(foothold), foothold, chance, depth, share };
            let known = &mut stands[*place as usize];
            let depth = known.as_ref().map_or(depth, |known| known.depth.max(depth));
            // Footholds are declared in the order of what they are worth to an attacker.
            let most = match known.take() {
                Some(known) if known.foothold > foothold => known,
                _ => stand,
            };
            *known = Some(Stand { depth, ..most });
        }
        stands.into_iter().flatten().collect()
    }

    /// How many spots the best way to each foothold passes before it.
    fn depths(&self, gained: &FixedBitSet) -> HashMap<NodeId, u32> {
        let mut depths: HashMap<NodeId, u32> = HashMap::new();
        let mut open: Vec<_> = gained.ones().map(|at| NodeId(at as u32)).collect();
        while let Some(node) = open.last().copied() {
            let tails: Vec<_> = match self.passes.value.via(node) {
                Some(Via::Step(step)) => self.network.tails(step).collect(),
                _ => Vec::new(),
            };
            let before = open.len();
            open.extend(tails.iter().filter(|tail| !depths.contains_key(tail)));
            if open.len() > before {
                continue;
            }
            let moved = |tail: &NodeId| depths[tail] + u32::from(self.spot(*tail) != self.spot(node));
            let depth = tails.iter().map(moved).max().unwrap_or(0);
            depths.insert(node, depth);
            open.pop();
        }
        depths
    }

    /// The share of all expected loss whose best way has this, for all that the best way to each jewel names.
    fn share_of<K: Copy + Ord + std::hash::Hash>(
        &self,
        name: impl Fn(&[(NodeId, Via)], &mut Vec<K>),
    ) -> HashMap<K, f64> {
        let pass = &self.passes.value;
        let total = pass.risk();
        let (mut shares, mut named) = (HashMap::new(), Vec::new());
        for jewel in self.network.jewels() {
            let Some(derivation) = pass.derivation(jewel.node) else { continue };
            name(derivation.choices(), &mut named);
            named.sort_unstable();
            named.dedup();
            for one in named.drain(..) {
                *shares.entry(one).or_default() += jewel.value * pass.probability(jewel.node) / total;
            }
        }
        shares
    }

    fn links(&self, gained: &FixedBitSet, places: &HashMap<Spot, u32>, limit: usize) -> (Vec<Link>, usize) {
        let place = |node: NodeId| places.get(&self.spot(node)).copied();
        let shares = self.share_of(|derivation, passed| {
            for (node, via) in derivation {
                let Via::Step(step) = via else { continue };
                let pairs = self.network.tails(*step).filter_map(|tail| place(tail).zip(place(*node)));
                passed.extend(pairs);
            }
        });
        let mut links: HashMap<(u32, u32), (Link, f64)> = HashMap::new();
        for (tail, step) in self.drawn(gained) {
            let head = self.network.head(step);
            let Some((from, to)) = place(tail).zip(place(head)).filter(|(from, to)| from != to) else {
                continue;
            };
            let chance = self.steps.get(self.network.origin(step)).chance.value;
            let share = shares.get(&(from, to)).copied().unwrap_or(0.0);
            let (link, loss) = links
                .entry((from, to))
                .or_insert((Link { from, to, steps: 0, chance, share, best: false }, 0.0));
            link.steps += 1;
            link.chance = link.chance.max(chance);
            link.best |= self.passes.value.via(head) == Some(Via::Step(step));
            let stand = self.passes.value.probability(tail) * f64::from(chance);
            *loss = loss.max(stand * self.backward.consequence(head));
        }
        let mut links: Vec<_> = links.into_values().collect();
        links.sort_by(|(a, of_a), (b, of_b)| {
            b.best.cmp(&a.best).then(of_b.total_cmp(of_a)).then((a.from, a.to).cmp(&(b.from, b.to)))
        });
        let left_out = links.len().saturating_sub(limit);
        links.truncate(limit);
        let mut links: Vec<_> = links.into_iter().map(|(link, _)| link).collect();
        links.sort_by_key(|link| (link.from, link.to));
        (links, left_out)
    }

    /// The steps between these footholds, each with everything that it needs.
    fn drawn<'a>(&'a self, gained: &'a FixedBitSet) -> impl Iterator<Item = (NodeId, StepId)> + 'a {
        let tails = gained.ones().map(|at| NodeId(at as u32));
        let steps = tails.flat_map(|tail| self.steps_from(tail).map(move |step| (tail, step)));
        steps.filter(|(_, step)| {
            let mut ends = self.network.tails(*step).chain([self.network.head(*step)]);
            ends.all(|node| gained.contains(node.index()))
        })
    }

    fn techniques(&self, gained: &FixedBitSet) -> BTreeMap<&'static str, u32> {
        let mut techniques = BTreeMap::new();
        for (tail, step) in self.drawn(gained) {
            // One that needs several things is drawn from each.
            if self.network.tails(step).next() == Some(tail) {
                let technique = rule(&self.steps.get(self.network.origin(step))).technique;
                *techniques.entry(technique).or_default() += 1;
            }
        }
        techniques
    }

    fn steps_from(&self, node: NodeId) -> impl Iterator<Item = StepId> + '_ {
        let single = self.network.out(node).map(|step| StepId(step as u32));
        single.chain(self.network.joint_out(node).iter().copied())
    }

    fn steps_into(&self, node: NodeId) -> impl Iterator<Item = StepId> + '_ {
        let single = self.network.inward(node).iter().map(|inward| inward.step);
        single.chain(self.network.joint_into(node).iter().copied())
    }

    /// The steps that need something at one spot and gain something at another, the likeliest to be taken first, and how many
    /// there are. Where one end is left open, all that begin or end at the other; where both are, none.
    pub fn steps_between(&self, from: Option<Spot>, to: Option<Spot>, count: usize) -> (Vec<Hop>, usize) {
        let on =
            |spot: Spot| (0..self.network.nodes()).map(NodeId).filter(move |node| self.spot(*node) == spot);
        let mut steps: Vec<_> = match (from, to) {
            (Some(from), _) => on(from).flat_map(|node| self.steps_from(node)).collect(),
            (None, Some(to)) => on(to).flat_map(|node| self.steps_into(node)).collect(),
            (None, None) => Vec::new(),
        };
        steps.retain(|step| to.is_none_or(|to| self.spot(self.network.head(*step)) == to));
        // One that needs several things of one spot was found once for each.
        steps.sort_unstable();
        steps.dedup();
        let taken = |step: StepId| {
            let stand = self.network.tails(step).map(|tail| self.passes.value.probability(tail));
            stand.product::<f64>() * self.network.cost(step, Bound::Value).probability()
        };
        let mut steps: Vec<_> =
            steps.into_iter().map(|step| (self.network.origin(step), taken(step))).collect();
        steps.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let total = steps.len();
        (steps.into_iter().take(count).map(|(step, _)| self.hop(step)).collect(), total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attack::Entries;
    use crate::rules::testing::world;

    const HOSPITAL: &str = "host web reach=internet
        host db reach=local
        host aside reach=local
        data-store patients value=1000 reach=local
        web-application shop reach=local
        shop runs_on db
        web has_access_to shop
        db stores patients
        web ! CVE-2021-41773@443 remote none user 0.5
        web ! CVE-2021-42013@443 remote none user 0.4
        web ! CVE-2021-4034 local user admin 0.5
        db ! CVE-2022-0847 local user admin 0.5
        aside ! CVE-2022-1111 local user admin 0.5";

    fn attack(text: &str) -> Attack {
        Attack::new(world(text), &Entries::default())
    }

    fn name(attack: &Attack, spot: Spot) -> String {
        match spot {
            Spot::Entry(entry) => entry.as_str().to_owned(),
            Spot::Inside => "inside".to_owned(),
            Spot::Asset(node) => attack.facts().asset(node).name.to_string(),
        }
    }

    /// Spots with their depth, and links with their steps.
    fn drawn(attack: &Attack, picture: &Picture) -> (Vec<String>, Vec<String>) {
        let stands = &picture.stands;
        let at = |place: u32| name(attack, stands[place as usize].spot);
        let spots = stands.iter().map(|stand| format!("{} {}", at_depth(attack, stand), stand.depth));
        let links = picture.links.iter().map(|link| {
            let best = if link.best { "" } else { " (not the best)" };
            format!("{} -> {}: {}{best}", at(link.from), at(link.to), link.steps)
        });
        (spots.collect(), links.collect())
    }

    fn at_depth(attack: &Attack, stand: &Stand) -> String {
        format!("{}: {}", name(attack, stand.spot), stand.foothold.words(attack.facts()))
    }

    #[test]
    fn what_lies_on_a_way_is_drawn_once_an_asset_and_the_rest_is_not() {
        let attack = attack(HOSPITAL);
        let picture = attack.picture(100);
        let (spots, links) = drawn(&attack, &picture);
        assert_eq!(
            spots,
            [
                "internet: An attacker on the internet 0",
                "web: controls web 1",
                "db: controls db 3",
                "patients: controls patients 4",
                "shop: controls shop 2",
            ]
        );
        assert_eq!(
            links,
            [
                "internet -> web: 1",
                "web -> shop: 1",
                "db -> patients: 1",
                "db -> shop: 1 (not the best)",
                "shop -> db: 1"
            ]
        );
        assert_eq!((picture.stands_left_out, picture.links_left_out), (0, 0));
        let techniques: Vec<_> =
            picture.techniques.iter().map(|(id, count)| format!("{id} {count}")).collect();
        assert_eq!(techniques.join(", "), "T1005 2, T1046 1, T1068 2, T1078 2, T1210 2, T1611 2");
        assert!(picture.stands.iter().all(|stand| (stand.share - 1.0).abs() < 1e-9), "there is one way");
        assert!(picture.links.iter().all(|link| (link.share - f64::from(u8::from(link.best))).abs() < 1e-9));
    }

    #[test]
    fn too_many_are_left_out_by_whole_ways_and_counted() {
        let text = "host web reach=internet value=1000
            host shop reach=internet value=10
            host far reach=local value=1
            web ! CVE-1@443 remote none admin 0.5
            shop ! CVE-2@443 remote none admin 0.5
            shop admin_to far";
        let attack = attack(text);
        let all = attack.picture(100);
        assert_eq!(all.stands_left_out, 0);
        let few = attack.picture(3);
        let (spots, _) = drawn(&attack, &few);
        assert!(spots.iter().any(|spot| spot.starts_with("web: controls web")), "{spots:?}");
        assert_eq!(few.stands.len() + few.stands_left_out, all.stands.len());
        for stand in few.stands.iter().filter(|stand| stand.depth > 0) {
            let place = few.stands.iter().position(|other| other.spot == stand.spot).unwrap() as u32;
            assert!(few.links.iter().any(|link| link.to == place), "nothing hangs in the air: {stand:?}");
        }
        assert_eq!(attack.picture(0), Picture { stands_left_out: all.stands.len(), ..Picture::default() });
    }

    #[test]
    fn a_link_has_its_steps_the_likeliest_first() {
        let attack = attack(HOSPITAL);
        let spot = |wanted: &str| {
            let (node, _) = attack.facts().assets().find(|(_, asset)| &*asset.name == wanted).unwrap();
            Spot::Asset(node)
        };
        let (within, total) = attack.steps_between(Some(spot("web")), Some(spot("web")), 3);
        let chances: Vec<_> = within.iter().map(|hop| (hop.rule, hop.chance.value)).collect();
        assert_eq!(chances, [("remote_exploit", 0.5), ("remote_exploit", 0.4), ("local_escalation", 0.5)]);
        assert_eq!(total, 6, "the others are less likely to be taken");
        let (first, total) = attack.steps_between(None, Some(spot("web")), 2);
        assert_eq!((first.len(), total), (2, 8), "six within it, one from the internet, one from inside");
        let (onward, _) = attack.steps_between(Some(spot("db")), None, 10);
        assert!(onward.iter().any(|hop| hop.gains
            == Foothold::Control(match spot("patients") {
                Spot::Asset(node) => node,
                other => panic!("{other:?}"),
            })));
        assert_eq!(attack.steps_between(None, None, 10).1, 0);
    }

    #[test]
    fn what_falls_with_an_asset_is_told_with_what_it_is_worth() {
        let attack = attack(HOSPITAL);
        let (db, _) = attack.facts().assets().find(|(_, asset)| &*asset.name == "db").unwrap();
        let radius = attack.blast_radius(db);
        let worth: Vec<_> = radius
            .jewels
            .iter()
            .map(|jewel| (&*attack.facts().asset(jewel.node).name, jewel.value))
            .collect();
        assert_eq!(worth, [("patients", 1000.0)]);
        assert!((radius.jewels[0].chance.value - 0.9).abs() < 1e-4);
        assert!((radius.loss - 900.0).abs() < 0.01);
    }
}
