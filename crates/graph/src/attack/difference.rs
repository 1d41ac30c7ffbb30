//! What is otherwise between two generations of the graph: which assets, which ways, and by which facts.

use super::{Attack, Jewel, Path};
use crate::facts::{Chance, Facts, Node, RelationId};
use crate::steps::{Basis, Foothold};
use bartizan_model::AssetId;
use std::collections::BTreeSet;

/// What changed from one generation to another.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Difference {
    /// Assets of value whose chance is another, the greatest change of expected loss first: the asset, its chance then and now.
    pub jewels: Vec<(AssetId, f64, Chance, Chance)>,
    /// The best ways of then that are none of the best ways of now.
    pub gone: Vec<Change>,
    /// The best ways of now that were none of then.
    pub new: Vec<Change>,
}

/// A way, and the facts under it that the other generation has not.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The way, in the numbers of its own generation.
    pub path: Path,
    /// The facts, in words; empty where only the likelihoods changed.
    pub facts: Vec<String>,
}

impl Attack {
    /// What is otherwise than `then`; of each asset that changed the `ways` best ways are looked at, of at most `most` assets.
    pub fn difference(&self, then: &Self, most: usize, ways: usize) -> Difference {
        let ids: BTreeSet<AssetId> = [self, then]
            .into_iter()
            .flat_map(|attack| attack.jewels.iter().map(|node| attack.facts.asset(*node).id))
            .collect();
        let mut jewels: Vec<_> = ids
            .into_iter()
            .map(|id| {
                let (now, before) = (self.jewel_of(id), then.jewel_of(id));
                let value = now.as_ref().or(before.as_ref()).map_or(0.0, |jewel| jewel.value);
                let chance = |jewel: Option<Jewel>| jewel.map_or(Chance::exactly(0.0), |jewel| jewel.chance);
                (id, value, chance(before), chance(now))
            })
            .filter(|(_, _, then, now)| then != now)
            .collect();
        let change = |(_, value, then, now): &(AssetId, f64, Chance, Chance)| {
            value * f64::from(now.value - then.value).abs()
        };
        jewels.sort_by(|a, b| change(b).total_cmp(&change(a)).then(a.0.cmp(&b.0)));
        let mut difference = Difference::default();
        for (id, ..) in jewels.iter().take(most) {
            let (now, before) = (self.best_ways(*id, ways), then.best_ways(*id, ways));
            let (known, known_before) = (self.keys(&now), then.keys(&before));
            difference.gone.extend(then.changes(before, &known, self));
            difference.new.extend(self.changes(now, &known_before, then));
        }
        difference.jewels = jewels;
        difference
    }

    fn jewel_of(&self, id: AssetId) -> Option<Jewel> {
        let node = self.facts.node(id).filter(|node| self.jewels.contains(node))?;
        Some(self.jewel(node))
    }

    fn best_ways(&self, id: AssetId, ways: usize) -> Vec<Path> {
        let node = self.facts.node(id);
        node.map_or_else(Vec::new, |node| self.paths(Foothold::Control(node), ways).paths)
    }

    /// What makes a way the same in another generation: its rules, and the places that they gain.
    fn keys(&self, paths: &[Path]) -> BTreeSet<Vec<String>> {
        paths.iter().map(|path| self.key(path)).collect()
    }

    fn key(&self, path: &Path) -> Vec<String> {
        let entries = path.entries.iter().map(|entry| entry.as_str().to_owned());
        let place = |foothold: Foothold| {
            let id = foothold.asset().map(|node| self.facts.asset(node).id);
            (foothold.words(&self.facts), id)
        };
        entries.chain(path.hops.iter().map(|hop| format!("{} {:?}", hop.rule, place(hop.gains)))).collect()
    }

    fn changes(&self, paths: Vec<Path>, known: &BTreeSet<Vec<String>>, other: &Self) -> Vec<Change> {
        let new = paths.into_iter().filter(|path| !known.contains(&self.key(path)));
        new.map(|path| Change { facts: self.facts_beyond(&path, other), path }).collect()
    }

    /// The facts under a way that another generation has not.
    fn facts_beyond(&self, path: &Path, other: &Self) -> Vec<String> {
        let mut told = Vec::new();
        for basis in path.hops.iter().flat_map(|hop| self.steps.get(hop.step).because) {
            if !holds(&self.facts, *basis, &other.facts) {
                let words = words(&self.facts, *basis);
                if !told.contains(&words) {
                    told.push(words);
                }
            }
        }
        told
    }
}

