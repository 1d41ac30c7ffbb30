//! Judgements of people: taken on many exposures at once, lapsing by themselves, revocable. Those that follow from VEX
//! documents (see `statement`) are judgements too, and a person's always goes before them.

use crate::db::{Bulk, Kind, Mode, Row, Value};
use crate::error::StoreError;
use crate::exposure::WHOLE;
use crate::{NewEvent, Ranges, Reader, Tx};
use bartizan_model::exposure::Verdict;
use bartizan_model::words::counted;
use bartizan_model::{DecisionId, ExposureId, Timestamp};

/// A judgement to record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDecision<'a> {
    /// What is decided.
    pub verdict: Verdict,
    /// Why, in the person's words.
    pub reason: &'a str,
    /// Until when it holds.
    pub until: Option<Timestamp>,
}

/// A judgement that was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionRow {
    /// Its id.
    pub id: DecisionId,
    /// What was decided.
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
    /// Until when.
    pub until: Option<Timestamp>,
    /// Who: a person, or `vex:` and the author of the document.
    pub by: String,
    /// The VEX document that it follows from; `None` where a person decided.
    pub document: Option<String>,
    /// When.
    pub at: Timestamp,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
    /// When it lapsed.
    pub lapsed_at: Option<Timestamp>,
    /// On how many exposures.
    pub exposures: i64,
}

impl Tx<'_> {
    /// Records a judgement on some exposures and derives their status anew.
    pub fn decide(
        &mut self,
        decision: &NewDecision<'_>,
        exposures: &[ExposureId],
    ) -> Result<DecisionId, StoreError> {
        if decision.until.is_some_and(|until| until <= self.now) {
            return Err(StoreError::Conflict(
                "the decision would lapse before it begins: choose a later day".into(),
            ));
        }
        if exposures.is_empty() {
            return Err(StoreError::Conflict("the decision names no exposure".into()));
        }
        // What is one is decided as one.
        let (leads, exposures) = self.reader().wholes(exposures)?;
        let id = self.take_ids("decision", 1)?;
        self.db.execute(
            "INSERT INTO decision (id, verdict, reason, until, actor, at, exposures) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            &[
                id.into(),
                decision.verdict.as_str().into(),
                decision.reason.into(),
                decision.until.into(),
                self.actor.as_str().into(),
                self.now.into(),
                (leads.len() as i64).into(),
            ],
        )?;
        self.db.bulk(
            &Bulk {
                table: "decision_exposure",
                columns: &[("exposure_id", Kind::Int), ("decision_id", Kind::Int)],
                mode: Mode::Insert(""),
            },
            exposures.iter().map(|exposure| [(*exposure).into(), Value::Int(id)]),
        )?;
        let text = format!("decided {}: {}", decision.verdict, decision.reason);
        self.follow(DecisionId(id), "decided", &text)?;
        Ok(DecisionId(id))
    }

    /// Takes a judgement back.
    pub fn revoke_decision(&mut self, id: DecisionId) -> Result<(), StoreError> {
        let changed = self.db.execute(
            "UPDATE decision SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL AND lapsed_at IS NULL",
            &[id.into(), self.now.into()],
        )?;
        if changed == 0 {
            return Err(StoreError::not_found("decision in force", id));
        }
        self.follow(id, "revoked", "the decision was taken back")
    }

    /// Ends judgements whose time is over; how many.
    pub fn lapse_decisions(&mut self) -> Result<usize, StoreError> {
        let due: Vec<i64> = self.db.query(
            "SELECT id FROM decision WHERE until <= $1 AND revoked_at IS NULL AND lapsed_at IS NULL",
            &[self.now.into()],
            |row| row.get(0),
        )?;
        for id in &due {
            self.db.execute(
                "UPDATE decision SET lapsed_at = $2 WHERE id = $1",
                &[(*id).into(), self.now.into()],
            )?;
            self.follow(DecisionId(*id), "lapsed", "the time of the decision is over")?;
        }
        Ok(due.len())
    }

    /// Derives the status of a decision's exposures anew, leaves evidence, and tells of it.
    fn follow(&mut self, id: DecisionId, kind: &str, words: &str) -> Result<(), StoreError> {
        let exposures: Vec<(i64, Option<i64>)> = self.db.query(
            "SELECT x.exposure_id, e.lead_id FROM decision_exposure x JOIN exposure e ON e.id = x.exposure_id
             WHERE x.decision_id = $1 ORDER BY x.exposure_id",
            &[id.into()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let words = format!("{}: {words}", self.actor.as_str());
        for (exposure, lead) in &exposures {
            self.derive_status(*exposure)?;
            if lead.is_none() {
                self.add_evidence(*exposure, None, kind, &words)?;
            }
        }
        let subjects: Ranges =
            exposures.into_iter().map(|(exposure, lead)| lead.unwrap_or(exposure)).collect();
        let text = format!("{}: {words}", counted(subjects.count(), "exposure"));
        self.append(NewEvent { kind: "exposure.decided", text, subjects, ..NewEvent::default() }).map(drop)
    }
}

const COLUMNS: &str =
    "d.id, d.verdict, d.reason, d.until, d.actor, d.at, d.revoked_at, d.lapsed_at, d.exposures, d.document";

impl Reader<'_> {
    /// The judgements on an exposure, newest first.
    pub fn decisions_on(&mut self, exposure: ExposureId) -> Result<Vec<DecisionRow>, StoreError> {
        let lead = self.lead_of(exposure)?;
        let sql = format!(
            "SELECT {COLUMNS} FROM decision d WHERE d.id IN
             (SELECT x.decision_id FROM decision_exposure x WHERE x.exposure_id {WHOLE}) ORDER BY d.id DESC"
        );
        self.db.query(&sql, &[lead.into()], read)
    }

    /// One judgement.
    pub fn decision(&mut self, id: DecisionId) -> Result<DecisionRow, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM decision d WHERE d.id = $1");
        self.db.first(&sql, &[id.into()], read)?.ok_or_else(|| StoreError::not_found("decision", id))
    }
}

fn read(row: &Row<'_>) -> Result<DecisionRow, StoreError> {
    let verdict: String = row.get(1)?;
    Ok(DecisionRow {
        id: DecisionId(row.get(0)?),
        verdict: verdict.parse().map_err(|error| StoreError::damaged("decision", error))?,
        reason: row.get(2)?,
        until: row.get::<Option<i64>>(3)?.map(Timestamp::from_micros),
        by: row.get(4)?,
        at: Timestamp::from_micros(row.get(5)?),
        revoked_at: row.get::<Option<i64>>(6)?.map(Timestamp::from_micros),
        lapsed_at: row.get::<Option<i64>>(7)?.map(Timestamp::from_micros),
        exposures: row.get(8)?,
        document: Some(row.get::<String>(9)?).filter(|document| !document.is_empty()),
    })
}
