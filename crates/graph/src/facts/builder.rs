//! Puts facts in order, whatever the order in which they come.

use super::control::assume_value;
use super::{Asset, Exposure, Facts, Relation, Told, Word};
use crate::addresses::Networks;
use crate::rules::RULES;
use bartizan_model::{AssetId, AssetKind, Subnet, Timestamp, subnet};
use foldhash::{HashMap, HashMapExt as _};
use std::collections::HashMap as TextMap;
use std::sync::Arc;

/// The most relations of one graph: some two gigabytes of facts and steps, an organisation of a million machines with ten sessions
/// each.
pub const MOST_RELATIONS: usize = 20_000_000;

/// Collects facts in any order.
#[derive(Debug)]
pub struct FactsBuilder {
    assets: Vec<Asset>,
    /// Numbers of words in the order in which they came.
    words: TextMap<Box<str>, Word>,
    attributes: Vec<(AssetId, Word, Box<str>)>,
    relations: Vec<(AssetId, AssetId, Word, Word, Box<str>, Timestamp)>,
    exposures: Vec<(AssetId, Exposure)>,
    addresses: Vec<(AssetId, Box<str>, Timestamp)>,
    most_relations: usize,
    left_out: LeftOut,
}

impl Default for FactsBuilder {
    fn default() -> Self {
        Self::with_room(MOST_RELATIONS)
    }
}

/// Who says that an address lies in a network: arithmetic.
const ARITHMETIC: &str = "addresses";

impl FactsBuilder {
    /// For at most so many relations.
    pub fn with_room(most_relations: usize) -> Self {
        Self {
            assets: Vec::new(),
            words: TextMap::new(),
            attributes: Vec::new(),
            relations: Vec::new(),
            exposures: Vec::new(),
            addresses: Vec::new(),
            most_relations,
            left_out: LeftOut::default(),
        }
    }

    fn word(&mut self, word: &str) -> Word {
        if let Some(known) = self.words.get(word) {
            return *known;
        }
        let number = Word(self.words.len() as u32);
        self.words.insert(word.into(), number);
        number
    }

    /// An asset.
    pub fn asset(&mut self, asset: Asset) {
        self.assets.push(asset);
    }

    /// An attribute of an asset. The first word about a name counts: hand over the newest first.
    pub fn attribute(&mut self, asset: AssetId, name: &str, value: &str) {
        let name = self.word(name);
        self.attributes.push((asset, name, value.into()));
    }

    /// A relation. Of one that several sources tell, the first counts.
    pub fn relation(
        &mut self,
        from: AssetId,
        verb: &str,
        to: AssetId,
        via: &str,
        source: &str,
        last_seen: Timestamp,
    ) {
        if self.relations.len() >= self.most_relations {
            self.left_out.too_many += 1;
            return;
        }
        let (verb, source) = (self.word(verb), self.word(source));
        self.relations.push((from, to, verb, source, via.into(), last_seen));
    }

    /// An exposure on an asset; its `asset` is filled in.
    pub fn exposure(&mut self, asset: AssetId, exposure: Exposure) {
        self.exposures.push((asset, exposure));
    }

    /// An address that an asset has, with the name of its network (`10.0.0.5%branch-berlin`). Those of one asset together, in order.
    pub fn address(&mut self, asset: AssetId, address: &str, last_seen: Timestamp) {
        self.addresses.push((asset, address.into(), last_seen));
    }

    /// Ties assets to the networks that their addresses lie in, and keeps the addresses where a rule asks for them.
    fn locate(&mut self) {
        let mut networks = Networks::default();
        let mut declared: HashMap<AssetId, Vec<Subnet>> = HashMap::new();
        let (ranges, can_ssh) = (self.words.get(subnet::RANGES), self.words.get("can_ssh"));
        for (asset, _, list) in self.attributes.iter().filter(|(_, name, _)| Some(name) == ranges) {
            declared.entry(*asset).or_insert_with(|| list.split(',').filter_map(Subnet::parse).collect());
        }
        for network in self.assets.iter().filter(|asset| asset.kind == AssetKind::Network) {
            match declared.get(&network.id) {
                Some(zone) => zone.iter().for_each(|range| networks.add(network.id, range, true)),
                None => Subnet::parse(&network.name)
                    .iter()
                    .for_each(|range| networks.add(network.id, range, false)),
            }
        }
        let asked =
            !networks.is_empty() || self.relations.iter().any(|(_, _, verb, ..)| Some(verb) == can_ssh);
        if !asked {
            return;
        }
        let addresses = std::mem::take(&mut self.addresses);
        for of_asset in addresses.chunk_by(|(one, ..), (other, ..)| one == other) {
            let list: Vec<_> = of_asset.iter().map(|(_, address, _)| &**address).collect();
            self.attribute(of_asset[0].0, "addresses", &list.join(","));
            for (asset, address, seen) in of_asset {
                let found = Subnet::parse(address).map(|one| networks.of(&one)).unwrap_or_default();
                for (network, zone) in found.into_iter().filter(|(network, _)| network != asset) {
                    let verb = if zone { "in_zone" } else { "address_in" };
                    self.relation(*asset, verb, network, address, ARITHMETIC, *seen);
                }
            }
        }
        for (network, wider) in networks.nested() {
            self.relation(network, "address_in", wider, "", ARITHMETIC, Timestamp::from_micros(0));
        }
    }

