//! What identity checks read: accounts, groups, roles and machines with their attributes, the relations between them, and what
//! the policies of a cloud let each of them do.
//!
//! The facts are those that the attack graph reads too, kept here with who told them and when, because a finding has to say so.
//! What policies allow is worked out by the graph's evaluators, which this crate does not see: it comes in as a [`Power`].
//! A fact that nobody collected is absent, and absent is not false.

use bartizan_model::{AssetId, AssetKind, Timestamp};
use std::collections::{BTreeMap, HashMap};

/// An asset's place in these facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node(u32);

/// An asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// Its id in the store.
    pub id: AssetId,
    /// What it is.
    pub kind: AssetKind,
    /// Its name for people.
    pub name: Box<str>,
}

/// A value, by whom it was told, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told<'f> {
    /// The value.
    pub value: &'f str,
    /// Who says so.
    pub source: &'f str,
    /// When it was last told.
    pub at: Timestamp,
}

/// A relation that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// From.
    pub from: Node,
    /// To.
    pub to: Node,
    /// By what, may be empty.
    pub via: Box<str>,
    /// When it was last told.
    pub at: Timestamp,
    verb: u16,
    source: u16,
}

/// What a policy gives to who holds it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Power {
    /// Where it counts.
    pub system: System,
    /// What it gives.
    pub gives: Gives,
    /// The policy or binding, by the name under which people find it.
    pub policy: String,
    /// What would have to be so that nobody collected, in words; empty where it is certain.
    pub needs: String,
}

/// Whose policies they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum System {
    /// AWS.
    Aws,
    /// A Kubernetes cluster.
    Kubernetes,
}

/// What a policy gives.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gives {
    /// Everything, everywhere.
    Everything,
    /// Every action of a service on everything (`s3`), or every verb or resource of a cluster (`verbs`, `resources`).
    Wildcard(String),
    /// A way to become somebody else.
    Escalation {
        /// The method's id.
        method: &'static str,
        /// What is done: completes "it can ...".
        name: &'static str,
        /// Which rights it takes.
        rights: String,
        /// Who is gained, for people.
        to: String,
        /// Whether that is everything.
        all: bool,
        /// What to do about it.
        fix: &'static str,
    },
    /// That somebody from outside of the account assumes the role, and nothing ties it to the account.
    Trust {
        /// The account, principal or service.
        to: String,
        /// Whether it is a service of AWS.
        is_service: bool,
    },
    /// That anybody at all does something to what the policy is of: completes "it lets anybody ...".
    Anybody(&'static str),
    /// Any right at all, in words.
    Some(String),
}

/// Of which asset, its name, the value, who says so, when.
type Attribute = (Node, u16, Box<str>, u16, Timestamp);

/// All that is known of identities at one moment.
#[derive(Debug, Default)]
pub struct Facts {
    /// Verbs, names of attributes, and sources.
    words: Vec<Box<str>>,
    assets: Vec<Asset>,
    /// By asset and name: the value, who says so, when.
    attributes: Vec<Attribute>,
    /// Where the attributes of each asset begin, and at the end how many there are.
    attributes_of: Vec<u32>,
    /// By from, verb, to, via.
    relations: Vec<Relation>,
    /// Where the relations from each asset begin, and at the end how many there are.
    relations_of: Vec<u32>,
    /// Places in `relations`, by to and verb.
    by_to: Vec<u32>,
    powers: BTreeMap<Node, Vec<Power>>,
    unevaluated: BTreeMap<Node, String>,
    /// The newest moment that a source's facts of a realm speak of.
    moments: HashMap<(Box<str>, u16), Timestamp>,
}

/// Attributes that are points in time.
pub(super) const TIMES: &[&str] = &[
    "access-key-1-last-used",
    "access-key-1-rotated",
    "access-key-2-last-used",
    "access-key-2-rotated",
    "created",
    "last-logon",
    "last-used",
    "password-last-set",
];

impl Facts {
    /// All assets.
    pub fn nodes(&self) -> impl Iterator<Item = Node> + use<> {
        (0..self.assets.len() as u32).map(Node)
    }

    /// One asset.
    pub fn asset(&self, node: Node) -> &Asset {
        &self.assets[node.0 as usize]
    }

    /// Its name.
    pub fn name(&self, node: Node) -> &str {
        &self.asset(node).name
    }

    /// The asset with this id.
    pub fn node(&self, id: AssetId) -> Option<Node> {
        self.assets.binary_search_by_key(&id, |asset| asset.id).ok().map(|at| Node(at as u32))
    }

