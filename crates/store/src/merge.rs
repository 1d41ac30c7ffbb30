//! Merging two assets into one, with reasons and a journal, so that it can be split again.
//!
//! Rows that only one side has are moved. Where both sides carry the same exposure, each keeps its own, and the survivor
//! gets the sightings, decisions and owner it has not: the hidden ones stay as they were, so a split has them at hand. The
//! journal says what was moved (`merge_move`), how sightings were before (`merge_sighting`), and how the survivor and
//! its exposures were before (`asset_merge.before`). Merges into one asset are split in reverse order.

use crate::correlation::Why;
use crate::db::{Row, Value};
use crate::error::StoreError;
use crate::{NewEvent, Reader, Tx};
use bartizan_model::{AssetId, Timestamp};
use serde::{Deserialize, Serialize};

/// A merge that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeRow {
    /// Its id.
    pub id: i64,
    /// The asset that remained.
    pub into: AssetId,
    /// Its name.
    pub into_name: String,
    /// The asset that went into it.
    pub from: AssetId,
    /// Its name.
    pub from_name: String,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// Why: the identifiers that matched, or a person's words.
    pub reasons: String,
    /// When it was split again.
    pub split_at: Option<Timestamp>,
}

/// Something that hangs on an asset: its name in the journal, its table, the column that names the asset, and the
/// other columns that make a row's key.
struct Hanging(&'static str, &'static str, &'static str, &'static str);

const HANGING: &[Hanging] = &[
    Hanging("identifier", "identifier", "asset_id", "kind || ' ' || value"),
    Hanging(
        "service",
        "service",
        "asset_id",
        "protocol || ' ' || CAST(port AS TEXT) || ' ' || CAST(source_id AS TEXT) || ' ' || vantage",
    ),
    Hanging(
        "asset_component",
        "asset_component",
        "asset_id",
        "CAST(component_id AS TEXT) || ' ' || CAST(source_id AS TEXT) || ' ' || vantage",
    ),
    // Before the ends move: they are part of its key.
    Hanging(
        "relation.teller",
        "relation",
        "teller_id",
        "CAST(from_id AS TEXT) || ' ' || relation || ' ' || via || ' ' || CAST(to_id AS TEXT) || ' ' || CAST(source_id AS TEXT)",
    ),
    Hanging(
        "relation.from",
        "relation",
        "from_id",
        "relation || ' ' || via || ' ' || CAST(to_id AS TEXT) || ' ' || CAST(source_id AS TEXT)",
    ),
    Hanging(
        "relation.to",
        "relation",
        "to_id",
        "relation || ' ' || via || ' ' || CAST(from_id AS TEXT) || ' ' || CAST(source_id AS TEXT)",
    ),
    Hanging("attribute", "attribute", "asset_id", "name || ' ' || CAST(source_id AS TEXT)"),
    Hanging("asset_note", "asset_note", "asset_id", "CAST(id AS TEXT)"),
    // Before the exposures they speak of.
    Hanging(
        "correlation",
        "correlation",
        "asset_id",
        "CASE WHEN other_asset = 0 THEN '' ELSE CAST(other_asset AS TEXT) || ' ' END || CAST(one_weakness AS TEXT) || ' ' || CAST(one_locus AS TEXT) || ' ' || CAST(other_weakness AS TEXT) || ' ' || CAST(other_locus AS TEXT)",
    ),
    Hanging(
        "correlation.other",
        "correlation",
        "other_asset",
        "CAST(asset_id AS TEXT) || ' ' || CAST(one_weakness AS TEXT) || ' ' || CAST(one_locus AS TEXT) || ' ' || CAST(other_weakness AS TEXT) || ' ' || CAST(other_locus AS TEXT)",
    ),
    Hanging("host_snapshot", "host_snapshot", "asset_id", "'the one'"),
    Hanging(
        "exposure",
        "exposure",
        "asset_id",
        "CAST(weakness_id AS TEXT) || ' ' || CAST(locus_digest AS TEXT)",
    ),
];

/// What the survivor was before a merge, beside the rows of the journal.
#[derive(Serialize, Deserialize)]
struct Before {
    asset: Own,
    /// Id, first and last seen of its exposures that the other asset also had, and last seen by the merge.
    exposures: Vec<(i64, i64, i64, i64)>,
}

/// The columns of an asset's own row that a merge fills in.
#[derive(Serialize, Deserialize)]
struct Own {
    os: Option<String>,
    declared_reach: Option<String>,
    reach: Option<String>,
    reach_source: Option<String>,
    criticality: Option<String>,
    data: String,
    first_seen: i64,
    last_seen: i64,
}

