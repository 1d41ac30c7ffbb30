//! Assets and their inventory: services, components, relations, and a host's last configuration.

use crate::db::{Row, Value};
use crate::error::StoreError;
use crate::{NewEvent, Reader, Tx};
use bartizan_model::host::HostFacts;
use bartizan_model::observation::Declared;
use bartizan_model::words::counted;
use bartizan_model::{AssetId, AssetKind, Criticality, DataClass, Reach, RunId, Timestamp};
use std::collections::BTreeSet;

/// An asset's own row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetRow {
    /// Its id.
    pub id: AssetId,
    /// What it is.
    pub kind: AssetKind,
    /// Its name.
    pub name: String,
    /// Operating system in a source's words.
    pub os: Option<String>,
    /// From where it can be reached: declared by a person, else observed, else unknown.
    pub reach: Reach,
    /// Who says so; empty where unknown.
    pub reach_source: String,
    /// What the business says it would lose with it.
    pub criticality: Option<Criticality>,
    /// Classes of data on it.
    pub data: Vec<DataClass>,
    /// Whether it is made-up data.
    pub demo: bool,
    /// First seen by any source.
    pub first_seen: Timestamp,
    /// Last seen by any source.
    pub last_seen: Timestamp,
}

/// A service on an asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceRow {
    /// `tcp` or `udp`.
    pub protocol: String,
    /// Port.
    pub port: i64,
    /// Service name.
    pub name: String,
    /// Product.
    pub product: String,
    /// Version.
    pub version: String,
    /// Addresses it listens on, space separated.
    pub addresses: String,
    /// Source.
    pub source: String,
    /// Last seen.
    pub last_seen: Timestamp,
}

/// A component on an asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComponentRow {
    /// Package URL.
    pub purl: String,
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
    /// Source.
    pub source: String,
    /// Where on the asset it is named, in words.
    pub locations: Vec<String>,
}

/// A relation of an asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelationRow {
    /// The verb.
    pub relation: String,
    /// Whether the asset is the subject (else the object).
    pub outgoing: bool,
    /// The other asset.
    pub other: AssetId,
    /// Its name.
    pub other_name: String,
    /// Its kind.
    pub other_kind: String,
}

/// The last configuration of a host.
#[derive(Debug, Clone, PartialEq)]
pub struct HostSnapshot {
    /// When it was collected.
    pub at: Timestamp,
    /// By which run.
    pub run: RunId,
    /// The facts.
    pub facts: HostFacts,
}

const SELECT: &str = "SELECT id, kind, name, os, declared_reach, reach, reach_source, criticality, data, demo, first_seen, last_seen
    FROM asset WHERE merged_into IS NULL";

