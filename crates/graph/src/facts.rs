//! What rules read: assets with their attributes, the relations between them, and the exposures on them.
//!
//! Facts are built once ([`FactsBuilder`]) and never changed: a changed fact is a new generation. A fact that nobody collected is
//! absent, and absent is not false: [`Facts::flag`] answers `None`, and a rule says so ([`Rule::wants`](crate::Rule::wants)).
//! Whatever is read is noted (`facts/reads.rs`), so that only what depends on a changed fact is derived again.

mod builder;
mod change;
mod control;
mod reads;

use crate::steps::Basis;
use bartizan_model::{AssetId, AssetKind, ExposureId, Reach, Timestamp};
pub use builder::{FactsBuilder, LeftOut, MOST_RELATIONS};
pub(crate) use change::{Change, Renumbered};
pub(crate) use reads::Read;
use reads::{Kind, Reads};
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

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

/// What is told of assets and of how they relate: everything but the exposures.
#[derive(Debug, Default)]
struct Told {
    words: Vec<Box<str>>,
    numbers: HashMap<Box<str>, Word>,
    assets: Vec<Asset>,
    /// By asset and name.
    attributes: Vec<(Node, Word, Box<str>)>,
    /// By verb, from, to, via.
    relations: Vec<Relation>,
    /// Places in `relations`, by verb and to.
    by_to: Vec<u32>,
    /// By word: where the relations of this verb begin in both; one more at the end.
    verbs: Vec<u32>,
    /// By word: whether anything has an attribute of this name.
    named: Vec<bool>,
    /// Assets whose value nobody told.
    assumed: BTreeSet<Node>,
    left_out: LeftOut,
}

/// Everything the rules read, of one moment.
#[derive(Debug)]
pub struct Facts {
    told: Arc<Told>,
    /// By asset.
    exposures: Vec<Exposure>,
    /// Where the exposures of each asset begin, and where those of the last end.
    begin: Vec<u32>,
    /// The ports at which something is known to be wrong, by asset.
    ports: Vec<(Node, u16)>,
    left_out: LeftOut,
    reads: Reads,
}

impl Facts {
    fn new(told: Arc<Told>, exposures: impl IntoIterator<Item = (AssetId, Exposure)>) -> Self {
        let mut left_out = told.left_out;
        let mut placed = Vec::new();
        for (asset, exposure) in exposures {
            match told.node(asset) {
                Some(asset) => placed.push(Exposure { asset, ..exposure }),
                None => left_out.exposures += 1,
            }
        }
        placed.sort_by_key(|exposure| (exposure.asset, exposure.id));
        let mut begin = vec![0; told.assets.len() + 1];
        placed.iter().for_each(|exposure| begin[exposure.asset.index() + 1] += 1);
        for node in 1..begin.len() {
            begin[node] += begin[node - 1];
        }
        let mut ports: Vec<_> =
            placed.iter().filter_map(|exposure| Some((exposure.asset, exposure.port?))).collect();
        ports.sort_unstable();
        ports.dedup();
        let reads = Reads::of(told.words.len());
        Self { told, exposures: placed, begin, ports, left_out, reads }
    }

    /// The same with other exposures: what is told of assets is shared, not told again.
    #[must_use]
    pub fn with_exposures(&self, exposures: impl IntoIterator<Item = (AssetId, Exposure)>) -> Self {
        Self::new(Arc::clone(&self.told), exposures)
    }

    /// What `reader` reads. Of exposures on these assets of its own it is told apart from those on others.
    pub(crate) fn noted(&self, own: &Range<u32>, reader: impl FnOnce()) -> Read {
        self.reads.begin(own);
        reader();
        self.reads.end(&self.told.words)
    }

    /// What was handed over and could not be kept.
    pub fn left_out(&self) -> LeftOut {
        self.left_out
    }

    /// All assets, each at its node's place.
    pub fn assets(&self) -> impl Iterator<Item = (Node, &Asset)> {
        self.reads.mark(Kind::Assets);
        self.told.assets()
    }

    /// How many assets there are.
    pub(crate) fn count(&self) -> u32 {
        self.reads.mark(Kind::Assets);
        self.told.assets.len() as u32
    }

    /// The assets at these places.
    pub(crate) fn nodes(&self, places: &Range<u32>) -> impl Iterator<Item = Node> + use<> {
        self.reads.mark(Kind::Assets);
        places.clone().map(Node)
    }

    /// One asset.
    pub fn asset(&self, node: Node) -> &Asset {
        self.reads.mark(Kind::Asset);
        &self.told.assets[node.index()]
    }

    /// The asset with this id.
    pub fn node(&self, id: AssetId) -> Option<Node> {
        self.reads.mark(Kind::Assets);
        self.told.node(id)
    }

    /// Whether nobody said what an asset is worth, and it counts as critical for what it is: a domain, a tenant, a cloud account, a
    /// cluster.
    pub fn is_assumed(&self, node: Node) -> bool {
        self.told.assumed.contains(&node)
    }

    /// An interned word.
    pub fn word(&self, word: Word) -> &str {
        &self.told.words[word.0 as usize]
    }

    /// An attribute of an asset; `None` where nobody collected it.
    pub fn attribute(&self, node: Node, name: &str) -> Option<&str> {
        let name = self.find(name)?;
        let attributes = &self.told.attributes;
        let at = attributes.binary_search_by_key(&(node, name), |(node, name, _)| (*node, *name)).ok()?;
        Some(&attributes[at].2)
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
        let told = known.is_some_and(|name| self.told.named[name.0 as usize]);
        let attributes = if told { &self.told.attributes[..] } else { &[] };
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
        self.reads.mark(Kind::Attributes);
        let attributes = &self.told.attributes;
        let from = attributes.partition_point(|(other, ..)| *other < node);
        let of_node = attributes[from..].iter().take_while(move |(other, ..)| *other == node);
        of_node.filter_map(move |(_, name, value)| Some((self.word(*name).strip_prefix(prefix)?, &**value)))
    }

