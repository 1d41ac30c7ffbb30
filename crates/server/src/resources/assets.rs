//! Assets: the list, the counts beside it, what people declare of them, merging and splitting.

use super::exposure::{Comment, NewComment};
use super::exposures::{Facet, FacetList, FacetValue, Selection, words};
use super::inventory::{AssetView, load};
use crate::asset_list::Asset;
use crate::asset_query;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::extract::{Json, Params, Path};
use crate::page::{List, Search, Time};
use crate::state::AppState;
use axum::extract::State;
use axum::http::StatusCode;
use bartizan_model::{AssetId, Criticality, DataClass, Reach};
use serde::{Deserialize, Deserializer, Serialize};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;
use utoipa::ToSchema;

/// An asset as it is shown in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct AssetRow {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) kind: &'static str,
    /// From where it can be reached.
    pub(crate) reach: &'static str,
    /// Who says so.
    #[schema(required)]
    pub(crate) reach_source: Option<String>,
    /// As it was declared of this asset.
    #[schema(required)]
    pub(crate) criticality: Option<&'static str>,
    /// As it was declared of this asset.
    pub(crate) data: Vec<&'static str>,
    /// The criticality in force: as declared, else the highest that one of its scopes says.
    #[schema(required)]
    pub(crate) worth: Option<&'static str>,
    /// The classes of data in force: its own and those of its scopes.
    pub(crate) holds: Vec<&'static str>,
    /// Names of the scopes it is in.
    pub(crate) scopes: Vec<String>,
    /// Names of the networks that it has private addresses in.
    pub(crate) networks: Vec<String>,
    /// Open exposures.
    pub(crate) open: u64,
    /// The highest score among them.
    #[schema(required)]
    pub(crate) top_priority: Option<f64>,
    pub(crate) first_seen: Time,
    pub(crate) last_seen: Time,
    #[schema(required)]
    pub(crate) os: Option<String>,
    /// Whether it is made up.
    pub(crate) demo: bool,
}

impl AssetRow {
    pub(crate) fn of(asset: &Asset) -> Self {
        let row = &asset.row;
        Self {
            id: row.id.0,
            name: row.name.clone(),
            kind: row.kind.as_str(),
            reach: row.reach.as_str(),
            reach_source: (!row.reach_source.is_empty()).then(|| row.reach_source.clone()),
            criticality: row.criticality.map(Criticality::as_str),
            data: row.data.iter().map(|class| class.as_str()).collect(),
            worth: asset.worth.map(Criticality::as_str),
            holds: asset.holds.iter().map(|class| class.as_str()).collect(),
            scopes: asset.scopes.clone(),
            networks: asset.networks.clone(),
            open: asset.open,
            top_priority: asset.top,
            first_seen: row.first_seen.into(),
            last_seen: row.last_seen.into(),
            os: row.os.clone(),
            demo: row.demo,
        }
    }
}

/// A page of assets, those with the highest score first where no sort order is given. Sorted by `name`, `kind`, `open`,
/// `top_priority`, `first_seen` or `last_seen`.
#[utoipa::path(get, path = "/assets", operation_id = "assets", tag = "assets", params(Search), responses((status = 200, body = List<AssetRow>)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    Params(search): Params<Search>,
) -> Result<Json<List<AssetRow>>, ApiError> {
    let limit = search.limit()?;
    let after: Option<Place> = search.after()?;
    let sort: AssetSort = if search.sort.is_empty() { "-top_priority" } else { &search.sort }.parse()?;
    let page = state
        .call(move |state| {
            let query = state.app.query(&search.q)?;
            asset_query::check(&query, &search.q)?;
            let assets = state.assets()?;
            let meant = |asset: &&Arc<Asset>| asset.is_meant(&query);
            Ok(page(assets.iter().filter(meant).map(Arc::as_ref), sort, after.as_ref(), limit))
        })
        .await?;
    Ok(Json(page))
}

fn page<'a>(
    assets: impl Iterator<Item = &'a Asset>,
    sort: AssetSort,
    after: Option<&Place>,
    limit: usize,
) -> List<AssetRow> {
    let mut total = 0;
    let mut rest: Vec<(Place, &Asset)> = assets
        .inspect(|_| total += 1)
        .map(|asset| (sort.place(asset), asset))
        .filter(|(place, _)| after.is_none_or(|after| sort.compare(place, after).is_gt()))
        .collect();
    let order = |a: &(Place, &Asset), b: &(Place, &Asset)| sort.compare(&a.0, &b.0);
    let more = rest.len() > limit;
    if more {
        rest.select_nth_unstable_by(limit, order);
        rest.truncate(limit);
    }
    rest.sort_unstable_by(order);
    let next = rest.last().filter(|_| more).map(|(place, _)| place.to_string());
    List { total, items: rest.iter().map(|(_, asset)| AssetRow::of(asset)).collect(), next }
}

