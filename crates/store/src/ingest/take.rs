//! What one finding changes: worked out in memory against what its asset already has.

use super::hash::FastSet;
use super::known::{Fate, Key, Known, Sighting};
use super::weakness::Weakness;
use super::write::{Changes, SightingChange};
use super::{CHUNK, Ingest, REMEMBERED};
use crate::error::StoreError;
use bartizan_model::coverage::Vantage;
use bartizan_model::{Checks, Covered, Finding, Loci, Status, Timestamp};

/// What a newer run of the same source looked at.
pub(super) struct Later {
    seen_at: Timestamp,
    checks: Checks,
    loci: Loci,
    vantage: Vantage,
}

/// A finding where and when it was seen.
struct Seen<'f> {
    /// Its number in the chunk.
    index: usize,
    finding: &'f Finding,
    /// The digest of its place.
    place: i64,
    at: Timestamp,
    /// When a newer run did not see it any more.
    gone: Option<Timestamp>,
}

impl Ingest<'_, '_> {
    /// Works off some findings.
    pub(super) fn take_all(&mut self, findings: &[Box<Finding>]) -> Result<(), StoreError> {
        self.chunk += 1;
        let weaknesses = self.weaknesses(findings)?;
        let mut assets = Vec::with_capacity(findings.len());
        for finding in findings {
            let seen = self.seen_at(finding);
            assets.push(self.asset(&finding.asset, seen)?);
        }
        for asset in &mut assets {
            // A later finding may have shown that two assets are one.
            *asset = self.resolver.current(*asset);
            self.load(asset.0)?;
        }
        if self.ids.end - self.ids.start < findings.len() as i64 {
            let first = self.tx.take_ids("exposure", CHUNK)?;
            // Ids left over from the last chunk come right before these: nobody else writes meanwhile.
            let start = if self.ids.end == first { self.ids.start } else { first };
            self.ids = start..first + CHUNK as i64;
        }
        let mut changes = Changes::default();
        for (index, (finding, (asset, weakness))) in
            findings.iter().zip(assets.iter().zip(&weaknesses)).enumerate()
        {
            self.take(index, finding, asset.0, *weakness, &mut changes)?;
        }
        self.write(findings, &changes)?;
        if self.known.len() > REMEMBERED {
            self.forget();
        }
        Ok(())
    }

    /// Reads what an asset has, once.
    fn load(&mut self, asset: i64) -> Result<(), StoreError> {
        if self.loaded.contains_key(&asset) {
            return Ok(());
        }
        // An asset that this run made has nothing, unless something was merged into it or forgotten of it.
        if !self.forgot && self.resolver.created.binary_search(&asset).is_ok() {
            self.loaded.insert(asset, Vec::new());
            return Ok(());
        }
        let known = &mut self.known;
        self.tx.db.for_each(
            "SELECT e.id, e.weakness_id, e.locus_digest, e.status, e.severity, e.first_seen, e.last_seen,
             s.source_id, s.locus_digest, s.severity, s.present, s.looked_at
             FROM exposure e LEFT JOIN sighting s ON s.exposure_id = e.id WHERE e.asset_id = $1",
            &[asset.into()],
            |row| {
                let exposure = known.entry((asset, row.get(1)?, row.get(2)?), || {
                    Ok(Known {
                        id: row.get(0)?,
                        status: crate::exposure::status(row.get(3)?)?,
                        severity: crate::exposure::severity(row.get(4)?),
                        first_seen: Timestamp::from_micros(row.get(5)?),
                        last_seen: Timestamp::from_micros(row.get(6)?),
                        sightings: Vec::with_capacity(1),
                        fate: Fate::Untouched,
                        queued: 0,
                    })
                })?;
                if let Some(source) = row.get::<Option<i64>>(7)? {
                    known.get_mut(exposure).sightings.push(Sighting {
                        source,
                        locus_digest: row.get(8)?,
                        severity: crate::exposure::severity(row.get(9)?),
                        present: row.get::<i64>(10)? != 0,
                        looked_at: Timestamp::from_micros(row.get(11)?),
                        queued: (0, 0),
                    });
                }
                Ok(())
            },
        )?;
        let damaged = |error| StoreError::damaged("coverage", error);
        let later = self.tx.db.query(
            "SELECT seen_at, checks, loci, vantage FROM run_coverage WHERE asset_id = $1 AND source_id = $2 AND seen_at > $3",
            &[asset.into(), self.source.into(), self.options.seen_at.into()],
            |row| {
                Ok(Later {
                    seen_at: Timestamp::from_micros(row.get(0)?),
                    checks: serde_json::from_str(&row.get::<String>(1)?).map_err(damaged)?,
                    loci: serde_json::from_str(&row.get::<String>(2)?).map_err(damaged)?,
                    vantage: row.get::<Option<String>>(3)?.map_or(Vantage::All, Vantage::From),
                })
            },
        )?;
        self.loaded.insert(asset, later);
        Ok(())
    }

