//! The steps, entries and jewels of a generation as the engine takes them.

use super::Entries;
use crate::engine::cost::Interval;
use crate::engine::network::{BuildError, Network, NetworkBuilder};
use crate::facts::{Chance, Facts, Node};
use crate::footholds::Footholds;
use crate::steps::{AllSteps, Foothold};
use std::sync::Arc;

/// The engine's network of these steps.
pub(super) fn network(
    facts: &Facts,
    steps: &AllSteps,
    footholds: &Footholds,
    entries: &Entries,
    jewels: &[Node],
) -> Arc<Network> {
    let mut builder = NetworkBuilder::with_room(footholds.len() as u32, steps.len());
    let mut refused = 0_u64;
    let mut take = |result: Option<Result<(), BuildError>>| {
        refused += u64::from(result.is_none_or(|result| result.is_err()));
    };
    let mut needs = Vec::new();
    for (_, step) in steps.iter() {
        needs.clear();
        needs.extend(step.needs.iter().filter_map(|need| footholds.number(*need)));
        let gains = footholds.number(step.gains).zip(interval(step.chance));
        take(gains.map(|(gains, chance)| builder.step(&needs, gains, chance)));
    }
    for (entry, prior) in &entries.0 {
        let node = footholds.number(Foothold::Entry(*entry));
        if let Some(prior) = interval(*prior) {
            take(node.map(|node| builder.entry(node, *entry as u8, prior)));
        }
    }
    for node in jewels {
        let (number, value) = (footholds.number(Foothold::Control(*node)), facts.asset(*node).value);
        take(number.map(|number| builder.jewel(number, value)));
    }
    debug_assert_eq!(refused, 0, "steps have few needs, and every foothold has a number");
    builder.build()
}

fn interval(chance: Chance) -> Option<Interval> {
    Interval::new(chance.low.into(), chance.value.into(), chance.high.into())
}
