//! Counts beside a list: how many of the selected exposures have which severity, status, asset kind, ...
//!
//! One pass makes six histograms (class, asset, weakness, source set, owner, lead); all facets follow from them, so that what
//! belongs to an asset is counted per asset and not per exposure.

use crate::bitset::Bitset;
use crate::columns::Class;
use crate::estate::Estate;
use crate::score::Band;
use crate::ssvc::Decision;
use bartizan_model::query::Query;
use bartizan_model::{AssetId, AssetKind, Criticality, Reach, Severity, Status, Timestamp};
use serde::Serialize;
use std::collections::BTreeMap;

/// Of named values, the ones with the most.
const TOP: usize = 10;

/// The value of a facet and how many exposures have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Count {
    /// The value, as the query language writes it (`severity:critical`); names as they are.
    pub value: String,
    /// How many.
    pub count: u64,
}

/// An asset and how many of the selected exposures are on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AssetCount {
    /// The asset.
    pub asset: AssetId,
    /// Its name.
    pub name: String,
    /// How many.
    pub count: u64,
}

/// All counts of a selection. Fixed lists hold every value, most urgent first; named ones the most frequent first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Facets {
    /// How many are selected.
    pub total: u64,
    /// By reported severity.
    pub severity: Vec<Count>,
    /// By status.
    pub status: Vec<Count>,
    /// By band of the score.
    pub band: Vec<Count>,
    /// By SSVC decision.
    pub ssvc: Vec<Count>,
    /// Whether they lead an attacker somewhere; only what the attack graph speaks of.
    pub leads: Vec<Count>,
    /// Exploited in the wild (`true`, `false`).
    pub kev: Vec<Count>,
    /// By kind of asset.
    pub kind: Vec<Count>,
    /// By reach.
    pub reach: Vec<Count>,
    /// By criticality, `unknown` included.
    pub criticality: Vec<Count>,
    /// By scope; an exposure counts in each scope of its asset.
    pub scope: Vec<Count>,
    /// By source; an exposure counts for each source that saw it.
    pub source: Vec<Count>,
    /// By owner, the ten with the most; nobody is `none`.
    pub owner: Vec<Count>,
    /// The ten assets with the most.
    pub assets: Vec<AssetCount>,
}

impl Estate {
    /// The counts of what a query selects.
    pub fn facets(&self, query: &Query, now: Timestamp) -> Facets {
        self.count(&self.select(query, now))
    }

    /// The counts of a selection made by [`Self::select`].
    pub fn count(&self, rows: &Bitset) -> Facets {
        let c = &self.columns;
        let mut classes = vec![0_u32; Class::COUNT];
        let mut assets = vec![0_u32; self.assets.len()];
        let mut weaknesses = vec![0_u32; self.weaknesses.len()];
        let mut sources = vec![0_u32; self.source_sets.len()];
        let mut owners = vec![0_u32; self.users.len()];
        let mut leads = [0_u32; 2];
        rows.for_each(|at| {
            classes[usize::from(c.class[at].0) % Class::COUNT] += 1;
            assets[c.asset[at] as usize] += 1;
            weaknesses[c.weakness[at] as usize] += 1;
            sources[c.sources[at] as usize] += 1;
            owners[c.owner[at] as usize] += 1;
            if let Some(somewhere) = c.flags[at].is_somewhere() {
                leads[usize::from(somewhere)] += 1;
            }
        });

        let by_class = |of: &dyn Fn(Class) -> usize, words: &[&str]| {
            let counted = classes.iter().enumerate().map(|(class, n)| (of(Class(class as u16)), *n));
            tally(words, counted)
        };
        let by_asset = |of: &dyn Fn(usize) -> usize, words: &[&str]| {
            tally(words, assets.iter().enumerate().filter(|(_, n)| **n > 0).map(|(asset, n)| (of(asset), *n)))
        };
        let kev = weaknesses.iter().enumerate().filter(|(_, n)| **n > 0);
        let kev = kev.map(|(w, n)| (usize::from(self.weaknesses[w].row.knowledge.kev.is_some()), *n));
        Facets {
            total: classes.iter().map(|n| u64::from(*n)).sum(),
            severity: by_class(&|k| k.severity() as usize, &Severity::ALL.map(Severity::as_str)),
            status: by_class(&|k| k.status() as usize, &words(Status::ALL, Status::as_str)),
            band: by_class(&|k| k.band() as usize, &Band::ALL.map(Band::as_str)),
            ssvc: by_class(&|k| k.decision() as usize, &Decision::ALL.map(Decision::as_str)),
            leads: tally(&["nowhere", "somewhere"], leads.into_iter().enumerate()),
            kev: tally(&["false", "true"], kev),
            kind: by_asset(&|a| self.assets[a].kind as usize, &words(AssetKind::ALL, AssetKind::as_str)),
            reach: by_asset(&|a| self.assets[a].reach as usize, &words(Reach::ALL, Reach::as_str)),
            criticality: by_asset(
                &|a| self.assets[a].criticality.map_or(0, |v| v as usize + 1),
                &[&["unknown"], words(Criticality::ALL, Criticality::as_str).as_slice()].concat(),
            ),
            scope: self.by_scope(&assets),
            source: self.by_source(&sources),
            owner: self.by_owner(&owners),
            assets: self.most(&assets, TOP),
        }
    }

