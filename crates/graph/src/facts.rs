//! What rules read: assets with their attributes, the relations between them, and the exposures on them.
//!
//! Facts are built once ([`FactsBuilder`]) and never changed: a changed fact is a new generation. A fact that nobody collected is
//! absent, and absent is not false: [`Facts::flag`] answers `None`, and a rule says so ([`Rule::wants`](crate::Rule::wants)).

use crate::addresses::Networks;
use crate::steps::Basis;
use bartizan_model::{AssetId, AssetKind, Cidr, ExposureId, Reach, Timestamp};
use std::collections::{BTreeSet, HashMap};

/// An asset's place in these facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Node(pub(crate) u32);

impl Node {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// The name of a verb, an attribute or a source, interned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Word(u32);

/// An asset.
#[derive(Debug, Clone, PartialEq)]
pub struct Asset {
    /// Its id in the store.
    pub id: AssetId,
    /// What it is.
    pub kind: AssetKind,
    /// Its name for people.
    pub name: Box<str>,
    /// From where it can be reached, by observation or declaration.
    pub reach: Reach,
    /// What the organisation would lose with it; 0 where nobody valued it.
    pub value: f64,
}

/// A relation that holds between two assets.
#[derive(Debug, Clone, PartialEq)]
pub struct Relation {
    /// From.
    pub from: Node,
    /// The verb.
    pub verb: Word,
    /// To.
    pub to: Node,
    /// By what, may be empty.
    pub via: Box<str>,
    /// Who says so.
    pub source: Word,
    /// When it was last told.
    pub last_seen: Timestamp,
}

/// How an exposure is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// By talking to the asset over any network.
    Remote,
    /// By talking to it from the same network segment.
    Adjacent,
    /// By somebody who opens what the attacker sent.
    ClientSide,
    /// By code or a session on the asset itself.
    Local,
    /// By hands on the machine.
    Physical,
}

/// What rights an exposure asks for, or gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rights {
    /// None.
    None,
    /// An ordinary user's.
    User,
    /// All of them.
    Admin,
}

/// What an exposure does beside giving rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Effect {
    /// Nothing that rules know of.
    #[default]
    Nothing,
    /// The asset sends requests of the attacker's choosing (server-side request forgery, CWE-918).
    ForgesRequests,
    /// Whoever can read the asset reads a secret in it.
    LeaksSecret,
}

/// A weakness on an asset, reduced to what an attacker does with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Exposure {
    /// Its id in the store.
    pub id: ExposureId,
    /// The asset.
    pub asset: Node,
    /// The weakness' key (`CVE-2021-44228`).
    pub weakness: Box<str>,
    /// The port it was seen at, where the locus is one.
    pub port: Option<u16>,
    /// How it is used.
    pub way: Way,
    /// What rights it asks for.
    pub asks: Rights,
    /// What rights it gives; `None` where it gives no foothold.
    pub gives: Rights,
    /// What it does beside.
    pub effect: Effect,
    /// The probability that an attacker who can use it does, within 30 days, and that it works.
    pub chance: Chance,
    /// The fix that removes it (`upgrade openssl on web`); exposures with one text share one fix.
    pub fix: Box<str>,
}

/// A probability with the interval that what is unknown leaves open.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chance {
    /// At least this.
    pub low: f32,
    /// The expectation.
    pub value: f32,
    /// At most this.
    pub high: f32,
}

impl Chance {
    /// Nothing can go wrong: a right that is simply used.
    pub const CERTAIN: Self = Self::exactly(1.0);

    /// A known probability.
    pub const fn exactly(value: f32) -> Self {
        Self { low: value, value, high: value }
    }

    /// The same as probabilities in order: 0 <= low <= value <= high <= 1.
    #[must_use]
    pub fn in_order(self) -> Self {
        let value = if self.value > 0.0 { self.value.min(1.0) } else { 0.0 };
        Self { low: self.low.clamp(0.0, value), value, high: self.high.clamp(value, 1.0) }
    }

