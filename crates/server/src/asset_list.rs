//! The list of all assets with what they carry. It is read whole once; then each change reads again only the assets it
//! concerns, and what all of them carry is one pass over the estate.

use crate::error::ApiError;
use crate::state::Shared;
use bartizan_app::asset_query::Subject;
use bartizan_app::prioritize::{AssetLoad, Estate};
use bartizan_app::{AssetRow, Event, NewScope, Reader, ScopeRow, StoreError};
use bartizan_model::query::Query;
use bartizan_model::{AssetId, Criticality, DataClass, EventSeq, ExposureId, Identifier};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, PoisonError};

/// The list as of some moment: the estate's generation and the newest event.
pub(crate) struct Kept {
    generation: u64,
    seq: EventSeq,
    /// By id.
    assets: Arc<Vec<Arc<Asset>>>,
}

/// An asset with what lists show of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Asset {
    pub(crate) row: AssetRow,
    /// Its name and identifiers in lower case.
    pub(crate) names: Vec<Box<str>>,
    /// Names of the networks that it has addresses in.
    pub(crate) networks: Vec<String>,
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
    /// An asset that carries nothing yet.
    pub(crate) fn new(
        row: AssetRow,
        identifiers: impl IntoIterator<Item = Identifier>,
        scopes: &[(NewScope, Query)],
    ) -> Self {
        let mut names = vec![row.name.to_lowercase().into()];
        let mut networks = BTreeSet::new();
        for one in identifiers {
            networks.extend(one.network().map(str::to_owned));
            names.push(one.value.to_lowercase().into());
        }
        let networks = networks.into_iter().collect();
        // Whether a scope takes it in is asked of its own declarations only: a scope's must not feed on another's.
        let (worth, holds) = (row.criticality, row.data.clone());
        let mut asset = Self { row, names, networks, scopes: Vec::new(), worth, holds, open: 0, top: None };
        let inside = |(_, query): &&(NewScope, Query)| asset.is_meant(query);
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

    /// Whether a query means it.
    pub(crate) fn is_meant(&self, query: &Query) -> bool {
        let Self { row, names, networks, scopes, worth, holds, .. } = self;
        Subject { row, names, networks, scopes, criticality: *worth, data: holds }.is_meant(query)
    }

    /// Says what it carries.
    pub(crate) fn carries(&mut self, open: u64, top: f64) {
        (self.open, self.top) = (open, (open > 0).then_some(top));
    }
}

/// More news than this, or news of more assets, and the whole list is read anew.
const FEW: usize = 2_000;

impl Shared {
    /// All assets by id, as of the last change of anything.
    pub(crate) fn assets(&self) -> Result<Arc<Vec<Arc<Asset>>>, ApiError> {
        let mut place = self.derived.assets.lock().unwrap_or_else(PoisonError::into_inner);
        let since = place.as_ref().map_or(EventSeq(0), |kept| kept.seq);
        let (seq, news) =
            self.app.read(|reader| Ok((reader.last_event()?, reader.events_after(since, FEW as i64)?)))?;
        let estate = self.app.estate()?;
        let generation = estate.generation();
        let concerned = place.as_ref().and_then(|_| concerned(&estate, &news));
        if let (Some(kept), Some(none)) = (&mut *place, &concerned)
            && none.is_empty()
            && kept.generation == generation
        {
            kept.seq = seq;
            return Ok(Arc::clone(&kept.assets));
        }
        let loads: HashMap<AssetId, AssetLoad> = estate.loads().into_iter().collect();
        drop(estate);
        let mut assets = match (place.take(), concerned) {
            (Some(kept), Some(ids)) => {
                let mut assets = kept.assets;
                self.app.read(|reader| read_again(reader, Arc::make_mut(&mut assets), &ids))?;
                assets
            }
            _ => Arc::new(self.app.read(read_all)?),
        };
        for asset in Arc::make_mut(&mut assets) {
            let (open, top) = loads.get(&asset.row.id).map_or((0, 0.0), |load| (load.open, load.top));
            if asset.open != open || (open > 0 && asset.top != Some(top)) {
                Arc::make_mut(asset).carries(open, top);
            }
        }
        *place = Some(Kept { generation, seq, assets: Arc::clone(&assets) });
        Ok(assets)
    }
}

/// The assets that the news are about; `None` where they are many, or may be all.
fn concerned(estate: &Estate, news: &[Event]) -> Option<BTreeSet<AssetId>> {
    let mut ids = BTreeSet::new();
    if news.len() >= FEW {
        return None;
    }
    for event in news {
        match event.kind.split('.').next() {
            Some("scope" | "store") => return None,
            Some("asset") if matches!(event.kind.as_str(), "asset.merged" | "asset.split") => return None,
            Some(noun @ ("asset" | "exposure")) => {
                if event.subjects.count() > FEW as i64 || ids.len() > FEW {
                    return None;
                }
                ids.extend(event.asset);
                if noun == "asset" {
                    ids.extend(event.subjects.iter().map(AssetId));
                }
                let exposures = event.subjects.iter().filter(|_| noun == "exposure").map(ExposureId);
                for id in exposures.chain(event.exposure) {
                    // One that the estate does not know (yet) may be on any.
                    ids.insert(estate.asset_of(id)?);
                }
            }
            _ => {}
        }
    }
    Some(ids)
}

fn read_all(reader: &mut Reader<'_>) -> Result<Vec<Arc<Asset>>, StoreError> {
    let scopes = parsed(reader.scopes()?);
    let mut identifiers: HashMap<AssetId, Vec<Identifier>> = HashMap::new();
    reader.each_identifier(|asset, one| identifiers.entry(asset).or_default().push(one))?;
    let mut assets = Vec::new();
    reader.each_asset(|row| {
        let own = identifiers.remove(&row.id).unwrap_or_default();
        assets.push(Arc::new(Asset::new(row, own, &scopes)));
    })?;
    Ok(assets)
}

fn read_again(
    reader: &mut Reader<'_>,
    assets: &mut Vec<Arc<Asset>>,
    ids: &BTreeSet<AssetId>,
) -> Result<(), StoreError> {
    let scopes = parsed(reader.scopes()?);
    for id in ids {
        let at = assets.binary_search_by_key(id, |asset| asset.row.id);
        let row = match reader.asset(*id) {
            Ok(row) if row.id == *id => row,
            // Gone, or gone into another.
            Ok(_) | Err(StoreError::NotFound { .. }) => {
                if let Ok(at) = at {
                    assets.remove(at);
                }
                continue;
            }
            Err(error) => return Err(error),
        };
        let asset = Arc::new(Asset::new(row, in_force(reader, *id)?, &scopes));
        match at {
            Ok(at) => assets[at] = asset,
            Err(at) => assets.insert(at, asset),
        }
    }
    Ok(())
}

/// The identifiers that an asset has now.
pub(crate) fn in_force(
    reader: &mut Reader<'_>,
    asset: AssetId,
) -> Result<impl Iterator<Item = Identifier> + use<>, StoreError> {
    let all = reader.identifiers(asset)?.into_iter();
    Ok(all.filter(|one| one.valid_to.is_none()).map(Identifier::from))
}

/// The scopes whose query reads.
pub(crate) fn parsed(scopes: Vec<ScopeRow>) -> Vec<(NewScope, Query)> {
    let read = |row: ScopeRow| {
        let query = Query::parse(&row.scope.query).ok().filter(|query| query.root.is_some())?;
        Some((row.scope, query))
    };
    scopes.into_iter().filter_map(read).collect()
}
