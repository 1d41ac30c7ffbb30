//! What correlation reads: who stands for whom and why, and what may be one.

use super::CorrelationRow;
use crate::error::StoreError;
use crate::ingest::records;
use crate::{Ranges, Reader};
use bartizan_model::{AssetId, ExposureId, Timestamp, WeaknessId};
use std::collections::{BTreeMap, BTreeSet};

/// Where an exposure is, as far as correlation asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The exposure.
    pub id: ExposureId,
    /// What is wrong.
    pub weakness: WeaknessId,
    /// Where on the asset, as text.
    pub locus: String,
    /// The exposure that stands for it; itself, where it is one with no other.
    pub lead: ExposureId,
}

/// Line and evidence by exposure, and when the run that brought them began.
pub(crate) type Excerpts = BTreeMap<ExposureId, (Option<u64>, String, Timestamp)>;

impl Reader<'_> {
    /// The exposure that stands for this one: itself, where it is one with no other.
    pub fn lead_of(&mut self, exposure: ExposureId) -> Result<ExposureId, StoreError> {
        self.db
            .first("SELECT COALESCE(lead_id, id) FROM exposure WHERE id = $1", &[exposure.into()], |row| {
                Ok(ExposureId(row.get(0)?))
            })?
            .ok_or_else(|| StoreError::not_found("exposure", exposure))
    }

    /// The exposures that another stands for, with that one.
    pub fn leads(&mut self) -> Result<BTreeMap<ExposureId, ExposureId>, StoreError> {
        let sql = "SELECT id, lead_id FROM exposure WHERE lead_id IS NOT NULL";
        let leads = self.db.query(sql, &[], |row| Ok((ExposureId(row.get(0)?), ExposureId(row.get(1)?))))?;
        Ok(leads.into_iter().collect())
    }

    /// All exposures that are one with this one, itself among them, the lead first.
    pub fn whole(&mut self, exposure: ExposureId) -> Result<Vec<ExposureId>, StoreError> {
        let lead = self.lead_of(exposure)?;
        let mut all = vec![lead];
        self.db.for_each(
            "SELECT id FROM exposure WHERE lead_id = $1 ORDER BY id",
            &[lead.into()],
            |row| {
                all.push(ExposureId(row.get(0)?));
                Ok(())
            },
        )?;
        Ok(all)
    }

    /// What stands for exposures, and all that is one with them; each once and in order.
    pub(crate) fn wholes(
        &mut self,
        exposures: &[ExposureId],
    ) -> Result<(Vec<ExposureId>, Vec<ExposureId>), StoreError> {
        let mut leads = exposures.iter().map(|id| self.lead_of(*id)).collect::<Result<Vec<_>, _>>()?;
        leads.sort_unstable();
        leads.dedup();
        let any =
            self.db.first("SELECT id FROM exposure WHERE lead_id IS NOT NULL LIMIT 1", &[], |_| Ok(()))?;
        let mut all = Vec::with_capacity(leads.len());
        for lead in &leads {
            if any.is_some() { all.extend(self.whole(*lead)?) } else { all.push(*lead) }
        }
        all.sort_unstable();
        Ok((leads, all))
    }

    /// What says of the exposures of an asset which are one and which were told apart, also with those of what it runs on or
    /// what runs on it, newest first: of those two that are there.
    pub fn correlations(&mut self, asset: AssetId) -> Result<Vec<CorrelationRow>, StoreError> {
        self.db.query(
            "SELECT c.id, o.id, p.id, c.same, c.rule, c.reason, c.actor, c.at FROM correlation c
             JOIN exposure o ON o.asset_id = c.asset_id AND o.weakness_id = c.one_weakness AND o.locus_digest = c.one_locus
             JOIN exposure p ON p.asset_id = CASE WHEN c.other_asset = 0 THEN c.asset_id ELSE c.other_asset END AND p.weakness_id = c.other_weakness AND p.locus_digest = c.other_locus
             WHERE c.asset_id = $1 OR c.other_asset = $1 ORDER BY c.at DESC, c.id DESC",
            &[asset.into()],
            |row| {
                Ok(CorrelationRow {
                    id: row.get(0)?,
                    one: ExposureId(row.get(1)?),
                    other: ExposureId(row.get(2)?),
                    same: row.get::<i64>(3)? != 0,
                    rule: row.get(4)?,
                    reason: row.get(5)?,
                    by: row.get(6)?,
                    at: Timestamp::from_micros(row.get(7)?),
                })
            },
        )
    }

    /// Hands what may be known by several names to `each`: id, key, title, CWE numbers, aliases. That is rules of tools, and what
    /// goes by an id of a catalogue that is no CVE or is told of one.
    pub fn each_rule(
        &mut self,
        mut each: impl FnMut(WeaknessId, &str, &str, Vec<u32>, &str),
    ) -> Result<(), StoreError> {
        self.db.for_each(
            "SELECT id, name, title, cwe, aliases FROM weakness
             WHERE name LIKE '%:%' OR name NOT LIKE 'CVE-%' OR aliases <> '' AND (aliases LIKE '% %' OR aliases NOT LIKE 'CVE-%')
             ORDER BY id",
            &[],
            |row| {
                let (key, title, cwe): (String, String, String) = (row.get(1)?, row.get(2)?, row.get(3)?);
                let cwe = cwe.split_whitespace().filter_map(|number| number.parse().ok()).collect();
                each(WeaknessId(row.get(0)?), &key, &title, cwe, &row.get::<String>(4)?);
                Ok(())
            },
        )
    }

    /// The assets of those exposures whose weakness is wanted.
    pub fn assets_of(
        &mut self,
        exposures: &Ranges,
        wanted: impl Fn(WeaknessId) -> bool,
    ) -> Result<BTreeSet<AssetId>, StoreError> {
        let mut assets = BTreeSet::new();
        for (low, high) in exposures.ranges() {
            self.db.for_each(
                "SELECT asset_id, weakness_id FROM exposure WHERE id BETWEEN $1 AND $2",
                &[(*low).into(), (*high).into()],
                |row| {
                    if wanted(WeaknessId(row.get(1)?)) {
                        assets.insert(AssetId(row.get(0)?));
                    }
                    Ok(())
                },
            )?;
        }
        Ok(assets)
    }

    /// The exposures of an asset whose weakness is wanted, each by itself, in order of id.
    pub fn placed_on(
        &mut self,
        asset: AssetId,
        wanted: impl Fn(WeaknessId) -> bool,
    ) -> Result<Vec<Placed>, StoreError> {
        let mut all = Vec::new();
        self.db.for_each(
            "SELECT id, weakness_id, locus, COALESCE(lead_id, id) FROM exposure WHERE asset_id = $1 ORDER BY id",
            &[asset.into()],
            |row| {
                let weakness = WeaknessId(row.get(1)?);
                if wanted(weakness) {
                    let (id, lead) = (ExposureId(row.get(0)?), ExposureId(row.get(3)?));
                    all.push(Placed { id, weakness, locus: row.get(2)?, lead });
                }
                Ok(())
            },
        )?;
        Ok(all)
    }

    /// Line and evidence of exposures in the words of whoever saw them last, and when the run that brought these words began.
    pub fn excerpts(&mut self, exposures: &BTreeSet<ExposureId>) -> Result<Excerpts, StoreError> {
        // By segment: each is decompressed once.
        let mut wanted: BTreeMap<i64, BTreeMap<i64, ExposureId>> = BTreeMap::new();
        for id in exposures {
            let newest = self.db.first(
                "SELECT segment_id, record FROM sighting WHERE exposure_id = $1
                 ORDER BY present DESC, last_seen DESC, source_id LIMIT 1",
                &[(*id).into()],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )?;
            if let Some((segment, record)) = newest {
                wanted.entry(segment).or_default().insert(record, *id);
            }
        }
        let mut found = BTreeMap::new();
        for (segment, wanted) in wanted {
            let began = self.db.first(
                "SELECT r.started_at FROM segment s JOIN run r ON r.id = s.run_id WHERE s.id = $1",
                &[segment.into()],
                |row| Ok(Timestamp::from_micros(row.get(0)?)),
            )?;
            let Some(began) = began else { continue };
            records(self, segment, |number, read| {
                if let Some(id) = wanted.get(&number) {
                    let finding = read()?;
                    found.insert(*id, (finding.line, finding.evidence, began));
                }
                Ok(())
            })?;
        }
        Ok(found)
    }

    /// The ids that assets have, in order.
    pub fn asset_ids(&mut self, after: AssetId) -> Result<Vec<AssetId>, StoreError> {
        self.db.query(
            "SELECT id FROM asset WHERE merged_into IS NULL AND id > $1 ORDER BY id",
            &[after.into()],
            |row| Ok(AssetId(row.get(0)?)),
        )
    }
}