    /// That both succeed, each for itself.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { low: self.low * other.low, value: self.value * other.value, high: self.high * other.high }
    }

    /// An expectation and its bounds.
    pub const fn between(low: f32, value: f32, high: f32) -> Self {
        Self { low, value, high }
    }
}

/// Everything the rules read, of one moment.
#[derive(Debug, Default)]
pub struct Facts {
    words: Vec<Box<str>>,
    assets: Vec<Asset>,
    /// By asset and name.
    attributes: Vec<(Node, Word, Box<str>)>,
    /// By verb, from, to, via.
    relations: Vec<Relation>,
    /// Places in `relations`, by verb and to.
    by_to: Vec<u32>,
    /// By asset.
    exposures: Vec<Exposure>,
    left_out: LeftOut,
}

impl Facts {
    /// What was handed over and could not be kept.
    pub fn left_out(&self) -> LeftOut {
        self.left_out
    }

    /// All assets, each at its node's place.
    pub fn assets(&self) -> impl Iterator<Item = (Node, &Asset)> {
        self.assets.iter().enumerate().map(|(index, asset)| (Node(index as u32), asset))
    }

    /// One asset.
    pub fn asset(&self, node: Node) -> &Asset {
        &self.assets[node.index()]
    }

    /// The asset with this id.
    pub fn node(&self, id: AssetId) -> Option<Node> {
        self.assets.binary_search_by_key(&id, |asset| asset.id).ok().map(|index| Node(index as u32))
    }

    /// An interned word.
    pub fn word(&self, word: Word) -> &str {
        &self.words[word.0 as usize]
    }

    /// An attribute of an asset; `None` where nobody collected it.
    pub fn attribute(&self, node: Node, name: &str) -> Option<&str> {
        let name = self.find(name)?;
        let at =
            self.attributes.binary_search_by_key(&(node, name), |(node, name, _)| (*node, *name)).ok()?;
        Some(&self.attributes[at].2)
    }

