//! What a run says is there: assets, services, components, relations, and a host's configuration.

use super::Ingest;
use crate::Tx;
use crate::component::Named;
use crate::db::{Bulk, Kind, Mode, Value, without_nul};
use crate::error::StoreError;
use crate::resolve::tidy;
use crate::{NewEvent, Ranges};
use bartizan_model::observation::{AssetSeen, ComponentSeen, ServiceSeen};
use bartizan_model::purl::fold;
use bartizan_model::words::counted;
use bartizan_model::{AssetId, Cpe, Observation, RunId};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Components are written in chunks of this size.
const CHUNK: usize = 8_192;
/// The memory of which component is which is dropped when it grows past this.
const REMEMBERED: usize = 200_000;

/// Collects the inventory part of a run.
#[derive(Default)]
pub(super) struct Inventory {
    pub(super) with_services: HashSet<AssetId>,
    pub(super) with_components: HashSet<AssetId>,
    /// Assets whose own columns changed.
    pub(super) changed_assets: BTreeSet<i64>,
    /// Whether an attribute or a relation is new, another, or gone.
    pub(super) facts_told: bool,
    components: Vec<ComponentSeen>,
    component_ids: HashMap<Named, i64>,
}

impl Inventory {
    pub(super) fn push(
        &mut self,
        ingest: &mut Ingest<'_, '_>,
        observation: Observation,
    ) -> Result<(), StoreError> {
        match observation {
            Observation::Asset(seen) => self.asset(ingest, &seen),
            Observation::Service(seen) => self.service(ingest, &seen),
            Observation::Component(seen) => {
                self.components.push(seen);
                if self.components.len() >= CHUNK { self.flush(ingest) } else { Ok(()) }
            }
            Observation::Relation(seen) => self.relation(ingest, &seen),
            Observation::Host(facts) => {
                let asset = ingest.asset(&facts.asset, facts.collected_at)?;
                ingest.tx.put_host_snapshot(asset, ingest.options.run, &facts)
            }
            Observation::Finding(finding) => {
                ingest.pending.push(finding);
                ingest.written.push(&[], 0);
                Ok(())
            }
            Observation::Statement(statement) => {
                let asset = match &statement.asset {
                    Some(asset) => Some(ingest.asset(asset, ingest.options.seen_at)?),
                    None => None,
                };
                let weakness = ingest.tx.put_statement(ingest.options.run, &statement, asset)?;
                ingest.spoken_of.extend(weakness);
                Ok(())
            }
        }
    }

    fn asset(&mut self, ingest: &mut Ingest<'_, '_>, seen: &AssetSeen) -> Result<(), StoreError> {
        let asset = ingest.asset(&seen.asset, seen.seen_at.unwrap_or(ingest.options.seen_at))?;
        let changed = ingest.tx.db.execute(
            "UPDATE asset SET os = COALESCE($2, os), reach = COALESCE($3, reach),
             reach_source = CASE WHEN $3 IS NULL THEN reach_source ELSE $4 END
             WHERE id = $1 AND (COALESCE($2, os, '') <> COALESCE(os, '') OR COALESCE($3, reach, '') <> COALESCE(reach, ''))",
            &[
                asset.into(),
                seen.os.as_ref().into(),
                seen.reach.map(bartizan_model::Reach::as_str).into(),
                ingest.options.tool.into(),
            ],
        )?;
        if changed > 0 {
            self.changed_assets.insert(asset.0);
        }
        if let Some(declared) = &seen.declared {
            ingest.tx.declare_anew(asset, declared)?;
        }
        self.attributes(ingest, asset, seen)
    }

