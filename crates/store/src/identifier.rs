//! By which names and addresses assets are known, and in which networks that is.

use crate::Reader;
use crate::db::Row;
use crate::error::StoreError;
use bartizan_model::{AssetId, Identifier, IdentifierKind, Timestamp};
use std::collections::BTreeSet;

/// An identifier with its interval of validity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentifierRow {
    /// Its kind.
    pub kind: IdentifierKind,
    /// Its value.
    pub value: String,
    /// The source that first gave it.
    pub source: String,
    /// Since when.
    pub first_seen: Timestamp,
    /// Last seen.
    pub last_seen: Timestamp,
    /// When another asset was seen with it.
    pub valid_to: Option<Timestamp>,
}

impl From<IdentifierRow> for Identifier {
    fn from(row: IdentifierRow) -> Self {
        Self { kind: row.kind, value: row.value }
    }
}

impl Reader<'_> {
    /// Hands every identifier in force to `each`.
    pub fn each_identifier(&mut self, mut each: impl FnMut(AssetId, Identifier)) -> Result<(), StoreError> {
        self.db.for_each("SELECT asset_id, kind, value FROM identifier WHERE valid_to IS NULL", &[], |row| {
            each(AssetId(row.get(0)?), identifier(row)?);
            Ok(())
        })
    }

    /// Hands the name of every network to `each` that an asset has an address in by now, as often as it has addresses there.
    pub fn each_network(&mut self, mut each: impl FnMut(AssetId, &str)) -> Result<(), StoreError> {
        self.db.for_each(
            "SELECT asset_id, kind, value FROM identifier WHERE valid_to IS NULL AND kind IN ('ip', 'origin', 'name')
             AND value LIKE '%!%%' ESCAPE '!'",
            &[],
            |row| {
                if let Some(network) = identifier(row)?.network() {
                    each(AssetId(row.get(0)?), network);
                }
                Ok(())
            },
        )
    }

    /// The identifiers an asset has or had.
    pub fn identifiers(&mut self, asset: AssetId) -> Result<Vec<IdentifierRow>, StoreError> {
        self.db.query(
            "SELECT i.kind, i.value, s.name, i.first_seen, i.last_seen, i.valid_to FROM identifier i
             JOIN source s ON s.id = i.source_id WHERE i.asset_id = $1 ORDER BY i.kind, i.value",
            &[asset.into()],
            |row| {
                let kind: String = row.get(0)?;
                Ok(IdentifierRow {
                    kind: kind.parse().map_err(|error| StoreError::damaged("identifier", error))?,
                    value: row.get(1)?,
                    source: row.get(2)?,
                    first_seen: Timestamp::from_micros(row.get(3)?),
                    last_seen: Timestamp::from_micros(row.get(4)?),
                    valid_to: row.get::<Option<i64>>(5)?.map(Timestamp::from_micros),
                })
            },
        )
    }

    /// The networks that addresses are told to be in, by name.
    pub fn networks(&mut self) -> Result<Vec<String>, StoreError> {
        let mut names = BTreeSet::new();
        self.each_network(|_, network| {
            if !names.contains(network) {
                names.insert(network.to_owned());
            }
        })?;
        Ok(names.into_iter().collect())
    }
}

/// The identifier of a row that begins with its asset.
fn identifier(row: &Row<'_>) -> Result<Identifier, StoreError> {
    let kind: String = row.get(1)?;
    let kind = kind.parse().map_err(|error| StoreError::damaged("identifier", error))?;
    Ok(Identifier { kind, value: row.get(2)? })
}
