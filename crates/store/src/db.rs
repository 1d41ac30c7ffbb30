//! One connection, two databases: the same SQL text with `$1` parameters runs on SQLite and on PostgreSQL.
//!
//! Only what the store needs is here: values, rows, execute, query, and [`Bulk`] for many rows at once.

use crate::error::StoreError;
use postgres::types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked};
use std::borrow::Cow;
use std::collections::HashMap;

/// A parameter or a column to write.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Value<'a> {
    Null,
    Int(i64),
    Real(f64),
    Text(&'a str),
    Blob(&'a [u8]),
}

macro_rules! value_from {
    ($($from:ty => $make:expr),* $(,)?) => {$(
        impl<'a> From<$from> for Value<'a> {
            fn from(value: $from) -> Self {
                $make(value)
            }
        }
    )*};
}
value_from! {
    i64 => Self::Int,
    f64 => Self::Real,
    bool => |v| Self::Int(i64::from(v)),
    &'a str => Self::Text,
    &'a String => |v: &'a String| Self::Text(v),
    &'a [u8] => Self::Blob,
    bartizan_model::Timestamp => |v: bartizan_model::Timestamp| Self::Int(v.micros()),
    bartizan_model::AssetId => |v: bartizan_model::AssetId| Self::Int(v.0),
    bartizan_model::ExposureId => |v: bartizan_model::ExposureId| Self::Int(v.0),
    bartizan_model::WeaknessId => |v: bartizan_model::WeaknessId| Self::Int(v.0),
    bartizan_model::RunId => |v: bartizan_model::RunId| Self::Int(v.0),
    bartizan_model::SourceId => |v: bartizan_model::SourceId| Self::Int(v.0),
    bartizan_model::ScopeId => |v: bartizan_model::ScopeId| Self::Int(v.0),
    bartizan_model::DecisionId => |v: bartizan_model::DecisionId| Self::Int(v.0),
    bartizan_model::AssignmentId => |v: bartizan_model::AssignmentId| Self::Int(v.0),
    bartizan_model::UserId => |v: bartizan_model::UserId| Self::Int(v.0),
}
impl<'a, T: Into<Self>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// Text without NUL: PostgreSQL's holds none, and nothing that people read does, so SQLite's holds none either.
pub(crate) fn without_nul(text: &str) -> Cow<'_, str> {
    if text.as_bytes().contains(&0) { Cow::Owned(text.replace('\0', "")) } else { Cow::Borrowed(text) }
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, ValueRef};
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(v) => ValueRef::Integer(*v),
            Self::Real(v) => ValueRef::Real(*v),
            Self::Text(v) => match without_nul(v) {
                Cow::Borrowed(v) => ValueRef::Text(v.as_bytes()),
                Cow::Owned(v) => return Ok(ToSqlOutput::Owned(v.into())),
            },
            Self::Blob(v) => ValueRef::Blob(v),
        }))
    }
}

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match (self, ty) {
            (Self::Null, _) => Ok(IsNull::Yes),
            (Self::Int(v), &Type::INT4) => i32::try_from(*v)?.to_sql(ty, out),
            (Self::Int(v), _) => v.to_sql(ty, out),
            (Self::Real(v), _) => v.to_sql(ty, out),
            (Self::Text(v), _) => without_nul(v).as_ref().to_sql(ty, out),
            (Self::Blob(v), _) => v.to_sql(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A column type both databases can read.
pub(crate) trait Column: rusqlite::types::FromSql + for<'a> postgres::types::FromSql<'a> {}
impl<T: rusqlite::types::FromSql + for<'a> postgres::types::FromSql<'a>> Column for T {}

/// One row of a result.
pub(crate) enum Row<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a postgres::Row),
}

impl Row<'_> {
    /// The column at `index`, counted from 0.
    pub(crate) fn get<T: Column>(&self, index: usize) -> Result<T, StoreError> {
        Ok(match self {
            Self::Sqlite(row) => row.get(index)?,
            Self::Postgres(row) => row.try_get(index)?,
        })
    }
}

/// A connection to either database.
pub(crate) enum Connection {
    Sqlite(rusqlite::Connection),
    Postgres(Box<postgres::Client>, HashMap<String, postgres::Statement>),
}

/// Rows per statement where PostgreSQL takes many at once.
const POSTGRES_BATCH: usize = 5_000;

