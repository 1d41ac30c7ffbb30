//! The attack graph of an installation: facts out of the store and the estate, kept until something changes.

pub(crate) mod reports;

use crate::{App, AppError, entries};
use bartizan_graph::facts::MOST_RELATIONS;
use bartizan_graph::{Asset, Attack, Chance, Effect, Exposure, FactsBuilder, Node, Report, Rights, Way};
use bartizan_model::{AssetId, EventSeq, ExposureId, Locus};
use bartizan_prioritize::{AttackVector, Beside, Estate, Estimate, Holding, Lead, Level, Usable};
use bartizan_store::{Event, Reader, StoreError};
use std::sync::{Arc, PoisonError};

/// A generation of the graph.
pub(crate) struct Generation {
    /// The last event that it surely knows of: as far as the estate had followed the log that it was derived from.
    seq: EventSeq,
    attack: Arc<Attack>,
    /// Whether the estate's priorities rest on it.
    placed: bool,
}

/// Events are read in pages of this size.
const PAGE: i64 = 10_000;

impl App {
    /// The attack graph of what is known now. It is derived anew when a fact changed, beside the one that others still read.
    pub fn attack(&self) -> Result<Arc<Attack>, AppError> {
        // Loaded first: that makes a generation.
        let live = self.live()?;
        let mut kept = self.attack.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Generation { seq, attack, .. }) = &mut *kept {
            let (last, news) = self.read(|reader| news(reader, *seq))?;
            if news == News::Nothing {
                *seq = last;
                return Ok(Arc::clone(attack));
            }
        }
        self.follow()?;
        // Asked before the news and the estate are read: what comes meanwhile is looked at again.
        let seq = live.followed.lock().unwrap_or_else(PoisonError::into_inner).seq();
        let before = match &*kept {
            Some(kept) => Some((&*kept.attack, self.read(|reader| news(reader, kept.seq))?.1)),
            None => None,
        };
        let fresh = self.derive(seq, &*self.estate()?, before)?;
        Ok(Arc::clone(&kept.insert(fresh).attack))
    }

    /// What each open exposure is to an attacker, by what is known now.
    pub fn leads(&self) -> Result<Vec<(ExposureId, Lead)>, AppError> {
        self.attack()?;
        let kept = self.attack.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(kept.as_ref().map(Generation::leads).unwrap_or_default())
    }

    /// Has the priorities rest on the attack graph of what is known now; whether that changed any. Seconds where there is much: the
    /// graph is derived anew where a fact changed. An estate that nobody asked for yet is placed when it is loaded.
    pub fn place(&self) -> Result<bool, AppError> {
        let Some(live) = self.live.get() else { return Ok(false) };
        let attack = match self.attack() {
            Err(AppError::TooMuch(_)) => return Ok(false),
            attack => attack?,
        };
        let newest = |kept: &&mut Generation| Arc::ptr_eq(&kept.attack, &attack) && !kept.placed;
        let mut kept = self.attack.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(kept) = kept.as_mut().filter(|kept| newest(kept)) else { return Ok(false) };
        kept.placed = true;
        let leads = kept.leads();
        Ok(live.estate.write().unwrap_or_else(PoisonError::into_inner).place(leads))
    }

    /// Makes the attack graph as it is ready to be asked what would be if. Nobody who asks meanwhile waits for it.
    pub fn prepare(&self) {
        let kept = self.attack.lock().unwrap_or_else(PoisonError::into_inner);
        let attack = kept.as_ref().map(|kept| Arc::clone(&kept.attack));
        drop(kept);
        if let Some(attack) = attack {
            attack.prepare();
        }
    }

    /// As [`Self::place`], for an estate that nobody else sees yet. What is too much for the graph is no reason to show no list: whoever
    /// asks for ways is told.
    pub(crate) fn place_first(&self, seq: EventSeq, estate: &mut Estate) -> Result<(), AppError> {
        let mut first = match self.derive(seq, estate, None) {
            Err(AppError::TooMuch(why)) => {
                tracing::warn!("priorities do not rest on the attack graph: {why}");
                return Ok(());
            }
            derived => derived?,
        };
        estate.place(first.leads());
        first.placed = true;
        *self.attack.lock().unwrap_or_else(PoisonError::into_inner) = Some(first);
        Ok(())
    }

    /// Derives a generation from an estate that has followed the log so far; what depends on no fact that changed since the one before
    /// is taken over from it.
    fn derive(
        &self,
        seq: EventSeq,
        estate: &Estate,
        before: Option<(&Attack, News)>,
    ) -> Result<Generation, AppError> {
        let (exposures, reports) = exposures(estate);
        let (facts, entries) = self.read(|reader| {
            let facts = match before {
                Some((before, News::Exposures)) => before.facts().with_exposures(exposures),
                _ => facts(reader, estate, exposures)?.build(),
            };
            Ok((facts, entries::considered(reader)?))
        })?;
        let over = facts.left_out().too_many;
        if over > 0 {
            return Err(AppError::TooMuch(format!(
                "{over} relations are more than the {MOST_RELATIONS} that the attack graph holds, and with a part of them its \
                 answers would be wrong: collect less (of sessions, say), or keep parts of the organisation in installations of \
                 their own"
            )));
        }
        let attack = match before {
            Some((before, _)) => before.after(facts, &entries),
            None => Attack::new(facts, &entries),
        };
        Ok(Generation { seq, attack: Arc::new(attack.with_reports(reports)), placed: false })
    }
}

