//! Ways of an attacker, with all that explains each step.

use super::{Attack, FixId};
use crate::engine::best::{self, End};
use crate::engine::derivation::Derivation;
use crate::facts::Chance;
use crate::rules::{RULES, Rule};
use crate::steps::{Basis, Entry, Foothold, Step, StepId};
use bartizan_model::{ExposureId, Timestamp};
use std::collections::BTreeSet;

/// Passes that may be spent on finding several ways to one place: some seconds on the largest graphs.
const PASSES: usize = 2_000;
/// Ways that are looked at for one that passes no place twice.
const AROUND: usize = 10;

/// A way of an attacker: hops in an order in which they can be taken. Where a hop needs several things, several ways meet.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// What falls at its end.
    pub goal: Foothold,
    /// Where it begins.
    pub entries: Vec<Entry>,
    /// How likely all of it succeeds.
    pub chance: Chance,
    /// The hops; the last gains the goal.
    pub hops: Vec<Hop>,
}

/// One step of a path, with all that explains it.
#[derive(Debug, Clone, PartialEq)]
pub struct Hop {
    /// The step's number in this generation.
    pub step: StepId,
    /// The rule's id.
    pub rule: &'static str,
    /// What the attacker does.
    pub title: &'static str,
    /// The ATT&CK technique.
    pub technique: &'static str,
    /// What is needed.
    pub needs: Vec<Foothold>,
    /// What is gained.
    pub gains: Foothold,
    /// How likely it succeeds.
    pub chance: Chance,
    /// Why it works, in one sentence.
    pub why: String,
    /// The exposures it rests on, and those that report the facts it rests on.
    pub exposures: Vec<ExposureId>,
    /// The sources of the relations it rests on, and when they last told them.
    pub told: Vec<(String, Timestamp)>,
    /// What would remove it.
    pub fixes: Vec<FixId>,
}

/// The best ways to one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Paths {
    /// Most likely first.
    pub paths: Vec<Path>,
    /// Why there are no more.
    pub end: End,
}

impl Attack {
    /// The best way to stand there; `None` where there is none.
    pub fn best_path(&self, goal: Foothold) -> Option<Path> {
        let derivation = self.passes.value.derivation(self.footholds.number(goal)?)?;
        Some(self.path(&derivation))
    }

    /// The best ways to stand there, most likely first.
    pub fn paths(&self, goal: Foothold, count: usize) -> Paths {
        let Some(number) = self.footholds.number(goal) else {
            return Paths { paths: Vec::new(), end: End::Complete };
        };
        let found = best::best(&self.passes.value, number, count, PASSES);
        let paths = found.derivations.iter().map(|derivation| self.path(derivation)).collect();
        Paths { paths, end: found.end }
    }

    pub(super) fn path(&self, derivation: &Derivation) -> Path {
        let hops: Vec<_> = derivation.steps.iter().map(|step| self.hop(self.network.origin(*step))).collect();
        let entries: Vec<_> = derivation
            .entries
            .iter()
            .filter_map(|entry| match self.footholds.at(self.network.entries()[entry.index()].node) {
                Foothold::Entry(entry) => Some(entry),
                _ => None,
            })
            .collect();
        let chance = self.chance_of(&entries, &hops);
        Path { goal: self.footholds.at(derivation.goal), entries, chance, hops }
    }

    /// A step with all that explains it.
    pub fn hop(&self, id: StepId) -> Hop {
        let step = self.steps.get(id);
        let rule = rule(&step);
        let mut exposures = Vec::new();
        let mut told = BTreeSet::new();
        for basis in step.because {
            exposures.extend(self.reports_of(basis).map(|report| report.id));
            match basis {
                Basis::Exposure(at) => exposures.push(self.facts.exposure(*at).id),
                Basis::Relation(id) => {
                    let relation = self.facts.relation(*id);
                    told.insert((self.facts.word(relation.source).to_owned(), relation.last_seen));
                }
                Basis::Attribute(..) | Basis::Asset(_) | Basis::Reach(_) => {}
            }
        }
        exposures.sort_unstable();
        exposures.dedup();
        let mut fixes: Vec<_> =
            step.because.iter().filter_map(|basis| self.remedies().fix_of.get(basis).copied()).collect();
        fixes.sort_unstable();
        fixes.dedup();
        Hop {
            step: id,
            rule: rule.id,
            title: rule.title,
            technique: rule.technique,
            needs: step.needs.to_vec(),
            gains: step.gains,
            chance: step.chance,
            why: (rule.explain)(&self.facts, &step),
            exposures,
            told: told.into_iter().collect(),
            fixes,
        }
    }

    /// The best way that uses this exposure: from an entry to where it can be used, and on to what can be lost from there. `None`
    /// where no attacker comes to use it, by what is known. A way that ends at its own gain leads to nothing valued.
    pub fn through(&self, exposure: ExposureId) -> Option<Path> {
        // On an application and on its machine, where it is of both.
        let reported = self.reported_by(exposure);
        let is_it = |basis: &Basis| match basis {
            Basis::Exposure(at) => self.facts.exposure(*at).id == exposure,
            fact => reported.contains(fact),
        };
        let rests_on_it = self.steps.iter().filter(|(_, step)| step.because.iter().any(is_it));
        let worth = |step: &Step<'_>| {
            let stand: f64 = step.needs.iter().map(|need| self.gained(*need)).product();
            (stand * self.consequence(step.gains), stand)
        };
        let (id, step) = rests_on_it
            .filter(|(_, step)| worth(step).1 > 0.0)
            .max_by(|(_, a), (_, b)| worth(a).partial_cmp(&worth(b)).unwrap_or(std::cmp::Ordering::Equal))?;
        let mut entries = Vec::new();
        let mut hops: Vec<Hop> = Vec::new();
        for need in step.needs {
            let way = self.around(*need, step.gains)?;
            entries.extend(way.entries);
            let known: Vec<_> = hops.iter().map(|hop| hop.step).collect();
            hops.extend(way.hops.into_iter().filter(|hop| !known.contains(&hop.step)));
        }
        entries.sort_unstable();
        entries.dedup();
        hops.push(self.hop(id));
        if let Some((onward, _)) = self.backward.path(self.footholds.number(step.gains)?) {
            hops.extend(onward.into_iter().map(|step| self.hop(self.network.origin(step))));
        }
        let goal = hops.last().map(|hop| hop.gains)?;
        let chance = self.chance_of(&entries, &hops);
        Some(Path { goal, entries, chance, hops })
    }

    /// The best way to stand there that does not pass a place; the best of all, where none of the next is one.
    fn around(&self, goal: Foothold, place: Foothold) -> Option<Path> {
        let passes = |path: &Path| path.hops.iter().any(|hop| hop.gains == place);
        let best = self.best_path(goal).filter(|path| !passes(path));
        best.or_else(|| self.paths(goal, AROUND).paths.into_iter().find(|path| !passes(path)))
            .or_else(|| self.best_path(goal))
    }

    /// How likely all of it succeeds.
    fn chance_of(&self, entries: &[Entry], hops: &[Hop]) -> Chance {
        let priors = entries.iter().map(|entry| self.chance(Foothold::Entry(*entry)));
        priors.chain(hops.iter().map(|hop| hop.chance)).fold(Chance::CERTAIN, Chance::and)
    }
}

/// The rule that derived a step.
pub(super) fn rule(step: &Step<'_>) -> &'static Rule {
    &RULES[usize::from(step.rule)]
}