    /// An attribute that is true or false; `None` where nobody collected it, or it is neither.
    pub fn flag(&self, node: Node, name: &str) -> Option<bool> {
        match self.attribute(node, name)? {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    /// All assets with an attribute of this name, and its values, in the order of the assets.
    pub fn attributes(&self, name: &str) -> impl Iterator<Item = (Node, &str)> {
        let known = self.find(name);
        let attributes = if known.is_some() { &self.attributes[..] } else { &[] };
        let of_name = attributes.iter().filter(move |(_, name, _)| Some(*name) == known);
        of_name.map(|(node, _, value)| (*node, &**value))
    }

    /// All assets of which an attribute that is true or false is true, and the fact.
    pub(crate) fn flagged(&self, name: &str) -> impl Iterator<Item = (Node, Basis)> {
        let all = self.attributes(name).filter(|(_, value)| *value == "true");
        all.zip(self.find(name).into_iter().cycle())
            .map(|((node, _), name)| (node, Basis::Attribute(node, name)))
    }

    /// What a step rests on that needs an attribute to have this value; `None` where it has another, or nobody collected it.
    pub(crate) fn told(&self, node: Node, name: &str, value: &str) -> Option<Basis> {
        (self.attribute(node, name)? == value).then_some(self.basis(node, name)?)
    }

    /// What a step rests on that needs an attribute, whatever its value.
    pub(crate) fn basis(&self, node: Node, name: &str) -> Option<Basis> {
        self.attribute(node, name)?;
        Some(Basis::Attribute(node, self.find(name)?))
    }

    /// Attributes whose name begins with this, with the rest of their names.
    pub fn attributes_under<'a>(
        &'a self,
        node: Node,
        prefix: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        let from = self.attributes.partition_point(|(other, ..)| *other < node);
        let of_node = self.attributes[from..].iter().take_while(move |(other, ..)| *other == node);
        of_node.filter_map(move |(_, name, value)| Some((self.word(*name).strip_prefix(prefix)?, &**value)))
    }

    /// All relations of a verb, with their numbers.
    pub fn relations(&self, verb: &str) -> impl Iterator<Item = (RelationId, &Relation)> {
        let range = self.find(verb).map_or(0..0, |verb| {
            self.relations.partition_point(|relation| relation.verb < verb)
                ..self.relations.partition_point(|relation| relation.verb <= verb)
        });
        range.map(|at| (RelationId(at as u32), &self.relations[at]))
    }

    /// The relations of a verb from an asset.
    pub fn from(&self, from: Node, verb: &str) -> impl Iterator<Item = (RelationId, &Relation)> {
        let range = self.find(verb).map_or(0..0, |verb| {
            self.relations.partition_point(|relation| (relation.verb, relation.from) < (verb, from))
                ..self.relations.partition_point(|relation| (relation.verb, relation.from) <= (verb, from))
        });
        range.map(|at| (RelationId(at as u32), &self.relations[at]))
    }

    /// The relations of a verb to an asset.
    pub fn to(&self, to: Node, verb: &str) -> impl Iterator<Item = (RelationId, &Relation)> {
        let key = |at: &u32| {
            let relation = &self.relations[*at as usize];
            (relation.verb, relation.to)
        };
        let range = self.find(verb).map_or(0..0, |verb| {
            self.by_to.partition_point(|at| key(at) < (verb, to))
                ..self.by_to.partition_point(|at| key(at) <= (verb, to))
        });
        self.by_to[range].iter().map(|at| (RelationId(*at), &self.relations[*at as usize]))
    }

    /// One relation.
    pub fn relation(&self, id: RelationId) -> &Relation {
        &self.relations[id.0 as usize]
    }

    /// The sources of all relations.
    pub fn sources(&self) -> BTreeSet<&str> {
        let sources: BTreeSet<_> = self.relations.iter().map(|relation| relation.source).collect();
        sources.into_iter().map(|source| self.word(source)).collect()
    }

    /// All exposures, with their numbers, those of an asset together.
    pub fn exposures(&self) -> impl Iterator<Item = (ExposureAt, &Exposure)> {
        self.exposures.iter().enumerate().map(|(at, exposure)| (ExposureAt(at as u32), exposure))
    }

    /// The exposures of an asset.
    pub fn exposures_of(&self, node: Node) -> impl Iterator<Item = (ExposureAt, &Exposure)> {
        let from = self.exposures.partition_point(|exposure| exposure.asset < node);
        let of_node = self.exposures[from..].iter().take_while(move |exposure| exposure.asset == node);
        of_node.zip(from..).map(|(exposure, at)| (ExposureAt(at as u32), exposure))
    }

    /// One exposure.
    pub fn exposure(&self, at: ExposureAt) -> &Exposure {
        &self.exposures[at.0 as usize]
    }

    /// Whether anybody told a relation of this verb or an attribute of this name: what nobody told was not collected.
    pub fn knows(&self, word: &str) -> bool {
        self.find(word).is_some()
    }

    fn find(&self, word: &str) -> Option<Word> {
        self.words.binary_search_by(|known| (**known).cmp(word)).ok().map(|at| Word(at as u32))
    }
}

/// A relation's number in its facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelationId(pub(crate) u32);

/// An exposure's number in its facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExposureAt(pub(crate) u32);

/// The most relations of one graph: some two gigabytes of facts and steps, an organisation of a million machines with ten sessions
/// each.
pub const MOST_RELATIONS: usize = 20_000_000;

/// Collects facts in any order.
#[derive(Debug)]
pub struct FactsBuilder {
    assets: Vec<Asset>,
    /// Numbers of words in the order in which they came.
    words: HashMap<Box<str>, Word>,
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
            words: HashMap::new(),
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

    /// An address that an asset has. Those of one asset together, in order.
    pub fn address(&mut self, asset: AssetId, address: &str, last_seen: Timestamp) {
        self.addresses.push((asset, address.into(), last_seen));
    }