/// Whether a fact holds in other facts too.
fn holds(facts: &Facts, basis: Basis, other: &Facts) -> bool {
    let there = |node: Node| other.node(facts.asset(node).id);
    match basis {
        Basis::Exposure(at) => {
            let exposure = facts.exposure(at);
            there(exposure.asset)
                .is_some_and(|node| other.exposures_of(node).any(|(_, known)| known.id == exposure.id))
        }
        Basis::Relation(id) => holds_relation(facts, id, other),
        Basis::Attribute(node, name) => {
            let name = facts.word(name);
            there(node).is_some_and(|there| other.attribute(there, name) == facts.attribute(node, name))
        }
        Basis::Asset(node) => there(node).is_some(),
        Basis::Reach(node) => {
            there(node).is_some_and(|there| other.asset(there).reach == facts.asset(node).reach)
        }
    }
}

fn holds_relation(facts: &Facts, id: RelationId, other: &Facts) -> bool {
    let relation = facts.relation(id);
    let ends = [relation.from, relation.to].map(|node| other.node(facts.asset(node).id));
    let [Some(from), Some(to)] = ends else { return false };
    other.from(from, facts.word(relation.verb)).any(|(_, known)| known.to == to && known.via == relation.via)
}

/// A fact in words.
fn words(facts: &Facts, basis: Basis) -> String {
    let name = |node: Node| &*facts.asset(node).name;
    match basis {
        Basis::Exposure(at) => {
            let exposure = facts.exposure(at);
            format!("{} is open on {}", exposure.weakness, name(exposure.asset))
        }
        Basis::Relation(id) => {
            let relation = facts.relation(id);
            let via = if relation.via.is_empty() { String::new() } else { format!(" ({})", relation.via) };
            let verb = facts.word(relation.verb).replace('_', " ");
            format!("{} {verb} {}{via}", name(relation.from), name(relation.to))
        }
        Basis::Attribute(node, attribute) => {
            let attribute = facts.word(attribute);
            let value = facts.attribute(node, attribute).unwrap_or_default();
            format!("{attribute} of {} is {value}", name(node))
        }
        Basis::Asset(node) => format!("{} is there", name(node)),
        Basis::Reach(node) => format!("{} is reached: {}", name(node), facts.asset(node).reach),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attack::Entries;
    use crate::rules::testing::world;

    fn attack(text: &str) -> Attack {
        Attack::new(world(text), &Entries::default())
    }

    const THEN: &str = "host web reach=internet
         host db reach=local value=100
         identity ops type=group
         web ! CVE-1 remote none admin 0.5
         web has_session ops
         ops admin_to db";

    fn told(changes: &[Change], of: &Attack) -> Vec<(String, Vec<String>)> {
        let rules = |change: &Change| {
            let last = change.path.hops.last().unwrap();
            format!("{}: {}", change.path.hops.len(), last.gains.words(of.facts()))
        };
        changes.iter().map(|change| (rules(change), change.facts.clone())).collect()
    }

    #[test]
    fn a_way_that_is_gone_and_one_that_is_new() {
        let (then, now) = (
            attack(THEN),
            attack(
                &THEN.replace("ops admin_to db", "ops can_rdp db").replace("reach=local", "reach=internet"),
            ),
        );
        let difference = now.difference(&then, 10, 3);
        assert_eq!(difference.jewels.len(), 1);
        let (id, value, before, after) = difference.jewels[0];
        assert!(id == AssetId(2) && value == 100.0 && after.value < before.value, "{difference:?}");
        let gone = told(&difference.gone, &then);
        assert_eq!(gone[0].1, ["ops admin to db"], "{gone:?}");
        let new = told(&difference.new, &now);
        assert!(new.iter().all(|(_, facts)| facts[0] == "ops can rdp db"), "{new:?}");
    }

    #[test]
    fn an_exposure_that_was_closed_and_an_attribute_that_changed() {
        let then = attack(&format!(
            "{THEN}\nhost laptop value=1 reach=local\nlaptop has portable=true\nlaptop has disk-encrypted=false"
        ));
        let now = attack(&format!(
            "{}\nhost laptop value=1 reach=local\nlaptop has portable=true\nlaptop has disk-encrypted=true",
            THEN.replace("CVE-1 remote none admin", "CVE-1 remote none none")
        ));
        let difference = now.difference(&then, 10, 3);
        let gone: Vec<_> = told(&difference.gone, &then).into_iter().flat_map(|(_, facts)| facts).collect();
        assert!(gone.contains(&"disk-encrypted of laptop is false".to_owned()), "{gone:?}");
        assert!(difference.new.is_empty());
    }

    #[test]
    fn the_same_facts_differ_in_nothing() {
        assert_eq!(attack(THEN).difference(&attack(THEN), 10, 3), Difference::default());
    }
}
