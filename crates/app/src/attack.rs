//! The attack graph of an installation: facts out of the store and the estate, kept until something changes.

use crate::{App, AppError};
use bartizan_graph::{Asset, Attack, Chance, Entries, Exposure, FactsBuilder, Node, Rights, Way};
use bartizan_model::{EventSeq, Locus};
use bartizan_prioritize::{AttackVector, Estate, Estimate, Level, Usable};
use bartizan_store::{Event, Reader, StoreError};
use std::sync::{Arc, PoisonError};

/// A generation of the graph, and the last event it knows of.
pub(crate) type Generation = (EventSeq, Arc<Attack>);

/// Events are read in pages of this size.
const PAGE: i64 = 10_000;

impl App {
    /// The attack graph of what is known now. It is derived anew when a fact changed, beside the one that others still read.
    pub fn attack(&self) -> Result<Arc<Attack>, AppError> {
        let mut kept = self.attack.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((seq, attack)) = &mut *kept {
            let (last, changed) = self.read(|reader| news(reader, *seq))?;
            if !changed {
                *seq = last;
                return Ok(Arc::clone(attack));
            }
        }
        let estate = self.estate()?;
        let (seq, facts) = self.read(|reader| {
            let seq = reader.last_event()?;
            Ok((seq, facts(reader, &estate)?))
        })?;
        drop(estate);
        let attack = Arc::new(Attack::new(facts.build().0, &Entries::default()));
        *kept = Some((seq, Arc::clone(&attack)));
        Ok(attack)
    }
}

/// The last event after this one, and whether any of those between changes the graph.
fn news(reader: &mut Reader<'_>, mut seq: EventSeq) -> Result<(EventSeq, bool), StoreError> {
    loop {
        let page = reader.events_after(seq, PAGE)?;
        let Some(last) = page.last() else { return Ok((seq, false)) };
        seq = last.seq;
        if page.iter().any(changes_the_graph) {
            return Ok((seq, true));
        }
    }
}

fn changes_the_graph(event: &Event) -> bool {
    let kind = event.kind.as_str();
    let of_rows = kind.starts_with("asset.") || (kind.starts_with("exposure.") && kind != "exposure.seen");
    of_rows
        || matches!(
            kind,
            "facts.changed" | "knowledge.changed" | "scope.changed" | "store.rebuilt" | "weakness.joined"
        )
}

/// Everything that the rules read.
fn facts(reader: &mut Reader<'_>, estate: &Estate) -> Result<FactsBuilder, StoreError> {
    let mut facts = FactsBuilder::default();
    for holding in estate.holdings() {
        facts.asset(Asset {
            id: holding.id,
            kind: holding.kind,
            name: holding.name.into(),
            reach: holding.reach,
            value: holding.value,
        });
    }
    reader.each_attribute(|fact| facts.attribute(fact.asset, &fact.name, &fact.value))?;
    reader.each_relation(|fact| {
        facts.relation(fact.from, &fact.relation, fact.to, &fact.via, &fact.source, fact.last_seen);
    })?;
    reader.each_address(|asset, address, seen| facts.address(asset, address, seen))?;
    for usable in estate.usable() {
        facts.exposure(usable.asset, exposure(&usable));
    }
    Ok(facts)
}

fn exposure(usable: &Usable<'_>) -> Exposure {
    let Ok(locus) = usable.locus.parse::<Locus>();
    let rights = |level| match level {
        Level::None => Rights::None,
        Level::Low => Rights::User,
        Level::High => Rights::Admin,
    };
    Exposure {
        id: usable.id,
        asset: Node::default(),
        weakness: usable.weakness.into(),
        port: if let Locus::Port { port, .. } = locus { Some(port) } else { None },
        way: match (usable.vector, usable.interaction) {
            // A file that somebody opens comes from far away, whatever CVSS calls it.
            (AttackVector::Network | AttackVector::Local, true) => Way::ClientSide,
            (AttackVector::Network, false) => Way::Remote,
            (AttackVector::Adjacent, _) => Way::Adjacent,
            (AttackVector::Local, false) => Way::Local,
            (AttackVector::Physical, _) => Way::Physical,
        },
        asks: rights(usable.asks),
        gives: rights(usable.gives),
        chance: chance(usable.chance),
        fix: usable.fix.as_str().into(),
    }
}

fn chance(estimate: Estimate) -> Chance {
    let part = |value: f64| value.clamp(0.0, 1.0) as f32;
    Chance::between(part(estimate.low), part(estimate.value), part(estimate.high))
}