    /// Ties assets to the networks that their addresses lie in, and keeps the addresses where a rule asks for them.
    fn locate(&mut self) {
        let mut networks = Networks::default();
        let mut declared: HashMap<AssetId, Vec<Cidr>> = HashMap::new();
        let (cidr, can_ssh) = (self.words.get("cidr"), self.words.get("can_ssh"));
        for (asset, _, ranges) in self.attributes.iter().filter(|(_, name, _)| Some(name) == cidr) {
            declared.entry(*asset).or_insert_with(|| ranges.split(',').filter_map(Cidr::parse).collect());
        }
        for network in self.assets.iter().filter(|asset| asset.kind == AssetKind::Network) {
            let own = Cidr::parse(&network.name).filter(|_| !declared.contains_key(&network.id));
            own.into_iter().for_each(|range| networks.add(network.id, range, false));
            let zone = declared.get(&network.id).map(Vec::as_slice).unwrap_or_default();
            zone.iter().for_each(|range| networks.add(network.id, *range, true));
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
                let found = Cidr::parse(address).map(|range| networks.of(range)).unwrap_or_default();
                for (network, zone) in found.into_iter().filter(|(network, _)| network != asset) {
                    let verb = if zone { "in_zone" } else { "address_in" };
                    self.relation(*asset, verb, network, address, ARITHMETIC, *seen);
                }
            }
        }
        let ranges: Vec<_> = networks.ranges().collect();
        for (range, network) in ranges {
            for (wider, _) in networks.of(range).into_iter().filter(|(wider, _)| *wider != network) {
                self.relation(network, "address_in", wider, "", ARITHMETIC, Timestamp::from_micros(0));
            }
        }
    }

    /// Puts everything in order. What speaks of an asset that was not handed over is left out, and counted.
    pub fn build(mut self) -> Facts {
        self.locate();
        self.assets.sort_by_key(|asset| asset.id);
        self.assets.dedup_by_key(|asset| asset.id);
        let mut facts = Facts { assets: self.assets, left_out: self.left_out, ..Facts::default() };
        let place: HashMap<AssetId, Node> = facts.assets().map(|(node, asset)| (asset.id, node)).collect();

        // Words get the numbers of their order.
        let mut words: Vec<_> = self.words.into_iter().collect();
        words.sort_unstable();
        let mut number = vec![Word(0); words.len()];
        for (at, (_, came)) in words.iter().enumerate() {
            number[came.0 as usize] = Word(at as u32);
        }
        facts.words = words.into_iter().map(|(word, _)| word).collect();
        let number = |word: Word| number[word.0 as usize];

        for (asset, name, value) in self.attributes {
            match place.get(&asset) {
                Some(node) => facts.attributes.push((*node, number(name), value)),
                None => facts.left_out.attributes += 1,
            }
        }
        facts.attributes.sort_by_key(|(node, name, _)| (*node, *name));
        facts.attributes.dedup_by_key(|(node, name, _)| (*node, *name));

        facts.relations.reserve_exact(self.relations.len());
        for (from, to, verb, source, via, last_seen) in self.relations {
            match (place.get(&from), place.get(&to)) {
                (Some(from), Some(to)) => facts.relations.push(Relation {
                    from: *from,
                    verb: number(verb),
                    to: *to,
                    via,
                    source: number(source),
                    last_seen,
                }),
                _ => facts.left_out.relations += 1,
            }
        }
        facts.relations.sort_by(|a, b| (a.verb, a.from, a.to, &a.via).cmp(&(b.verb, b.from, b.to, &b.via)));
        facts.relations.dedup_by(|a, b| (a.verb, a.from, a.to, &a.via) == (b.verb, b.from, b.to, &b.via));
        facts.by_to = (0..facts.relations.len() as u32).collect();
        facts.by_to.sort_by_key(|at| {
            let relation = &facts.relations[*at as usize];
            (relation.verb, relation.to, *at)
        });

        for (asset, exposure) in self.exposures {
            match place.get(&asset) {
                Some(node) => facts.exposures.push(Exposure { asset: *node, ..exposure }),
                None => facts.left_out.exposures += 1,
            }
        }
        facts.exposures.sort_by_key(|exposure| (exposure.asset, exposure.id));
        facts
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