impl Generation {
    /// What the graph says of each exposure, by id.
    fn leads(&self) -> Vec<(ExposureId, Lead)> {
        let attack = &self.attack;
        let mut leads = attack.leads();
        // Who holds an identity uses what is wrong with it.
        let of_identity =
            |report: &Report| Some((report.id, attack.lead_of(attack.facts().node(report.asset)?)));
        leads.extend(attack.reports().iter().filter_map(of_identity));
        leads.sort_unstable_by_key(|(id, _)| *id);
        // What is on several assets is to an attacker what it is where it serves him most.
        leads.dedup_by(|(id, lead), (kept, most)| {
            let serves = |lead: &bartizan_graph::Lead| f64::from(lead.stand.value) * lead.beyond;
            if id == kept && (serves(lead), lead.stand.value) > (serves(most), most.stand.value) {
                *most = *lead;
            }
            id == kept
        });
        let placed = leads.into_iter().map(|(id, lead)| {
            let Chance { low, value, high } = lead.stand;
            let stand = Estimate { value: value.into(), low: low.into(), high: high.into() };
            (id, Lead { stand, beyond: lead.beyond, zoned: lead.zoned })
        });
        placed.collect()
    }
}

/// What changed of that which a generation was derived from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum News {
    Nothing,
    /// Exposures, or who is reckoned with; nothing that is told of assets.
    Exposures,
    Facts,
}

/// The last event after this one, and what changed until then.
fn news(reader: &mut Reader<'_>, mut seq: EventSeq) -> Result<(EventSeq, News), StoreError> {
    let mut news = News::Nothing;
    loop {
        let page = reader.events_after(seq, PAGE)?;
        let Some(last) = page.last() else { return Ok((seq, news)) };
        seq = last.seq;
        news = page.iter().map(changed).fold(news, News::max);
        if news == News::Facts {
            return Ok((seq, news));
        }
    }
}

fn changed(event: &Event) -> News {
    match event.kind.as_str() {
        "exposure.assigned" | "exposure.commented" | "exposure.seen" => News::Nothing,
        "entry.changed" | "knowledge.changed" | "weakness.joined" => News::Exposures,
        "facts.changed" | "scope.changed" | "store.rebuilt" => News::Facts,
        kind if kind.starts_with("exposure.") => News::Exposures,
        kind if kind.starts_with("asset.") => News::Facts,
        _ => News::Nothing,
    }
}

/// The exposures that the rules read, and those that report facts which they read themselves.
fn exposures(estate: &Estate) -> (Vec<(AssetId, Exposure)>, Vec<Report>) {
    let (mut read, mut reported) = (Vec::new(), Vec::new());
    for usable in estate.usable() {
        if let Some(report) = reports::report(&usable) {
            reported.push(report);
        } else {
            let known = exposure(&usable);
            read.extend(estate.elsewhere(usable.id).map(|asset| (asset, known.clone())));
            read.push((usable.asset, known));
        }
    }
    (read, reported)
}

/// Everything that the rules read.
fn facts(
    reader: &mut Reader<'_>,
    estate: &Estate,
    exposures: Vec<(AssetId, Exposure)>,
) -> Result<FactsBuilder, StoreError> {
    let mut facts = FactsBuilder::default();
    for holding in estate.holdings() {
        facts.asset(asset(&holding));
    }
    reader.each_attribute(|fact| facts.attribute(fact.asset, &fact.name, &fact.value))?;
    // What was told only as an identifier is an attribute to the rules.
    reader.each_cloud_id(|asset, id| facts.attribute(asset, "cloud-id", id))?;
    reader.each_relation(|fact| {
        facts.relation(fact.from, &fact.relation, fact.to, &fact.via, &fact.source, fact.last_seen);
    })?;
    reader.each_address(|asset, address, seen| facts.address(asset, address, seen))?;
    exposures.into_iter().for_each(|(asset, exposure)| facts.exposure(asset, exposure));
    Ok(facts)
}

pub(crate) fn asset(holding: &Holding<'_>) -> Asset {
    Asset {
        id: holding.id,
        kind: holding.kind,
        name: holding.name.into(),
        reach: holding.reach,
        value: holding.value,
    }
}

pub(crate) fn exposure(usable: &Usable<'_>) -> Exposure {
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
        effect: match usable.effect {
            Beside::Nothing => Effect::Nothing,
            Beside::ForgesRequests => Effect::ForgesRequests,
            Beside::LeaksSecret => Effect::LeaksSecret,
        },
        chance: chance(usable.chance),
        fix: usable.fix.as_str().into(),
    }
}

fn chance(estimate: Estimate) -> Chance {
    let part = |value: f64| value.clamp(0.0, 1.0) as f32;
    Chance::between(part(estimate.low), part(estimate.value), part(estimate.high))
}