    /// All relations of a verb, with their numbers.
    pub fn relations(&self, verb: &str) -> impl Iterator<Item = (RelationId, &Relation)> {
        let range = self.find(verb).map_or(0..0, |verb| self.told.of_verb(verb));
        range.map(|at| (RelationId(at as u32), &self.told.relations[at]))
    }

    /// The relations of a verb from an asset.
    pub fn from(&self, from: Node, verb: &str) -> impl Iterator<Item = (RelationId, &Relation)> {
        let relations = &self.told.relations;
        let of_verb = self.find(verb).map_or(0..0, |verb| self.told.of_verb(verb));
        let begin = of_verb.start + relations[of_verb.clone()].partition_point(|one| one.from < from);
        let all = (begin..of_verb.end).map(|at| (RelationId(at as u32), &relations[at]));
        all.take_while(move |(_, one)| one.from == from)
    }

    /// The relations of a verb to an asset.
    pub fn to(&self, to: Node, verb: &str) -> impl Iterator<Item = (RelationId, &Relation)> {
        let of_verb = self.find(verb).map_or(0..0, |verb| self.told.of_verb(verb));
        let relation = |at: &u32| &self.told.relations[*at as usize];
        let by_to = &self.told.by_to[of_verb];
        let begin = by_to.partition_point(|at| relation(at).to < to);
        let all = by_to[begin..].iter().map(move |at| (RelationId(*at), relation(at)));
        all.take_while(move |(_, one)| one.to == to)
    }

    /// One relation.
    pub fn relation(&self, id: RelationId) -> &Relation {
        &self.told.relations[id.0 as usize]
    }

    /// The sources of all relations.
    pub fn sources(&self) -> BTreeSet<&str> {
        let sources: BTreeSet<_> = self.told.relations.iter().map(|relation| relation.source).collect();
        sources.into_iter().map(|source| self.word(source)).collect()
    }

    /// All exposures, with their numbers, those of an asset together.
    pub fn exposures(&self) -> impl Iterator<Item = (ExposureAt, &Exposure)> {
        self.reads.mark(Kind::Exposures);
        self.told.assets().flat_map(|(node, _)| self.on(node))
    }

    /// The exposures of an asset.
    pub fn exposures_of(&self, node: Node) -> impl Iterator<Item = (ExposureAt, &Exposure)> {
        self.reads.mark_on(node, Kind::Exposures, Kind::OwnExposures);
        self.on(node)
    }

    fn on(&self, node: Node) -> impl Iterator<Item = (ExposureAt, &Exposure)> {
        (0..).zip(self.exposed(node)).map(move |(place, exposure)| (ExposureAt { node, place }, exposure))
    }

    fn exposed(&self, node: Node) -> &[Exposure] {
        &self.exposures[self.begin[node.index()] as usize..self.begin[node.index() + 1] as usize]
    }

    /// The ports of an asset at which something is known to be wrong, in order.
    pub(crate) fn ports_of(&self, node: Node) -> impl Iterator<Item = u16> {
        self.reads.mark_on(node, Kind::Ports, Kind::OwnPorts);
        self.wrong_ports(node)
    }

    fn wrong_ports(&self, node: Node) -> impl Iterator<Item = u16> {
        let from = self.ports.partition_point(|(other, _)| *other < node);
        self.ports[from..].iter().take_while(move |(other, _)| *other == node).map(|(_, port)| *port)
    }

    /// One exposure.
    pub fn exposure(&self, at: ExposureAt) -> &Exposure {
        self.reads.mark_on(at.node, Kind::Exposures, Kind::OwnExposures);
        &self.exposures[self.place(at)]
    }

    /// Its place among [`Self::exposures`].
    pub(crate) fn place(&self, at: ExposureAt) -> usize {
        self.begin[at.node.index()] as usize + at.place as usize
    }

    /// Whether anybody told a relation of this verb or an attribute of this name: what nobody told was not collected.
    pub fn knows(&self, word: &str) -> bool {
        self.find(word).is_some_and(|word| self.told.knows(word))
    }

    fn find(&self, word: &str) -> Option<Word> {
        let known = self.told.numbers.get(word).copied();
        match known {
            Some(number) => self.reads.mark_word(number),
            None => self.reads.mark_missing(word),
        }
        known
    }
}

impl Told {
    fn assets(&self) -> impl Iterator<Item = (Node, &Asset)> {
        self.assets.iter().enumerate().map(|(index, asset)| (Node(index as u32), asset))
    }

    fn node(&self, id: AssetId) -> Option<Node> {
        self.assets.binary_search_by_key(&id, |asset| asset.id).ok().map(|index| Node(index as u32))
    }

    /// The places of a verb's relations.
    fn of_verb(&self, verb: Word) -> Range<usize> {
        let at = verb.0 as usize;
        self.verbs[at] as usize..self.verbs[at + 1] as usize
    }

    fn knows(&self, word: Word) -> bool {
        !self.of_verb(word).is_empty() || self.named[word.0 as usize]
    }
}

/// A relation's number in its facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelationId(pub(crate) u32);

/// An exposure in its facts: what changes on other assets does not change it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExposureAt {
    pub(crate) node: Node,
    /// Among those on the asset.
    pub(crate) place: u32,
}
