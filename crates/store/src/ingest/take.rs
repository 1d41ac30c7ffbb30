//! What one finding changes: worked out in memory against what its asset already has.

use super::hash::FastSet;
use super::weakness::Weakness;
use super::write::{Changes, SightingChange};
use super::{CHUNK, Ingest, Place, REMEMBERED};
use crate::error::StoreError;
use bartizan_model::coverage::Vantage;
use bartizan_model::{Checks, Covered, Finding, Loci, Severity, SourceId, Status, Timestamp};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::collections::hash_map::Entry;

/// An exposure's identity: asset, weakness, digest of the locus (0 where the weakness is catalogued).
pub(super) type Key = (i64, i64, i64);

/// An exposure that is stored, or will be with the next write.
pub(super) struct Known {
    pub(super) id: i64,
    pub(super) status: Status,
    pub(super) severity: Severity,
    pub(super) first_seen: Timestamp,
    pub(super) last_seen: Timestamp,
    sightings: Vec<Sighting>,
    fate: Fate,
    /// The chunk in which its row was last queued.
    queued: u32,
}

/// What this run did to an exposure; a later finding of the same run can only raise it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    Untouched,
    Unchanged,
    Updated,
    Reopened,
    Created,
}

struct Sighting {
    source: i64,
    locus_digest: i64,
    severity: Severity,
    present: bool,
    looked_at: Timestamp,
    /// The chunk in which its row was last queued, and where in the queue.
    queued: (u32, u32),
}