/// The exposures that both assets of a merge have: `i` of the survivor ($1), `f` of the other ($2).
const TWINS: &str = "exposure f JOIN exposure i ON i.asset_id = $1 AND f.asset_id = $2
     AND i.weakness_id = f.weakness_id AND i.locus_digest = f.locus_digest";

/// The columns of a sighting but its exposure, and the condition that names one.
const SIGHTING: &str = "source_id, locus_digest, locus, vantage, severity, present, first_seen, last_seen, looked_at, run_id, segment_id, record";
const PLACE: &str = "exposure_id = $1 AND source_id = $2 AND locus_digest = $3";

impl Tx<'_> {
    /// Merges `from` into `into`. Both must be whole assets of the same kind.
    pub fn merge(&mut self, into: AssetId, from: AssetId, reasons: &str) -> Result<i64, StoreError> {
        let (one, other) = (self.whole_asset(into)?, self.whole_asset(from)?);
        if into == from || one.0 != other.0 {
            return Err(StoreError::Conflict(format!(
                "{} ({}) and {} ({}) cannot be one asset: only two different assets of one kind can be merged",
                one.1, one.0, other.1, other.0
            )));
        }
        let merge = self.take_ids("asset_merge", 1)?;
        let before = self.merge_own_rows(into, from)?;
        let before = serde_json::to_string(&before).map_err(|error| StoreError::damaged("merge", error))?;
        self.db.execute(
            "INSERT INTO asset_merge (id, into_id, from_id, at, actor, reasons, before) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            &[
                merge.into(),
                into.into(),
                from.into(),
                self.now.into(),
                self.actor.as_str().into(),
                reasons.into(),
                Value::Text(&before),
            ],
        )?;
        self.merge_twins(merge, into, from)?;
        for Hanging(entity, table, own, key) in HANGING {
            self.db.execute(
                &format!(
                    "INSERT INTO merge_move (merge_id, entity, row_key)
                     SELECT CAST($1 AS BIGINT), '{entity}', {key} FROM {table} WHERE {own} = $3
                     AND {key} NOT IN (SELECT {key} FROM {table} WHERE {own} = $2)"
                ),
                &[merge.into(), into.into(), from.into()],
            )?;
        }
        for hanging in HANGING {
            self.move_rows(hanging, merge, from, into)?;
        }
        self.db.execute("UPDATE asset SET merged_into = $1 WHERE id = $2", &[into.into(), from.into()])?;
        self.regroup(&[into, from], &Why::of("two assets are one"))?;
        self.derive_asset_status(&[into])?;
        let text = format!("{} and {} are one asset: {reasons}", one.1, other.1);
        self.append(NewEvent {
            kind: "asset.merged",
            text,
            asset: Some(into),
            subjects: [into.0, from.0].into_iter().collect(),
            ..NewEvent::default()
        })?;
        Ok(merge)
    }

    /// Takes a merge apart: what came from the merged asset goes back to it, and the two are never merged by rule again.
    /// What was seen since the merge stays with the survivor.
    pub fn split(&mut self, merge: i64) -> Result<MergeRow, StoreError> {
        let Some(row) = self.reader().merge(merge)? else {
            return Err(StoreError::not_found("merge", merge));
        };
        if row.split_at.is_some() {
            return Err(StoreError::Conflict("this merge was split already".into()));
        }
        let (into, from) = (row.into, row.from);
        let later: Option<i64> = self.db.first(
            "SELECT id FROM asset_merge WHERE id > $1 AND (into_id = $2 OR from_id = $2) AND split_at IS NULL
             ORDER BY id DESC LIMIT 1",
            &[merge.into(), into.into()],
            |row| row.get(0),
        )?;
        if let Some(later) = later {
            return Err(StoreError::Conflict(format!(
                "a later merge builds on this one: split merge {later} first"
            )));
        }
        for hanging in HANGING.iter().rev() {
            self.move_rows(hanging, merge, into, from)?;
        }
        self.split_twins(merge)?;
        self.split_own_rows(merge, into, from)?;
        self.db.execute("UPDATE asset SET merged_into = NULL WHERE id = $1", &[from.into()])?;
        self.db.execute(
            "UPDATE asset_merge SET split_at = $1 WHERE id = $2",
            &[self.now.into(), merge.into()],
        )?;
        self.db.execute(
            "INSERT INTO asset_distinct (low_id, high_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            &[into.0.min(from.0).into(), into.0.max(from.0).into()],
        )?;
        self.regroup(&[into, from], &Why::of("a merge of assets was taken apart"))?;
        self.derive_asset_status(&[into, from])?;
        self.append(NewEvent {
            kind: "asset.split",
            text: "A merge was taken apart: they are two assets".into(),
            asset: Some(into),
            subjects: [into.0, from.0].into_iter().collect(),
            ..NewEvent::default()
        })?;
        Ok(MergeRow { split_at: Some(self.now), ..row })
    }

    fn move_rows(
        &mut self,
        hanging: &Hanging,
        merge: i64,
        from: AssetId,
        to: AssetId,
    ) -> Result<(), StoreError> {
        let Hanging(entity, table, own, key) = hanging;
        self.db.execute(
            &format!(
                "UPDATE {table} SET {own} = $3 WHERE {own} = $2 AND {key} IN
                 (SELECT row_key FROM merge_move WHERE merge_id = $1 AND entity = '{entity}')"
            ),
            &[merge.into(), from.into(), to.into()],
        )?;
        Ok(())
    }

    /// Fills in what the survivor does not know and the other does; what it was before.
    fn merge_own_rows(&mut self, into: AssetId, from: AssetId) -> Result<Before, StoreError> {
        let (own, other) = (self.own_row(into)?, self.own_row(from)?);
        let observed = if own.reach.is_some() { &own } else { &other };
        let merged = Own {
            os: own.os.clone().or(other.os.clone()),
            declared_reach: own.declared_reach.clone().or(other.declared_reach.clone()),
            reach: observed.reach.clone(),
            reach_source: observed.reach_source.clone(),
            criticality: own.criticality.clone().or(other.criticality.clone()),
            data: if own.data.is_empty() { other.data.clone() } else { own.data.clone() },
            first_seen: own.first_seen.min(other.first_seen),
            last_seen: own.last_seen.max(other.last_seen),
        };
        self.set_own_row(into, &merged)?;
        type Seen = ((i64, i64, i64, i64), i64);
        let exposures: Vec<Seen> = self.db.query(
            &format!("SELECT i.id, i.first_seen, i.last_seen, f.first_seen, f.last_seen FROM {TWINS}"),
            &[into.into(), from.into()],
            |row| {
                let (first, last): (i64, i64) = (row.get(1)?, row.get(2)?);
                Ok(((row.get::<i64>(0)?, first, last, last.max(row.get(4)?)), first.min(row.get(3)?)))
            },
        )?;
        for ((id, _, _, last), first) in &exposures {
            self.db.execute(
                "UPDATE exposure SET first_seen = $2, last_seen = $3 WHERE id = $1",
                &[(*id).into(), (*first).into(), (*last).into()],
            )?;
        }
        Ok(Before { asset: own, exposures: exposures.into_iter().map(|(before, _)| before).collect() })
    }

    fn split_own_rows(&mut self, merge: i64, into: AssetId, from: AssetId) -> Result<(), StoreError> {
        let text: Option<String> =
            self.db
                .first("SELECT before FROM asset_merge WHERE id = $1", &[merge.into()], |row| row.get(0))?;
        let Before { asset: before, exposures } = serde_json::from_str(&text.unwrap_or_default())
            .map_err(|error| StoreError::damaged("merge", error))?;
        let (now, other) = (self.own_row(into)?, self.own_row(from)?);
        // What somebody changed since the merge stays; what it filled in goes.
        let back = |now: Option<String>, before: Option<String>, other: &Option<String>| {
            if before.is_none() && now == *other { None } else { now }
        };
        let reach_stays =
            before.reach.is_some() || now.reach != other.reach || now.reach_source != other.reach_source;
        let split = Own {
            os: back(now.os, before.os, &other.os),
            declared_reach: back(now.declared_reach, before.declared_reach, &other.declared_reach),
            reach: if reach_stays { now.reach } else { None },
            reach_source: if reach_stays { now.reach_source } else { before.reach_source },
            criticality: back(now.criticality, before.criticality, &other.criticality),
            data: if before.data.is_empty() && now.data == other.data { before.data } else { now.data },
            first_seen: before.first_seen,
            last_seen: if now.last_seen > before.last_seen.max(other.last_seen) {
                now.last_seen
            } else {
                before.last_seen
            },
        };
        self.set_own_row(into, &split)?;
        for (id, first, last, merged) in exposures {
            self.db.execute(
                "UPDATE exposure SET first_seen = $2, last_seen = CASE WHEN last_seen = $4 THEN $3 ELSE last_seen END WHERE id = $1",
                &[id.into(), first.into(), last.into(), merged.into()],
            )?;
        }
        Ok(())
    }

    fn own_row(&mut self, id: AssetId) -> Result<Own, StoreError> {
        let row = self.db.first(
            "SELECT os, declared_reach, reach, reach_source, criticality, data, first_seen, last_seen FROM asset WHERE id = $1",
            &[id.into()],
            |row| {
                Ok(Own {
                    os: row.get(0)?,
                    declared_reach: row.get(1)?,
                    reach: row.get(2)?,
                    reach_source: row.get(3)?,
                    criticality: row.get(4)?,
                    data: row.get(5)?,
                    first_seen: row.get(6)?,
                    last_seen: row.get(7)?,
                })
            },
        )?;
        row.ok_or_else(|| StoreError::not_found("asset", id))
    }

    fn set_own_row(&mut self, id: AssetId, own: &Own) -> Result<(), StoreError> {
        self.db.execute(
            "UPDATE asset SET os = $2, declared_reach = $3, reach = $4, reach_source = $5, criticality = $6, data = $7,
             first_seen = $8, last_seen = $9 WHERE id = $1",
            &[
                id.into(),
                own.os.as_ref().into(),
                own.declared_reach.as_ref().into(),
                own.reach.as_ref().into(),
                own.reach_source.as_ref().into(),
                own.criticality.as_ref().into(),
                Value::Text(&own.data),
                own.first_seen.into(),
                own.last_seen.into(),
            ],
        )?;
        Ok(())
    }

    /// Gives the survivor the sightings, decisions and owners that the other has on the exposures of both. A merge proves
    /// nothing fixed: where the two differ about a place, the one that sees it wins.
    fn merge_twins(&mut self, merge: i64, into: AssetId, from: AssetId) -> Result<(), StoreError> {
        let ids = [into.into(), from.into()];
        let wanted: Vec<[i64; 4]> = self.db.query(
            &format!(
                "SELECT i.id, f.id, s.source_id, s.locus_digest FROM {TWINS} JOIN sighting s ON s.exposure_id = f.id
                 LEFT JOIN sighting t ON t.exposure_id = i.id AND t.source_id = s.source_id AND t.locus_digest = s.locus_digest
                 WHERE t.exposure_id IS NULL OR (s.present = 1 AND (t.present = 0 OR s.looked_at > t.looked_at))"
            ),
            &ids,
            |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]),
        )?;
        for [own, other, source, digest] in wanted {
            self.note_move(merge, "sighting", &[own, other, source, digest])?;
            self.db.execute(
                &format!(
                    "INSERT INTO merge_sighting (merge_id, exposure_id, {SIGHTING})
                     SELECT CAST($4 AS BIGINT), exposure_id, {SIGHTING} FROM sighting WHERE {PLACE}"
                ),
                &[own.into(), source.into(), digest.into(), merge.into()],
            )?;
            self.db.execute(
                &format!("DELETE FROM sighting WHERE {PLACE}"),
                &[own.into(), source.into(), digest.into()],
            )?;
            self.db.execute(
                &format!(
                    "INSERT INTO sighting (exposure_id, {SIGHTING})
                     SELECT CAST($4 AS BIGINT), {SIGHTING} FROM sighting WHERE {PLACE}"
                ),
                &[other.into(), source.into(), digest.into(), own.into()],
            )?;
        }
        let decisions: Vec<[i64; 2]> = self.db.query(
            &format!(
                "SELECT i.id, d.decision_id FROM {TWINS} JOIN decision_exposure d ON d.exposure_id = f.id
                 WHERE d.decision_id NOT IN (SELECT x.decision_id FROM decision_exposure x WHERE x.exposure_id = i.id)"
            ),
            &ids,
            |row| Ok([row.get(0)?, row.get(1)?]),
        )?;
        for [exposure, decision] in decisions {
            self.note_move(merge, "decision", &[exposure, decision])?;
            self.db.execute(
                "INSERT INTO decision_exposure (exposure_id, decision_id) VALUES ($1, $2)",
                &[exposure.into(), decision.into()],
            )?;
        }
        let owners: Vec<[i64; 2]> = self.db.query(
            &format!("SELECT i.id, f.owner FROM {TWINS} WHERE i.owner IS NULL AND f.owner IS NOT NULL"),
            &ids,
            |row| Ok([row.get(0)?, row.get(1)?]),
        )?;
        for [exposure, owner] in owners {
            self.note_move(merge, "owner", &[exposure, owner])?;
            self.db
                .execute("UPDATE exposure SET owner = $2 WHERE id = $1", &[exposure.into(), owner.into()])?;
        }
        Ok(())
    }

    fn split_twins(&mut self, merge: i64) -> Result<(), StoreError> {
        for [own, other, source, digest] in self.noted_moves(merge, "sighting")? {
            // Unless the source said something there since: that stays.
            let gone = self.db.execute(
                &format!(
                    "DELETE FROM sighting WHERE {PLACE} AND EXISTS (SELECT 1 FROM sighting o WHERE o.exposure_id = $4
                     AND o.source_id = $2 AND o.locus_digest = $3 AND o.severity = sighting.severity
                     AND o.present = sighting.present AND o.looked_at = sighting.looked_at AND o.run_id = sighting.run_id)"
                ),
                &[own.into(), source.into(), digest.into(), other.into()],
            )?;
            if gone > 0 {
                self.db.execute(
                    &format!(
                        "INSERT INTO sighting (exposure_id, {SIGHTING})
                         SELECT exposure_id, {SIGHTING} FROM merge_sighting WHERE {PLACE} AND merge_id = $4"
                    ),
                    &[own.into(), source.into(), digest.into(), merge.into()],
                )?;
            }
        }
        for [exposure, decision] in self.noted_moves(merge, "decision")? {
            self.db.execute(
                "DELETE FROM decision_exposure WHERE exposure_id = $1 AND decision_id = $2",
                &[exposure.into(), decision.into()],
            )?;
        }
        for [exposure, owner] in self.noted_moves(merge, "owner")? {
            self.db.execute(
                "UPDATE exposure SET owner = NULL WHERE id = $1 AND owner = $2",
                &[exposure.into(), owner.into()],
            )?;
        }
        Ok(())
    }

    fn note_move(&mut self, merge: i64, entity: &str, key: &[i64]) -> Result<(), StoreError> {
        let key = key.iter().map(i64::to_string).collect::<Vec<_>>().join(" ");
        self.db.execute(
            "INSERT INTO merge_move (merge_id, entity, row_key) VALUES ($1, $2, $3)",
            &[merge.into(), entity.into(), Value::Text(&key)],
        )?;
        Ok(())
    }

    fn noted_moves<const N: usize>(&mut self, merge: i64, entity: &str) -> Result<Vec<[i64; N]>, StoreError> {
        self.db.query(
            "SELECT row_key FROM merge_move WHERE merge_id = $1 AND entity = $2",
            &[merge.into(), entity.into()],
            |row| {
                let key: String = row.get(0)?;
                let numbers: Result<Vec<i64>, _> = key.split(' ').map(str::parse).collect();
                let numbers = numbers.map_err(|error| StoreError::damaged("merge", error))?;
                numbers.try_into().map_err(|_| StoreError::damaged("merge", &key))
            },
        )
    }

    fn whole_asset(&mut self, id: AssetId) -> Result<(String, String), StoreError> {
        self.db
            .first(
                "SELECT kind, name FROM asset WHERE id = $1 AND merged_into IS NULL",
                &[id.into()],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )?
            .ok_or_else(|| StoreError::not_found("asset", id))
    }
}

