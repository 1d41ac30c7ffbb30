//! Footholds, and the steps that rules derive between them.

use crate::facts::{Chance, ExposureAt, Facts, Node, Read, RelationId, Renumbered, Word};
use bartizan_model::AssetKind;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

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

/// A step's number.
pub type StepId = u32;

/// One step, as it is read back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step<'a> {
    /// The rule's place in [`RULES`](crate::rules::RULES).
    pub rule: u16,
    /// All of these are needed.
    pub needs: &'a [Foothold],
    /// This is gained.
    pub gains: Foothold,
    /// How likely it succeeds.
    pub chance: Chance,
    /// The facts it rests on.
    pub because: &'a [Basis],
}

/// Steps that one rule derives, in columns.
#[derive(Default)]
pub struct Steps {
    gains: Vec<Foothold>,
    chances: Vec<Chance>,
    needs: Vec<Foothold>,
    needs_end: Vec<u32>,
    because: Vec<Basis>,
    because_end: Vec<u32>,
}

impl Steps {
    /// Adds a step. One that gains what it needs is none; nor is one that cannot happen by the best guess.
    pub fn step(&mut self, needs: &[Foothold], gains: Foothold, chance: Chance, because: &[Basis]) {
        let chance = chance.in_order();
        if needs.contains(&gains) || chance.value <= 0.0 {
            return;
        }
        self.needs.extend_from_slice(needs);
        self.because.extend_from_slice(because);
        self.gains.push(gains);
        self.chances.push(chance);
        self.needs_end.push(self.needs.len() as u32);
        self.because_end.push(self.because.len() as u32);
    }

    fn get(&self, at: usize, rule: u16) -> Step<'_> {
        let range = |ends: &[u32]| {
            let from = if at == 0 { 0 } else { ends[at - 1] };
            from as usize..ends[at] as usize
        };
        Step {
            rule,
            needs: &self.needs[range(&self.needs_end)],
            gains: self.gains[at],
            chance: self.chances[at],
            because: &self.because[range(&self.because_end)],
        }
    }
}

/// What one rule derives of some assets. It names facts and footholds as the facts do, so that generations share it for as long
/// as nothing changes that was read for it.
pub(crate) struct Part {
    /// The rule's place in [`RULES`](crate::rules::RULES).
    pub(crate) rule: u16,
    /// The places of the assets; none of a rule that derives all at once.
    pub(crate) assets: Range<u32>,
    /// What was read for it, and nothing else.
    pub(crate) read: Read,
    pub(crate) steps: Steps,
}

impl Part {
    /// The same with the names that everything has now; `None` where it names what is gone.
    pub(crate) fn renumbered(&self, renumbered: &Renumbered) -> Option<Self> {
        let Steps { gains, chances, needs, needs_end, because, because_end } = &self.steps;
        let footholds = |all: &[Foothold]| -> Option<Vec<_>> {
            all.iter().map(|one| renumbered.foothold(*one)).collect()
        };
        let steps = Steps {
            gains: footholds(gains)?,
            chances: chances.clone(),
            needs: footholds(needs)?,
            needs_end: needs_end.clone(),
            because: because.iter().map(|one| renumbered.basis(*one)).collect::<Option<_>>()?,
            because_end: because_end.clone(),
        };
        Some(Self { rule: self.rule, assets: self.assets.clone(), read: self.read.clone(), steps })
    }
}

/// All steps of one generation.
pub struct AllSteps {
    /// By rule and assets.
    parts: Vec<Arc<Part>>,
    /// The number of each part's first step, and how many steps there are.
    begin: Vec<StepId>,
}

impl FromIterator<Arc<Part>> for AllSteps {
    fn from_iter<I: IntoIterator<Item = Arc<Part>>>(parts: I) -> Self {
        let mut all = Self { parts: Vec::new(), begin: vec![0] };
        for part in parts {
            all.begin.push(all.len() as StepId + part.steps.gains.len() as StepId);
            all.parts.push(part);
        }
        all
    }
}

impl AllSteps {
    /// The parts of a rule.
    pub(crate) fn parts_of(&self, rule: u16) -> &[Arc<Part>] {
        let begin = self.parts.partition_point(|part| part.rule < rule);
        &self.parts[begin..self.parts.partition_point(|part| part.rule <= rule)]
    }

    /// How many steps there are.
    pub fn len(&self) -> usize {
        self.begin.last().map_or(0, |len| *len as usize)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One step.
    pub fn get(&self, id: StepId) -> Step<'_> {
        // The last part that begins so early: those before that begin there too are empty.
        let at = self.begin.partition_point(|begin| *begin <= id) - 1;
        let part = &self.parts[at];
        part.steps.get((id - self.begin[at]) as usize, part.rule)
    }

    /// All steps.
    pub fn iter(&self) -> impl Iterator<Item = (StepId, Step<'_>)> {
        let parts = self.parts.iter();
        (0..).zip(parts.flat_map(|part| (0..part.steps.gains.len()).map(|at| part.steps.get(at, part.rule))))
    }
}

impl fmt::Debug for AllSteps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} steps", self.len())
    }
}
