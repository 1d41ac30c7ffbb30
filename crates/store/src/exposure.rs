//! Exposures and what hangs on them: sightings, evidence, comments, the weakness behind them.

use crate::db::{Row, Value};
use crate::error::StoreError;
use crate::{Reader, Tx, Words};
use bartizan_model::exposure::{Judgement, Seen, Verdict, derive};
use bartizan_model::{
    AssetId, ExposureId, Finding, RunId, Severity, SourceId, Status, Timestamp, UserId, WeaknessId,
};
use std::collections::BTreeMap;

/// An exposure's own row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExposureRow {
    /// Its id.
    pub id: ExposureId,
    /// The asset it is on.
    pub asset: AssetId,
    /// What is wrong.
    pub weakness: WeaknessId,
    /// Where on the asset, as text; empty for the whole.
    pub locus: String,
    /// The highest severity any present sighting reports.
    pub severity: Severity,
    /// Derived from sightings, decisions and evidence.
    pub status: Status,
    /// Who is to fix it.
    pub owner: Option<UserId>,
    /// When any source first saw it.
    pub first_seen: Timestamp,
    /// When any source last saw it.
    pub last_seen: Timestamp,
    /// The one of those that are one with it, itself among them, that was opened first.
    pub eldest: ExposureId,
    /// Sources that see it now, by id.
    pub sources: Vec<SourceId>,
    /// Number of present sightings.
    pub sightings: i64,
    /// What those are that are one with it, by the ids that other tools know them by.
    pub others: Vec<WeaknessId>,
    /// The other assets that what is one with it is on: applications that run on its asset.
    pub elsewhere: Vec<AssetId>,
}

/// A weakness in general.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeaknessRow {
    /// Its id.
    pub id: WeaknessId,
    /// The key it is known by.
    pub key: String,
    /// One line.
    pub title: String,
    /// The first source's words.
    pub description: String,
    /// CWE numbers.
    pub cwe: Vec<u32>,
    /// Other ids.
    pub aliases: Vec<String>,
    /// Links.
    pub references: Vec<String>,
    /// What the first source says to do.
    pub fix: String,
    /// A CVSS vector a source gave.
    pub cvss: Option<String>,
}

/// One source's view of one place of an exposure.
#[derive(Debug, Clone, PartialEq)]
pub struct SightingRow {
    /// The source's name.
    pub source: String,
    /// The run that last saw it.
    pub run: RunId,
    /// Where.
    pub locus: String,
    /// The source's severity.
    pub severity: Severity,
    /// Whether the source still sees it.
    pub present: bool,
    /// First time.
    pub first_seen: Timestamp,
    /// Last time.
    pub last_seen: Timestamp,
    /// Last time the source looked.
    pub looked_at: Timestamp,
    /// The source's own record.
    pub finding: Option<Finding>,
    /// Where that lies: the segment, and the number of the record in it.
    pub(crate) words: (i64, i64),
}

/// Why a status is what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceRow {
    /// When.
    pub at: Timestamp,
    /// `fixed`, `reopened`, `decided`, `lapsed`, `revoked`.
    pub kind: String,
    /// In words.
    pub text: String,
    /// The run that proves it.
    pub run: Option<RunId>,
}

/// A remark of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentRow {
    /// Its id.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// What.
    pub text: String,
}

/// Reads a stored status number.
pub(crate) fn status(code: i64) -> Result<Status, StoreError> {
    let index = usize::try_from(code).unwrap_or(usize::MAX);
    Status::ALL.get(index).copied().ok_or_else(|| StoreError::damaged("status", code))
}

/// The number a status is stored as.
pub(crate) fn status_code(status: Status) -> i64 {
    status as i64
}

pub(crate) fn severity(code: i64) -> Severity {
    Severity::from_code(u8::try_from(code).unwrap_or_default())
}

const SELECT: &str =
    "SELECT e.id, e.asset_id, e.weakness_id, e.locus, e.severity, e.status, e.owner, e.first_seen,
    e.last_seen, s.source_id, e.lead_id FROM exposure e JOIN asset a ON a.id = e.asset_id AND a.merged_into IS NULL
    LEFT JOIN sighting s ON s.exposure_id = e.id AND s.present = 1";

/// What is one: the rows of all exposures that the lead `$1` stands for, itself among them.
pub(crate) const WHOLE: &str = "IN (SELECT CAST($1 AS BIGINT) UNION ALL SELECT g.id FROM exposure g WHERE g.lead_id = CAST($1 AS BIGINT))";

