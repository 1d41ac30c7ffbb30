//! Closing: a sighting ends only where its own source provably looked again and did not see it.

use super::Ingest;
use super::inventory::Inventory;
use super::segment::Words;
use crate::db::Value;
use crate::error::StoreError;
use bartizan_model::coverage::{Checks, Loci};
use bartizan_model::{AssetId, Coverage, Covered, Locus, Status};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// A sighting that the coverage may have ended.
struct Stale {
    exposure: i64,
    locus_digest: i64,
    locus: Locus,
    vantage: String,
    weakness: String,
    /// Where the source's words are: segment and record.
    words: (i64, i64),
    ended: bool,
}

impl Ingest<'_, '_> {
    /// Ends what the coverage proves gone and returns the exposures that are fixed by it.
    pub(super) fn close(
        &mut self,
        coverage: &Coverage,
        inventory: &mut Inventory,
    ) -> Result<Vec<i64>, StoreError> {
        let mut touched = Vec::new();
        let unseen = self.unseen();
        let mut words = Words::default();
        let mut stale: BTreeMap<AssetId, Vec<Stale>> = BTreeMap::new();
        // A run may be told in several parts, as when its software is judged after it was taken in.
        let first = self.tx.db.first(
            "SELECT COALESCE(MAX(number) + 1, 0) FROM run_coverage WHERE run_id = $1",
            &[self.options.run.into()],
            |row| row.get::<i64>(0),
        )?;
        for (number, covered) in (first.unwrap_or(0)..).zip(&coverage.covered) {
            let asset = self.asset(&covered.asset, self.options.seen_at)?;
            self.record_coverage(number, covered, asset.0)?;
            if self.resolver.was_merged(asset) {
                // Which of the two the report meant where is not certain enough to close by. The next run is.
                continue;
            }
            if covered.loci == Loci::Facts {
                inventory.close_facts(self, asset)?;
                continue;
            }
            if let Loci::Records(told) = &covered.loci {
                for gone in self.without_record(told)? {
                    inventory.close_facts(self, gone)?;
                }
                continue;
            }
            inventory.close(self, covered, asset)?;
            if self.loaded.contains_key(&asset.0) && !unseen.contains(&asset.0) {
                // All that the source saw here, it saw again. Most assets of most runs end here, without a query.
                continue;
            }
            let stale = match stale.entry(asset) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => new.insert(self.stale(asset)?),
            };
            for stale in stale.iter_mut().filter(|stale| !stale.ended) {
                let finding = match covered.checks {
                    Checks::Rules(_) => words.record(&mut self.tx.reader(), stale.words.0, stale.words.1)?,
                    Checks::All | Checks::Only(_) => None,
                };
                let rule = finding.map(|finding| finding.weakness.rule).unwrap_or_default();
                if !covered.contains(&stale.weakness, &rule, &stale.locus, &stale.vantage) {
                    continue;
                }
                self.tx.db.execute(
                    "UPDATE sighting SET present = 0, looked_at = $1 WHERE exposure_id = $2 AND source_id = $3 AND locus_digest = $4",
                    &[
                        self.options.seen_at.into(),
                        stale.exposure.into(),
                        self.source.into(),
                        stale.locus_digest.into(),
                    ],
                )?;
                stale.ended = true;
                touched.push(stale.exposure);
            }
        }
        touched.sort_unstable();
        touched.dedup();
        let words = format!("{} looked there again and no longer saw it", self.options.tool);
        let mut fixed = Vec::new();
        for exposure in touched {
            if self.tx.derive_status(exposure)? == Some(Status::Fixed) {
                self.tx.add_evidence(exposure, Some(self.options.run), "fixed", &words)?;
                fixed.push(exposure);
            } else {
                // Another tool still sees it, or it is elsewhere too.
                self.news.updated.push(exposure);
            }
        }
        let words = format!("a newer report of {} looked there and did not see it", self.options.tool);
        for exposure in &self.news.long_gone {
            self.tx.add_evidence(*exposure, Some(self.options.run), "fixed", &words)?;
        }
        for exposure in &self.news.reopened {
            let words = format!("{} sees it again", self.options.tool);
            self.tx.add_evidence(*exposure, Some(self.options.run), "reopened", &words)?;
        }
        Ok(fixed)
    }

    /// What the source saw on an asset before this run, and not in it.
    fn stale(&mut self, asset: AssetId) -> Result<Vec<Stale>, StoreError> {
        let mut stale = self.tx.db.query(
            "SELECT s.exposure_id, s.locus_digest, s.locus, s.vantage, w.name, s.segment_id, s.record FROM exposure e
             JOIN sighting s ON s.exposure_id = e.id JOIN weakness w ON w.id = e.weakness_id
             WHERE e.asset_id = $1 AND s.source_id = $2 AND s.present = 1 AND s.looked_at < $3",
            &[asset.into(), self.source.into(), self.options.seen_at.into()],
            |row| {
                let Ok(locus) = row.get::<String>(2)?.parse();
                Ok(Stale {
                    exposure: row.get(0)?,
                    locus_digest: row.get(1)?,
                    locus,
                    vantage: row.get(3)?,
                    weakness: row.get(4)?,
                    words: (row.get(5)?, row.get(6)?),
                    ended: false,
                })
            },
        )?;
        stale.retain(|stale| !self.seen.contains(&(stale.exposure, stale.locus_digest)));
        Ok(stale)
    }

    /// The assets of which the source told all of these attributes before, and has no record now.
    fn without_record(&mut self, told: &BTreeMap<String, String>) -> Result<Vec<AssetId>, StoreError> {
        let mut all: Option<BTreeSet<i64>> = None;
        for (name, value) in told {
            let found: BTreeSet<i64> = self
                .tx
                .db
                .query(
                    "SELECT asset_id FROM attribute
                     WHERE source_id = $1 AND name = $2 AND value = $3 AND present = 1 AND looked_at < $4",
                    &[self.source.into(), Value::Text(name), Value::Text(value), self.options.seen_at.into()],
                    |row| row.get(0),
                )?
                .into_iter()
                .collect();
            all = Some(match all {
                None => found,
                Some(all) => all.intersection(&found).copied().collect(),
            });
        }
        // What was told again by another record of this run, under another name, was merged: the next run tells.
        let all = all.unwrap_or_default().into_iter().map(AssetId);
        Ok(all.filter(|asset| !self.resolver.was_merged(*asset)).collect())
    }

    fn record_coverage(&mut self, number: i64, covered: &Covered, asset: i64) -> Result<(), StoreError> {
        let damaged = |error| StoreError::damaged("coverage", error);
        let checks = serde_json::to_string(&covered.checks).map_err(damaged)?;
        let loci = serde_json::to_string(&covered.loci).map_err(damaged)?;
        self.tx.db.execute(
            "INSERT INTO run_coverage (run_id, number, asset_id, source_id, seen_at, checks, loci, vantage)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            &[
                self.options.run.into(),
                number.into(),
                asset.into(),
                self.source.into(),
                self.options.seen_at.into(),
                Value::Text(&checks),
                Value::Text(&loci),
                covered.vantage.name().into(),
            ],
        )?;
        Ok(())
    }
}

