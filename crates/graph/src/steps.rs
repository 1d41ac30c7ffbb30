//! Footholds, and the steps that rules derive between them.

use crate::facts::{Chance, ExposureAt, Facts, Node, Read, RelationId, Renumbered, Word};
use bartizan_model::AssetKind;
use foldhash::HashMap;
use std::fmt;

/// Where an attacker begins. Each has a prior that people can set ([`Entry::prior`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Entry {
    /// Anyone on the internet.
    Internet,
    /// A person of the organisation opens what they were sent.
    PhishedUser,
    /// A supplier or partner is broken into.
    Supplier,
    /// A person of the organisation turns against it.
    Insider,
    /// A device is lost or stolen.
    StolenDevice,
}

impl Entry {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Internet, Self::PhishedUser, Self::Supplier, Self::Insider, Self::StolenDevice];

    /// The word of the command line and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Internet => "internet",
            Self::PhishedUser => "phished-user",
            Self::Supplier => "supplier",
            Self::Insider => "insider",
            Self::StolenDevice => "stolen-device",
        }
    }

    /// In words.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Internet => "An attacker on the internet",
            Self::PhishedUser => "A phished user",
            Self::Supplier => "A supplier that was broken into",
            Self::Insider => "An insider",
            Self::StolenDevice => "A stolen device",
        }
    }

    /// The entry of this word; the words that there are, where it is none.
    pub fn named(word: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|entry| entry.as_str() == word);
        found.ok_or_else(|| {
            let known = Self::ALL.map(Self::as_str).join(", ");
            format!("`{word}` is no entry: there are {known}")
        })
    }

    /// Why the prior is what it is, before anyone said otherwise.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Internet => "the internet is scanned without pause",
            Self::PhishedUser => "in any organisation of size some person is phished in a month",
            Self::Supplier => "that a given supplier is broken into is rare",
            Self::Insider => "that somebody turns is rare",
            Self::StolenDevice => "that a given device is lost or stolen is rare",
        }
    }

    /// How likely somebody tries this way within 30 days, before anyone said otherwise. The internet is scanned without pause.
    /// The others are expert estimates with wide intervals, to be set by the organisation: that *some* person is phished in a
    /// month is likely in any organisation of size, that a given supplier, insider or device turns is rare.
    pub const fn prior(self) -> Chance {
        match self {
            Self::Internet => Chance::CERTAIN,
            Self::PhishedUser => Chance::between(0.2, 0.6, 0.95),
            Self::Supplier => Chance::between(0.005, 0.03, 0.15),
            Self::Insider => Chance::between(0.001, 0.01, 0.05),
            Self::StolenDevice => Chance::between(0.005, 0.05, 0.2),
        }
    }
}

/// A place an attacker can stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Foothold {
    /// At the beginning.
    Entry(Entry),
    /// Somewhere inside the organisation's networks, where nothing is known of zones.
    Inside,
    /// Able to send packets to the asset, at any port. Of a network zone: able to send packets from within it.
    Reach(Node),
    /// Able to send packets to one TCP port of the asset.
    Port(Node, u16),
    /// With ordinary rights on the asset: code that runs as a user without special rights, a session; of a repository: able to
    /// read it.
    Session(Node),
    /// In control of the asset: administrator of a host, acting as an identity, reading and changing data.
    Control(Node),
}

impl Foothold {
    /// The asset it is on.
    pub const fn asset(self) -> Option<Node> {
        match self {
            Self::Entry(_) | Self::Inside => None,
            Self::Reach(node) | Self::Port(node, _) | Self::Session(node) | Self::Control(node) => Some(node),
        }
    }

    /// In words.
    pub fn words(self, facts: &Facts) -> String {
        let name = |node| &facts.asset(node).name;
        match self {
            Self::Entry(entry) => entry.title().to_owned(),
            Self::Inside => "inside the network".to_owned(),
            Self::Reach(node) => format!("can reach {}", name(node)),
            Self::Port(node, port) => format!("can reach port {port} of {}", name(node)),
            Self::Session(node) if facts.asset(node).kind == AssetKind::Repository => {
                format!("reads {}", name(node))
            }
            Self::Session(node) => format!("user on {}", name(node)),
            Self::Control(node) => format!("controls {}", name(node)),
        }
    }
}

/// A fact that a step rests on: without it there is no step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// An exposure.
    Exposure(ExposureAt),
    /// A relation.
    Relation(RelationId),
    /// An attribute of an asset.
    Attribute(Node, Word),
    /// That an asset is there, and is what it is.
    Asset(Node),
    /// From where an asset can be reached.
    Reach(Node),
}

/// A foothold's number.
pub type FootholdId = u32;
/// A step's number.
pub type StepId = u32;

/// One step, as it is read back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step<'a> {
    /// The rule's place in [`RULES`](crate::rules::RULES).
    pub rule: u16,
    /// All of these are needed.
    pub needs: &'a [FootholdId],
    /// This is gained.
    pub gains: FootholdId,
    /// How likely it succeeds.
    pub chance: Chance,
    /// The facts it rests on.
    pub because: &'a [Basis],
}