/// Evidence of one kind on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceDay {
    /// The day, counted from 1970 (UTC).
    pub day: i64,
    /// What it proves.
    pub kind: String,
    /// How many.
    pub count: i64,
    /// The number of the newest of it.
    pub last: i64,
}

impl Reader<'_> {
    /// Hands every exposure to `each`, in order of id. Those that are one are one (see `correlation`).
    pub fn each_exposure(&mut self, each: impl FnMut(ExposureRow)) -> Result<(), StoreError> {
        self.wholes_where("", &[], each)
    }

    /// Hands the exposures with ids in an inclusive range to `each`, and those that stand for one in it.
    pub fn exposures_between(
        &mut self,
        low: i64,
        high: i64,
        mut each: impl FnMut(ExposureRow),
    ) -> Result<(), StoreError> {
        let (range, values) = ("AND {} BETWEEN $1 AND $2", [low.into(), high.into()]);
        self.wholes_where(range, &values, &mut each)?;
        let leads: Vec<i64> = self.db.query(
            "SELECT DISTINCT lead_id FROM exposure WHERE lead_id IS NOT NULL AND id BETWEEN $1 AND $2
             AND lead_id NOT BETWEEN $1 AND $2 ORDER BY lead_id",
            &values,
            |row| row.get(0),
        )?;
        for lead in leads {
            self.wholes_where(range, &[lead.into(), lead.into()], &mut each)?;
        }
        Ok(())
    }

    /// The exposures of one asset; one that is listed elsewhere with it among them.
    pub fn exposures_of(&mut self, asset: AssetId) -> Result<Vec<ExposureRow>, StoreError> {
        let mut all = Vec::new();
        let its = "AND {} IN (SELECT COALESCE(x.lead_id, x.id) FROM exposure x WHERE x.asset_id = $1)";
        self.wholes_where(its, &[asset.into()], |row| all.push(row))?;
        Ok(all)
    }

    /// The exposures of one asset, each by itself also where several are one; with the one that stands for it.
    pub fn members_of(&mut self, asset: AssetId) -> Result<Vec<(ExposureRow, ExposureId)>, StoreError> {
        let mut all = Vec::new();
        self.rows_where("WHERE e.asset_id = $1", &[asset.into()], |row, lead| all.push((row, lead)))?;
        Ok(all)
    }

    /// Hands exposures to `each`, those that are one as one; `{}` in the filter is the id of that which stands for all.
    fn wholes_where(
        &mut self,
        filter: &str,
        values: &[Value<'_>],
        mut each: impl FnMut(ExposureRow),
    ) -> Result<(), StoreError> {
        let mut others: BTreeMap<ExposureId, Vec<ExposureRow>> = BTreeMap::new();
        let of_others = format!("WHERE e.lead_id IS NOT NULL {}", filter.replace("{}", "e.lead_id"));
        self.rows_where(&of_others, values, |row, lead| others.entry(lead).or_default().push(row))?;
        let own = format!("WHERE e.lead_id IS NULL {}", filter.replace("{}", "e.id"));
        self.rows_where(&own, values, |mut row, lead| {
            for other in others.remove(&lead).unwrap_or_default() {
                row.absorb(other);
            }
            each(row);
        })
    }

    /// Hands the rows themselves to `each`, with the id of that which stands for them.
    fn rows_where(
        &mut self,
        filter: &str,
        values: &[Value<'_>],
        mut each: impl FnMut(ExposureRow, ExposureId),
    ) -> Result<(), StoreError> {
        let mut last: Option<(ExposureRow, ExposureId)> = None;
        self.db.for_each(&format!("{SELECT} {filter} ORDER BY e.id"), values, |row| {
            let id = ExposureId(row.get(0)?);
            if last.as_ref().is_none_or(|(exposure, _)| exposure.id != id) {
                let lead = row.get::<Option<i64>>(10)?.map_or(id, ExposureId);
                if let Some((done, lead)) = last.replace((read_exposure(id, row)?, lead)) {
                    each(done, lead);
                }
            }
            if let (Some((exposure, _)), Some(source)) = (&mut last, row.get::<Option<i64>>(9)?) {
                exposure.sightings += 1;
                if let Err(place) = exposure.sources.binary_search(&SourceId(source)) {
                    exposure.sources.insert(place, SourceId(source));
                }
            }
            Ok(())
        })?;
        if let Some((done, lead)) = last {
            each(done, lead);
        }
        Ok(())
    }

    /// One exposure: that which stands for it, where it is one with others.
    pub fn exposure(&mut self, id: ExposureId) -> Result<ExposureRow, StoreError> {
        let mut found = None;
        self.exposures_between(id.0, id.0, |row| found = Some(row))?;
        found.ok_or_else(|| StoreError::not_found("exposure", id))
    }

    /// The sightings of an exposure with the sources' own records.
    pub fn sightings(&mut self, id: ExposureId) -> Result<Vec<SightingRow>, StoreError> {
        self.sightings_with(id, Some(&mut Words::default()))
    }

    /// As [`Self::sightings`], for who reads many of them; without the sources' own records where `words` is `None`.
    pub fn sightings_with(
        &mut self,
        id: ExposureId,
        mut words: Option<&mut Words>,
    ) -> Result<Vec<SightingRow>, StoreError> {
        let lead = self.lead_of(id)?;
        let rows = self.db.query(
            &format!(
                "SELECT o.name, s.run_id, s.locus, s.severity, s.present, s.first_seen, s.last_seen, s.looked_at, s.segment_id, s.record
                 FROM sighting s JOIN source o ON o.id = s.source_id WHERE s.exposure_id {WHOLE}
                 ORDER BY s.present DESC, s.last_seen DESC, s.source_id, s.locus_digest, s.exposure_id"
            ),
            &[lead.into()],
            |row| {
                let sighting = SightingRow {
                    source: row.get(0)?,
                    run: RunId(row.get(1)?),
                    locus: row.get(2)?,
                    severity: severity(row.get(3)?),
                    present: row.get::<i64>(4)? != 0,
                    first_seen: Timestamp::from_micros(row.get(5)?),
                    last_seen: Timestamp::from_micros(row.get(6)?),
                    looked_at: Timestamp::from_micros(row.get(7)?),
                    finding: None,
                    words: (row.get(8)?, row.get(9)?),
                };
                Ok(sighting)
            },
        )?;
        rows.into_iter()
            .map(|sighting| {
                let (segment, record) = sighting.words;
                let finding = match &mut words {
                    Some(words) => words.record(self, segment, record)?,
                    None => None,
                };
                Ok(SightingRow { finding, ..sighting })
            })
            .collect()
    }

    /// The names of all sources by id.
    pub fn sources(&mut self) -> Result<Vec<(SourceId, String)>, StoreError> {
        self.db.query("SELECT id, name FROM source ORDER BY id", &[], |row| {
            Ok((SourceId(row.get(0)?), row.get(1)?))
        })
    }

    /// Hands every weakness, without its long texts, to `each`.
    pub fn each_weakness(
        &mut self,
        above: WeaknessId,
        mut each: impl FnMut(WeaknessRow),
    ) -> Result<(), StoreError> {
        self.db.for_each(
            "SELECT id, name, title, '', cwe, aliases, '', substr(fix, 1, 200), cvss FROM weakness WHERE id > $1 ORDER BY id",
            &[above.into()],
            |row| {
                each(read_weakness(row)?);
                Ok(())
            },
        )
    }

    /// One weakness with all its texts.
    pub fn weakness(&mut self, id: WeaknessId) -> Result<WeaknessRow, StoreError> {
        self.db
            .first(
                "SELECT id, name, title, description, cwe, aliases, refs, fix, cvss FROM weakness WHERE id = $1",
                &[id.into()],
                read_weakness,
            )?
            .ok_or_else(|| StoreError::not_found("weakness", id))
    }

    /// The evidence for an exposure's status, newest first.
    pub fn evidence(&mut self, id: ExposureId) -> Result<Vec<EvidenceRow>, StoreError> {
        let lead = self.lead_of(id)?;
        self.db.query(
            &format!(
                "SELECT at, kind, text, run_id FROM evidence WHERE exposure_id {WHOLE} ORDER BY id DESC"
            ),
            &[lead.into()],
            |row| {
                Ok(EvidenceRow {
                    at: Timestamp::from_micros(row.get(0)?),
                    kind: row.get(1)?,
                    text: row.get(2)?,
                    run: row.get::<Option<i64>>(3)?.map(RunId),
                })
            },
        )
    }

    /// People's remarks, oldest first.
    pub fn comments(&mut self, id: ExposureId) -> Result<Vec<CommentRow>, StoreError> {
        let lead = self.lead_of(id)?;
        self.db.query(
            &format!("SELECT id, at, actor, text FROM comment WHERE exposure_id {WHOLE} ORDER BY id"),
            &[lead.into()],
            read_remark,
        )
    }

    /// How many exposures got each kind of evidence on each day (days since the epoch, UTC), and the number of the last:
    /// only what was added after the evidence of this number.
    pub fn evidence_by_day(&mut self, after: i64) -> Result<Vec<EvidenceDay>, StoreError> {
        self.db.query(
            "SELECT at / 86400000000, kind, COUNT(*), MAX(id) FROM evidence WHERE id > $1
             GROUP BY at / 86400000000, kind ORDER BY 1, 2",
            &[after.into()],
            |row| {
                Ok(EvidenceDay { day: row.get(0)?, kind: row.get(1)?, count: row.get(2)?, last: row.get(3)? })
            },
        )
    }
}

impl Tx<'_> {
    /// The id of a source, made on first use.
    pub(crate) fn source(&mut self, name: &str) -> Result<SourceId, StoreError> {
        let found =
            self.db.first("SELECT id FROM source WHERE name = $1", &[name.into()], |row| row.get(0))?;
        if let Some(id) = found {
            return Ok(SourceId(id));
        }
        let id = self.take_ids("source", 1)?;
        self.db.execute("INSERT INTO source (id, name) VALUES ($1, $2)", &[id.into(), name.into()])?;
        Ok(SourceId(id))
    }

    /// Records a remark.
    pub fn add_comment(&mut self, exposure: ExposureId, text: &str) -> Result<CommentRow, StoreError> {
        let row = self.reader().exposure(exposure)?;
        let exposure = row.id;
        let (weakness, asset) = (self.reader().weakness(row.weakness)?, self.reader().asset(row.asset)?);
        let id = self.take_ids("comment", 1)?;
        let by = self.actor.as_str().to_owned();
        self.db.execute(
            "INSERT INTO comment (id, exposure_id, at, actor, text) VALUES ($1, $2, $3, $4, $5)",
            &[id.into(), exposure.into(), self.now.into(), Value::Text(&by), text.into()],
        )?;
        self.append(crate::NewEvent {
            kind: "exposure.commented",
            text: format!("Comment on {} ({})", weakness.title, asset.name),
            exposure: Some(exposure),
            ..crate::NewEvent::default()
        })?;
        Ok(CommentRow { id, at: self.now, by, text: text.to_owned() })
    }

    pub(crate) fn add_evidence(
        &mut self,
        exposure: i64,
        run: Option<RunId>,
        kind: &str,
        text: &str,
    ) -> Result<(), StoreError> {
        let id = self.take_ids("evidence", 1)?;
        self.db.execute(
            "INSERT INTO evidence (id, exposure_id, run_id, at, kind, text) VALUES ($1, $2, $3, $4, $5, $6)",
            &[id.into(), exposure.into(), run.into(), self.now.into(), kind.into(), text.into()],
        )?;
        Ok(())
    }

    /// Derives an exposure's status and severity from its facts anew; the new status where it changed. Where it is one with
    /// others, the status of the whole.
    pub(crate) fn derive_status(&mut self, exposure: i64) -> Result<Option<Status>, StoreError> {
        let sightings = self.db.query(
            "SELECT present, last_seen, severity FROM sighting WHERE exposure_id = $1",
            &[exposure.into()],
            |row| {
                let seen =
                    Seen { present: row.get::<i64>(0)? != 0, last_seen: Timestamp::from_micros(row.get(1)?) };
                Ok((seen, row.get::<i64>(2)?))
            },
        )?;
        let judgement = self.db.first(
            "SELECT d.verdict, d.until FROM decision d JOIN decision_exposure x ON x.decision_id = d.id
             WHERE x.exposure_id = $1 AND d.revoked_at IS NULL AND d.lapsed_at IS NULL
             AND (d.until IS NULL OR d.until > $2)
             ORDER BY CASE WHEN d.document = '' THEN 0 ELSE 1 END, d.id DESC LIMIT 1",
            &[exposure.into(), self.now.into()],
            |row| Ok((row.get::<String>(0)?, row.get::<Option<i64>>(1)?)),
        )?;
        let judgement = match judgement {
            None => None,
            Some((verdict, until)) => Some(Judgement {
                verdict: verdict
                    .parse::<Verdict>()
                    .map_err(|error| StoreError::damaged("decision", error))?,
                until: until.map(Timestamp::from_micros),
            }),
        };
        let present = sightings.iter().filter(|(seen, _)| seen.present).map(|(_, severity)| *severity).max();
        let severity = present.or_else(|| sightings.iter().map(|(_, severity)| *severity).max());
        let status = derive(sightings.into_iter().map(|(seen, _)| seen), None, judgement, self.now);
        let before = self.db.first(
            "SELECT status, lead_id FROM exposure WHERE id = $1",
            &[exposure.into()],
            |row| Ok((self::status(row.get(0)?)?, row.get::<Option<i64>>(1)?)),
        )?;
        let Some((before, lead)) = before else { return Ok(None) };
        if before != status {
            self.db.execute(
                "UPDATE exposure SET status = $2 WHERE id = $1",
                &[exposure.into(), status_code(status).into()],
            )?;
        }
        if let Some(severity) = severity {
            self.db.execute(
                "UPDATE exposure SET severity = $2 WHERE id = $1 AND severity <> $2",
                &[exposure.into(), severity.into()],
            )?;
        }
        if before == status {
            return Ok(None);
        }
        let rest: Option<i64> = self
            .db
            .first(
                &format!("SELECT MIN(status) FROM exposure WHERE id {WHOLE} AND id <> $2"),
                &[lead.unwrap_or(exposure).into(), exposure.into()],
                |row| row.get(0),
            )?
            .flatten();
        let Some(rest) = rest.map(self::status).transpose()? else { return Ok(Some(status)) };
        let (before, after) = (whole(before, rest), whole(status, rest));
        Ok((before != after).then_some(after))
    }

    /// Derives the status of every exposure of some assets anew.
    pub(crate) fn derive_asset_status(&mut self, assets: &[AssetId]) -> Result<(), StoreError> {
        for asset in assets {
            let ids: Vec<i64> =
                self.db.query("SELECT id FROM exposure WHERE asset_id = $1", &[(*asset).into()], |row| {
                    row.get(0)
                })?;
            for id in ids {
                self.derive_status(id)?;
            }
        }
        Ok(())
    }
}

