//! Facts for the attack graph, all of them at once: relations between assets, and their attributes.

use crate::Reader;
use crate::db::Row;
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