    /// An attribute with who told it; `None` where nobody collected it.
    pub fn told(&self, node: Node, name: &str) -> Option<Told<'_>> {
        let (name, own) = (self.word(name)?, self.own(node));
        let at = own.binary_search_by_key(&name, |(_, name, ..)| *name).ok()?;
        let (_, _, value, source, at) = &own[at];
        Some(Told { value, source: &self.words[usize::from(*source)], at: *at })
    }

    /// An attribute's value; `None` where nobody collected it.
    pub fn attribute(&self, node: Node, name: &str) -> Option<&str> {
        self.told(node, name).map(|told| told.value)
    }

    /// An attribute that is true or false; `None` where nobody collected it, or it is neither.
    pub fn flag(&self, node: Node, name: &str) -> Option<bool> {
        self.attribute(node, name)?.parse().ok()
    }

    /// All assets with an attribute of this name, and its values.
    pub fn attributes(&self, name: &str) -> impl Iterator<Item = (Node, &str)> {
        let known = self.word(name);
        let of_name = self.attributes.iter().filter(move |(_, name, ..)| Some(*name) == known);
        of_name.map(|(node, _, value, ..)| (*node, &**value))
    }

    /// Relations of a verb from an asset.
    pub fn from(&self, node: Node, verb: &str) -> impl Iterator<Item = &Relation> {
        let (verb, own) = (self.word(verb).unwrap_or(u16::MAX), self.relations_from(node));
        let first = own.partition_point(|one| one.verb < verb);
        own[first..].iter().take_while(move |one| one.verb == verb)
    }

    /// Relations of a verb to an asset.
    pub fn to(&self, node: Node, verb: &str) -> impl Iterator<Item = &Relation> {
        let verb = self.word(verb).unwrap_or(u16::MAX);
        let at = |place: &u32| &self.relations[*place as usize];
        let first = self.by_to.partition_point(|place| (at(place).to, at(place).verb) < (node, verb));
        let rest = self.by_to[first..].iter().map(at);
        rest.take_while(move |one| (one.to, one.verb) == (node, verb))
    }

    /// All relations from an asset, with their verbs.
    pub fn all_from(&self, node: Node) -> impl Iterator<Item = (&str, &Relation)> {
        self.relations_from(node).iter().map(|one| (&*self.words[usize::from(one.verb)], one))
    }

    /// What policies give to who holds them here.
    pub fn powers(&self, node: Node) -> &[Power] {
        self.powers.get(&node).map_or(&[], Vec::as_slice)
    }

    /// All powers.
    pub fn all_powers(&self) -> impl Iterator<Item = (Node, &Power)> {
        self.powers.iter().flat_map(|(node, all)| all.iter().map(|power| (*node, power)))
    }

    /// Why the policies of an asset could not be evaluated whole; `None` where they were.
    pub fn unevaluated(&self, node: Node) -> Option<&str> {
        self.unevaluated.get(&node).map(String::as_str)
    }

    /// When the newest fact of an asset was told; `None` where no attribute is known of it.
    pub fn last_told(&self, node: Node) -> Option<Timestamp> {
        self.own(node).iter().map(|(.., at)| *at).max()
    }

    /// The moment that what was told is of. Collections seldom say when they were made, and may lie about for months: it is the
    /// newest moment that the same source tells of the same domain, tenant or account, and never after it was told. So an
    /// age can come out too small where nobody used the whole domain, and never too large.
    pub fn moment(&self, node: Node, told: Told<'_>) -> Timestamp {
        let newest = self.realm(node).zip(self.word(told.source));
        let newest = newest.and_then(|(realm, source)| self.moments.get(&(realm.into(), source)).copied());
        newest.map_or(told.at, |newest| newest.min(told.at))
    }

    fn own(&self, node: Node) -> &[Attribute] {
        part(&self.attributes, &self.attributes_of, node)
    }

    fn relations_from(&self, node: Node) -> &[Relation] {
        part(&self.relations, &self.relations_of, node)
    }

    /// The domain, tenant or account that an asset is in.
    fn realm(&self, node: Node) -> Option<&str> {
        let of_arn = || {
            let arn = self.attribute(node, "cloud-id")?.strip_prefix("arn:")?;
            arn.split(':').nth(3).filter(|account| !account.is_empty())
        };
        self.attribute(node, "domain-sid").or_else(|| self.attribute(node, "tenant")).or_else(of_arn)
    }

    fn word(&self, word: &str) -> Option<u16> {
        self.words.binary_search_by(|known| (**known).cmp(word)).ok().map(|at| at as u16)
    }
}

/// Collects facts in any order.
#[derive(Debug, Default)]
pub struct FactsBuilder {
    assets: Vec<Asset>,
    attributes: Vec<(AssetId, String, Box<str>, String, Timestamp)>,
    relations: Vec<(AssetId, String, AssetId, Box<str>, String, Timestamp)>,
    powers: Vec<(AssetId, Power)>,
    unevaluated: BTreeMap<AssetId, String>,
}

impl FactsBuilder {
    /// An asset.
    pub fn asset(&mut self, asset: Asset) {
        self.assets.push(asset);
    }

    /// An attribute of an asset. The first word about a name counts: hand over the newest first.
    pub fn attribute(&mut self, asset: AssetId, name: &str, value: &str, source: &str, at: Timestamp) {
        self.attributes.push((asset, name.to_owned(), value.into(), source.to_owned(), at));
    }