/// The status of what is one: whatever is open is open, and what a person decided goes before a fix of a part.
fn whole(one: Status, other: Status) -> Status {
    one.min(other)
}

impl ExposureRow {
    /// Takes in what is one with it.
    fn absorb(&mut self, other: Self) {
        let reported = |row: &Self| (row.sightings > 0, row.severity);
        self.severity = reported(self).max(reported(&other)).1;
        self.status = whole(self.status, other.status);
        self.owner = self.owner.or(other.owner);
        self.first_seen = self.first_seen.min(other.first_seen);
        self.last_seen = self.last_seen.max(other.last_seen);
        self.eldest = self.eldest.min(other.eldest);
        self.sightings += other.sightings;
        self.sources.extend(other.sources);
        self.sources.sort_unstable();
        self.sources.dedup();
        if other.weakness != self.weakness {
            self.others.push(other.weakness);
        }
        if other.asset != self.asset && !self.elsewhere.contains(&other.asset) {
            self.elsewhere.push(other.asset);
        }
    }
}

/// Reads id, time, person and text.
pub(crate) fn read_remark(row: &Row<'_>) -> Result<CommentRow, StoreError> {
    Ok(CommentRow {
        id: row.get(0)?,
        at: Timestamp::from_micros(row.get(1)?),
        by: row.get(2)?,
        text: row.get(3)?,
    })
}