    fn service(&mut self, ingest: &mut Ingest<'_, '_>, seen: &ServiceSeen) -> Result<(), StoreError> {
        let asset = ingest.asset(&seen.asset, ingest.options.seen_at)?;
        self.with_services.insert(asset);
        let addresses = seen.addresses.join(" ");
        let cpe_key = Cpe::parse(&seen.cpe).map(|cpe| fold(&cpe.package())).unwrap_or_default();
        ingest.tx.db.execute(
            "INSERT INTO service (asset_id, protocol, port, source_id, name, product, version, addresses, present, first_seen, last_seen, looked_at, cpe, cpe_key, vantage)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $9, $9, $10, $11, $12)
             ON CONFLICT (asset_id, protocol, port, source_id, vantage) DO UPDATE SET name = excluded.name, product = excluded.product,
             version = excluded.version, addresses = excluded.addresses, present = 1, last_seen = excluded.last_seen,
             looked_at = excluded.looked_at, cpe = excluded.cpe, cpe_key = excluded.cpe_key
             WHERE service.looked_at <= excluded.looked_at",
            &[
                asset.into(),
                Value::Text(&seen.protocol),
                i64::from(seen.port).into(),
                ingest.source.into(),
                Value::Text(&seen.name),
                Value::Text(&seen.product),
                Value::Text(&seen.version),
                Value::Text(&addresses),
                ingest.options.seen_at.into(),
                Value::Text(&seen.cpe),
                Value::Text(&cpe_key),
                Value::Text(&seen.vantage),
            ],
        )?;
        Ok(())
    }

    /// Writes the pending components.
    pub(super) fn flush(&mut self, ingest: &mut Ingest<'_, '_>) -> Result<(), StoreError> {
        let components = std::mem::take(&mut self.components);
        let named = |seen: &ComponentSeen| {
            let [purl, name, version] =
                [&seen.purl, &seen.name, &seen.version].map(|text| tidy(text).into_owned());
            (purl, name, version)
        };
        let wanted: Vec<_> = components.iter().map(named).collect();
        ingest.tx.components(&wanted.iter().cloned().collect(), &mut self.component_ids)?;
        let mut links: BTreeMap<_, BTreeSet<&str>> = BTreeMap::new();
        for (seen, named) in components.iter().zip(&wanted) {
            let asset = ingest.asset(&seen.asset, ingest.options.seen_at)?;
            self.with_components.insert(asset);
            let places = links.entry((asset, self.component_ids[named], seen.vantage.as_str())).or_default();
            places.extend(seen.locations.iter().map(String::as_str));
        }
        if self.component_ids.len() > REMEMBERED {
            self.component_ids.clear();
        }
        let mut rows: BTreeMap<_, String> = BTreeMap::new();
        for ((asset, component, vantage), places) in links {
            let row = rows.entry((ingest.resolver.current(asset), component, vantage)).or_default();
            for place in places {
                // A line each, whatever the names of files may hold.
                row.push_str(&without_nul(place).replace('\n', " "));
                row.push('\n');
            }
        }
        let (source, seen_at) = (ingest.source, ingest.options.seen_at);
        ingest.tx.db.bulk(
            &Bulk {
                table: "asset_component",
                columns: &[
                    ("asset_id", Kind::Int),
                    ("component_id", Kind::Int),
                    ("source_id", Kind::Int),
                    ("present", Kind::Int),
                    ("first_seen", Kind::Int),
                    ("last_seen", Kind::Int),
                    ("looked_at", Kind::Int),
                    ("locations", Kind::Text),
                    ("vantage", Kind::Text),
                ],
                mode: Mode::Insert(
                    "ON CONFLICT (asset_id, component_id, source_id, vantage) DO UPDATE SET present = 1,
                     last_seen = excluded.last_seen, looked_at = excluded.looked_at, locations = excluded.locations
                     WHERE asset_component.looked_at <= excluded.looked_at",
                ),
            },
            rows.iter().map(|((asset, component, vantage), places)| {
                let (at, present) = (Value::from(seen_at), Value::Int(1));
                let (places, vantage) = (Value::Text(places.trim_end()), Value::Text(vantage));
                [(*asset).into(), Value::Int(*component), source.into(), present, at, at, at, places, vantage]
            }),
        )
    }
}

impl Tx<'_> {
    /// Announces assets whose own facts changed.
    pub(crate) fn announce_changes(&mut self, changed: &BTreeSet<i64>, run: RunId) -> Result<(), StoreError> {
        if changed.is_empty() {
            return Ok(());
        }
        let subjects: Ranges = changed.iter().copied().collect();
        let text = format!("{} changed", counted(changed.len(), "asset"));
        self.append(NewEvent { kind: "asset.changed", text, run: Some(run), subjects, ..NewEvent::default() })
            .map(drop)
    }
}
