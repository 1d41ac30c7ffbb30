//! Facts for the attack graph, all of them at once: relations between assets, and their attributes.

use crate::Reader;
use crate::db::Row;
use crate::error::StoreError;
use bartizan_model::{AssetId, ExposureId, Timestamp};
use std::collections::{HashMap, HashSet};

/// A relation that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelationFact {
    /// From.
    pub from: AssetId,
    /// The verb.
    pub relation: String,
    /// By what, may be empty.
    pub via: String,
    /// To.
    pub to: AssetId,
    /// Who says so.
    pub source: String,
    /// When it was last told.
    pub last_seen: Timestamp,
}

/// An attribute of an asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributeFact {
    /// The asset.
    pub asset: AssetId,
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Who says so.
    pub source: String,
    /// When it was last told.
    pub last_seen: Timestamp,
}

impl Reader<'_> {
    /// Hands over every address that an asset holds, with its network, those of an asset together, and when it was last seen with it.
    pub fn each_address(&mut self, mut each: impl FnMut(AssetId, &str, Timestamp)) -> Result<(), StoreError> {
        self.db.for_each(
            "SELECT i.asset_id, i.value, MAX(i.last_seen) FROM identifier i JOIN asset a ON a.id = i.asset_id
             WHERE i.kind = 'ip' AND i.valid_to IS NULL AND a.merged_into IS NULL
             GROUP BY i.asset_id, i.value ORDER BY i.asset_id, i.value",
            &[],
            |row| {
                each(AssetId(row.get(0)?), &row.get::<String>(1)?, Timestamp::from_micros(row.get(2)?));
                Ok(())
            },
        )
    }

    /// Hands over every relation that holds, in the order of its ends.
    pub fn each_relation(&mut self, mut each: impl FnMut(RelationFact)) -> Result<(), StoreError> {
        self.db.for_each(
            "SELECT r.from_id, r.relation, r.via, r.to_id, s.name, r.last_seen FROM relation r JOIN source s ON s.id = r.source_id
             WHERE r.present = 1 ORDER BY r.from_id, r.relation, r.via, r.to_id, s.name",
            &[],
            |row| {
                each(RelationFact {
                    from: AssetId(row.get(0)?),
                    relation: row.get(1)?,
                    via: row.get(2)?,
                    to: AssetId(row.get(3)?),
                    source: row.get(4)?,
                    last_seen: Timestamp::from_micros(row.get(5)?),
                });
                Ok(())
            },
        )
    }

    /// Hands over every attribute, those of an asset together, the newest word of one first.
    pub fn each_attribute(&mut self, mut each: impl FnMut(AttributeFact)) -> Result<(), StoreError> {
        self.db.for_each(&format!("{ATTRIBUTES} {ORDER}"), &[], |row| {
            each(attribute(row)?);
            Ok(())
        })
    }

    /// The attributes of one asset, by name.
    pub fn attributes_of(&mut self, asset: AssetId) -> Result<Vec<AttributeFact>, StoreError> {
        self.db.query(&format!("{ATTRIBUTES} AND a.asset_id = $1 {ORDER}"), &[asset.into()], attribute)
    }

    /// Hands over every id by which a cloud knows an asset, those of an asset together.
    pub fn each_cloud_id(&mut self, mut each: impl FnMut(AssetId, &str)) -> Result<(), StoreError> {
        self.db.for_each(
            "SELECT asset_id, value FROM identifier WHERE kind = 'cloud-id' AND valid_to IS NULL ORDER BY asset_id, value",
            &[],
            |row| {
                each(AssetId(row.get(0)?), &row.get::<String>(1)?);
                Ok(())
            },
        )
    }

    /// Hands over every relation that held at a point in time, and whether that is sure: of one that was told last before it, and
    /// found gone only after it, nobody knows when it ended. One that ended and was told again counts as if it never had.
    pub fn each_relation_at(
        &mut self,
        at: Timestamp,
        mut each: impl FnMut(RelationFact, bool),
    ) -> Result<(), StoreError> {
        self.db.for_each(
            "SELECT r.from_id, r.relation, r.via, r.to_id, s.name, r.last_seen, r.present FROM relation r JOIN source s ON s.id = r.source_id
             WHERE r.first_seen <= $1 AND (r.present = 1 OR r.looked_at > $1)
             ORDER BY r.from_id, r.relation, r.via, r.to_id, s.name",
            &[at.into()],
            |row| {
                let last_seen = Timestamp::from_micros(row.get(5)?);
                let sure = row.get::<i64>(6)? != 0 || last_seen >= at;
                let fact = RelationFact {
                    from: AssetId(row.get(0)?),
                    relation: row.get(1)?,
                    via: row.get(2)?,
                    to: AssetId(row.get(3)?),
                    source: row.get(4)?,
                    last_seen,
                };
                each(fact, sure);
                Ok(())
            },
        )
    }

    /// Hands over every attribute that held at a point in time, and whether that is sure, as [`Reader::each_relation_at`].
    pub fn each_attribute_at(
        &mut self,
        at: Timestamp,
        mut each: impl FnMut(AttributeFact, bool),
    ) -> Result<(), StoreError> {
        self.db.for_each(
            "SELECT a.asset_id, a.name, a.value, s.name, a.last_seen, a.present FROM attribute a JOIN source s ON s.id = a.source_id
             WHERE a.first_seen <= $1 AND (a.present = 1 OR a.looked_at > $1)
             ORDER BY a.asset_id, a.name, a.last_seen DESC, s.name",
            &[at.into()],
            |row| {
                let last_seen = Timestamp::from_micros(row.get(4)?);
                let sure = row.get::<i64>(5)? != 0 || last_seen >= at;
                let fact = AttributeFact {
                    asset: AssetId(row.get(0)?),
                    name: row.get(1)?,
                    value: row.get(2)?,
                    source: row.get(3)?,
                    last_seen,
                };
                each(fact, sure);
                Ok(())
            },
        )
    }

    /// What the facts of a point in time rest on that is not kept: the past values of what changed since.
    pub fn changed_since(&mut self, at: Timestamp) -> Result<ChangedSince, StoreError> {
        let mut count = |sql: &str| -> Result<i64, StoreError> {
            Ok(self.db.first(sql, &[at.into()], |row| row.get(0))?.unwrap_or(0))
        };
        Ok(ChangedSince {
            attributes: count(
                "SELECT COUNT(*) FROM attribute a JOIN asset b ON b.id = a.asset_id
                 WHERE a.first_seen > $1 AND b.first_seen <= $1",
            )?,
            assets: count(
                "SELECT CAST(COALESCE(SUM(count), 0) AS BIGINT) FROM event WHERE at > $1 AND kind = 'asset.changed'",
            )?,
            merges: count(
                "SELECT COUNT(*) FROM event WHERE at > $1 AND kind IN ('asset.merged', 'asset.split')",
            )?,
            scopes: count(
                "SELECT COUNT(*) FROM event WHERE at > $1 AND kind IN ('scope.changed', 'entry.changed')",
            )?,
            before_anything: count("SELECT COUNT(*) FROM run WHERE started_at <= $1")? == 0,
        })
    }

    /// The assets that were first seen after a point in time.
    pub fn assets_since(&mut self, at: Timestamp) -> Result<HashSet<AssetId>, StoreError> {
        let sql = "SELECT id FROM asset WHERE first_seen > $1";
        let ids = self.db.query(sql, &[at.into()], |row| Ok(AssetId(row.get(0)?)))?;
        Ok(ids.into_iter().collect())
    }

    /// By their evidence, the exposures that were not open at a point in time, and those that are not now.
    pub fn not_open_at(
        &mut self,
        at: Timestamp,
    ) -> Result<(HashSet<ExposureId>, HashSet<ExposureId>), StoreError> {
        let mut then: HashMap<ExposureId, Closed> = HashMap::new();
        let mut now: HashMap<ExposureId, Closed> = HashMap::new();
        self.db.for_each(
            "SELECT exposure_id, at, kind FROM evidence ORDER BY exposure_id, at, id",
            &[],
            |row| {
                let (exposure, when) = (ExposureId(row.get(0)?), row.get::<i64>(1)?);
                let kind: String = row.get(2)?;
                if when <= at.micros() {
                    then.entry(exposure).or_default().follow(&kind);
                }
                now.entry(exposure).or_default().follow(&kind);
                Ok(())
            },
        )?;
        let closed = |all: HashMap<ExposureId, Closed>| {
            all.into_iter().filter(|(_, closed)| closed.fixed || closed.decided).map(|(id, _)| id).collect()
        };
        Ok((closed(then), closed(now)))
    }
}

