//! Facts for the attack graph, all of them at once: relations between assets, and their attributes.

use crate::Reader;
use crate::error::StoreError;
use bartizan_model::{AssetId, Timestamp};

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
    /// Hands over every address that an asset holds, those of an asset together, and when it was last seen with it.
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
        self.db.for_each(
            "SELECT a.asset_id, a.name, a.value, s.name, a.last_seen FROM attribute a JOIN source s ON s.id = a.source_id
             WHERE a.present = 1 ORDER BY a.asset_id, a.name, a.last_seen DESC, s.name",
            &[],
            |row| {
                each(AttributeFact {
                    asset: AssetId(row.get(0)?),
                    name: row.get(1)?,
                    value: row.get(2)?,
                    source: row.get(3)?,
                    last_seen: Timestamp::from_micros(row.get(4)?),
                });
                Ok(())
            },
        )
    }
}