    /// A relation. Of one that several sources tell, the first counts.
    pub fn relation(
        &mut self,
        from: AssetId,
        verb: &str,
        to: AssetId,
        via: &str,
        source: &str,
        at: Timestamp,
    ) {
        self.relations.push((from, verb.to_owned(), to, via.into(), source.to_owned(), at));
    }

    /// What a policy gives to an asset.
    pub fn power(&mut self, asset: AssetId, power: Power) {
        self.powers.push((asset, power));
    }

    /// Why the policies of an asset could not be evaluated whole.
    pub fn unevaluated(&mut self, asset: AssetId, why: &str) {
        self.unevaluated.entry(asset).or_insert_with(|| why.to_owned());
    }

    /// The assets that are spoken of.
    pub fn mentioned(&self) -> std::collections::BTreeSet<AssetId> {
        let of_attributes = self.attributes.iter().map(|(asset, ..)| *asset);
        of_attributes.chain(self.relations.iter().flat_map(|(from, _, to, ..)| [*from, *to])).collect()
    }

    /// Puts everything in order. What speaks of an asset that was not handed over is left out.
    pub fn build(mut self) -> Facts {
        self.assets.sort_by_key(|asset| asset.id);
        self.assets.dedup_by_key(|asset| asset.id);
        let mut facts = Facts { assets: self.assets, ..Facts::default() };
        let words = self.attributes.iter().flat_map(|(_, name, _, source, _)| [name, source]);
        let words = words.chain(self.relations.iter().flat_map(|(_, verb, _, _, source, _)| [verb, source]));
        facts.words = words.map(|word| word.as_str().into()).collect();
        facts.words.sort_unstable();
        facts.words.dedup();
        facts.words.truncate(usize::from(u16::MAX));

        for (asset, name, value, source, at) in self.attributes {
            let both = facts.word(&name).zip(facts.word(&source));
            if let Some((node, (name, source))) = facts.node(asset).zip(both) {
                facts.attributes.push((node, name, value, source, at));
            }
        }
        facts.attributes.sort_by_key(|(node, name, ..)| (*node, *name));
        facts.attributes.dedup_by_key(|(node, name, ..)| (*node, *name));
        facts.attributes_of = begins(facts.assets.len(), facts.attributes.iter().map(|(node, ..)| *node));

        for (from, verb, to, via, source, at) in self.relations {
            let ends = facts.node(from).zip(facts.node(to));
            let both = facts.word(&verb).zip(facts.word(&source));
            if let Some(((from, to), (verb, source))) = ends.zip(both) {
                facts.relations.push(Relation { from, to, via, at, verb, source });
            }
        }
        let key = |one: &Relation| (one.from, one.verb, one.to);
        facts.relations.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| a.via.cmp(&b.via)));
        facts.relations.dedup_by(|a, b| key(a) == key(b) && a.via == b.via);
        facts.relations_of = begins(facts.assets.len(), facts.relations.iter().map(|one| one.from));
        let mut by_to: Vec<_> = (0..facts.relations.len() as u32).collect();
        by_to.sort_by_key(|place| {
            let one = &facts.relations[*place as usize];
            (one.to, one.verb, *place)
        });
        facts.by_to = by_to;

        for (asset, power) in self.powers {
            if let Some(node) = facts.node(asset) {
                facts.powers.entry(node).or_default().push(power);
            }
        }
        for powers in facts.powers.values_mut() {
            powers.sort_unstable();
            powers.dedup();
        }
        let unevaluated = std::mem::take(&mut self.unevaluated).into_iter();
        facts.unevaluated = unevaluated.filter_map(|(asset, why)| Some((facts.node(asset)?, why))).collect();
        facts.moments = moments(&facts);
        facts
    }
}

/// Where the entries of each asset begin in a list that is sorted by assets, and at the end how many there are.
fn begins(assets: usize, of: impl Iterator<Item = Node>) -> Vec<u32> {
    let mut begins = vec![0; assets + 1];
    for node in of {
        begins[node.0 as usize + 1] += 1;
    }
    for at in 1..begins.len() {
        begins[at] += begins[at - 1];
    }
    begins
}

/// The entries of an asset.
fn part<'f, T>(all: &'f [T], begins: &[u32], node: Node) -> &'f [T] {
    let at = node.0 as usize;
    &all[begins[at] as usize..begins[at + 1] as usize]
}

fn moments(facts: &Facts) -> HashMap<(Box<str>, u16), Timestamp> {
    let mut moments: HashMap<(Box<str>, u16), Timestamp> = HashMap::new();
    let times: Vec<_> = TIMES.iter().filter_map(|name| facts.word(name)).collect();
    for (node, name, value, source, told) in &facts.attributes {
        if times.contains(name)
            && let Some(at) = Timestamp::parse(value).filter(|at| at <= told)
            && let Some(realm) = facts.realm(*node)
        {
            let newest = moments.entry((realm.into(), *source)).or_insert(at);
            *newest = (*newest).max(at);
        }
    }
    moments
}
