//! What differs between the facts of two moments, and what is called otherwise.

use super::reads::{Kind, Read};
use super::{Asset, Exposure, ExposureAt, Facts, Node, RelationId, Told, Word};
use crate::steps::{Basis, Foothold, Part};
use std::cmp::Ordering;
use std::iter::zip;
use std::ops::Range;
use std::sync::Arc;

/// The facts of one moment beside those of an earlier one.
pub(crate) struct Change {
    /// What differs.
    of: Read,
    /// On which assets exposures differ, in order.
    exposures: Vec<Node>,
    /// On which assets the ports differ at which something is wrong, in order.
    ports: Vec<Node>,
    /// The numbers of what does not differ.
    pub(crate) renumbered: Renumbered,
}

impl Change {
    pub(crate) fn between(old: &Facts, new: &Facts) -> Self {
        let renumbered = Renumbered::new(&old.told, &new.told);
        let mut of = Read::default();
        if !Arc::ptr_eq(&old.told, &new.told) {
            assets(&mut of, &renumbered, new);
            relations(&mut of, &renumbered, new);
            attributes(&mut of, &renumbered, new);
        }
        // What is on an asset that is gone is gone with it, and that is a change of assets.
        let mut then = vec![None; new.told.assets.len()];
        for (old, new) in zip((0..).map(Node), &renumbered.nodes) {
            new.iter().for_each(|new| then[new.index()] = Some(old));
        }
        let exposed = |node: &Node| {
            let then = then[node.index()].map_or(&[][..], |then| old.exposed(then));
            let now = new.exposed(*node);
            then.len() != now.len() || !zip(then, now).all(|(then, now)| same(then, now))
        };
        let exposures: Vec<_> = new.told.assets().map(|(node, _)| node).filter(exposed).collect();
        let differ = |node: &Node| {
            let then = then[node.index()].into_iter().flat_map(|then| old.wrong_ports(then));
            !then.eq(new.wrong_ports(*node))
        };
        // They come with the exposures.
        let ports: Vec<_> = exposures.iter().copied().filter(differ).collect();
        if !exposures.is_empty() || old.exposures.len() != new.exposures.len() {
            of.add(Kind::Exposures);
        }
        if !ports.is_empty() || old.ports.len() != new.ports.len() {
            of.add(Kind::Ports);
        }
        Self { of, exposures, ports, renumbered }
    }

    /// Whether it concerns who read this, to whom these assets are its own.
    pub(crate) fn concerns(&self, read: &Read, own: &Range<u32>) -> bool {
        let on_own = |kind, changed: &[Node]| {
            let next = changed.partition_point(|node| node.0 < own.start);
            read.has(kind) && changed.get(next).is_some_and(|node| node.0 < own.end)
        };
        read.meets(&self.of)
            || on_own(Kind::OwnExposures, &self.exposures)
            || on_own(Kind::OwnPorts, &self.ports)
    }
}

/// Whether they are the same, whatever the number of their asset.
fn same(one: &Exposure, other: &Exposure) -> bool {
    let Exposure { id, asset: _, weakness, port, way, asks, gives, effect, chance, fix } = one;
    (id, weakness, port, way, asks) == (&other.id, &other.weakness, &other.port, &other.way, &other.asks)
        && (gives, effect, chance, fix) == (&other.gives, &other.effect, &other.chance, &other.fix)
}

/// The numbers that facts have now: what is told later may come between what was there. All keep their order.
pub(crate) struct Renumbered {
    old: Arc<Told>,
    nodes: Vec<Option<Node>>,
    words: Vec<Option<Word>>,
    /// By verb: where its relations begin, then and now.
    begin: Vec<(u32, u32)>,
    /// Whether any of these is another.
    moved: bool,
}

impl Renumbered {
    fn new(old: &Arc<Told>, new: &Told) -> Self {
        let mut later = new.assets().peekable();
        let node = |asset: &Asset| {
            while later.next_if(|(_, known)| known.id < asset.id).is_some() {}
            later.next_if(|(_, known)| known.id == asset.id).map(|(node, _)| node)
        };
        let nodes: Vec<_> = old.assets.iter().map(node).collect();
        let words: Vec<_> = old.words.iter().map(|word| new.numbers.get(word).copied()).collect();
        let begin = |(verb, now): (u32, &Option<Word>)| {
            let now = now.map_or(0, |now| new.of_verb(now).start);
            (old.of_verb(Word(verb)).start as u32, now as u32)
        };
        let begin: Vec<_> = zip(0.., &words).map(begin).collect();
        let moved = !zip((0..).map(Node), &nodes).all(|(then, now)| *now == Some(then))
            || !zip((0..).map(Word), &words).all(|(then, now)| *now == Some(then))
            || begin.iter().any(|(then, now)| then != now);
        Self { old: Arc::clone(old), nodes, words, begin, moved }
    }

    /// A part of which nothing changed, as it is called now: the same one where nothing is called otherwise. `None` where it names
    /// what is gone.
    pub(crate) fn part(&self, part: &Arc<Part>) -> Option<Arc<Part>> {
        if self.moved { part.renumbered(self).map(Arc::new) } else { Some(Arc::clone(part)) }
    }

