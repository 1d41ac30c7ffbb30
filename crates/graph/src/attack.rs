//! One generation of the attack graph: facts, the steps derived from them, and what follows from all of them together.
//!
//! It is built whole and never changed, so that nobody reads half of one. Everything it answers is in terms of assets, exposures
//! and fixes; the numbers of the [`engine`](crate::engine) stay inside.

mod blast;
mod difference;
mod ground;
mod lacks;
mod leads;
mod network;
mod picture;
mod reports;
#[cfg(test)]
mod scenarios;
mod ways;

pub use blast::BlastRadius;
pub use ground::Ground;
pub use picture::{Link, Picture, Spot, Stand};
pub use reports::{Fact, Report};
pub use ways::{Hop, Path, Paths};

use crate::engine::backward::Backward;
pub use crate::engine::best::End;
use crate::engine::cost::Bound;
use crate::engine::cut;
use crate::engine::dominators::Dominators;
use crate::engine::fix::Fix as Remedy;
use crate::engine::forward::Forward;
use crate::engine::intervals::{Estimate, Intervals};
use crate::engine::network::{Network, NodeId};
use crate::engine::plan;
use crate::engine::removed::Element;
use crate::engine::through;
use crate::facts::{Chance, Facts, Node};
use crate::fixes::{Fix, fix_of};
use crate::footholds::Footholds;
use crate::rules::{RULES, derive, derive_after};
use crate::steps::{AllSteps, Basis, Entry, Foothold};
use foldhash::{HashMap, HashSet, HashSetExt as _};
pub use leads::Lead;
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::{Arc, OnceLock};

pub use difference::{Change, Difference};
pub use lacks::Lack;

/// Where attackers may begin, and how likely. An entry that is left out is not considered.
#[derive(Debug, Clone)]
pub struct Entries(pub BTreeMap<Entry, Chance>);

impl Default for Entries {
    fn default() -> Self {
        Self(Entry::ALL.into_iter().map(|entry| (entry, entry.prior())).collect())
    }
}

/// Rounds of a cut times goals: some seconds.
const GOAL_ROUNDS: usize = 200;
/// A crown jewel is worth at least this share of the most valuable one.
const CROWN: f64 = 0.5;
/// Candidates that a round of a plan tries at most.
const CANDIDATES: usize = 200;

/// A fix's place in [`Attack::fixes`].
pub type FixId = u32;

/// One generation.
pub struct Attack {
    facts: Facts,
    steps: AllSteps,
    footholds: Footholds,
    network: Arc<Network>,
    passes: Intervals,
    backward: Backward,
    jewels: Vec<Node>,
    /// Priorities rest on none of them: they are worked out when somebody asks.
    fixes: OnceLock<Fixes>,
    reports: Vec<Report>,
    by_fact: OnceLock<reports::ByFact>,
}

/// A crown jewel, and how likely it falls.
#[derive(Debug, Clone, PartialEq)]
pub struct Jewel {
    /// The asset.
    pub node: Node,
    /// How likely somebody comes to control it within 30 days, by the best way there is.
    pub chance: Chance,
    /// What the organisation would lose with it.
    pub value: f64,
    /// Whether nobody said so: it is critical for what it is ([`Facts::is_assumed`]).
    pub assumed: bool,
}

/// One fix of a plan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stage {
    /// What to do.
    pub fix: FixId,
    /// The expected loss once it and all before it are done.
    pub risk: f64,
    /// The share of all ways left before it that it closes, by the loss they bring. Where several ways are equally good, closing one
    /// of them does not lower the loss yet.
    pub share: f64,
}

/// An order in which to fix.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Expected loss before the first.
    pub before: f64,
    /// What to do, first things first.
    pub stages: Vec<Stage>,
    /// In how many rounds not every candidate was tried. 0: each choice is the best single one.
    pub cut_short: usize,
}

/// A place that much of the expected loss passes through.
#[derive(Debug, Clone, PartialEq)]
pub struct ChokePoint {
    /// The place.
    pub foothold: Foothold,
    /// The share of all expected loss that passes it.
    pub share: f64,
    /// Whether there is no way around it; else it lies on the best ways.
    pub necessary: bool,
}