impl Reader<'_> {
    /// Hands every asset to `each`.
    pub fn each_asset(&mut self, mut each: impl FnMut(AssetRow)) -> Result<(), StoreError> {
        self.db.for_each(&format!("{SELECT} ORDER BY id"), &[], |row| {
            each(read(row)?);
            Ok(())
        })
    }

    /// One asset; where it was merged, the asset it went into.
    pub fn asset(&mut self, id: AssetId) -> Result<AssetRow, StoreError> {
        let mut id = id;
        // Merges may chain; a cycle cannot arise, as a merged asset is never merged into.
        while let Some(Some(into)) =
            self.db.first("SELECT merged_into FROM asset WHERE id = $1", &[id.into()], |row| {
                row.get::<Option<i64>>(0)
            })?
        {
            id = AssetId(into);
        }
        self.db
            .first(&format!("{SELECT} AND id = $1"), &[id.into()], read)?
            .ok_or_else(|| StoreError::not_found("asset", id))
    }

    /// The services that are there now.
    pub fn services(&mut self, asset: AssetId) -> Result<Vec<ServiceRow>, StoreError> {
        self.db.query(
            "SELECT v.protocol, v.port, v.name, v.product, v.version, v.addresses, s.name, v.last_seen FROM service v
             JOIN source s ON s.id = v.source_id WHERE v.asset_id = $1 AND v.present = 1 ORDER BY v.protocol, v.port, s.id",
            &[asset.into()],
            |row| {
                Ok(ServiceRow {
                    protocol: row.get(0)?,
                    port: row.get(1)?,
                    name: row.get(2)?,
                    product: row.get(3)?,
                    version: row.get(4)?,
                    addresses: row.get(5)?,
                    source: row.get(6)?,
                    last_seen: Timestamp::from_micros(row.get(7)?),
                })
            },
        )
    }

    /// How many components are there now, and the first of them by name.
    pub fn components(&mut self, asset: AssetId, limit: i64) -> Result<(i64, Vec<ComponentRow>), StoreError> {
        let total = self.db.first(
            "SELECT COUNT(*) FROM (SELECT DISTINCT component_id, source_id, locations FROM asset_component WHERE asset_id = $1 AND present = 1) x",
            &[asset.into()],
            |row| row.get(0),
        )?;
        let rows = self.db.query(
            "SELECT DISTINCT c.purl, c.name, c.version, s.name, x.locations, c.id FROM asset_component x JOIN component c ON c.id = x.component_id
             JOIN source s ON s.id = x.source_id WHERE x.asset_id = $1 AND x.present = 1 ORDER BY c.name, c.id LIMIT $2",
            &[asset.into(), limit.into()],
            |row| {
                let locations: String = row.get(4)?;
                Ok(ComponentRow {
                    purl: row.get(0)?,
                    name: row.get(1)?,
                    version: row.get(2)?,
                    source: row.get(3)?,
                    locations: locations.lines().map(str::to_owned).collect(),
                })
            },
        )?;
        Ok((total.unwrap_or(0), rows))
    }

    /// The relations of an asset, both ways.
    pub fn relations(&mut self, asset: AssetId) -> Result<Vec<RelationRow>, StoreError> {
        let mut all = Vec::new();
        for (outgoing, own, other) in [(true, "from_id", "to_id"), (false, "to_id", "from_id")] {
            all.extend(self.db.query(
                &format!(
                    "SELECT DISTINCT r.relation, a.id, a.name, a.kind FROM relation r JOIN asset a ON a.id = r.{other}
                     WHERE r.{own} = $1 AND r.present = 1 ORDER BY r.relation, a.name, a.id LIMIT 500"
                ),
                &[asset.into()],
                |row| {
                    Ok(RelationRow {
                        relation: row.get(0)?,
                        outgoing,
                        other: AssetId(row.get(1)?),
                        other_name: row.get(2)?,
                        other_kind: row.get(3)?,
                    })
                },
            )?);
        }
        Ok(all)
    }

    /// The last configuration that was collected from a host.
    pub fn host_snapshot(&mut self, asset: AssetId) -> Result<Option<HostSnapshot>, StoreError> {
        self.db.first(
            "SELECT at, run_id, facts FROM host_snapshot WHERE asset_id = $1",
            &[asset.into()],
            |row| {
                let data: Vec<u8> = row.get(2)?;
                let text = zstd::stream::decode_all(data.as_slice())
                    .map_err(|e| StoreError::damaged("host snapshot", e))?;
                Ok(HostSnapshot {
                    at: Timestamp::from_micros(row.get(0)?),
                    run: RunId(row.get(1)?),
                    facts: serde_json::from_slice(&text)
                        .map_err(|e| StoreError::damaged("host snapshot", e))?,
                })
            },
        )
    }

    /// Hosts whose configuration was collected, and when.
    pub fn collected_hosts(&mut self) -> Result<Vec<(AssetId, Timestamp)>, StoreError> {
        self.db.query("SELECT asset_id, at FROM host_snapshot ORDER BY asset_id", &[], |row| {
            Ok((AssetId(row.get(0)?), Timestamp::from_micros(row.get(1)?)))
        })
    }
}