impl Connection {
    /// Runs statements without parameters or results.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(db) => db.execute_batch(sql)?,
            Self::Postgres(db, _) => db.batch_execute(sql)?,
        }
        Ok(())
    }

    /// Runs one statement and returns how many rows it changed.
    pub(crate) fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64, StoreError> {
        match self {
            Self::Sqlite(db) => {
                let mut statement = db.prepare_cached(&sqlite_text(sql))?;
                Ok(statement.execute(rusqlite::params_from_iter(values))? as u64)
            }
            Self::Postgres(db, cache) => {
                let statement = prepared(db, cache, sql)?;
                let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|v| v as _).collect();
                Ok(db.execute(&statement, &values)?)
            }
        }
    }

    /// Hands every row of a result to `each`.
    pub(crate) fn for_each(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
        mut each: impl FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(db) => {
                let mut statement = db.prepare_cached(&sqlite_text(sql))?;
                let mut rows = statement.query(rusqlite::params_from_iter(values))?;
                while let Some(row) = rows.next()? {
                    each(&Row::Sqlite(row))?;
                }
            }
            Self::Postgres(db, cache) => {
                use postgres::fallible_iterator::FallibleIterator;
                let statement = prepared(db, cache, sql)?;
                let mut rows = db.query_raw(&statement, values.iter().map(|v| v as &dyn ToSql))?;
                while let Some(row) = rows.next()? {
                    each(&Row::Postgres(&row))?;
                }
            }
        }
        Ok(())
    }

    /// All rows of a result.
    pub(crate) fn query<T>(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut all = Vec::new();
        self.for_each(sql, values, |row| {
            all.push(read(row)?);
            Ok(())
        })?;
        Ok(all)
    }

    /// The first row of a result, if any.
    pub(crate) fn first<T>(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        Ok(self.query(sql, values, read)?.into_iter().next())
    }

    /// Whether the connection is lost for good, as when the server went away.
    pub(crate) fn is_closed(&self) -> bool {
        matches!(self, Self::Postgres(db, _) if db.is_closed())
    }

    /// Runs a query whose text ends in `= $1` for many keys: one statement a key on SQLite, one array on PostgreSQL.
    pub(crate) fn lookup(
        &mut self,
        sql: &str,
        keys: &[&str],
        mut each: impl FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(db) => {
                let mut statement = db.prepare_cached(&sqlite_text(sql))?;
                for key in keys {
                    let mut rows = statement.query([Value::Text(key)])?;
                    while let Some(row) = rows.next()? {
                        each(&Row::Sqlite(row))?;
                    }
                }
            }
            Self::Postgres(db, cache) => {
                let statement = prepared(db, cache, &sql.replace("= $1", "= ANY($1)"))?;
                for keys in keys.chunks(POSTGRES_BATCH) {
                    let keys: Vec<_> = keys.iter().map(|key| without_nul(key)).collect();
                    for row in db.query(&statement, &[&keys])? {
                        each(&Row::Postgres(&row))?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Writes many rows with one text.
    pub(crate) fn bulk<'a, const N: usize>(
        &mut self,
        bulk: &Bulk<'_>,
        rows: impl IntoIterator<Item = [Value<'a>; N]>,
    ) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(db) => {
                let mut statement = db.prepare_cached(&bulk.sqlite())?;
                for row in rows {
                    statement.execute(rusqlite::params_from_iter(&row))?;
                }
            }
            Self::Postgres(db, cache) => {
                let statement = prepared(db, cache, &bulk.postgres())?;
                let mut columns = Columns::new(bulk);
                for row in rows {
                    columns.push(&row);
                    if columns.rows == POSTGRES_BATCH {
                        columns.flush(db, &statement)?;
                    }
                }
                if columns.rows > 0 {
                    columns.flush(db, &statement)?;
                }
            }
        }
        Ok(())
    }
}

fn prepared(
    db: &mut postgres::Client,
    cache: &mut HashMap<String, postgres::Statement>,
    sql: &str,
) -> Result<postgres::Statement, StoreError> {
    if let Some(statement) = cache.get(sql) {
        return Ok(statement.clone());
    }
    let statement = db.prepare(sql)?;
    cache.insert(sql.to_owned(), statement.clone());
    Ok(statement)
}

/// SQLite numbers `$1` by first appearance, `?1` by its number: the shared texts mean the latter.
fn sqlite_text(sql: &str) -> String {
    sql.replace('$', "?")
}

/// The type of a bulk column.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Int,
    Real,
    Text,
}

/// A write of many rows: a prepared statement a row on SQLite, one statement over arrays on PostgreSQL.
pub(crate) struct Bulk<'a> {
    pub(crate) table: &'a str,
    pub(crate) columns: &'a [(&'a str, Kind)],
    pub(crate) mode: Mode<'a>,
}