/// A set of fixes that severs every way to some assets.
#[derive(Debug, Clone, PartialEq)]
pub struct CutSet {
    /// The fixes. None of them can be left out.
    pub fixes: Vec<FixId>,
    /// What they cost together.
    pub cost: u64,
    /// No set of fixes that severs as much costs less.
    pub lower_bound: u64,
    /// A way to each asset that all fixes together would leave open. The others are severed.
    pub unseverable: Vec<Path>,
}

/// What would be otherwise after some fixes.
#[derive(Debug, Clone, PartialEq)]
pub struct WhatIf {
    /// Expected loss over all jewels before.
    pub before: f64,
    /// And after.
    pub after: f64,
    /// The jewels whose chance changes, most valuable change first: before and after.
    pub jewels: Vec<(Jewel, Chance)>,
}

/// Something that no source collected, and the rules that could not look for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotCollected {
    /// The verb or attribute.
    pub what: &'static str,
    /// The rules that read it.
    pub rules: Vec<&'static str>,
}

impl Attack {
    /// Derives everything from these facts.
    pub fn new(facts: Facts, entries: &Entries) -> Self {
        let steps = derive(&facts);
        Self::of(facts, steps, entries)
    }

    /// The same as [`Self::new`], where most facts are those of this generation: what depends on none that changed is taken over.
    #[must_use]
    pub fn after(&self, facts: Facts, entries: &Entries) -> Self {
        let steps = derive_after(&self.facts, &self.steps, &facts);
        Self::of(facts, steps, entries)
    }

    fn of(facts: Facts, steps: AllSteps, entries: &Entries) -> Self {
        let jewels: Vec<Node> =
            facts.assets().filter(|(_, asset)| asset.value > 0.0).map(|(node, _)| node).collect();
        let begins = entries.0.keys().map(|entry| Foothold::Entry(*entry));
        let ends = jewels.iter().map(|jewel| Foothold::Control(*jewel));
        let footholds = Footholds::of(facts.count(), &steps, begins.chain(ends));
        let network = network::network(&facts, &steps, &footholds, entries, &jewels);
        let passes = Intervals::of(&Forward::new(&network, Bound::Value));
        let backward = Backward::new(&passes.value);
        let (fixes, reports, by_fact) = (OnceLock::new(), Vec::new(), OnceLock::new());
        Self { facts, steps, footholds, network, passes, backward, jewels, fixes, reports, by_fact }
    }

    /// What it was derived from.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The steps.
    pub fn steps(&self) -> &AllSteps {
        &self.steps
    }

    /// The number of a foothold in this generation; `None` where nothing names it.
    pub fn number(&self, foothold: Foothold) -> Option<u32> {
        self.footholds.number(foothold).map(|number| number.0)
    }

    /// Between how many footholds they are.
    pub fn footholds(&self) -> usize {
        self.footholds.len()
    }

    /// Expected loss over all jewels within 30 days.
    pub fn risk(&self) -> f64 {
        self.passes.value.risk()
    }

    /// Everything a person could do to remove steps.
    pub fn fixes(&self) -> &[Fix] {
        &self.remedies().fixes
    }

    fn remedies(&self) -> &Fixes {
        self.fixes.get_or_init(|| Fixes::of(&self.facts, &self.steps, &self.network))
    }

    /// How likely somebody comes to stand there within 30 days.
    pub fn chance(&self, foothold: Foothold) -> Chance {
        let Some(number) = self.footholds.number(foothold) else { return Chance::exactly(0.0) };
        self.passes.probability(number).into()
    }

    /// The best guess of it.
    fn gained(&self, foothold: Foothold) -> f64 {
        self.footholds.number(foothold).map_or(0.0, |number| self.passes.value.probability(number))
    }

    /// The most that can be lost from there in one blow.
    fn consequence(&self, foothold: Foothold) -> f64 {
        self.footholds.number(foothold).map_or(0.0, |number| self.backward.consequence(number))
    }