impl Reader<'_> {
    /// One merge.
    pub fn merge(&mut self, id: i64) -> Result<Option<MergeRow>, StoreError> {
        self.db.first(&format!("{SELECT} WHERE id = $1"), &[Value::Int(id)], read)
    }

    /// The merges an asset was part of, newest first.
    pub fn merges_of(&mut self, asset: AssetId) -> Result<Vec<MergeRow>, StoreError> {
        self.db.query(
            &format!("{SELECT} WHERE into_id = $1 OR from_id = $1 ORDER BY id DESC"),
            &[asset.into()],
            read,
        )
    }
}

const SELECT: &str = "SELECT id, into_id, from_id, at, actor, reasons, split_at,
    (SELECT name FROM asset WHERE asset.id = into_id), (SELECT name FROM asset WHERE asset.id = from_id)
    FROM asset_merge";

fn read(row: &Row<'_>) -> Result<MergeRow, StoreError> {
    Ok(MergeRow {
        id: row.get(0)?,
        into: AssetId(row.get(1)?),
        from: AssetId(row.get(2)?),
        at: Timestamp::from_micros(row.get(3)?),
        actor: row.get(4)?,
        reasons: row.get(5)?,
        split_at: row.get::<Option<i64>>(6)?.map(Timestamp::from_micros),
        into_name: row.get(7)?,
        from_name: row.get(8)?,
    })
}