/// What assets are sorted by.
#[derive(Debug, Clone, Copy)]
struct AssetSort {
    by: fn(&Asset) -> Key,
    descending: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Number(i64),
    Text(String),
}

/// Where a row stands: its key, then its id.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    key: Key,
    id: i64,
}

impl AssetSort {
    fn place(self, asset: &Asset) -> Place {
        Place { key: (self.by)(asset), id: asset.row.id.0 }
    }

    fn compare(self, one: &Place, other: &Place) -> std::cmp::Ordering {
        let keys = one.key.cmp(&other.key);
        if self.descending { keys.reverse() } else { keys }.then(one.id.cmp(&other.id))
    }
}

impl FromStr for AssetSort {
    type Err = ApiError;
    fn from_str(text: &str) -> Result<Self, ApiError> {
        let name = text.strip_prefix('-').unwrap_or(text);
        let by: fn(&Asset) -> Key = match name {
            "name" | "asset" => |a| Key::Text(a.row.name.to_lowercase()),
            "kind" => |a| Key::Text(a.row.kind.as_str().to_owned()),
            "open" => |a| Key::Number(i64::try_from(a.open).unwrap_or(i64::MAX)),
            "top_priority" => |a| Key::Number(a.top.map_or(-1, |top| (top * 100.0) as i64)),
            "first_seen" => |a| Key::Number(a.row.first_seen.micros()),
            "last_seen" => |a| Key::Number(a.row.last_seen.micros()),
            _ => {
                return Err(ApiError::bad_request(format!(
                    "Cannot sort by `{name}`; use name, kind, open, top_priority, first_seen or last_seen."
                )));
            }
        };
        Ok(Self { by, descending: name.len() < text.len() })
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.key {
            Key::Number(number) => write!(f, "{}.n{number}", self.id),
            Key::Text(text) => write!(f, "{}.t{text}", self.id),
        }
    }
}

impl FromStr for Place {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let (id, key) = text.split_once('.').ok_or(())?;
        let key = match key.strip_prefix('n') {
            Some(number) => Key::Number(number.parse().map_err(drop)?),
            None => Key::Text(key.strip_prefix('t').ok_or(())?.to_owned()),
        };
        Ok(Self { key, id: id.parse().map_err(drop)? })
    }
}

/// Counts of the assets that a query selects.
#[utoipa::path(get, path = "/assets/facets", operation_id = "assetFacets", tag = "assets", params(Selection), responses((status = 200, body = FacetList)))]
pub(crate) async fn facets(
    State(state): State<AppState>,
    Params(selection): Params<Selection>,
) -> Result<Json<FacetList>, ApiError> {
    let facets = state
        .call(move |state| {
            let query = state.app.query(&selection.q)?;
            asset_query::check(&query, &selection.q)?;
            let assets = state.assets()?;
            let meant = |asset: &&Arc<Asset>| asset.is_meant(&query);
            Ok(count(assets.iter().filter(meant).map(Arc::as_ref)))
        })
        .await?;
    Ok(Json(FacetList { facets }))
}

fn count<'a>(assets: impl Iterator<Item = &'a Asset>) -> Vec<Facet> {
    let mut counts: [BTreeMap<String, u64>; 8] = Default::default();
    for asset in assets {
        let row = &asset.row;
        let unvalued = asset.worth.is_none().then_some("criticality");
        let mut add = |facet: usize, value: &str| *counts[facet].entry(value.to_owned()).or_insert(0) += 1;
        add(0, row.kind.as_str());
        add(1, row.reach.as_str());
        asset.worth.iter().for_each(|value| add(2, value.as_str()));
        asset.holds.iter().for_each(|class| add(3, class.as_str()));
        asset.scopes.iter().for_each(|scope| add(4, scope));
        asset.networks.iter().for_each(|network| add(5, network));
        unvalued.iter().for_each(|word| add(6, word));
        add(7, if row.demo { "true" } else { "false" });
    }
    let names = [
        ("kind", "Kind"),
        ("reach", "Reach"),
        ("criticality", "Criticality"),
        ("data", "Data"),
        ("scope", "Scope"),
        ("network", "Network"),
        ("unknown", "Nobody said"),
        ("demo", "Made up"),
    ];
    let facet = |((field, label), counts): ((&'static str, &'static str), BTreeMap<String, u64>)| {
        let named =
            |value: &str| if matches!(field, "scope" | "network") { value.to_owned() } else { words(value) };
        let mut values: Vec<_> = counts
            .into_iter()
            .map(|(value, count)| FacetValue { label: named(&value), value, count })
            .collect();
        values.sort_by_key(|value| Reverse(value.count));
        Facet { field, label, values }
    };
    // Where nothing is made up, nobody asks.
    let tells = |facet: &Facet| facet.values.iter().any(|one| facet.field != "demo" || one.value == "true");
    names.into_iter().zip(counts).map(facet).filter(tells).collect()
}