    /// Every asset that somebody valued, the greatest expected loss first.
    pub fn jewels(&self) -> Vec<Jewel> {
        let mut jewels: Vec<_> = self.jewels.iter().map(|node| self.jewel(*node)).collect();
        let loss = |jewel: &Jewel| f64::from(jewel.chance.value) * jewel.value;
        jewels.sort_by(|a, b| loss(b).total_cmp(&loss(a)).then(a.node.cmp(&b.node)));
        jewels
    }

    /// The assets that are worth the most, the greatest expected loss first.
    pub fn crown_jewels(&self) -> Vec<Jewel> {
        let mut jewels = self.jewels();
        let most = jewels.iter().map(|jewel| jewel.value).fold(0.0, f64::max);
        jewels.retain(|jewel| jewel.value >= most * CROWN);
        jewels
    }

    fn jewel(&self, node: Node) -> Jewel {
        let chance = self.chance(Foothold::Control(node));
        Jewel { node, chance, value: self.facts.asset(node).value, assumed: self.facts.is_assumed(node) }
    }

    /// The cheapest set of fixes after which nobody comes to control any of these assets.
    pub fn cut(&self, goals: &[Node]) -> CutSet {
        let numbers: Vec<_> =
            goals.iter().filter_map(|node| self.footholds.number(Foothold::Control(*node))).collect();
        let found =
            cut::minimum_cut(&self.passes.value, &numbers, &self.remedies().remedies, budget(numbers.len()));
        CutSet {
            fixes: found.fixes.iter().map(|fix| *fix as FixId).collect(),
            cost: found.cost,
            lower_bound: found.lower_bound,
            unseverable: found.unseverable.iter().map(|derivation| self.path(derivation)).collect(),
        }
    }

    /// The fixes that take away the most expected loss for their cost, one after another, and the loss that each leaves.
    pub fn plan(&self, count: usize) -> Plan {
        let size = plan::Size { fixes: count, candidates: CANDIDATES };
        let found = plan::plan(&self.passes.value, &self.remedies().remedies, size);
        let stage = |plan::Stage { fix, risk, share }| Stage { fix: fix as FixId, risk, share };
        Plan {
            before: found.risk,
            stages: found.stages.into_iter().map(stage).collect(),
            cut_short: found.cut_short,
        }
    }

    /// How likely this asset falls to attackers of each kind alone.
    pub fn falls_to(&self, node: Node) -> Vec<(Entry, Chance)> {
        let Some(number) = self.footholds.number(Foothold::Control(node)) else { return Vec::new() };
        let of = |entry: Entry| {
            let pass =
                |bound| Forward::from_kind(&self.network, bound, entry as u8).probability(number) as f32;
            Chance { low: pass(Bound::Low), value: pass(Bound::Value), high: pass(Bound::High) }
        };
        let chances = Entry::ALL.into_iter().map(|entry| (entry, of(entry)));
        chances.filter(|(_, chance)| chance.high > 0.0).collect()
    }

    /// The places that most of the expected loss passes through, without the jewels that hold it themselves.
    ///
    /// Where some step needs several things at once, it is only known through what the *best* ways pass.
    pub fn choke_points(&self) -> Vec<ChokePoint> {
        let pass = &self.passes.value;
        let total = pass.risk();
        let (points, necessary) = match Dominators::new(pass) {
            Some(dominators) => {
                let points = dominators.choke_points(pass).into_iter();
                (points.map(|point| (point.node, point.risk)).collect(), true)
            }
            None => (through::risk_through(pass), false),
        };
        let point = |(node, risk): (NodeId, f64)| ChokePoint {
            foothold: self.footholds.at(node),
            share: if total > 0.0 { risk / total } else { 0.0 },
            necessary,
        };
        let is_way = |point: &ChokePoint| match point.foothold {
            Foothold::Entry(_) => false,
            Foothold::Control(node) => self.facts.asset(node).value <= 0.0,
            _ => true,
        };
        points.into_iter().map(point).filter(is_way).collect()
    }

