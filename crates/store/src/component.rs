//! Software on assets, by the names under which advisories may speak of it.

use crate::db::{Bulk, Connection, Kind, Mode, Value};
use crate::error::StoreError;
use crate::{Reader, Tx};
use bartizan_model::{AssetId, Locus, Purl, SourceId};
use std::collections::{BTreeSet, HashMap};

/// A component as its row: package URL, name and version as the source gives them.
pub(crate) type Named = (String, String, String);

/// A component that is on an asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    /// The asset.
    pub asset: AssetId,
    /// The component's number: the same on every asset that has it.
    pub component: i64,
    /// Its package URL.
    pub purl: String,
}

/// A service that is there on an asset, of a product that its source names by CPE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Serving {
    /// The asset.
    pub asset: AssetId,
    /// Its port.
    pub locus: Locus,
    /// Product in the source's words, may be empty.
    pub product: String,
    /// Version in the source's words, may be empty.
    pub version: String,
    /// The CPE.
    pub cpe: String,
}

/// A place where a source sees a weakness now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present {
    /// The asset.
    pub asset: AssetId,
    /// The weakness' key.
    pub weakness: String,
    /// Where on the asset.
    pub locus: Locus,
}

impl Reader<'_> {
    /// The components with a package URL that are there on the assets from `first` to `last`, in the order of the assets.
    pub fn each_installed(
        &mut self,
        (first, last): (i64, i64),
        mut each: impl FnMut(Installed),
    ) -> Result<(), StoreError> {
        self.db.for_each(
            "SELECT DISTINCT x.asset_id, c.id, c.purl FROM asset_component x JOIN component c ON c.id = x.component_id
             WHERE x.asset_id BETWEEN $1 AND $2 AND x.present = 1 AND c.purl <> '' ORDER BY x.asset_id, c.id",
            &[first.into(), last.into()],
            |row| {
                each(Installed { asset: AssetId(row.get(0)?), component: row.get(1)?, purl: row.get(2)? });
                Ok(())
            },
        )
    }

    /// The services with a CPE that are there on the assets from `first` to `last`.
    pub fn each_serving(
        &mut self,
        (first, last): (i64, i64),
        mut each: impl FnMut(Serving),
    ) -> Result<(), StoreError> {
        self.db.for_each(
            "SELECT DISTINCT asset_id, protocol, port, product, version, cpe FROM service
             WHERE asset_id BETWEEN $1 AND $2 AND present = 1 AND cpe <> '' ORDER BY asset_id, protocol, port",
            &[first.into(), last.into()],
            |row| {
                each(Serving {
                    asset: AssetId(row.get(0)?),
                    locus: Locus::port(&row.get::<String>(1)?, u16::try_from(row.get::<i64>(2)?).unwrap_or_default()),
                    product: row.get(3)?,
                    version: row.get(4)?,
                    cpe: row.get(5)?,
                });
                Ok(())
            },
        )
    }

    /// Where a source sees weaknesses now on the assets from `first` to `last`, in the order of the assets.
    pub fn each_present(
        &mut self,
        source: SourceId,
        (first, last): (i64, i64),
        mut each: impl FnMut(Present),
    ) -> Result<(), StoreError> {
        self.db.for_each(
            "SELECT e.asset_id, w.name, s.locus FROM exposure e JOIN sighting s ON s.exposure_id = e.id
             JOIN weakness w ON w.id = e.weakness_id
             WHERE e.asset_id BETWEEN $1 AND $2 AND s.source_id = $3 AND s.present = 1 ORDER BY e.asset_id",
            &[first.into(), last.into(), source.into()],
            |row| {
                let Ok(locus) = row.get::<String>(2)?.parse();
                each(Present { asset: AssetId(row.get(0)?), weakness: row.get(1)?, locus });
                Ok(())
            },
        )
    }

    /// The assets that have a component or a service which may go by one of the names (see [`Purl::search_keys`]).
    pub fn assets_with(&mut self, names: &BTreeSet<String>) -> Result<BTreeSet<AssetId>, StoreError> {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut assets = BTreeSet::new();
        for text in [
            "SELECT DISTINCT x.asset_id FROM component c JOIN asset_component x ON x.component_id = c.id
             WHERE x.present = 1 AND c.name_key = $1",
            "SELECT DISTINCT x.asset_id FROM component c JOIN asset_component x ON x.component_id = c.id
             WHERE x.present = 1 AND c.source_key = $1",
            "SELECT DISTINCT asset_id FROM service WHERE present = 1 AND cpe_key = $1",
        ] {
            self.db.lookup(text, &names, |row| {
                assets.insert(AssetId(row.get(0)?));
                Ok(())
            })?;
        }
        Ok(assets)
    }

    /// The first and the last asset there ever was; `None` without any.
    pub fn asset_span(&mut self) -> Result<Option<(i64, i64)>, StoreError> {
        let ends = self.db.first("SELECT MIN(id), MAX(id) FROM asset", &[], |row| {
            Ok((row.get::<Option<i64>>(0)?, row.get::<Option<i64>>(1)?))
        })?;
        Ok(ends.and_then(|(first, last)| first.zip(last)))
    }
}

