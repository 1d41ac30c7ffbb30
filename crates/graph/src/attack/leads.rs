//! What each exposure is to an attacker: how likely one comes to use it, and what can be lost from where it leads.

use super::Attack;
use crate::facts::{Chance, Exposure, Node, Rights, Way};
use crate::rules::zoned;
use crate::steps::{Basis, Foothold, Step};
use bartizan_model::{ExposureId, Reach};
use std::collections::BTreeSet;

/// What an exposure is to an attacker.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lead {
    /// How likely an attacker comes to stand where it can be used, by the ways that are known.
    pub stand: Chance,
    /// The most that can be lost from where it leads, in one blow: value times probability of the best way there. 0 where it leads
    /// to nothing that somebody valued.
    pub beyond: f64,
    /// Whether zones and firewalls say who talks to its asset: then no other way in is to be assumed.
    pub zoned: bool,
}

impl Lead {
    fn risk(&self) -> f64 {
        f64::from(self.stand.value) * self.beyond
    }

    /// Whether an attacker comes to use it and something valued falls by it.
    pub fn is_somewhere(&self) -> bool {
        self.risk() > 0.0
    }
}

fn is_client_side(exposure: &Exposure) -> bool {
    exposure.way == Way::ClientSide && exposure.gives != Rights::None
}

impl Attack {
    /// What each exposure is to an attacker, in the order of the facts.
    pub fn leads(&self) -> Vec<(ExposureId, Lead)> {
        let exposures = || self.facts.exposures().map(|(_, exposure)| exposure);
        let mut leads: Vec<_> =
            exposures().map(|exposure| (exposure.id, self.without_a_step(exposure))).collect();
        let machines: BTreeSet<_> =
            exposures().filter(|exposure| is_client_side(exposure)).map(|exposure| exposure.asset).collect();
        for (_, step) in self.steps.iter() {
            let exposure = step.because.iter().find_map(|basis| match basis {
                Basis::Exposure(at) => Some(*at),
                _ => None,
            });
            let Some(at) = exposure else { continue };
            let Lead { zoned, .. } = leads[self.facts.place(at)].1;
            let exposure = self.facts.exposure(at);
            let (mut stand, beyond) = (self.stand(step.needs), self.beyond(exposure, &step));
            if is_client_side(exposure) {
                // That somebody opens what was sent is a chance of the whole organisation: this machine has its share.
                let share = 1.0 / machines.len() as f32;
                stand = Chance { low: stand.low * share, value: stand.value * share, ..stand };
            }
            let lead = Lead { stand, beyond, zoned };
            let known = &mut leads[self.facts.place(at)].1;
            let better = (lead.risk(), lead.stand.value) > (known.risk(), known.stand.value);
            if better {
                *known = lead;
            }
        }
        leads
    }

    /// What control of an asset is to an attacker: of weaknesses that are in the graph as the facts behind them.
    pub fn lead_of(&self, node: Node) -> Lead {
        let control = Foothold::Control(node);
        Lead { stand: self.chance(control), beyond: self.consequence(control), zoned: false }
    }

    /// An exposure that gives no foothold: who could use it, and nothing beyond.
    fn without_a_step(&self, exposure: &Exposure) -> Lead {
        let node = exposure.asset;
        let best = |footholds: &[Foothold]| {
            let chances = footholds.iter().map(|foothold| self.chance(*foothold));
            chances.fold(Chance::exactly(0.0), |a, b| if b.value > a.value { b } else { a })
        };
        let stand = match (exposure.way, exposure.port) {
            (Way::Remote | Way::Adjacent, Some(port)) => {
                best(&[Foothold::Reach(node), Foothold::Port(node, port)])
            }
            (Way::Remote | Way::Adjacent, None) => best(&[Foothold::Reach(node)]),
            (Way::Local, _) => best(&[Foothold::Session(node)]),
            (Way::ClientSide | Way::Physical, _) => Chance::exactly(0.0),
        };
        let zoned = self.facts.asset(node).reach == Reach::Unknown && zoned(&self.facts, node);
        Lead { stand, beyond: 0.0, zoned }
    }

    /// How likely an attacker comes to hold all of these.
    fn stand(&self, needs: &[Foothold]) -> Chance {
        let chances = needs.iter().map(|need| self.chance(*need));
        chances.fold(Chance::CERTAIN, Chance::and)
    }

    /// What can be lost from where a step leads; of that, what the step itself leaves open beside the exposure's own chance.
    fn beyond(&self, exposure: &Exposure, step: &Step<'_>) -> f64 {
        let own = f64::from(exposure.chance.value);
        let rest = if own > 0.0 { (f64::from(step.chance.value) / own).min(1.0) } else { 0.0 };
        self.consequence(step.gains) * rest
    }
}