    /// Assets on which a place that this source saw is known and was not seen in this run.
    pub(super) fn unseen(&self) -> FastSet<i64> {
        self.known.assets(|exposure| {
            exposure.sightings.iter().any(|s| {
                s.present && s.source == self.source.0 && !self.seen.contains(&(exposure.id, s.locus_digest))
            })
        })
    }

    /// When a newer run of this source looked where an older report saw something, and did not see it.
    fn gone_since(&self, asset: i64, finding: &Finding, seen: Timestamp) -> Option<Timestamp> {
        let later = self.loaded.get(&asset).filter(|later| !later.is_empty())?;
        let key = finding.weakness.key(self.options.tool);
        let looked = later.iter().filter(|later| {
            let covered = Covered {
                asset: finding.asset.clone(),
                checks: later.checks.clone(),
                loci: later.loci.clone(),
                vantage: later.vantage.clone(),
            };
            let (rule, locus) = (&finding.weakness.rule, &finding.locus);
            later.seen_at > seen && covered.contains(key.as_str(), rule, locus, &finding.vantage)
        });
        looked.map(|later| later.seen_at).max()
    }

    /// Works out what one finding changes.
    fn take(
        &mut self,
        index: usize,
        finding: &Finding,
        asset: i64,
        weakness: Weakness,
        changes: &mut Changes,
    ) -> Result<(), StoreError> {
        let (seen, place) = (self.seen_at(finding), finding.place_digest());
        let locus = || if finding.vantage.is_empty() { place } else { finding.locus.digest() };
        let key = (asset, weakness.id, if weakness.catalogued { 0 } else { locus() });
        let seen = Seen { index, finding, place, at: seen, gone: self.gone_since(asset, finding, seen) };
        let exposure = self.exposure(key, &seen, changes)?;
        let first_time = self.seen.insert((self.known.get(exposure).id, place));
        let fate = self.see(exposure, &seen, first_time, changes)?;
        self.settle(exposure, &seen, fate, changes);
        let known = self.known.get_mut(exposure);
        if known.fate < fate {
            let (id, old) = (known.id, std::mem::replace(&mut known.fate, fate));
            // What was forgotten meanwhile (see REMEMBERED) was told of before.
            if first_time || fate != Fate::Unchanged {
                self.tell(id, old, fate);
            }
        }
        Ok(())
    }

    /// The exposure that a finding is of, made where there is none.
    fn exposure(&mut self, key: Key, seen: &Seen<'_>, changes: &mut Changes) -> Result<u32, StoreError> {
        let status = if seen.gone.is_some() { Status::Fixed } else { Status::Open };
        self.known.entry(key, || {
            let id = self.ids.next().ok_or_else(|| StoreError::damaged("counter", "ran out of ids"))?;
            self.tally.created += 1;
            self.news.opened.push(id);
            if seen.gone.is_some() {
                self.news.long_gone.push(id);
            }
            changes.created.push((key, seen.index));
            Ok(Known {
                id,
                status,
                severity: seen.finding.severity,
                first_seen: seen.at,
                last_seen: seen.at,
                sightings: Vec::with_capacity(1),
                fate: Fate::Created,
                queued: self.chunk,
            })
        })
    }