    /// A fact that did not change, as it is called now.
    pub(crate) fn basis(&self, basis: Basis) -> Option<Basis> {
        Some(match basis {
            Basis::Exposure(at) => Basis::Exposure(ExposureAt { node: self.node(at.node)?, ..at }),
            Basis::Relation(id) => {
                let (then, now) = self.begin[self.old.relations[id.0 as usize].verb.0 as usize];
                Basis::Relation(RelationId(id.0 - then + now))
            }
            Basis::Attribute(node, word) => Basis::Attribute(self.node(node)?, self.words[word.0 as usize]?),
            Basis::Asset(node) => Basis::Asset(self.node(node)?),
            Basis::Reach(node) => Basis::Reach(self.node(node)?),
        })
    }

    /// A foothold on an asset that is still there, as it is called now.
    pub(crate) fn foothold(&self, foothold: Foothold) -> Option<Foothold> {
        Some(match foothold {
            Foothold::Entry(_) | Foothold::Inside => foothold,
            Foothold::Reach(node) => Foothold::Reach(self.node(node)?),
            Foothold::Port(node, port) => Foothold::Port(self.node(node)?, port),
            Foothold::Session(node) => Foothold::Session(self.node(node)?),
            Foothold::Control(node) => Foothold::Control(self.node(node)?),
        })
    }

    fn node(&self, node: Node) -> Option<Node> {
        self.nodes[node.index()]
    }

    fn word(&self, word: Word) -> Option<Word> {
        self.words[word.0 as usize]
    }
}

fn assets(of: &mut Read, renumbered: &Renumbered, new: &Facts) {
    let Renumbered { old, nodes, .. } = renumbered;
    let holds =
        |(then, now): (&Asset, &Option<Node>)| now.is_some_and(|now| new.told.assets[now.index()] == *then);
    if !zip(&old.assets, nodes).all(holds) {
        of.add(Kind::Asset);
        of.add(Kind::Assets);
    }
    if old.assets.len() != new.told.assets.len() {
        of.add(Kind::Assets);
    }
}

fn relations(of: &mut Read, renumbered: &Renumbered, new: &Facts) {
    let (old, new) = (&renumbered.old, &new.told);
    for (word, name) in zip((0..).map(Word), &new.words) {
        let then = old.numbers.get(name).map_or(0..0, |word| old.of_verb(*word));
        let (then, now) = (&old.relations[then], &new.relations[new.of_verb(word)]);
        let same = then.len() == now.len()
            && zip(then, now).all(|(a, b)| {
                renumbered.node(a.from) == Some(b.from)
                    && renumbered.node(a.to) == Some(b.to)
                    && renumbered.word(a.source) == Some(b.source)
                    && (&a.via, a.last_seen) == (&b.via, b.last_seen)
            });
        if !same {
            of.add_word(name);
        }
    }
    for (word, name) in zip((0..).map(Word), &old.words) {
        if renumbered.word(word).is_none() && !old.of_verb(word).is_empty() {
            of.add_word(name);
        }
    }
}

