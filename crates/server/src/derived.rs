//! What lists show beside the estate's own columns: facts of assets and what feeds know, kept until they change.

use crate::asset_list::{Asset, Kept, in_force, parsed};
use crate::error::ApiError;
use crate::resources::overview::Figures;
use crate::state::Shared;
use bartizan_app::{AssetRow, StoreError};
use bartizan_model::{AssetId, Timestamp, WeaknessId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// See the module.
#[derive(Default)]
pub(crate) struct Derived {
    knowledge: Mutex<Arc<Knowledge>>,
    pub(crate) assets: Mutex<Option<Kept>>,
    pub(crate) figures: Mutex<Option<Arc<Figures>>>,
}

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

    /// One asset (the one it was merged into, where it was), read now.
    pub(crate) fn asset(&self, id: AssetId) -> Result<Asset, ApiError> {
        let (row, identifiers, scopes) = self.app.read(|reader| {
            let row = reader.asset(id)?;
            let identifiers = in_force(reader, row.id)?;
            Ok((row, identifiers, parsed(reader.scopes()?)))
        })?;
        let rollup = self.app.estate()?.asset_rollup(row.id);
        let mut asset = Asset::new(row, identifiers, &scopes);
        if let Some(rollup) = rollup {
            asset.carries(rollup.open, rollup.top);
        }
        Ok(asset)
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