/// One asset with all that is known of it. An asset that was merged answers as the one it went into.
#[utoipa::path(get, path = "/assets/{id}", operation_id = "asset", tag = "assets", params(("id" = i64, Path)), responses((status = 200, body = AssetView)))]
pub(crate) async fn show(
    State(state): State<AppState>,
    Path(id): Path<i64>,
) -> Result<Json<AssetView>, ApiError> {
    Ok(Json(state.call(move |state| load(state, AssetId(id))).await?))
}

/// What a person declares of an asset: what is left out stays; `null` or `unknown` takes a declaration back.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct AssetChange {
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    reach: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    criticality: Option<Option<String>>,
    /// Classes of data; all of them.
    data: Option<Vec<String>>,
}

/// Tells `null` from a field that is not there.
pub(crate) fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::<String>::deserialize(deserializer).map(Some)
}

/// A word of a closed list; `unknown` and nothing mean that nobody says.
pub(crate) fn word<T: FromStr<Err = String>>(value: Option<String>) -> Result<Option<T>, ApiError> {
    match value.as_deref().map(str::trim) {
        None | Some("" | "unknown") => Ok(None),
        Some(word) => word.parse().map(Some).map_err(ApiError::bad_request),
    }
}

/// Declares what people know of an asset.
#[utoipa::path(patch, path = "/assets/{id}", operation_id = "declareAsset", tag = "assets", params(("id" = i64, Path)), request_body = AssetChange, responses((status = 200, body = AssetView)))]
pub(crate) async fn declare(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<i64>,
    Json(body): Json<AssetChange>,
) -> Result<Json<AssetView>, ApiError> {
    let id = AssetId(id);
    let reach = body.reach.map(word::<Reach>).transpose()?;
    let criticality = body.criticality.map(word::<Criticality>).transpose()?;
    let data = body
        .data
        .map(|words| words.iter().map(|word| word.parse::<DataClass>()).collect::<Result<Vec<_>, _>>());
    let data = data.transpose().map_err(ApiError::bad_request)?;
    state.write(caller.actor(), move |tx| tx.declare_asset(id, reach, criticality, data.as_deref())).await?;
    Ok(Json(state.call(move |state| load(state, id)).await?))
}

/// Writes a note on an asset.
#[utoipa::path(post, path = "/assets/{id}/notes", operation_id = "noteOnAsset", tag = "assets", params(("id" = i64, Path)), request_body = NewComment, responses((status = 201, body = Comment)))]
pub(crate) async fn note(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<i64>,
    Json(body): Json<NewComment>,
) -> Result<(StatusCode, Json<Comment>), ApiError> {
    let text = super::label("text", &body.text, 10_000)?;
    let row = state.write(caller.actor(), move |tx| tx.add_note(AssetId(id), &text)).await?;
    Ok((StatusCode::CREATED, Json(row.into())))
}

/// Which other asset is the same thing.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Merge {
    /// The asset that goes into this one.
    other: i64,
    /// How you know, 1 to 1,000 characters.
    reason: String,
}

/// Merges another asset into this one; it can be split again.
#[utoipa::path(post, path = "/assets/{id}/merge", operation_id = "mergeAssets", tag = "assets", params(("id" = i64, Path)), request_body = Merge, responses((status = 200, body = AssetView)))]
pub(crate) async fn merge(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<i64>,
    Json(body): Json<Merge>,
) -> Result<Json<AssetView>, ApiError> {
    let (id, other) = (AssetId(id), AssetId(body.other));
    let reason = super::label("reason", &body.reason, 1_000)?;
    state.write(caller.actor(), move |tx| tx.merge(id, other, &reason)).await?;
    Ok(Json(state.call(move |state| load(state, id)).await?))
}

/// Takes a merge apart; the answer is the asset that remained.
#[utoipa::path(post, path = "/merges/{id}/split", operation_id = "splitMerge", tag = "assets", params(("id" = i64, Path)), responses((status = 200, body = AssetView)))]
pub(crate) async fn split(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<i64>,
) -> Result<Json<AssetView>, ApiError> {
    let merge = state.write(caller.actor(), move |tx| tx.split(id)).await?;
    Ok(Json(state.call(move |state| load(state, merge.into)).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_reads_back() {
        for key in [Key::Number(-1), Key::Text("web.01".into()), Key::Text(String::new())] {
            let place = Place { key, id: 7 };
            assert_eq!(place.to_string().parse::<Place>(), Ok(place));
        }
        assert!("x".parse::<Place>().is_err() && "1.x".parse::<Place>().is_err());
    }
}
