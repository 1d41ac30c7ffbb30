//! What lists show beside the estate's own columns: facts of assets and what feeds know, kept until they change.

use crate::asset_query::matches;
use crate::error::ApiError;
use crate::state::Shared;
use bartizan_app::{AssetRow, NewScope, ScopeRow, StoreError};
use bartizan_model::query::Query;
use bartizan_model::{AssetId, Criticality, DataClass, EventSeq, Timestamp, WeaknessId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// See the module.
#[derive(Default)]
pub(crate) struct Derived {
    knowledge: Mutex<Arc<Knowledge>>,
    assets: Mutex<Option<(Version, Arc<Vec<Asset>>)>>,
}

/// The estate's generation and the newest event: a reloaded estate counts its generations anew.
type Version = (u64, EventSeq);

/// What feeds say of one weakness.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Known {
    /// Listed as exploited; `None` where the list was never loaded.
    pub(crate) kev: Option<bool>,
    /// Probability of exploitation within 30 days.
    pub(crate) epss: Option<f64>,
}

/// What feeds say, by the key of the weakness.
#[derive(Debug, Default)]
pub(crate) struct Knowledge {
    feeds: Vec<(String, Timestamp)>,
    last: Option<WeaknessId>,
    of: HashMap<String, (bool, Option<f64>)>,
}

impl Knowledge {
    /// Whether the list of exploited vulnerabilities was ever loaded.
    pub(crate) fn has_kev(&self) -> bool {
        self.feeds.iter().any(|(name, _)| name == "kev")
    }

    pub(crate) fn of(&self, key: &str) -> Known {
        let (kev, epss) = self.of.get(key).copied().unwrap_or_default();
        Known { kev: self.has_kev().then_some(kev), epss }
    }
}

/// An asset with what lists show of it.
#[derive(Debug, Clone)]
pub(crate) struct Asset {
    pub(crate) row: AssetRow,
    /// Its name and identifiers in lower case.
    pub(crate) names: Vec<Box<str>>,
    /// Names of the scopes it is in.
    pub(crate) scopes: Vec<String>,
    /// What it is worth: as declared, else the most that one of its scopes says.
    pub(crate) worth: Option<Criticality>,
    /// The data it holds, by its own declaration or by a scope's.
    pub(crate) holds: Vec<DataClass>,
    pub(crate) open: u64,
    /// The highest score of its open exposures.
    pub(crate) top: Option<f64>,
}

impl Asset {
    /// An asset with what its scopes add to it.
    fn placed(
        row: AssetRow,
        names: Vec<Box<str>>,
        scopes: &[(NewScope, Query)],
        open: u64,
        top: Option<f64>,
    ) -> Self {
        // Whether a scope takes it in is asked of its own declarations only: a scope's must not feed on another's.
        let (worth, holds) = (row.criticality, row.data.clone());
        let mut asset = Self { row, names, scopes: Vec::new(), worth, holds, open, top };
        let inside =
            |(_, query): &&(NewScope, Query)| query.root.as_ref().is_some_and(|root| matches(root, &asset));
        let mine: Vec<&NewScope> = scopes.iter().filter(inside).map(|(scope, _)| scope).collect();
        let says = |scope: &&NewScope| match scope.crown_jewel {
            true => Some(Criticality::Critical),
            false => scope.criticality,
        };
        asset.worth = asset.worth.or_else(|| mine.iter().filter_map(says).max());
        asset.holds.extend(mine.iter().flat_map(|scope| scope.data.iter().copied()));
        asset.holds.sort_unstable();
        asset.holds.dedup();
        asset.scopes = mine.into_iter().map(|scope| scope.name.clone()).collect();
        asset
    }
}

impl Shared {
    /// What feeds say, as of now.
    pub(crate) fn knowledge(&self) -> Result<Arc<Knowledge>, ApiError> {
        let mut kept = self.derived.knowledge.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = self.app.read(|reader| {
            let feeds: Vec<_> = reader.feeds()?.into_iter().map(|feed| (feed.name, feed.loaded_at)).collect();
            let mut last = kept.last;
            reader.each_weakness(kept.last.unwrap_or(WeaknessId(0)), |row| last = last.max(Some(row.id)))?;
            if feeds == kept.feeds && last == kept.last {
                return Ok(None);
            }
            let mut of = HashMap::new();
            reader.each_knowledge(|row| {
                of.insert(row.key, (row.kev.is_some(), row.epss));
            })?;
            Ok(Some(Knowledge { feeds, last, of }))
        })?;
        if let Some(fresh) = fresh {
            *kept = Arc::new(fresh);
        }
        Ok(Arc::clone(&kept))
    }