/// What changed since a point in time, and of which only the newest state is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChangedSince {
    /// Attributes of assets that were known then: told first, or with another value, after it.
    pub attributes: i64,
    /// Assets whose reach, worth or other properties changed.
    pub assets: i64,
    /// Merges and splits of assets.
    pub merges: i64,
    /// Changes of scopes and of the priors of entries.
    pub scopes: i64,
    /// Whether no run had begun by then: nothing was known at all.
    pub before_anything: bool,
}

/// Why an exposure is not open.
#[derive(Default)]
struct Closed {
    fixed: bool,
    decided: bool,
}

impl Closed {
    fn follow(&mut self, evidence: &str) {
        match evidence {
            "fixed" => self.fixed = true,
            "reopened" => self.fixed = false,
            "decided" => self.decided = true,
            "revoked" | "lapsed" => self.decided = false,
            _ => {}
        }
    }
}

const ATTRIBUTES: &str = "SELECT a.asset_id, a.name, a.value, s.name, a.last_seen FROM attribute a
    JOIN source s ON s.id = a.source_id WHERE a.present = 1";
const ORDER: &str = "ORDER BY a.asset_id, a.name, a.last_seen DESC, s.name";

fn attribute(row: &Row<'_>) -> Result<AttributeFact, StoreError> {
    Ok(AttributeFact {
        asset: AssetId(row.get(0)?),
        name: row.get(1)?,
        value: row.get(2)?,
        source: row.get(3)?,
        last_seen: Timestamp::from_micros(row.get(4)?),
    })
}