impl Tx<'_> {
    /// The numbers of components, made where they are new.
    pub(crate) fn components(
        &mut self,
        wanted: &BTreeSet<Named>,
        known: &mut HashMap<Named, i64>,
    ) -> Result<(), StoreError> {
        let unknown = |known: &HashMap<Named, i64>| {
            wanted.iter().filter(|named| !known.contains_key(*named)).cloned().collect::<Vec<_>>()
        };
        let asked = unknown(known);
        for (text, by_url) in [
            ("SELECT purl, name, version, id FROM component WHERE purl = $1", true),
            ("SELECT purl, name, version, id FROM component WHERE purl = '' AND name = $1", false),
        ] {
            let keys: BTreeSet<&str> = asked
                .iter()
                .filter(|named| named.0.is_empty() != by_url)
                .map(|named| if by_url { named.0.as_str() } else { named.1.as_str() })
                .collect();
            let keys: Vec<&str> = keys.into_iter().collect();
            self.db.lookup(text, &keys, |row| {
                known.insert((row.get(0)?, row.get(1)?, row.get(2)?), row.get(3)?);
                Ok(())
            })?;
        }
        let fresh = unknown(known);
        if fresh.is_empty() {
            return Ok(());
        }
        let first = self.take_ids("component", fresh.len())?;
        let keys: Vec<(String, String)> =
            fresh.iter().map(|(purl, name, _)| search_keys(purl, name)).collect();
        self.db.bulk(
            &COMPONENTS,
            fresh.iter().zip(&keys).zip(first..).map(
                |(((purl, name, version), (name_key, source_key)), id)| {
                    [
                        id.into(),
                        Value::Text(purl),
                        Value::Text(name),
                        Value::Text(version),
                        Value::Text(name_key),
                        Value::Text(source_key),
                    ]
                },
            ),
        )?;
        known.extend(fresh.into_iter().zip(first..));
        Ok(())
    }
}

const COMPONENTS: Bulk<'_> = Bulk {
    table: "component",
    columns: &[
        ("id", Kind::Int),
        ("purl", Kind::Text),
        ("name", Kind::Text),
        ("version", Kind::Text),
        ("name_key", Kind::Text),
        ("source_key", Kind::Text),
    ],
    mode: Mode::Insert(""),
};

const KEYS: Bulk<'_> = Bulk {
    table: "component",
    columns: &[("id", Kind::Int), ("name_key", Kind::Text), ("source_key", Kind::Text)],
    mode: Mode::Update(1),
};

fn search_keys(purl: &str, name: &str) -> (String, String) {
    purl.parse::<Purl>()
        .map_or_else(|_| (bartizan_model::purl::fold(name), String::new()), |purl| purl.search_keys())
}

/// Fills in the keys of all components.
pub(crate) fn fill_keys(db: &mut Connection) -> Result<(), StoreError> {
    let keyed = |row: &crate::db::Row<'_>| {
        let (name_key, source_key) = search_keys(&row.get::<String>(1)?, &row.get::<String>(2)?);
        Ok((row.get::<i64>(0)?, name_key, source_key))
    };
    let rows = db.query("SELECT id, purl, name FROM component", &[], keyed)?;
    db.bulk(
        &KEYS,
        rows.iter().map(|(id, name, source)| [(*id).into(), Value::Text(name), Value::Text(source)]),
    )
}
