//! Runs: one import, scan or collection each, with what it covered and what failed.

use crate::db::{Row, Value};
use crate::error::StoreError;
use crate::{NewEvent, Reader, Tally, Tx};
use bartizan_model::words::counted;
use bartizan_model::{Gap, RunId, Timestamp};

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunState {
    /// At work, or the process that worked on it died: see [`Tx::interrupt_runs`].
    Running,
    /// Done, all of it stored.
    Finished,
    /// Nothing of it was stored.
    Failed,
    /// A person stopped it; nothing of it was stored.
    Cancelled,
    /// The process died while it worked; nothing of it was stored.
    Interrupted,
}

impl RunState {
    const ALL: [Self; 5] = [Self::Running, Self::Finished, Self::Failed, Self::Cancelled, Self::Interrupted];

    /// The word it is stored and shown as.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Finished => "finished",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Interrupted => "interrupted",
        }
    }
}

/// A run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRow {
    /// Its id.
    pub id: RunId,
    /// `import`, `discover` or `demo`.
    pub kind: String,
    /// The tool, once it is known.
    pub source: Option<String>,
    /// File name or target.
    pub label: String,
    /// How far it is.
    pub state: RunState,
    /// Who started it.
    pub actor: String,
    /// Begin.
    pub started_at: Timestamp,
    /// End.
    pub finished_at: Option<Timestamp>,
    /// Bytes read.
    pub bytes: i64,
    /// What it did.
    pub tally: Tally,
    /// Records that were rejected.
    pub rejected: i64,
    /// Things it could not look at.
    pub gaps: i64,
    /// Why it failed.
    pub error: Option<String>,
}

/// What a note of a run is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteKind {
    /// Something that could not be looked at.
    Gap,
    /// A record that was rejected.
    Rejected,
}

/// What a run looked at on one asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunCoverage {
    /// The asset's name.
    pub asset: String,
    /// The checks, as JSON.
    pub checks: String,
    /// The places, as JSON.
    pub loci: String,
    /// From where; empty where the source has one vantage, `None` where it was all of them.
    pub vantage: Option<String>,
}

/// A gap or a rejected record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunNote {
    /// Which of the two.
    pub kind: NoteKind,
    /// What or where.
    pub what: String,
    /// Why.
    pub why: String,
}

/// What a run did, for [`Tx::finish_run`].
#[derive(Debug, Clone, Copy)]
pub struct RunResult<'a> {
    /// The tool, as in [`crate::IngestOptions::tool`].
    pub tool: &'a str,
    /// Bytes read.
    pub bytes: i64,
    /// What [`crate::Ingest::finish`] returned.
    pub tally: Tally,
    /// What could not be looked at.
    pub gaps: &'a [Gap],
    /// Records that were rejected: where, and why.
    pub rejected: &'a [(String, String)],
    /// How many were rejected, also where fewer are kept.
    pub rejected_total: i64,
}

/// More notes than this are counted, not kept: the first ones tell what is wrong.
const NOTES_KEPT: usize = 10_000;

impl Tx<'_> {
    /// Records that a run begins. It becomes visible at once; its results only with [`Tx::finish_run`].
    pub fn begin_run(&mut self, kind: &str, label: &str) -> Result<RunId, StoreError> {
        let worker = self.slot()?;
        let id = RunId(self.take_ids("run", 1)?);
        self.db.execute(
            "INSERT INTO run (id, kind, label, state, actor, started_at, bytes, findings, created, updated, unchanged,
             reopened, closed, assets, rejected, gaps, worker)
             VALUES ($1, $2, $3, 'running', $4, $5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, $6)",
            &[id.into(), kind.into(), label.into(), self.actor.as_str().into(), self.now.into(), worker.into()],
        )?;
        self.append(NewEvent {
            kind: "run.started",
            text: format!("{kind} of {label} began"),
            run: Some(id),
            ..NewEvent::default()
        })?;
        Ok(id)
    }

    /// Ends a run with its results, in the transaction that stores them.
    pub fn finish_run(&mut self, run: RunId, result: &RunResult<'_>) -> Result<(), StoreError> {
        let RunResult { tool, bytes, tally, gaps, rejected, rejected_total } = *result;
        let source = self.source(tool)?;
        let changed = self.db.execute(
            "UPDATE run SET state = 'finished', source_id = $2, finished_at = $3, bytes = $4, findings = $5, created = $6,
             updated = $7, unchanged = $8, reopened = $9, closed = $10, assets = $11, rejected = $12, gaps = $13, suppressed = $14
             WHERE id = $1 AND state = 'running'",
            &[
                run.into(),
                source.into(),
                self.now.into(),
                bytes.into(),
                tally.findings.into(),
                tally.created.into(),
                tally.updated.into(),
                tally.unchanged.into(),
                tally.reopened.into(),
                tally.closed.into(),
                tally.assets.into(),
                rejected_total.into(),
                (gaps.len() as i64).into(),
                tally.suppressed.into(),
            ],
        )?;
        if changed == 0 {
            return Err(StoreError::not_found("run at work", run));
        }
        let notes = gaps
            .iter()
            .map(|gap| ("gap", gap.what.as_str(), gap.why.as_str()))
            .chain(rejected.iter().map(|(at, reason)| ("rejected", at.as_str(), reason.as_str())));
        for (number, (kind, what, why)) in notes.take(NOTES_KEPT).enumerate() {
            self.db.execute(
                "INSERT INTO run_note (run_id, number, kind, what, why) VALUES ($1, $2, $3, $4, $5)",
                &[run.into(), (number as i64).into(), kind.into(), what.into(), why.into()],
            )?;
        }
        let beside = [(tally.reopened, "back"), (tally.closed, "proven fixed")];
        let beside =
            beside.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!(", {count} {what}"));
        let beside = beside.collect::<String>();
        let text = format!("{tool}: {}, {} new{beside}", counted(tally.findings, "finding"), tally.created);
        self.append(NewEvent { kind: "run.finished", text, run: Some(run), ..NewEvent::default() }).map(drop)
    }

    /// Ends a run of which nothing was stored.
    pub fn fail_run(&mut self, run: RunId, state: RunState, error: &str) -> Result<(), StoreError> {
        let changed = self.db.execute(
            "UPDATE run SET state = $2, finished_at = $3, error = $4 WHERE id = $1 AND state = 'running'",
            &[run.into(), state.as_str().into(), self.now.into(), error.into()],
        )?;
        if changed == 0 {
            return Err(StoreError::not_found("run at work", run));
        }
        let text = format!("{}: {error}", state.as_str());
        self.append(NewEvent { kind: "run.failed", text, run: Some(run), ..NewEvent::default() }).map(drop)
    }

    /// Marks runs of processes that died as interrupted, and leaves those of living ones alone.
    pub fn interrupt_runs(&mut self) -> Result<u64, StoreError> {
        let workers =
            self.db.query("SELECT DISTINCT worker FROM run WHERE state = 'running'", &[], |row| {
                row.get::<i64>(0)
            })?;
        let mut count = 0;
        for worker in workers {
            if self.is_free(worker)? {
                count += self.interrupt(worker)?;
            }
        }
        Ok(count)
    }

    /// Marks the runs at work of one worker as interrupted.
    pub(crate) fn interrupt(&mut self, worker: i64) -> Result<u64, StoreError> {
        self.db.execute(
            "UPDATE run SET state = 'interrupted', finished_at = $1,
             error = 'Bartizan stopped while it was at work; nothing of it was stored. Start it again.'
             WHERE state = 'running' AND worker = $2",
            &[self.now.into(), worker.into()],
        )
    }
}

