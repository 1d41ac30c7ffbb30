//! Who is to fix what: given to a person on many exposures at once, and undone as one.

use crate::db::{Bulk, Kind, Mode, Row, Value};
use crate::error::StoreError;
use crate::{NewEvent, Ranges, Reader, Tx};
use bartizan_model::words::counted;
use bartizan_model::{AssignmentId, ExposureId, Timestamp, UserId};

/// An assignment that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignmentRow {
    /// Its id.
    pub id: AssignmentId,
    /// Who is to fix them; `None` where they were taken from whoever had them, or the account is gone.
    pub owner: Option<UserId>,
    /// Who said so.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// When it was undone.
    pub undone_at: Option<Timestamp>,
    /// On how many exposures.
    pub exposures: i64,
}

impl Tx<'_> {
    /// Makes a person the owner of some exposures, or nobody.
    pub fn assign(
        &mut self,
        owner: Option<UserId>,
        exposures: &[ExposureId],
    ) -> Result<AssignmentId, StoreError> {
        let to = match owner {
            Some(owner) => format!("to {}", self.reader().account(owner)?.name),
            None => "nobody".to_owned(),
        };
        if exposures.is_empty() {
            return Err(StoreError::Conflict("the assignment names no exposure".into()));
        }
        // What is one belongs to one.
        let (leads, exposures) = self.reader().wholes(exposures)?;
        let subjects: Ranges = exposures.iter().map(|id| id.0).collect();
        let id = self.take_ids("assignment", 1)?;
        self.db.execute(
            "INSERT INTO assignment (id, owner, actor, at, exposures) VALUES ($1, $2, $3, $4, $5)",
            &[
                id.into(),
                owner.into(),
                self.actor.as_str().into(),
                self.now.into(),
                (leads.len() as i64).into(),
            ],
        )?;
        self.db.bulk(
            &Bulk {
                table: "assignment_exposure",
                columns: &[("exposure_id", Kind::Int), ("assignment_id", Kind::Int)],
                mode: Mode::Insert(""),
            },
            subjects.iter().map(|exposure| [Value::Int(exposure), Value::Int(id)]),
        )?;
        self.db.execute(
            "UPDATE assignment_exposure SET before = (SELECT e.owner FROM exposure e WHERE e.id = exposure_id)
             WHERE assignment_id = $1",
            &[id.into()],
        )?;
        self.db.execute(
            "UPDATE exposure SET owner = $2 WHERE id IN
             (SELECT exposure_id FROM assignment_exposure WHERE assignment_id = $1)",
            &[id.into(), owner.into()],
        )?;
        // What was only carried over from another is its own now.
        self.db.execute(
            "DELETE FROM correlation_carried WHERE kind = 'owner' AND exposure_id IN
             (SELECT exposure_id FROM assignment_exposure WHERE assignment_id = $1)",
            &[id.into()],
        )?;
        self.tell_of_owners(&leads, &format!("assigned {to}"))?;
        Ok(AssignmentId(id))
    }

    /// Gives exposures back to whom they belonged before an assignment, but for those that were assigned again since;
    /// how many.
    pub fn undo_assignment(&mut self, id: AssignmentId) -> Result<usize, StoreError> {
        let changed = self.db.execute(
            "UPDATE assignment SET undone_at = $2 WHERE id = $1 AND undone_at IS NULL",
            &[id.into(), self.now.into()],
        )?;
        if changed == 0 {
            return Err(StoreError::not_found("assignment in force", id));
        }
        let before: Vec<(i64, Option<i64>)> = self.db.query(
            "SELECT x.exposure_id, x.before FROM assignment_exposure x WHERE x.assignment_id = $1 AND NOT EXISTS
             (SELECT 1 FROM assignment_exposure y JOIN assignment a ON a.id = y.assignment_id
              WHERE y.exposure_id = x.exposure_id AND y.assignment_id > x.assignment_id AND a.undone_at IS NULL)",
            &[id.into()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        self.db.bulk(
            &Bulk {
                table: "exposure",
                columns: &[("id", Kind::Int), ("owner", Kind::Int)],
                mode: Mode::Update(1),
            },
            before.iter().map(|(exposure, owner)| [Value::Int(*exposure), (*owner).into()]),
        )?;
        let exposures: Vec<ExposureId> = before.iter().map(|(exposure, _)| ExposureId(*exposure)).collect();
        let (leads, _) = self.reader().wholes(&exposures)?;
        if !leads.is_empty() {
            self.tell_of_owners(&leads, "an assignment was undone")?;
        }
        Ok(leads.len())
    }

    /// Takes everything from a person who goes.
    pub(crate) fn forget_owner(&mut self, owner: UserId) -> Result<(), StoreError> {
        for (table, column) in
            [("exposure", "owner"), ("assignment_exposure", "before"), ("assignment", "owner")]
        {
            self.db.execute(
                &format!("UPDATE {table} SET {column} = NULL WHERE {column} = $1"),
                &[owner.into()],
            )?;
        }
        Ok(())
    }

    fn tell_of_owners(&mut self, exposures: &[ExposureId], words: &str) -> Result<(), StoreError> {
        let only = if let [one] = exposures { Some(*one) } else { None };
        let subjects: Ranges = exposures.iter().map(|id| id.0).collect();
        let text = format!("{}: {words}", counted(subjects.count(), "exposure"));
        self.append(NewEvent {
            kind: "exposure.assigned",
            text,
            exposure: only,
            subjects,
            ..NewEvent::default()
        })
        .map(drop)
    }
}

impl Reader<'_> {
    /// The assignments of an exposure, newest first.
    pub fn assignments_of(&mut self, exposure: ExposureId) -> Result<Vec<AssignmentRow>, StoreError> {
        let sql = format!(
            "{SELECT} JOIN assignment_exposure x ON x.assignment_id = a.id WHERE x.exposure_id = $1 ORDER BY a.id DESC"
        );
        self.db.query(&sql, &[exposure.into()], read)
    }

    /// One assignment.
    pub fn assignment(&mut self, id: AssignmentId) -> Result<AssignmentRow, StoreError> {
        self.db
            .first(&format!("{SELECT} WHERE a.id = $1"), &[id.into()], read)?
            .ok_or_else(|| StoreError::not_found("assignment", id))
    }
}

const SELECT: &str = "SELECT a.id, a.owner, a.actor, a.at, a.undone_at, a.exposures FROM assignment a";

fn read(row: &Row<'_>) -> Result<AssignmentRow, StoreError> {
    Ok(AssignmentRow {
        id: AssignmentId(row.get(0)?),
        owner: row.get::<Option<i64>>(1)?.map(UserId),
        by: row.get(2)?,
        at: Timestamp::from_micros(row.get(3)?),
        undone_at: row.get::<Option<i64>>(4)?.map(Timestamp::from_micros),
        exposures: row.get(5)?,
    })
}