    fn by_scope(&self, assets: &[u32]) -> Vec<Count> {
        let mut sets = vec![0_u64; self.scope_sets.len()];
        for (asset, n) in self.assets.iter().zip(assets) {
            sets[asset.scopes as usize] += u64::from(*n);
        }
        let mut scopes = BTreeMap::new();
        for (set, n) in self.scope_sets.iter().zip(sets).filter(|(_, n)| *n > 0) {
            set.iter().for_each(|scope| *scopes.entry(*scope).or_insert(0) += n);
        }
        let name = |id: i64| {
            self.scopes.iter().find(|s| s.id.0 == id).map_or_else(|| id.to_string(), |s| s.name.clone())
        };
        by_frequency(scopes.into_iter().map(|(scope, count)| Count { value: name(scope), count }).collect())
    }

    fn by_source(&self, counted: &[u32]) -> Vec<Count> {
        let of_bit = |bit: usize| {
            let sets = self.source_sets.iter().zip(counted).filter(|(set, _)| set[0] >> bit & 1 == 1);
            sets.map(|(_, n)| u64::from(*n)).sum()
        };
        let sources = self.sources.iter().take(64).enumerate();
        let all = sources.map(|(bit, source)| Count { value: source.name.clone(), count: of_bit(bit) });
        by_frequency(all.filter(|c| c.count > 0).collect())
    }

    fn by_owner(&self, counted: &[u32]) -> Vec<Count> {
        let name = |n: usize| if n == 0 { "none".to_owned() } else { self.users[n].name.clone() };
        let owned = counted.iter().enumerate().filter(|(_, count)| **count > 0);
        let mut all =
            by_frequency(owned.map(|(n, count)| Count { value: name(n), count: (*count).into() }).collect());
        all.truncate(TOP);
        all
    }

    fn most(&self, assets: &[u32], top: usize) -> Vec<AssetCount> {
        let mut most: Vec<_> = (0_u32..).zip(assets).filter(|(_, n)| **n > 0).collect();
        let order = |(asset, n): &(u32, &u32)| (std::cmp::Reverse(**n), self.assets[*asset as usize].id);
        if most.len() > top {
            most.select_nth_unstable_by_key(top, order);
            most.truncate(top);
        }
        most.sort_unstable_by_key(order);
        let view = |(asset, n): (u32, &u32)| {
            let asset = &self.assets[asset as usize];
            AssetCount { asset: asset.id, name: asset.name.to_string(), count: u64::from(*n) }
        };
        most.into_iter().map(view).collect()
    }
}

fn words<T: Copy>(all: &[T], word: impl Fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|v| word(*v)).collect()
}

/// One count per word, the last word first.
fn tally(words: &[&str], counted: impl Iterator<Item = (usize, u32)>) -> Vec<Count> {
    let mut counts = vec![0_u64; words.len()];
    for (word, n) in counted {
        if let Some(count) = counts.get_mut(word) {
            *count += u64::from(n);
        }
    }
    words.iter().zip(counts).rev().map(|(word, count)| Count { value: (*word).to_owned(), count }).collect()
}

fn by_frequency(mut counts: Vec<Count>) -> Vec<Count> {
    counts.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
    counts
}