impl Inventory {
    /// Marks services and components gone that the run provably looked for. A run that listed none of a kind on an
    /// asset proves nothing about that kind: many tools list packages only when asked to.
    fn close(
        &self,
        ingest: &mut Ingest<'_, '_>,
        covered: &Covered,
        asset: AssetId,
    ) -> Result<(), StoreError> {
        if matches!(covered.loci, Loci::Only(_)) {
            // A weakness that is gone from a port says nothing of what answers there.
            return Ok(());
        }
        let (tx, source) = (&mut *ingest.tx, ingest.source);
        let seen_at = ingest.options.seen_at;
        if self.with_services.contains(&asset) {
            let rows = tx.db.query(
                "SELECT protocol, port, vantage FROM service
                 WHERE asset_id = $1 AND source_id = $2 AND present = 1 AND looked_at < $3",
                &[asset.into(), source.into(), seen_at.into()],
                |row| Ok((row.get::<String>(0)?, row.get::<i64>(1)?, row.get::<String>(2)?)),
            )?;
            for (protocol, port, vantage) in rows.into_iter().filter(|row| covered.is_from(&row.2)) {
                let locus = Locus::port(&protocol, u16::try_from(port).unwrap_or_default());
                if covered.looked_at(&locus) {
                    tx.db.execute(
                        "UPDATE service SET present = 0, looked_at = $5
                         WHERE asset_id = $1 AND source_id = $2 AND protocol = $3 AND port = $4 AND vantage = $6",
                        &[
                            asset.into(),
                            source.into(),
                            Value::Text(&protocol),
                            port.into(),
                            seen_at.into(),
                            Value::Text(&vantage),
                        ],
                    )?;
                }
            }
        }
        if self.with_components.contains(&asset) {
            let kinds: Vec<String> = match &covered.loci {
                Loci::All => vec![String::new()],
                Loci::Packages(kinds) => kinds.iter().map(|kind| format!("pkg:{kind}/")).collect(),
                Loci::Ports { .. } | Loci::Only(_) | Loci::Facts | Loci::Records(_) => Vec::new(),
            };
            for prefix in kinds {
                tx.db.execute(
                    "UPDATE asset_component SET present = 0, looked_at = $3
                     WHERE asset_id = $1 AND source_id = $2 AND present = 1 AND looked_at < $3
                     AND vantage = COALESCE($5, vantage) AND component_id IN (SELECT id FROM component WHERE substr(purl, 1, length(CAST($4 AS TEXT))) = $4)",
                    &[
                        asset.into(),
                        source.into(),
                        seen_at.into(),
                        Value::Text(&prefix),
                        covered.vantage.name().into(),
                    ],
                )?;
            }
        }
        Ok(())
    }
}