    /// All assets, as of the last change of anything.
    pub(crate) fn assets(&self) -> Result<Arc<Vec<Asset>>, ApiError> {
        let mut kept = self.derived.assets.lock().unwrap_or_else(PoisonError::into_inner);
        let since = kept.as_ref().map_or(EventSeq(0), |((_, seq), _)| *seq);
        let (seq, news) =
            self.app.read(|reader| Ok((reader.last_event()?, reader.events_after(since, LOOKED_AT)?)))?;
        let unrelated =
            news.len() < LOOKED_AT as usize && !news.iter().any(|event| concerns_assets(&event.kind));
        let estate = self.app.estate()?;
        let version = (estate.generation(), seq);
        if let Some((of, assets)) = &mut *kept
            && of.0 == version.0
            && unrelated
        {
            *of = version;
            return Ok(Arc::clone(assets));
        }
        let rollups: HashMap<AssetId, (u64, f64)> =
            estate.top_assets(usize::MAX).into_iter().map(|r| (r.asset, (r.open, r.top))).collect();
        drop(estate);
        let assets = self.app.read(|reader| {
            let scopes = parsed(reader.scopes()?);
            let mut names: HashMap<AssetId, Vec<Box<str>>> = HashMap::new();
            reader.each_identifier(|asset, value| {
                names.entry(asset).or_default().push(value.to_lowercase().into());
            })?;
            let mut assets = Vec::new();
            reader.each_asset(|row| {
                let mut own = vec![row.name.to_lowercase().into_boxed_str()];
                own.extend(names.remove(&row.id).unwrap_or_default());
                let (open, top) = rollups.get(&row.id).map_or((0, None), |(open, top)| (*open, Some(*top)));
                assets.push(Asset::placed(row, own, &scopes, open, top));
            })?;
            Ok(assets)
        })?;
        let assets = Arc::new(assets);
        *kept = Some((version, Arc::clone(&assets)));
        Ok(assets)
    }

    /// One asset (the one it was merged into, where it was), read now.
    pub(crate) fn asset(&self, id: AssetId) -> Result<Asset, ApiError> {
        let (row, names, scopes) = self.app.read(|reader| {
            let row = reader.asset(id)?;
            let names = reader.identifiers(row.id)?;
            Ok((row, names, parsed(reader.scopes()?)))
        })?;
        let rollup = self.app.estate()?.asset_rollup(row.id);
        let (open, top) = rollup.map_or((0, None), |r| (r.open, (r.open > 0).then_some(r.top)));
        let mut own = vec![row.name.to_lowercase().into_boxed_str()];
        own.extend(names.into_iter().map(|name| name.value.to_lowercase().into()));
        Ok(Asset::placed(row, own, &scopes, open, top))
    }

    /// The rows of some assets by id.
    pub(crate) fn asset_rows(
        &self,
        ids: impl Iterator<Item = AssetId>,
    ) -> Result<HashMap<AssetId, AssetRow>, ApiError> {
        let mut rows = HashMap::new();
        self.app.read(|reader| {
            for id in ids {
                if let std::collections::hash_map::Entry::Vacant(place) = rows.entry(id) {
                    match reader.asset(id) {
                        Ok(row) => drop(place.insert(row)),
                        // Removed a moment ago; the list will say so when it is asked again.
                        Err(StoreError::NotFound { .. }) => {}
                        Err(error) => return Err(error),
                    }
                }
            }
            Ok(())
        })?;
        Ok(rows)
    }
}

/// More news than this are taken to concern assets.
const LOOKED_AT: i64 = 1_000;

fn concerns_assets(kind: &str) -> bool {
    ["asset.", "exposure.", "scope.", "knowledge.", "store."].iter().any(|noun| kind.starts_with(noun))
}

fn parsed(scopes: Vec<ScopeRow>) -> Vec<(NewScope, Query)> {
    let read = |row: ScopeRow| {
        let query = Query::parse(&row.scope.query).ok().filter(|query| query.root.is_some())?;
        Some((row.scope, query))
    };
    scopes.into_iter().filter_map(read).collect()
}