const SELECT: &str = "SELECT r.id, r.kind, s.name, r.label, r.state, r.actor, r.started_at, r.finished_at, r.bytes, r.findings,
    r.created, r.updated, r.unchanged, r.reopened, r.closed, r.assets, r.rejected, r.gaps, r.error, r.suppressed
    FROM run r LEFT JOIN source s ON s.id = r.source_id";

impl Reader<'_> {
    /// Runs before `before`, newest first.
    pub fn runs(&mut self, before: Option<RunId>, limit: i64) -> Result<Vec<RunRow>, StoreError> {
        let before = before.map_or(i64::MAX, |run| run.0);
        self.db.query(
            &format!("{SELECT} WHERE r.id < $1 ORDER BY r.id DESC LIMIT $2"),
            &[before.into(), limit.into()],
            read,
        )
    }

    /// How many runs there are.
    pub fn run_count(&mut self) -> Result<i64, StoreError> {
        Ok(self.db.first("SELECT COUNT(*) FROM run", &[], |row| row.get(0))?.unwrap_or(0))
    }

    /// One run.
    pub fn run(&mut self, id: RunId) -> Result<RunRow, StoreError> {
        self.db
            .first(&format!("{SELECT} WHERE r.id = $1"), &[id.into()], read)?
            .ok_or_else(|| StoreError::not_found("run", id))
    }

    /// The gaps and rejected records of a run.
    pub fn run_notes(&mut self, id: RunId) -> Result<Vec<RunNote>, StoreError> {
        self.db.query(
            "SELECT kind, what, why FROM run_note WHERE run_id = $1 ORDER BY number",
            &[id.into()],
            |row| {
                let kind = if row.get::<String>(0)? == "gap" { NoteKind::Gap } else { NoteKind::Rejected };
                Ok(RunNote { kind, what: row.get(1)?, why: row.get(2)? })
            },
        )
    }

    /// What a run looked at.
    pub fn run_coverage(&mut self, id: RunId) -> Result<Vec<RunCoverage>, StoreError> {
        self.db.query(
            "SELECT a.name, c.checks, c.loci, c.vantage FROM run_coverage c JOIN asset a ON a.id = c.asset_id
             WHERE c.run_id = $1 ORDER BY c.number LIMIT 1000",
            &[Value::Int(id.0)],
            |row| {
                Ok(RunCoverage {
                    asset: row.get(0)?,
                    checks: row.get(1)?,
                    loci: row.get(2)?,
                    vantage: row.get(3)?,
                })
            },
        )
    }
}

fn read(row: &Row<'_>) -> Result<RunRow, StoreError> {
    let word: String = row.get(4)?;
    let state = RunState::ALL.into_iter().find(|state| state.as_str() == word);
    Ok(RunRow {
        id: RunId(row.get(0)?),
        kind: row.get(1)?,
        source: row.get(2)?,
        label: row.get(3)?,
        state: state.ok_or_else(|| StoreError::damaged("run", word))?,
        actor: row.get(5)?,
        started_at: Timestamp::from_micros(row.get(6)?),
        finished_at: row.get::<Option<i64>>(7)?.map(Timestamp::from_micros),
        bytes: row.get(8)?,
        tally: Tally {
            findings: row.get(9)?,
            created: row.get(10)?,
            updated: row.get(11)?,
            unchanged: row.get(12)?,
            reopened: row.get(13)?,
            closed: row.get(14)?,
            assets: row.get(15)?,
            suppressed: row.get(19)?,
        },
        rejected: row.get(16)?,
        gaps: row.get(17)?,
        error: row.get(18)?,
    })
}