impl Tx<'_> {
    /// Declares what a person knows of an asset; `None` leaves a value, `Some(None)` clears it.
    pub fn declare_asset(
        &mut self,
        id: AssetId,
        reach: Option<Option<Reach>>,
        criticality: Option<Option<Criticality>>,
        data: Option<&[DataClass]>,
    ) -> Result<(), StoreError> {
        let asset = self.reader().asset(id)?;
        if let Some(reach) = reach {
            self.db.execute(
                "UPDATE asset SET declared_reach = $2 WHERE id = $1",
                &[asset.id.into(), reach.map(Reach::as_str).into()],
            )?;
        }
        if let Some(criticality) = criticality {
            self.db.execute(
                "UPDATE asset SET criticality = $2 WHERE id = $1",
                &[asset.id.into(), criticality.map(Criticality::as_str).into()],
            )?;
        }
        if let Some(data) = data {
            let words: Vec<_> = data.iter().map(|class| class.as_str()).collect();
            let words = words.join(" ");
            self.db.execute(
                "UPDATE asset SET data = $2 WHERE id = $1",
                &[asset.id.into(), Value::Text(&words)],
            )?;
        }
        let text = format!("What {} is worth and from where it is reached was declared", asset.name);
        self.append(NewEvent {
            kind: "asset.changed",
            text,
            asset: Some(asset.id),
            subjects: [asset.id.0].into_iter().collect(),
            ..NewEvent::default()
        })
        .map(drop)
    }

    /// Declares what a file says of an asset, where that is not what is declared already.
    pub(crate) fn declare_anew(&mut self, id: AssetId, declared: &Declared) -> Result<(), StoreError> {
        let known = self.db.first(
            "SELECT declared_reach, criticality, data FROM asset WHERE id = $1",
            &[id.into()],
            |row| Ok((row.get::<Option<String>>(0)?, row.get::<Option<String>>(1)?, row.get::<String>(2)?)),
        )?;
        let (reach, criticality, data) = known.unwrap_or_default();
        let new_reach = declared.reach.filter(|new| reach.as_deref() != Some(new.as_str()));
        let new_criticality = declared.criticality.filter(|new| criticality.as_deref() != Some(new.as_str()));
        let mut classes = declared.data.clone();
        classes.sort_unstable();
        classes.dedup();
        let known: BTreeSet<_> = data.split_whitespace().collect();
        let same =
            known.iter().copied().eq(classes.iter().map(|class| class.as_str()).collect::<BTreeSet<_>>());
        let new_data = (!classes.is_empty() && !same).then_some(&*classes);
        if new_reach.is_none() && new_criticality.is_none() && new_data.is_none() {
            return Ok(());
        }
        self.declare_asset(id, new_reach.map(Some), new_criticality.map(Some), new_data)
    }

    /// Declares what assets are worth of which nobody declared it yet: an inventory says so, and a person's word goes before.
    pub fn declare_worth(
        &mut self,
        worth: &[(AssetId, Criticality)],
        run: Option<RunId>,
    ) -> Result<(), StoreError> {
        let mut changed = Vec::new();
        for (id, criticality) in worth {
            let id = self.reader().asset(*id)?.id;
            let rows = self.db.execute(
                "UPDATE asset SET criticality = $2 WHERE id = $1 AND criticality IS NULL",
                &[id.into(), criticality.as_str().into()],
            )?;
            if rows > 0 {
                changed.push(id.0);
            }
        }
        if changed.is_empty() {
            return Ok(());
        }
        let subjects = changed.into_iter().collect();
        let text = "an inventory says what assets are worth of which nobody had said it".to_owned();
        self.append(NewEvent { kind: "asset.changed", text, run, subjects, ..NewEvent::default() }).map(drop)
    }

    pub(crate) fn put_host_snapshot(
        &mut self,
        asset: AssetId,
        run: RunId,
        facts: &HostFacts,
    ) -> Result<(), StoreError> {
        let text = serde_json::to_vec(facts).map_err(|error| StoreError::damaged("host snapshot", error))?;
        let data =
            zstd::bulk::compress(&text, 3).map_err(|error| StoreError::damaged("host snapshot", error))?;
        self.db.execute(
            "INSERT INTO host_snapshot (asset_id, at, run_id, facts) VALUES ($1, $2, $3, $4)
             ON CONFLICT (asset_id) DO UPDATE SET at = excluded.at, run_id = excluded.run_id, facts = excluded.facts
             WHERE host_snapshot.at <= excluded.at",
            &[asset.into(), facts.collected_at.into(), run.into(), Value::Blob(&data)],
        )?;
        Ok(())
    }

    /// Removes everything that was made up for a demonstration; how many assets went.
    pub fn remove_demo(&mut self) -> Result<i64, StoreError> {
        let assets = "(SELECT id FROM asset WHERE demo = 1)";
        let exposures = format!("(SELECT id FROM exposure WHERE asset_id IN {assets})");
        self.db.execute(&format!("UPDATE exposure SET lead_id = NULL WHERE lead_id IN {exposures}"), &[])?;
        for table in [
            "sighting",
            "merge_sighting",
            "evidence",
            "comment",
            "decision_exposure",
            "assignment_exposure",
            "correlation_carried",
        ] {
            self.db.execute(&format!("DELETE FROM {table} WHERE exposure_id IN {exposures}"), &[])?;
        }
        for table in [
            "exposure",
            "identifier",
            "service",
            "asset_component",
            "host_snapshot",
            "run_coverage",
            "asset_note",
            "attribute",
        ] {
            self.db.execute(&format!("DELETE FROM {table} WHERE asset_id IN {assets}"), &[])?;
        }
        for (table, one, other) in
            [("relation", "from_id", "to_id"), ("correlation", "asset_id", "other_asset")]
        {
            let text = format!("DELETE FROM {table} WHERE {one} IN {assets} OR {other} IN {assets}");
            self.db.execute(&text, &[])?;
        }
        let merges = format!("(SELECT id FROM asset_merge WHERE into_id IN {assets} OR from_id IN {assets})");
        self.db.execute(&format!("DELETE FROM merge_move WHERE merge_id IN {merges}"), &[])?;
        self.db.execute(&format!("DELETE FROM asset_merge WHERE id IN {merges}"), &[])?;
        self.db.execute(
            &format!("DELETE FROM asset_distinct WHERE low_id IN {assets} OR high_id IN {assets}"),
            &[],
        )?;
        self.db.execute(
            "DELETE FROM decision WHERE id NOT IN (SELECT decision_id FROM decision_exposure)",
            &[],
        )?;
        self.db.execute(
            "DELETE FROM assignment WHERE id NOT IN (SELECT assignment_id FROM assignment_exposure)",
            &[],
        )?;
        let runs = "(SELECT id FROM run WHERE kind = 'demo')";
        for table in ["segment", "run_note", "run_coverage"] {
            self.db.execute(&format!("DELETE FROM {table} WHERE run_id IN {runs}"), &[])?;
        }
        self.db.execute("DELETE FROM run WHERE kind = 'demo'", &[])?;
        self.db.execute("DELETE FROM scope WHERE name LIKE 'demo: %'", &[])?;
        // What only the made-up exposures gave a meaning to.
        self.db.execute("DELETE FROM weakness WHERE id NOT IN (SELECT weakness_id FROM exposure)", &[])?;
        let gone = self.db.execute("DELETE FROM asset WHERE demo = 1", &[])? as i64;
        let text = format!("Demo data was removed: {}", counted(gone, "asset"));
        self.append(NewEvent { kind: "store.rebuilt", text, ..NewEvent::default() })?;
        Ok(gone)
    }
}

fn read(row: &Row<'_>) -> Result<AssetRow, StoreError> {
    let damaged = |error: String| StoreError::damaged("asset", error);
    let (declared, observed) = (row.get::<Option<String>>(4)?, row.get::<Option<String>>(5)?);
    let source = if declared.is_some() {
        "declared".to_owned()
    } else {
        row.get::<Option<String>>(6)?.unwrap_or_default()
    };
    let reach = declared
        .or(observed)
        .map(|word| word.parse())
        .transpose()
        .map_err(damaged)?
        .unwrap_or(Reach::Unknown);
    let data: String = row.get(8)?;
    Ok(AssetRow {
        id: AssetId(row.get(0)?),
        kind: row.get::<String>(1)?.parse().map_err(damaged)?,
        name: row.get(2)?,
        os: row.get(3)?,
        reach,
        reach_source: source,
        criticality: row.get::<Option<String>>(7)?.map(|word| word.parse()).transpose().map_err(damaged)?,
        data: data.split_whitespace().map(str::parse).collect::<Result<_, _>>().map_err(damaged)?,
        demo: row.get::<i64>(9)? != 0,
        first_seen: Timestamp::from_micros(row.get(10)?),
        last_seen: Timestamp::from_micros(row.get(11)?),
    })
}
