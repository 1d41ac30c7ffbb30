//! One hole, told of an application and of the machine that it runs on, or of two names of one machine.
//!
//! What a rule joined rests on where the application runs, or on who had its address: so it is looked at again when that changes,
//! and when the application or the machine has a vulnerability more. An installation that is told of no application asks once,
//! and is done.

mod topology;

use super::{News, Pair};
use bartizan_assess::correlation::machine::Word;
use bartizan_model::{AssetId, AssetKind, ExposureId};
use bartizan_store::{NewCorrelation, RUNS_ON, Reader, SAME_ADDRESS, StoreError, Tx};
use std::collections::{BTreeMap, BTreeSet};
pub(super) use topology::Topology;

/// Joins what applications and their machines both have, as far as a transaction touched them; the exposures that another stands
/// for since.
pub(super) fn join(tx: &mut Tx<'_>, news: &News) -> Result<Vec<ExposureId>, StoreError> {
    if news.moved {
        // What is left alone where something moved away is named by nobody.
        return join_all(tx);
    }
    let topology = Topology::read(&mut tx.reader())?;
    if topology.is_empty() {
        return Ok(Vec::new());
    }
    let mut assets = tx.reader().assets_of(&news.opened, |_| true)?;
    assets.extend(tx.reader().assets_of(&news.updated, |_| true)?);
    // Who had an address when is told with each record of a host, and by no event.
    assets.extend(news.assets.iter().copied().filter(|asset| topology.is_sharing(*asset)));
    let touched = topology.around(assets);
    let joined = joined(tx)?;
    settle(tx, topology, touched, &joined)
}

/// As [`join`], of everything.
pub(super) fn join_all(tx: &mut Tx<'_>) -> Result<Vec<ExposureId>, StoreError> {
    let topology = Topology::read(&mut tx.reader())?;
    let joined = joined(tx)?;
    let mut all = topology.all();
    all.extend(&joined);
    settle(tx, topology, all, &joined)
}

/// The assets of which something is joined, and by which rule.
fn joined(tx: &mut Tx<'_>) -> Result<BTreeMap<AssetId, &'static str>, StoreError> {
    let mut joined = BTreeMap::new();
    for (kind, rule) in [(AssetKind::WebApplication, RUNS_ON), (AssetKind::Host, SAME_ADDRESS)] {
        joined.extend(tx.reader().joined_by(rule, kind)?.into_iter().map(|asset| (asset, rule)));
    }
    Ok(joined)
}

fn settle(
    tx: &mut Tx<'_>,
    mut topology: Topology,
    touched: BTreeMap<AssetId, &'static str>,
    before: &BTreeMap<AssetId, &'static str>,
) -> Result<Vec<ExposureId>, StoreError> {
    let mut joined = Vec::new();
    for (asset, rule) in touched {
        let words = topology.words(&mut tx.reader(), asset)?.into_iter();
        let same = words.filter_map(|(one, other, word)| match word {
            Word::Same(reason) => Some(NewCorrelation { one, other, rule: rule.to_owned(), reason }),
            Word::Perhaps(_) => None,
        });
        let same: Vec<_> = same.collect();
        if !same.is_empty() || before.contains_key(&asset) {
            joined.extend(tx.correlate_by_facts(rule, asset, &same)?);
        }
    }
    Ok(joined)
}

/// What an application, or a name, and its machines both have and is perhaps one: nobody said that it is, or is not.
pub(super) fn alike(
    reader: &mut Reader<'_>,
    topology: &mut Topology,
    asset: AssetId,
) -> Result<Vec<Pair>, StoreError> {
    let words = topology.own_words(reader, asset)?;
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let mut apart = BTreeSet::new();
    for row in reader.correlations(asset)?.iter().filter(|row| !row.same) {
        let (one, other) = (reader.lead_of(row.one)?, reader.lead_of(row.other)?);
        apart.insert((one.min(other), one.max(other)));
    }
    let mut found = Vec::new();
    for (one, other, word) in words {
        let (one, other) = (reader.lead_of(one)?, reader.lead_of(other)?);
        let (one, other) = (one.min(other), one.max(other));
        let (score, reason) = match word {
            Word::Same(reason) => (1.0, reason),
            Word::Perhaps(reason) => (PERHAPS, reason),
        };
        if one != other && !apart.contains(&(one, other)) {
            found.push(Pair { one, other, score, reason });
        }
    }
    Ok(found)
}

/// One vulnerability on an application and on its machine is more often one hole than two.
const PERHAPS: f64 = 0.75;
