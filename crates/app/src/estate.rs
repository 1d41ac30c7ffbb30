//! Keeps the estate in step with the facts: loads it whole at start, then follows the event log.
//!
//! Small news touch only the rows they name. News that touch much (a feed, a scope, a removal) load the estate anew
//! beside the old one and swap it in whole, so a reader never sees half of it.

mod rows;
mod scopes;

use crate::AppError;
use bartizan_model::{AssetId, EventSeq, ExposureId, SourceId, Timestamp, WeaknessId};
use bartizan_prioritize::{Estate, SourceRow, UserRow};
use bartizan_store::{Event, ExposureRow, Reader, Store, StoreError};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{PoisonError, RwLock};

/// How far the estate has followed the log, and what it needs to go on.
pub(crate) struct Followed {
    seq: EventSeq,
    sources: Vec<SourceId>,
    weaknesses: WeaknessId,
    openings: Openings,
    /// Evidence by day and kind, and the number of the last that was counted.
    evidence: BTreeMap<(i64, String), i64>,
    last_evidence: i64,
}

/// When exposures were opened, by the highest id of those that were opened together (see [`Reader::openings`]).
type Openings = BTreeMap<ExposureId, Timestamp>;

impl Followed {
    /// The last event that was taken in.
    pub(crate) fn seq(&self) -> EventSeq {
        self.seq
    }

    /// When we were first told of an exposure, or of that one of those that are one with it which was opened first.
    fn opened(&self, row: &ExposureRow) -> Timestamp {
        self.openings.range(row.eldest..).next().map_or(row.first_seen, |(_, at)| *at)
    }

    /// Evidence by day (counted from 1970, UTC) and kind, as of now. It only grows, so it is counted on from where the
    /// last count ended.
    pub(crate) fn evidence(&mut self, store: &Store) -> Result<&BTreeMap<(i64, String), i64>, AppError> {
        let last = self.last_evidence;
        for new in store.read::<_, StoreError>(|reader| reader.evidence_by_day(last))? {
            self.last_evidence = self.last_evidence.max(new.last);
            *self.evidence.entry((new.day, new.kind)).or_default() += new.count;
        }
        Ok(&self.evidence)
    }
}

/// News of more rows than this are taken in by loading the estate anew: a linear pass is cheaper than that many look-ups.
const RELOAD_ABOVE: i64 = 200_000;
/// The world knows something new: every weakness may be judged otherwise.
const KNOWLEDGE: &str = "knowledge.changed";
/// Events are read in pages of this size.
const PAGE: i64 = 10_000;
/// Exposures are handed to the estate in chunks, so that loading never holds a second copy of them all.
const CHUNK: usize = 65_536;

/// Loads everything.
pub(crate) fn load(store: &Store, now: Timestamp) -> Result<(Estate, Followed), AppError> {
    store.read(|reader| load_from(reader, now)).map_err(AppError::Store)
}

fn load_from(reader: &mut Reader<'_>, now: Timestamp) -> Result<(Estate, Followed), StoreError> {
    let seq = reader.last_event()?;
    let (mut estate, _) = Estate::builder(now).build();
    let mut followed = Followed {
        seq,
        sources: Vec::new(),
        weaknesses: WeaknessId(0),
        openings: reader.openings()?.into_iter().collect(),
        evidence: BTreeMap::new(),
        last_evidence: 0,
    };
    take_sources(reader, &mut estate, &mut followed)?;
    estate.upsert_users(
        reader.accounts()?.into_iter().map(|account| UserRow { id: account.id, name: account.name }),
    );
    take_assets(reader, &mut estate)?;
    take_weaknesses(reader, &mut estate, &mut followed)?;
    let mut chunk = Vec::with_capacity(CHUNK);
    reader.each_exposure(|row| {
        chunk.push(rows::exposure(row, &followed));
        if chunk.len() == CHUNK {
            report(estate.upsert_exposures(chunk.drain(..)));
        }
    })?;
    report(estate.upsert_exposures(chunk));
    estate.reprioritize(now);
    Ok((estate, followed))
}