    /// Has every [`Self::what_if`] answered at once. Otherwise the first that changes much takes some passes longer.
    pub fn prepare(&self) {
        self.passes.prepare();
    }

    /// What would be otherwise after these fixes, together.
    pub fn what_if(&self, fixes: &[FixId]) -> WhatIf {
        let remedies = fixes.iter().filter_map(|fix| self.remedies().remedies.get(*fix as usize));
        let elements: Vec<_> = remedies.flat_map(|remedy| remedy.elements.iter().copied()).collect();
        let places: Vec<_> = self.network.jewels().iter().map(|jewel| jewel.node).collect();
        let estimates = self.passes.without(&elements, &places);
        let after = self.network.loss(estimates.iter().map(|estimate| estimate.value));
        let assets = places.iter().filter_map(|place| self.footholds.at(*place).asset());
        let mut jewels: Vec<_> = assets
            .zip(estimates)
            .map(|(node, after)| (self.jewel(node), Chance::from(after)))
            .filter(|(before, after)| before.chance != *after)
            .collect();
        let change =
            |(before, after): &(Jewel, Chance)| f64::from(before.chance.value - after.value) * before.value;
        jewels.sort_by(|a, b| change(b).total_cmp(&change(a)).then(a.0.node.cmp(&b.0.node)));
        WhatIf { before: self.passes.value.risk(), after, jewels }
    }

    /// What no source collected, so that some rules could not look.
    pub fn not_collected(&self) -> Vec<NotCollected> {
        let mut missing: BTreeMap<&'static str, Vec<&'static str>> = BTreeMap::new();
        for rule in RULES {
            for want in rule.wants.iter().filter(|want| !self.facts.knows(want)) {
                missing.entry(want).or_default().push(rule.id);
            }
        }
        missing.into_iter().map(|(what, rules)| NotCollected { what, rules }).collect()
    }
}

impl From<Estimate> for Chance {
    fn from(Estimate { low, value, high }: Estimate) -> Self {
        Self { low: low as f32, value: value as f32, high: high as f32 }
    }
}

/// The work that a cut may take: a round over many goals is as long as many rounds over one.
fn budget(goals: usize) -> cut::Budget {
    let usual = cut::Budget::default();
    cut::Budget { rounds: (GOAL_ROUNDS / goals.max(1)).clamp(1, usual.rounds), ..usual }
}

/// All fixes, the steps that each removes, and the fix of each fact.
#[derive(Default)]
struct Fixes {
    fixes: Vec<Fix>,
    /// The same as the engine knows them.
    remedies: Vec<Remedy>,
    fix_of: HashMap<Basis, FixId>,
}

impl Fixes {
    fn of(facts: &Facts, steps: &AllSteps, network: &Network) -> Self {
        let mut places = vec![None; steps.len()];
        for step in network.step_ids() {
            places[network.origin(step) as usize] = Some(step);
        }
        let places: Vec<_> = places.into_iter().flatten().collect();
        let mut all = Self::default();
        let mut looked_at: HashSet<Basis> = HashSet::new();
        let mut numbers: std::collections::HashMap<String, FixId> = std::collections::HashMap::new();
        for (id, step) in steps.iter() {
            for basis in step.because {
                if looked_at.insert(*basis)
                    && let Some(fix) = fix_of(facts, *basis)
                {
                    let number = *numbers.entry(fix.title.clone()).or_insert_with(|| {
                        let cost = NonZeroU32::new(fix.cost).unwrap_or(NonZeroU32::MIN);
                        all.fixes.push(fix);
                        all.remedies.push(Remedy { cost, elements: Vec::new() });
                        (all.fixes.len() - 1) as FixId
                    });
                    all.fix_of.insert(*basis, number);
                }
                if let Some(number) = all.fix_of.get(basis) {
                    all.remedies[*number as usize].elements.push(Element::Step(places[id as usize]));
                }
            }
        }
        for remedy in &mut all.remedies {
            remedy.elements.sort_unstable();
            remedy.elements.dedup();
        }
        all
    }
}
