//! Brings a database to the newest schema, one numbered file after the other, each in a transaction of its own.

use crate::db::Connection;
use crate::error::StoreError;

/// Number, SQLite text, PostgreSQL text.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (
        1,
        include_str!("../migrations/sqlite/0001_house.sql"),
        include_str!("../migrations/postgres/0001_house.sql"),
    ),
    (
        2,
        include_str!("../migrations/sqlite/0002_worker.sql"),
        include_str!("../migrations/postgres/0002_worker.sql"),
    ),
    (
        SOFTWARE,
        include_str!("../migrations/sqlite/0003_software.sql"),
        include_str!("../migrations/postgres/0003_software.sql"),
    ),
    (
        4,
        include_str!("../migrations/sqlite/0004_people.sql"),
        include_str!("../migrations/postgres/0004_people.sql"),
    ),
    (
        5,
        include_str!("../migrations/sqlite/0005_locations.sql"),
        include_str!("../migrations/postgres/0005_locations.sql"),
    ),
    (
        6,
        include_str!("../migrations/sqlite/0006_statement.sql"),
        include_str!("../migrations/postgres/0006_statement.sql"),
    ),
    (
        7,
        include_str!("../migrations/sqlite/0007_catalogues.sql"),
        include_str!("../migrations/postgres/0007_catalogues.sql"),
    ),
    (
        8,
        include_str!("../migrations/sqlite/0008_sync.sql"),
        include_str!("../migrations/postgres/0008_sync.sql"),
    ),
    (
        9,
        include_str!("../migrations/sqlite/0009_facts.sql"),
        include_str!("../migrations/postgres/0009_facts.sql"),
    ),
    (
        CPE,
        include_str!("../migrations/sqlite/0010_cpe.sql"),
        include_str!("../migrations/postgres/0010_cpe.sql"),
    ),
    (
        11,
        include_str!("../migrations/sqlite/0011_correlation.sql"),
        include_str!("../migrations/postgres/0011_correlation.sql"),
    ),
    (
        12,
        include_str!("../migrations/sqlite/0012_said.sql"),
        include_str!("../migrations/postgres/0012_said.sql"),
    ),
    (
        13,
        include_str!("../migrations/sqlite/0013_machines.sql"),
        include_str!("../migrations/postgres/0013_machines.sql"),
    ),
    (
        14,
        include_str!("../migrations/sqlite/0014_vantage.sql"),
        include_str!("../migrations/postgres/0014_vantage.sql"),
    ),
    (
        15,
        include_str!("../migrations/sqlite/0015_event_run.sql"),
        include_str!("../migrations/postgres/0015_event_run.sql"),
    ),
];

/// The migrations after which the keys of components that are there already are filled in.
const SOFTWARE: i64 = 3;
const CPE: i64 = 10;

/// Applies what is missing; refuses a database that is newer than this binary.
pub(crate) fn run(db: &mut Connection) -> Result<(), StoreError> {
    db.batch("CREATE TABLE IF NOT EXISTS migration (number BIGINT PRIMARY KEY)")?;
    let known = MIGRATIONS.last().map_or(0, |m| m.0);
    // Most databases are up to date: opening one must not wait for whoever writes to it.
    if newest(db)? == known {
        return Ok(());
    }
    for (number, sqlite, postgres) in MIGRATIONS {
        let text = match db {
            Connection::Sqlite(_) => {
                db.batch("BEGIN IMMEDIATE")?;
                sqlite
            }
            Connection::Postgres(..) => {
                db.batch("BEGIN")?;
                db.for_each(crate::POSTGRES_WRITER_LOCK, &[], |_| Ok(()))?;
                postgres
            }
        };
        let found = newest(db)?;
        let applied = if found > known {
            Err(StoreError::Newer { found, known })
        } else if found < *number {
            db.batch(text).and_then(|()| {
                if matches!(*number, SOFTWARE | CPE) {
                    crate::component::fill_keys(db)?;
                }
                db.execute("INSERT INTO migration (number) VALUES ($1)", &[(*number).into()]).map(drop)
            })
        } else {
            Ok(())
        };
        match applied {
            Ok(()) => db.batch("COMMIT")?,
            Err(error) => {
                db.batch("ROLLBACK")?;
                return Err(error);
            }
        }
    }
    Ok(())
}

fn newest(db: &mut Connection) -> Result<i64, StoreError> {
    Ok(db.first("SELECT COALESCE(MAX(number), 0) FROM migration", &[], |row| row.get(0))?.unwrap_or(0))
}