fn attributes(of: &mut Read, renumbered: &Renumbered, new: &Facts) {
    let (old, new) = (&renumbered.old, &new.told);
    let mut changed = |words: &[Box<str>], word: Word| {
        of.add(Kind::Attributes);
        of.add_word(&words[word.0 as usize]);
    };
    let mut later = new.attributes.iter().peekable();
    for (node, word, value) in &old.attributes {
        let Some(key) = renumbered.node(*node).zip(renumbered.word(*word)) else {
            changed(&old.words, *word);
            continue;
        };
        loop {
            let order = later.peek().map_or(Ordering::Greater, |(node, word, _)| (*node, *word).cmp(&key));
            if order == Ordering::Greater {
                changed(&old.words, *word);
                break;
            }
            let Some((_, name, now)) = later.next() else { break };
            if order == Ordering::Less || now != value {
                changed(&new.words, *name);
            }
            if order == Ordering::Equal {
                break;
            }
        }
    }
    later.for_each(|(_, word, _)| changed(&new.words, *word));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{same_after, world};
    use crate::rules::{RULES, derive, derive_after};
    use proptest::prelude::*;

    const ASSETS: &str = "host web reach=internet
        host db
        host wiki reach=internal
        network dmz
        network office reach=local
        identity nurse type=user mfa=false
        identity admin type=user
        identity helpdesk type=group
        identity everyone type=group
        data-store patients value=1000
        repository code
        third-party supplier";
    /// Any of these may be told or not; the last are assets that come later.
    const FACTS: &[&str] = &[
        "web has filtered=true",
        "web has open-ports=tcp/1-443",
        "web has os=linux",
        "web has open-ports-v6=tcp/22",
        "db has os=windows",
        "nurse has enabled=false",
        "admin has privileged=true",
        "admin has enabled=true",
        "web in_zone dmz",
        "db in_zone office",
        "dmz reaches:tcp/443 office",
        "office reaches dmz",
        "office reaches:tcp/1-1000 dmz",
        "supplier reaches:tcp/20-500 web",
        "nurse member_of helpdesk",
        "helpdesk member_of everyone",
        "admin member_of everyone",
        "helpdesk admin_to web",
        "everyone admin_to db",
        "web has_session admin",
        "db has_session nurse",
        "db stores patients",
        "admin generic_all helpdesk",
        "helpdesk force_change_password admin",
        "supplier supplier_access wiki",
        "code deploys_to web",
        "admin can_push_to code",
        "web at 10.1.0.5",
        "db at 10.1.0.6",
        "web ! CVE-1@443 remote none admin 0.5",
        "web ! CVE-2@22 remote none user 0.2",
        "db ! CVE-3 remote none admin 0.3",
        "db ! CVE-4 local user admin 0.9",
        "wiki ! CVE-5 client none user 0.4",
        "code ! tool:secret leaks none none 0.4",
        "wiki ! tool:ssrf forges none none 0.4",
        "identity temp type=user",
        "host laptop",
        "network 10.1.0.0/16",
    ];

    fn told(chosen: &[bool]) -> Facts {
        let facts = FACTS.iter().zip(chosen).filter(|(_, chosen)| **chosen);
        world(&facts.fold(ASSETS.to_owned(), |text, (fact, _)| text + "\n" + fact))
    }

    proptest! {
        #[test]
        fn what_depends_on_no_change_is_taken_over_as_it_would_be_derived(
            before in prop::collection::vec(any::<bool>(), FACTS.len()),
            changes in prop::collection::vec(0..FACTS.len(), 0..6),
        ) {
            let mut after = before.clone();
            changes.into_iter().for_each(|at| after[at] = !after[at]);
            same_after(&told(&before), &told(&after));
        }
    }

    /// The rules that are asked again, about whatever assets.
    fn asked(old: &Facts, new: &Facts) -> Vec<&'static str> {
        let steps = derive(old);
        let change = Change::between(old, new);
        let again = |number| {
            steps.parts_of(number).iter().any(|part: &Arc<Part>| change.concerns(&part.read, &part.assets))
        };
        zip(0.., RULES).filter(|(number, _)| again(*number)).map(|(_, rule)| rule.id).collect()
    }

    #[test]
    fn a_change_concerns_those_who_read_it() {
        let facts = |more: &str| {
            world(&format!("{ASSETS}\nhelpdesk admin_to web\nweb ! CVE-1@443 remote none admin 0.5\n{more}"))
        };
        let before = facts("");
        assert_eq!(asked(&before, &facts("")), [""; 0]);
        let exposed = asked(&before, &facts("web ! CVE-2@443 remote none user 0.1"));
        assert!(exposed.contains(&"remote_exploit") && !exposed.contains(&"network_reach"), "{exposed:?}");
        assert!(exposed.len() < RULES.len() / 4, "{exposed:?}");
        let session = asked(&before, &facts("web has_session admin"));
        assert_eq!(session, ["session_theft"]);
        // Nobody told of such a thing before.
        let reset = asked(&before, &facts("helpdesk force_change_password admin"));
        assert!(reset.contains(&"acl_abuse") && reset.len() < RULES.len() / 4, "{reset:?}");
    }

    #[test]
    fn an_exposure_is_derived_again_on_assets_near_it_alone() {
        let host =
            |at| format!("host h{at}\nh{at} ! CVE-1@22 remote none admin 0.5\ndmz reaches:tcp/1-99 h{at}\n");
        let hosts = (0..100).map(host).collect::<String>() + "network dmz";
        let before = world(&hosts);
        let others = before.exposures().filter(|(at, _)| at.node != Node(50));
        let others = others.map(|(at, exposure)| (before.asset(at.node).id, exposure.clone()));
        let after = before.with_exposures(others.collect::<Vec<_>>());
        let then = derive(&before);
        let now = derive_after(&before, &then, &after);
        let again = |number: u16| {
            let parts = zip(then.parts_of(number), now.parts_of(number));
            let again = parts.filter(|(then, now)| !Arc::ptr_eq(then, now)).map(|(_, now)| &now.assets);
            again.map(|assets| (RULES[usize::from(number)].id, assets.contains(&50))).collect::<Vec<_>>()
        };
        let again: Vec<_> = (0..RULES.len() as u16).flat_map(again).collect();
        let near = ["client_exploit", "local_escalation", "metadata_ssrf", "network_reach", "remote_exploit"];
        assert_eq!(again, near.map(|rule| (rule, true)));
    }

    #[test]
    fn exposures_change_without_the_rest_being_told_again() {
        let before = world("host web reach=internet\nweb ! CVE-1@443 remote none admin 0.5");
        let kept: Vec<_> = before.exposures().map(|(_, exposure)| exposure.clone()).collect();
        let id = before.asset(kept[0].asset).id;
        let more = Exposure { id: bartizan_model::ExposureId(9), port: Some(22), ..kept[0].clone() };
        let after = before.with_exposures(kept.into_iter().chain([more]).map(|exposure| (id, exposure)));
        assert_eq!(after.exposures().count(), 2);
        same_after(&before, &after);
        same_after(&before, &before.with_exposures([]));
    }
}