/// What a [`Bulk`] does with its rows.
pub(crate) enum Mode<'a> {
    /// Inserts them, with an `ON CONFLICT ...` or nothing. No row may be in one bulk twice where it updates.
    Insert(&'a str),
    /// Updates the rows that the first so many columns name.
    Update(usize),
}

impl Bulk<'_> {
    /// The column names, each as `make` writes it.
    fn list(&self, from: usize, to: usize, separator: &str, make: impl Fn(usize, &str) -> String) -> String {
        let parts: Vec<_> = (from..to).map(|index| make(index + 1, self.columns[index].0)).collect();
        parts.join(separator)
    }

    fn sqlite(&self) -> String {
        let (table, count) = (self.table, self.columns.len());
        let set = |n: usize, name: &str| format!("{name} = ?{n}");
        match self.mode {
            Mode::Insert(conflict) => {
                let names = self.list(0, count, ", ", |_, name| name.to_owned());
                let marks = self.list(0, count, ", ", |n, _| format!("?{n}"));
                format!("INSERT INTO {table} ({names}) VALUES ({marks}) {conflict}")
            }
            Mode::Update(keys) => {
                let (values, keys) = (self.list(keys, count, ", ", set), self.list(0, keys, " AND ", set));
                format!("UPDATE {table} SET {values} WHERE {keys}")
            }
        }
    }

    fn postgres(&self) -> String {
        let (table, count) = (self.table, self.columns.len());
        let names = self.list(0, count, ", ", |_, name| name.to_owned());
        let arrays = self.list(0, count, ", ", |n, _| {
            let array = match self.columns[n - 1].1 {
                Kind::Int => "BIGINT[]",
                Kind::Real => "DOUBLE PRECISION[]",
                Kind::Text => "TEXT[]",
            };
            format!("${n}::{array}")
        });
        match self.mode {
            Mode::Insert(conflict) => {
                format!("INSERT INTO {table} ({names}) SELECT * FROM UNNEST({arrays}) {conflict}")
            }
            Mode::Update(keys) => {
                let values = self.list(keys, count, ", ", |_, name| format!("{name} = v.{name}"));
                let keys = self.list(0, keys, " AND ", |_, name| format!("{table}.{name} = v.{name}"));
                format!("UPDATE {table} SET {values} FROM UNNEST({arrays}) AS v({names}) WHERE {keys}")
            }
        }
    }
}

/// Rows turned into columns for PostgreSQL's `UNNEST`.
struct Columns {
    arrays: Vec<Array>,
    rows: usize,
}

enum Array {
    Int(Vec<Option<i64>>),
    Real(Vec<Option<f64>>),
    Text(Vec<Option<String>>),
}

impl Columns {
    fn new(bulk: &Bulk<'_>) -> Self {
        let array = |kind: &Kind| match kind {
            Kind::Int => Array::Int(Vec::new()),
            Kind::Real => Array::Real(Vec::new()),
            Kind::Text => Array::Text(Vec::new()),
        };
        Self { arrays: bulk.columns.iter().map(|(_, kind)| array(kind)).collect(), rows: 0 }
    }

    fn push(&mut self, row: &[Value<'_>]) {
        for (array, value) in self.arrays.iter_mut().zip(row) {
            match (array, value) {
                (Array::Int(all), Value::Int(v)) => all.push(Some(*v)),
                (Array::Real(all), Value::Real(v)) => all.push(Some(*v)),
                (Array::Text(all), Value::Text(v)) => all.push(Some(without_nul(v).into_owned())),
                (Array::Int(all), _) => all.push(None),
                (Array::Real(all), _) => all.push(None),
                (Array::Text(all), _) => all.push(None),
            }
        }
        self.rows += 1;
    }

    fn flush(
        &mut self,
        db: &mut postgres::Client,
        statement: &postgres::Statement,
    ) -> Result<(), StoreError> {
        let values: Vec<&(dyn ToSql + Sync)> = self
            .arrays
            .iter()
            .map(|array| match array {
                Array::Int(all) => all as &(dyn ToSql + Sync),
                Array::Real(all) => all as _,
                Array::Text(all) => all as _,
            })
            .collect();
        db.execute(statement, &values)?;
        for array in &mut self.arrays {
            match array {
                Array::Int(all) => all.clear(),
                Array::Real(all) => all.clear(),
                Array::Text(all) => all.clear(),
            }
        }
        self.rows = 0;
        Ok(())
    }
}
