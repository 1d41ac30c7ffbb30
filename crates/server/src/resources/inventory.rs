//! One asset with all that is known of it.

use super::assets::AssetRow;
use super::events::EventView;
use super::exposure::Comment;
use super::exposures::{ExposureRow, rows};
use crate::error::ApiError;
use crate::page::Time;
use crate::state::Shared;
use bartizan_app::{AttributeFact, ComponentRow, IdentifierRow, MergeRow, RelationRow, ServiceRow};
use bartizan_model::{AssetId, ExposureId};
use serde::Serialize;
use utoipa::ToSchema;

/// Components that are listed; the rest is counted.
const COMPONENTS: i64 = 2_000;
/// Exposures that are listed, most urgent first; the list of exposures has them all.
const EXPOSURES: usize = 500;
/// Events that are listed.
const EVENTS: i64 = 100;

/// An asset in full.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AssetView {
    #[serde(flatten)]
    row: AssetRow,
    identifiers: Vec<Identifier>,
    services: Vec<Service>,
    components: Components,
    relations: Vec<Relation>,
    /// What else sources tell of it, by name.
    told: Vec<AssetFact>,
    exposures: Vec<ExposureRow>,
    merges: Vec<Merged>,
    /// What people wrote about it, oldest first.
    notes: Vec<Comment>,
    /// The last configuration that was collected: each group `{"known": ...}` or `{"unknown": "why"}`.
    #[schema(required, value_type = Option<Object>)]
    facts: Option<serde_json::Value>,
    events: Vec<EventView>,
}

/// What a source tells of an asset: its owner in an inventory, a setting in a directory.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AssetFact {
    name: String,
    value: String,
    source: String,
    last_seen: Time,
}

/// An identifier with its interval of validity.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Identifier {
    kind: &'static str,
    value: String,
    /// The network that a private address is told to be in; it stands in the value too (`10.0.0.5%branch-berlin`).
    #[schema(required)]
    network: Option<String>,
    /// Whether it names one asset for its whole life.
    strong: bool,
    source: String,
    first_seen: Time,
    last_seen: Time,
    /// When another asset was seen with it.
    #[schema(required)]
    valid_to: Option<Time>,
}

/// A network service.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Service {
    protocol: String,
    port: i64,
    name: String,
    product: String,
    version: String,
    addresses: Vec<String>,
    source: String,
    last_seen: Time,
}

/// The software on an asset.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Components {
    /// How many there are.
    total: i64,
    /// The first of them by name.
    items: Vec<Component>,
}

/// A piece of software.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Component {
    purl: String,
    name: String,
    version: String,
    source: String,
    /// Where on the asset it is named, in words: the file, and of an image the layer that brought it.
    locations: Vec<String>,
}

/// A fact that ties two assets.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Relation {
    relation: String,
    /// `out`: this asset is the subject; `in`: the object.
    direction: &'static str,
    asset: OtherAsset,
}

/// The other end of a relation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OtherAsset {
    id: i64,
    name: String,
    kind: String,
}

/// A merge that this asset was part of.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Merged {
    id: i64,
    at: Time,
    by: String,
    /// The asset that remained.
    into: i64,
    /// The asset that went into it.
    from: i64,
    /// Why.
    reasons: Vec<String>,
    #[schema(required)]
    split_at: Option<Time>,
}

pub(crate) fn load(state: &Shared, id: AssetId) -> Result<AssetView, ApiError> {
    let asset = state.asset(id)?;
    // A merged asset answers as the one it went into.
    let id = asset.row.id;
    let (
        identifiers,
        services,
        (total, components),
        relations,
        told,
        merges,
        notes,
        facts,
        events,
        exposures,
    ) = state.app.read(|reader| {
        let exposures: Vec<ExposureId> = reader.exposures_of(id)?.into_iter().map(|row| row.id).collect();
        Ok((
            reader.identifiers(id)?,
            reader.services(id)?,
            reader.components(id, COMPONENTS)?,
            reader.relations(id)?,
            reader.attributes_of(id)?,
            reader.merges_of(id)?,
            reader.notes(id)?,
            reader.host_snapshot(id)?,
            reader.events_before(None, "", Some(id), EVENTS)?,
            exposures,
        ))
    })?;
    let facts = facts.map(|snapshot| serde_json::to_value(&snapshot.facts)).transpose();
    Ok(AssetView {
        row: AssetRow::of(&asset),
        identifiers: identifiers.into_iter().map(identifier).collect(),
        services: services.into_iter().map(service).collect(),
        components: Components { total, items: components.into_iter().map(component).collect() },
        relations: relations.into_iter().map(relation).collect(),
        told: told.into_iter().map(fact).collect(),
        exposures: rows(state, &most_urgent(state, exposures)?)?,
        merges: merges.into_iter().map(merged).collect(),
        notes: notes.into_iter().map(Comment::from).collect(),
        facts: facts.map_err(|error| ApiError::internal(error.to_string()))?,
        events: events.into_iter().map(EventView::from).collect(),
    })
}

/// Open ones first, then by risk.
fn most_urgent(state: &Shared, ids: Vec<ExposureId>) -> Result<Vec<ExposureId>, ApiError> {
    let estate = state.app.estate()?;
    let mut views: Vec<_> = ids
        .into_iter()
        .filter_map(|id| estate.view(id))
        .map(|view| (!view.status.is_open(), -view.risk, view.id))
        .collect();
    views.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
    views.truncate(EXPOSURES);
    Ok(views.into_iter().map(|view| view.2).collect())
}

fn identifier(row: IdentifierRow) -> Identifier {
    let named = bartizan_model::Identifier { kind: row.kind, value: row.value };
    Identifier {
        kind: row.kind.as_str(),
        network: named.network().map(str::to_owned),
        value: named.value,
        strong: row.kind.is_strong(),
        source: row.source,
        first_seen: row.first_seen.into(),
        last_seen: row.last_seen.into(),
        valid_to: row.valid_to.map(Time),
    }
}

fn service(row: ServiceRow) -> Service {
    Service {
        protocol: row.protocol,
        port: row.port,
        name: row.name,
        product: row.product,
        version: row.version,
        addresses: row.addresses.split_whitespace().map(str::to_owned).collect(),
        source: row.source,
        last_seen: row.last_seen.into(),
    }
}

fn component(row: ComponentRow) -> Component {
    Component {
        purl: row.purl,
        name: row.name,
        version: row.version,
        source: row.source,
        locations: row.locations,
    }
}

fn fact(row: AttributeFact) -> AssetFact {
    AssetFact { name: row.name, value: row.value, source: row.source, last_seen: row.last_seen.into() }
}

fn relation(row: RelationRow) -> Relation {
    Relation {
        relation: row.relation,
        direction: if row.outgoing { "out" } else { "in" },
        asset: OtherAsset { id: row.other.0, name: row.other_name, kind: row.other_kind },
    }
}

fn merged(row: MergeRow) -> Merged {
    Merged {
        id: row.id,
        at: row.at.into(),
        by: row.actor,
        into: row.into.0,
        from: row.from.0,
        reasons: row.reasons.lines().map(str::to_owned).collect(),
        split_at: row.split_at.map(Time),
    }
}