/// Takes in what happened since; returns it.
pub(crate) fn follow(
    store: &Store,
    estate: &RwLock<Estate>,
    followed: &mut Followed,
    now: Timestamp,
) -> Result<Vec<Event>, AppError> {
    let mut news = Vec::new();
    loop {
        let page = store.read::<_, StoreError>(|reader| reader.events_after(followed.seq, PAGE))?;
        let Some(last) = page.last().map(|event| event.seq) else { break };
        let full = page.len() as i64 == PAGE;
        let touched: i64 =
            page.iter().filter(|event| concerns_rows(&event.kind)).map(|event| event.count).sum();
        let knowledge = page.iter().any(|event| event.kind == KNOWLEDGE);
        if page.iter().any(|event| needs_reload(&event.kind)) || touched > RELOAD_ABOVE {
            let (mut fresh, state) = load(store, now)?;
            let mut estate = estate.write().unwrap_or_else(PoisonError::into_inner);
            fresh.succeeds(&estate);
            *estate = fresh;
            *followed = Followed { seq: last.max(state.seq), ..state };
        } else if touched > 0 || knowledge {
            if knowledge {
                // All weaknesses are read again with what is known of them now; the exposures stay as they are.
                followed.weaknesses = WeaknessId(0);
            }
            store.read::<_, StoreError>(|reader| {
                // Read under the lock: short, since the page names few rows.
                let mut estate = estate.write().unwrap_or_else(PoisonError::into_inner);
                take_sources(reader, &mut estate, followed)?;
                if page.iter().any(|event| event.kind.starts_with("asset.")) {
                    take_assets(reader, &mut estate)?;
                }
                take_weaknesses(reader, &mut estate, followed)?;
                followed.openings.extend(page.iter().filter_map(Event::opening));
                take_exposures(reader, &mut estate, followed, &page)?;
                // What was taken in is scored already; all the rest only where it may be judged otherwise.
                if knowledge || now.days_since(estate.now()) > 0 {
                    estate.reprioritize(now);
                }
                Ok(())
            })?;
            followed.seq = last;
        } else {
            followed.seq = last;
        }
        news.extend(page);
        if !full {
            break;
        }
    }
    Ok(news)
}

fn needs_reload(kind: &str) -> bool {
    matches!(
        kind,
        "scope.changed"
            | "store.rebuilt"
            | "weakness.joined"
            | "asset.merged"
            | "asset.split"
            | "account.added"
            | "account.changed"
            | "account.removed"
    )
}

fn concerns_rows(kind: &str) -> bool {
    kind.starts_with("exposure.") || kind.starts_with("asset.")
}

fn take_sources(
    reader: &mut Reader<'_>,
    estate: &mut Estate,
    followed: &mut Followed,
) -> Result<(), StoreError> {
    let all = reader.sources()?;
    if all.len() > followed.sources.len() {
        followed.sources = all.iter().map(|(id, _)| *id).collect();
        estate.upsert_sources(all.into_iter().map(|(id, name)| SourceRow { id, name }));
    }
    Ok(())
}

fn take_assets(reader: &mut Reader<'_>, estate: &mut Estate) -> Result<(), StoreError> {
    let scopes = scopes::Scopes::load(reader)?;
    estate.upsert_scopes(scopes.rows());
    let mut names: HashMap<AssetId, Vec<String>> = HashMap::new();
    if scopes.need_identifiers() {
        reader.each_identifier(|asset, one| names.entry(asset).or_default().push(one.value))?;
    }
    let mut networks: HashMap<AssetId, BTreeSet<String>> = HashMap::new();
    reader.each_network(|asset, name| {
        networks.entry(asset).or_default().insert(name.to_owned());
    })?;
    let mut assets = Vec::new();
    reader.each_asset(|row| {
        let names = names.get(&row.id).map_or(&[] as &[String], Vec::as_slice);
        let networks = networks.remove(&row.id).unwrap_or_default().into_iter().collect();
        assets.push(scopes.place(row, names, networks));
    })?;
    estate.upsert_assets(assets);
    Ok(())
}

fn take_weaknesses(
    reader: &mut Reader<'_>,
    estate: &mut Estate,
    followed: &mut Followed,
) -> Result<(), StoreError> {
    let mut fresh = Vec::new();
    reader.each_weakness(followed.weaknesses, |row| fresh.push(row))?;
    let Some(last) = fresh.last().map(|row| row.id) else { return Ok(()) };
    let mut knowledge = HashMap::new();
    reader.each_knowledge(|row| {
        knowledge.insert(row.key.clone(), row);
    })?;
    let feeds = rows::Feeds::of(&reader.feeds()?);
    estate.upsert_weaknesses(fresh.into_iter().map(|row| {
        let known = knowledge.remove(&row.key);
        rows::weakness(row, known, &feeds)
    }));
    followed.weaknesses = last;
    Ok(())
}

fn take_exposures(
    reader: &mut Reader<'_>,
    estate: &mut Estate,
    followed: &Followed,
    events: &[Event],
) -> Result<(), StoreError> {
    for event in events.iter().filter(|event| event.kind.starts_with("exposure.")) {
        if event.kind == "exposure.joined" {
            // Another stands for it now, which is read again.
            estate.remove(event.subjects.iter().map(ExposureId));
        }
        for (low, high) in event.subjects.ranges() {
            let mut rows = Vec::new();
            reader.exposures_between(*low, *high, |row| rows.push(rows::exposure(row, followed)))?;
            report(estate.upsert_exposures(rows));
        }
    }
    Ok(())
}

/// The store refers to nothing that is not there; where the estate disagrees, that is our bug, and it must be seen.
fn report(rejected: Vec<bartizan_prioritize::Rejected>) {
    if let Some(first) = rejected.first() {
        tracing::error!(
            count = rejected.len(),
            exposure = first.id.0,
            "exposures refer to assets or weaknesses that are not loaded"
        );
    }
}