/// All footholds and steps, in columns.
#[derive(Default)]
pub struct Steps {
    footholds: Vec<Foothold>,
    numbers: HashMap<Foothold, FootholdId>,
    rules: Vec<u16>,
    gains: Vec<FootholdId>,
    chances: Vec<Chance>,
    needs: Vec<FootholdId>,
    needs_end: Vec<u32>,
    because: Vec<Basis>,
    because_end: Vec<u32>,
    rule: u16,
    /// What each rule read.
    reads: Vec<Read>,
}

impl Steps {
    /// None, with room for about as many as there are in others.
    pub(crate) fn with_room_for(others: &Self) -> Self {
        let mut numbers = HashMap::default();
        numbers.reserve(others.footholds.len());
        Self {
            footholds: Vec::with_capacity(others.footholds.len()),
            numbers,
            rules: Vec::with_capacity(others.len()),
            gains: Vec::with_capacity(others.len()),
            chances: Vec::with_capacity(others.len()),
            needs: Vec::with_capacity(others.needs.len()),
            needs_end: Vec::with_capacity(others.len()),
            because: Vec::with_capacity(others.because.len()),
            because_end: Vec::with_capacity(others.len()),
            ..Self::default()
        }
    }

    /// What follows is derived by this rule.
    pub(crate) fn begin(&mut self, rule: u16) {
        self.rule = rule;
    }

    /// The rule read this, and nothing else.
    pub(crate) fn end(&mut self, read: Read) {
        self.reads.push(read);
    }

    /// What a rule read.
    pub(crate) fn read_by(&self, rule: u16) -> &Read {
        &self.reads[usize::from(rule)]
    }

    /// Takes over the steps of the rule that began, whose facts did not change. `numbers` are those of the footholds of `old` here,
    /// where they are known already. `None` where a step names what is gone.
    pub(crate) fn take_over(
        &mut self,
        old: &Self,
        renumbered: &Renumbered,
        numbers: &mut [Option<FootholdId>],
    ) -> Option<()> {
        let ids = old.rules.partition_point(|rule| *rule < self.rule)
            ..old.rules.partition_point(|rule| *rule <= self.rule);
        for id in ids {
            let step = old.get(id as StepId);
            for need in step.needs {
                let need = self.renumber(*need, old, renumbered, numbers)?;
                self.needs.push(need);
            }
            let gains = self.renumber(step.gains, old, renumbered, numbers)?;
            for basis in step.because {
                self.because.push(renumbered.basis(*basis)?);
            }
            self.finish(gains, step.chance);
        }
        Some(())
    }

    fn renumber(
        &mut self,
        id: FootholdId,
        old: &Self,
        renumbered: &Renumbered,
        numbers: &mut [Option<FootholdId>],
    ) -> Option<FootholdId> {
        let known = &mut numbers[id as usize];
        if known.is_none() {
            *known = Some(self.number(renumbered.foothold(old.footholds[id as usize])?));
        }
        *known
    }

    /// Adds a step. One that gains what it needs is none; nor is one that cannot happen by the best guess.
    pub fn step(&mut self, needs: &[Foothold], gains: Foothold, chance: Chance, because: &[Basis]) {
        let chance = chance.in_order();
        if needs.contains(&gains) || chance.value <= 0.0 {
            return;
        }
        for need in needs {
            let need = self.number(*need);
            self.needs.push(need);
        }
        let gains = self.number(gains);
        self.because.extend_from_slice(because);
        self.finish(gains, chance);
    }

    /// Ends a step, whose needs and facts are there.
    fn finish(&mut self, gains: FootholdId, chance: Chance) {
        self.gains.push(gains);
        self.rules.push(self.rule);
        self.chances.push(chance);
        self.needs_end.push(self.needs.len() as u32);
        self.because_end.push(self.because.len() as u32);
    }

    /// Sees to it that a foothold has a number, whether or not a step leads there.
    pub(crate) fn found(&mut self, foothold: Foothold) {
        self.number(foothold);
    }

    fn number(&mut self, foothold: Foothold) -> FootholdId {
        *self.numbers.entry(foothold).or_insert_with(|| {
            self.footholds.push(foothold);
            (self.footholds.len() - 1) as FootholdId
        })
    }

    /// How many steps there are.
    pub fn len(&self) -> usize {
        self.gains.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.gains.is_empty()
    }

    /// One step.
    pub fn get(&self, id: StepId) -> Step<'_> {
        let at = id as usize;
        let range = |ends: &[u32]| {
            let from = if at == 0 { 0 } else { ends[at - 1] };
            from as usize..ends[at] as usize
        };
        Step {
            rule: self.rules[at],
            needs: &self.needs[range(&self.needs_end)],
            gains: self.gains[at],
            chance: self.chances[at],
            because: &self.because[range(&self.because_end)],
        }
    }

    /// All steps.
    pub fn iter(&self) -> impl Iterator<Item = (StepId, Step<'_>)> {
        (0..self.len() as StepId).map(|id| (id, self.get(id)))
    }

    /// All footholds, each at its number's place.
    pub fn footholds(&self) -> &[Foothold] {
        &self.footholds
    }

    /// The number of a foothold that some step needs or gains.
    pub fn find(&self, foothold: Foothold) -> Option<FootholdId> {
        self.numbers.get(&foothold).copied()
    }
}

impl fmt::Debug for Steps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} steps between {} footholds", self.len(), self.footholds.len())
    }
}