    /// Adds the sighting of an exposure, or follows what it says now; what that makes of the exposure.
    fn see(
        &mut self,
        exposure: u32,
        seen: &Seen<'_>,
        first_time: bool,
        changes: &mut Changes,
    ) -> Result<Fate, StoreError> {
        let (source, chunk, known) = (self.source.0, self.chunk, self.known.get_mut(exposure));
        let Seen { index, finding, place, at, gone } = *seen;
        let is_fixed = known.status == Status::Fixed;
        let change = SightingChange {
            exposure,
            place: (known.id, place),
            finding: index,
            fresh: false,
            severity: finding.severity,
            present: true,
            first_seen: at,
            last_seen: at,
            looked_at: at,
            words: None,
        };
        let of_place = |it: &&mut Sighting| it.source == source && it.locus_digest == place;
        let Some(sighting) = known.sightings.iter_mut().find(of_place) else {
            let words = Some(self.segments.add(self.tx, finding, self.written.get(index))?);
            let (severity, present, looked_at) = (finding.severity, gone.is_none(), gone.unwrap_or(at));
            let queued = (chunk, changes.sightings.len() as u32);
            known.sightings.push(Sighting {
                source,
                locus_digest: place,
                severity,
                present,
                looked_at,
                queued,
            });
            changes.sightings.push(SightingChange { fresh: true, present, looked_at, words, ..change });
            return Ok(if present && is_fixed { Fate::Reopened } else { Fate::Updated });
        };
        if at < sighting.looked_at || (!sighting.present && gone.is_some()) {
            // An older report says nothing new about a place that was looked at since.
            return Ok(Fate::Unchanged);
        }
        let back = !sighting.present;
        let follows = sighting.follows(finding, change.place, first_time, self.lowering, &mut self.lowered);
        let changed = back || follows || self.rewords;
        if changed || at > sighting.looked_at {
            let words = match changed {
                true => Some(self.segments.add(self.tx, finding, self.written.get(index))?),
                false => None,
            };
            let severity = if changed { finding.severity } else { sighting.severity };
            (sighting.severity, sighting.present, sighting.looked_at) = (severity, true, at);
            changes.again(&mut sighting.queued, chunk, SightingChange { severity, words, ..change });
        }
        Ok(match changed {
            true if back && is_fixed => Fate::Reopened,
            true => Fate::Updated,
            false => Fate::Unchanged,
        })
    }

    /// Has the exposure say what its sightings say now, and queues its row where that is something else.
    fn settle(&mut self, exposure: u32, seen: &Seen<'_>, fate: Fate, changes: &mut Changes) {
        let known = self.known.get_mut(exposure);
        let before = (known.severity, known.first_seen, known.status);
        known.severity = known.reported();
        known.first_seen = known.first_seen.min(seen.at);
        let later = known.last_seen < seen.at;
        known.last_seen = known.last_seen.max(seen.at);
        if fate == Fate::Reopened {
            known.status = Status::Open;
        }
        let after = (known.severity, known.first_seen, known.status);
        // The row is written once at the end of the chunk, as it then is.
        if known.queued != self.chunk {
            if before != after {
                known.queued = self.chunk;
                changes.exposures.push(exposure);
            } else if later {
                changes.later.push(exposure);
            }
        }
    }

    /// Counts what became of an exposure, once per run.
    fn tell(&mut self, exposure: i64, old: Fate, new: Fate) {
        match old {
            Fate::Unchanged => self.tally.unchanged -= 1,
            Fate::Updated => self.tally.updated -= 1,
            Fate::Untouched | Fate::Reopened | Fate::Created => {}
        }
        match new {
            Fate::Unchanged => {
                self.tally.unchanged += 1;
                self.news.confirmed.push(exposure);
            }
            Fate::Updated => {
                self.tally.updated += 1;
                self.news.updated.push(exposure);
            }
            Fate::Reopened => {
                self.tally.reopened += 1;
                self.news.reopened.push(exposure);
            }
            Fate::Untouched | Fate::Created => {}
        }
    }
}
