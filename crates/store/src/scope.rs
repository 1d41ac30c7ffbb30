//! Scopes: parts of the business, the assets they consist of (by query), and what they are worth.

use crate::db::{Row, Value};
use crate::error::StoreError;
use crate::{NewEvent, Reader, Tx};
use bartizan_model::{Criticality, DataClass, ScopeId};

/// A scope's own values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewScope {
    /// Its name, unique.
    pub name: String,
    /// What it is, for people.
    pub description: String,
    /// Which assets belong to it, in the query language.
    pub query: String,
    /// What the business loses with its assets.
    pub criticality: Option<Criticality>,
    /// Classes of data in it.
    pub data: Vec<DataClass>,
    /// Whether its assets are what an attacker is after.
    pub crown_jewel: bool,
}

/// A stored scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeRow {
    /// Its id.
    pub id: ScopeId,
    /// Its values.
    pub scope: NewScope,
}

impl Tx<'_> {
    /// Makes a scope, or changes the one with `id`.
    pub fn put_scope(&mut self, id: Option<ScopeId>, scope: &NewScope) -> Result<ScopeId, StoreError> {
        let taken: Option<i64> =
            self.db.first("SELECT id FROM scope WHERE name = $1", &[Value::Text(&scope.name)], |row| {
                row.get(0)
            })?;
        if taken.is_some_and(|taken| Some(ScopeId(taken)) != id) {
            return Err(StoreError::Conflict(format!("there is a scope named {} already", scope.name)));
        }
        let data: Vec<_> = scope.data.iter().map(|class| class.as_str()).collect();
        let data = data.join(" ");
        let number = match id {
            Some(id) => id.0,
            None => self.take_ids("scope", 1)?,
        };
        let values = [
            number.into(),
            Value::Text(&scope.name),
            Value::Text(&scope.description),
            Value::Text(&scope.query),
            scope.criticality.map(Criticality::as_str).into(),
            Value::Text(&data),
            scope.crown_jewel.into(),
        ];
        let changed = match id {
            Some(_) => self.db.execute(
                "UPDATE scope SET name = $2, description = $3, query = $4, criticality = $5, data = $6, crown_jewel = $7 WHERE id = $1",
                &values,
            )?,
            None => self.db.execute(
                "INSERT INTO scope (id, name, description, query, criticality, data, crown_jewel) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                &values,
            )?,
        };
        if changed == 0 {
            return Err(StoreError::not_found("scope", number));
        }
        let text = format!("Scope {} was saved", scope.name);
        self.append(NewEvent { kind: "scope.changed", text, ..NewEvent::default() })?;
        Ok(ScopeId(number))
    }

    /// Removes a scope; its assets stay.
    pub fn remove_scope(&mut self, id: ScopeId) -> Result<(), StoreError> {
        if self.db.execute("DELETE FROM scope WHERE id = $1", &[id.into()])? == 0 {
            return Err(StoreError::not_found("scope", id));
        }
        self.append(NewEvent {
            kind: "scope.changed",
            text: format!("Scope {id} was removed"),
            ..NewEvent::default()
        })
        .map(drop)
    }
}

impl Reader<'_> {
    /// All scopes by name.
    pub fn scopes(&mut self) -> Result<Vec<ScopeRow>, StoreError> {
        self.db.query(
            "SELECT id, name, description, query, criticality, data, crown_jewel FROM scope ORDER BY id",
            &[],
            read,
        )
    }
}

fn read(row: &Row<'_>) -> Result<ScopeRow, StoreError> {
    let damaged = |error: String| StoreError::damaged("scope", error);
    let data: String = row.get(5)?;
    Ok(ScopeRow {
        id: ScopeId(row.get(0)?),
        scope: NewScope {
            name: row.get(1)?,
            description: row.get(2)?,
            query: row.get(3)?,
            criticality: row
                .get::<Option<String>>(4)?
                .map(|word| word.parse())
                .transpose()
                .map_err(damaged)?,
            data: data.split_whitespace().map(str::parse).collect::<Result<_, _>>().map_err(damaged)?,
            crown_jewel: row.get::<i64>(6)? != 0,
        },
    })
}