/// What a newer run of the same source looked at.
pub(super) struct Later {
    seen_at: Timestamp,
    checks: Checks,
    loci: Loci,
    vantage: Vantage,
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
                let exposure = match known.entry((asset, row.get(1)?, row.get(2)?)) {
                    Entry::Occupied(entry) => entry.into_mut(),
                    Entry::Vacant(entry) => entry.insert(Known {
                        id: row.get(0)?,
                        status: crate::exposure::status(row.get(3)?)?,
                        severity: crate::exposure::severity(row.get(4)?),
                        first_seen: Timestamp::from_micros(row.get(5)?),
                        last_seen: Timestamp::from_micros(row.get(6)?),
                        sightings: Vec::with_capacity(1),
                        fate: Fate::Untouched,
                        queued: 0,
                    }),
                };
                if let Some(source) = row.get::<Option<i64>>(7)? {
                    exposure.sightings.push(Sighting {
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
        let unseen = self.known.iter().filter(|(_, exposure)| {
            exposure.sightings.iter().any(|s| {
                s.present && s.source == self.source.0 && !self.seen.contains(&(exposure.id, s.locus_digest))
            })
        });
        unseen.map(|(key, _)| key.0).collect()
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
        let (seen, source, chunk) = (self.seen_at(finding), self.source.0, self.chunk);
        let locus_digest = finding.place_digest();
        let key = (asset, weakness.id, if weakness.catalogued { 0 } else { finding.locus.digest() });
        let gone = self.gone_since(asset, finding, seen);
        let exposure = match self.known.entry(key) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let id = self.ids.next().ok_or_else(|| StoreError::damaged("counter", "ran out of ids"))?;
                self.tally.created += 1;
                self.news.opened.push(id);
                if gone.is_some() {
                    self.news.long_gone.push(id);
                }
                changes.created.push((key, index));
                entry.insert(Known {
                    id,
                    status: if gone.is_some() { Status::Fixed } else { Status::Open },
                    severity: finding.severity,
                    first_seen: seen,
                    last_seen: seen,
                    sightings: Vec::with_capacity(1),
                    fate: Fate::Created,
                    queued: chunk,
                })
            }
        };
        let place = (exposure.id, locus_digest);
        let first_time = self.seen.insert(place);
        let sighting =
            exposure.sightings.iter_mut().find(|s| s.source == source && s.locus_digest == locus_digest);
        let mut fate = Fate::Unchanged;
        match sighting {
            None => {
                fate = if gone.is_none() && exposure.status == Status::Fixed {
                    Fate::Reopened
                } else {
                    Fate::Updated
                };
                let said = self.pending_said.get(index).map_or(&[][..], |said| said);
                let words = Some(self.segments.add(self.tx, finding, said)?);
                let (present, looked_at) = (gone.is_none(), gone.unwrap_or(seen));
                let severity = finding.severity;
                let queued = (chunk, changes.sightings.len() as u32);
                exposure.sightings.push(Sighting {
                    source,
                    locus_digest,
                    severity,
                    present,
                    looked_at,
                    queued,
                });
                changes.sightings.push(SightingChange {
                    key,
                    place,
                    finding: index,
                    fresh: true,
                    severity,
                    present,
                    first_seen: seen,
                    last_seen: seen,
                    looked_at,
                    words,
                });
            }
            // An older report says nothing new about a place that was looked at since.
            Some(sighting) if seen < sighting.looked_at || (!sighting.present && gone.is_some()) => {}
            Some(sighting) => {
                let back = !sighting.present;
                let follows = sighting.follows(finding, place, first_time, self.lowering, &mut self.lowered);
                let changed = back || follows || self.rewords;
                if back && exposure.status == Status::Fixed {
                    fate = Fate::Reopened;
                } else if changed {
                    fate = Fate::Updated;
                }
                if changed || seen > sighting.looked_at {
                    let words = if changed {
                        let said = self.pending_said.get(index).map_or(&[][..], |said| said);
                        Some(self.segments.add(self.tx, finding, said)?)
                    } else {
                        None
                    };
                    let severity = if changed { finding.severity } else { sighting.severity };
                    (sighting.severity, sighting.present, sighting.looked_at) = (severity, true, seen);
                    let change = SightingChange {
                        key,
                        place,
                        finding: index,
                        fresh: false,
                        severity,
                        present: true,
                        first_seen: seen,
                        last_seen: seen,
                        looked_at: seen,
                        words,
                    };
                    changes.again(&mut sighting.queued, chunk, change);
                }
            }
        }
        let before = (exposure.severity, exposure.first_seen, exposure.status);
        exposure.severity = exposure.reported();
        exposure.first_seen = exposure.first_seen.min(seen);
        let later = exposure.last_seen < seen;
        exposure.last_seen = exposure.last_seen.max(seen);
        if fate == Fate::Reopened {
            exposure.status = Status::Open;
        }
        let after = (exposure.severity, exposure.first_seen, exposure.status);
        // The row is written once at the end of the chunk, as it then is.
        if exposure.queued != chunk {
            if before != after {
                exposure.queued = chunk;
                changes.exposures.push(key);
            } else if later {
                changes.later.push(key);
            }
        }
        if exposure.fate < fate {
            let (id, old) = (exposure.id, std::mem::replace(&mut exposure.fate, fate));
            // What was forgotten meanwhile (see REMEMBERED) was told of before.
            if first_time || fate != Fate::Unchanged {
                self.tell(id, old, fate);
            }
        }
        Ok(())
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

impl Known {
    /// Whether every place of it that the source ever named was seen in this chunk, at one time.
    pub(super) fn was_confirmed(&self, source: SourceId, chunk: u32, seen: Timestamp) -> bool {
        let mut own = self.sightings.iter().filter(|sighting| sighting.source == source.0);
        own.all(|sighting| sighting.present && sighting.queued.0 == chunk && sighting.looked_at == seen)
    }

    /// The highest severity that a source reports, or last reported where none sees it any more.
    fn reported(&self) -> Severity {
        let present = self.sightings.iter().filter(|s| s.present).map(|s| s.severity).max();
        present.or_else(|| self.sightings.iter().map(|s| s.severity).max()).unwrap_or(self.severity)
    }
}

impl Sighting {
    /// Whether the severity here follows the finding's. A report may name one place several times: its highest
    /// severity counts, so a lower one waits for the end of the report in `lowered`.
    fn follows(
        &self,
        finding: &Finding,
        place: Place,
        first_time: bool,
        lowering: bool,
        lowered: &mut BTreeMap<Place, Box<Finding>>,
    ) -> bool {
        match finding.severity.cmp(&self.severity) {
            Ordering::Less if lowering => return true,
            Ordering::Less if first_time => {
                lowered.insert(place, Box::new(finding.clone()));
            }
            Ordering::Less => {
                if let Some(waiting) =
                    lowered.get_mut(&place).filter(|waiting| waiting.severity < finding.severity)
                {
                    **waiting = finding.clone();
                }
            }
            Ordering::Equal | Ordering::Greater => {
                lowered.remove(&place);
            }
        }
        finding.severity > self.severity
    }
}