fn read_exposure(id: ExposureId, row: &Row<'_>) -> Result<ExposureRow, StoreError> {
    Ok(ExposureRow {
        id,
        asset: AssetId(row.get(1)?),
        weakness: WeaknessId(row.get(2)?),
        locus: row.get(3)?,
        severity: severity(row.get(4)?),
        status: status(row.get(5)?)?,
        owner: row.get::<Option<i64>>(6)?.map(UserId),
        first_seen: Timestamp::from_micros(row.get(7)?),
        last_seen: Timestamp::from_micros(row.get(8)?),
        eldest: id,
        sources: Vec::new(),
        sightings: 0,
        others: Vec::new(),
        elsewhere: Vec::new(),
    })
}

fn read_weakness(row: &Row<'_>) -> Result<WeaknessRow, StoreError> {
    let words = |text: String| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let refs: String = row.get(6)?;
    Ok(WeaknessRow {
        id: WeaknessId(row.get(0)?),
        key: row.get(1)?,
        title: row.get(2)?,
        description: row.get(3)?,
        cwe: words(row.get(4)?).iter().filter_map(|number| number.parse().ok()).collect(),
        aliases: words(row.get(5)?),
        references: refs.lines().map(str::to_owned).collect(),
        fix: row.get(7)?,
        cvss: row.get(8)?,
    })
}