    /// Puts everything in order. What speaks of an asset that was not handed over is left out, and counted.
    pub fn build(mut self) -> Facts {
        self.locate();
        // What rules ask for has a number, whether or not anybody told it.
        for word in RULES.iter().flat_map(|rule| rule.wants) {
            self.word(word);
        }
        self.assets.sort_by_key(|asset| asset.id);
        self.assets.dedup_by_key(|asset| asset.id);
        let mut told = Told { assets: self.assets, left_out: self.left_out, ..Told::default() };
        let mut place = HashMap::with_capacity(told.assets.len());
        place.extend(told.assets().map(|(node, asset)| (asset.id, node)));

        // Words get the numbers of their order.
        let mut words: Vec<_> = self.words.into_iter().collect();
        words.sort_unstable();
        let mut number = vec![Word(0); words.len()];
        for (at, (_, came)) in words.iter().enumerate() {
            number[came.0 as usize] = Word(at as u32);
        }
        told.words = words.into_iter().map(|(word, _)| word).collect();
        told.numbers = told.words.iter().cloned().zip((0..).map(Word)).collect();
        let number = |word: Word| number[word.0 as usize];

        told.named = vec![false; told.words.len()];
        for (asset, name, value) in self.attributes {
            match place.get(&asset) {
                Some(node) => {
                    told.named[number(name).0 as usize] = true;
                    told.attributes.push((*node, number(name), value));
                }
                None => told.left_out.attributes += 1,
            }
        }
        told.attributes.sort_by_key(|(node, name, _)| (*node, *name));
        told.attributes.dedup_by_key(|(node, name, _)| (*node, *name));

        told.relations.reserve_exact(self.relations.len());
        for (from, to, verb, source, via, last_seen) in self.relations {
            match (place.get(&from), place.get(&to)) {
                (Some(from), Some(to)) => told.relations.push(Relation {
                    from: *from,
                    verb: number(verb),
                    to: *to,
                    via,
                    source: number(source),
                    last_seen,
                }),
                _ => told.left_out.relations += 1,
            }
        }
        told.relations.sort_by(|a, b| (a.verb, a.from, a.to, &a.via).cmp(&(b.verb, b.from, b.to, &b.via)));
        told.relations.dedup_by(|a, b| (a.verb, a.from, a.to, &a.via) == (b.verb, b.from, b.to, &b.via));
        let words = told.words.len() as u32;
        let begin = |word| told.relations.partition_point(|relation| relation.verb.0 < word) as u32;
        told.verbs = (0..=words).map(begin).collect();
        told.by_to = (0..told.relations.len() as u32).collect();
        told.by_to.sort_by_key(|at| {
            let relation = &told.relations[*at as usize];
            (relation.verb, relation.to, *at)
        });
        told.assumed = assume_value(&mut told);
        Facts::new(Arc::new(told), self.exposures)
    }
}

/// What was handed over and is not in the facts. The first three speak of assets that are not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LeftOut {
    /// Attributes.
    pub attributes: usize,
    /// Relations.
    pub relations: usize,
    /// Exposures.
    pub exposures: usize,
    /// Relations that there was no room for.
    pub too_many: usize,
}

#[cfg(test)]
mod tests {
    use super::*;
    use bartizan_model::Reach;

    fn asset(id: i64) -> Asset {
        Asset {
            id: AssetId(id),
            kind: AssetKind::Host,
            name: id.to_string().into(),
            reach: Reach::Local,
            value: 0.0,
        }
    }

    #[test]
    fn what_speaks_of_no_asset_or_has_no_room_is_counted() {
        let mut builder = FactsBuilder::with_room(3);
        builder.asset(asset(2));
        builder.asset(asset(1));
        builder.asset(asset(1));
        let at = Timestamp::from_seconds(0);
        builder.attribute(AssetId(9), "os", "linux");
        builder.attribute(AssetId(1), "os", "linux");
        builder.attribute(AssetId(1), "os", "older word");
        builder.relation(AssetId(1), "admin_to", AssetId(2), "", "test", at);
        builder.relation(AssetId(1), "admin_to", AssetId(9), "", "test", at);
        builder.relation(AssetId(1), "admin_to", AssetId(2), "", "again", at);
        builder.relation(AssetId(2), "admin_to", AssetId(1), "", "test", at);
        let facts = builder.build();
        let expected = LeftOut { attributes: 1, relations: 1, exposures: 0, too_many: 1 };
        assert_eq!(facts.left_out(), expected);
        assert_eq!((facts.assets().count(), facts.relations("admin_to").count()), (2, 1));
        let one = facts.node(AssetId(1)).unwrap();
        assert_eq!(facts.attribute(one, "os"), Some("linux"));
        assert!(facts.knows("admin_to") && !facts.knows("member_of"));
    }

    #[test]
    fn there_are_as_many_words_as_there_are() {
        let mut builder = FactsBuilder::default();
        builder.asset(asset(1));
        for number in 0..70_000 {
            builder.attribute(AssetId(1), &format!("policy-version:v{number}"), "x");
        }
        let facts = builder.build();
        let node = facts.node(AssetId(1)).unwrap();
        assert_eq!(facts.attributes_under(node, "policy-version:").count(), 70_000);
        assert_eq!(facts.left_out(), LeftOut::default());
    }
}
