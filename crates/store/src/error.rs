//! What can go wrong at the database, and whose fault it is.

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The caller named something that is not there.
    #[error("there is no {what} {id}")]
    NotFound {
        /// The kind of thing.
        what: &'static str,
        /// What was asked for.
        id: String,
    },
    /// The caller asked for something that the facts forbid.
    #[error("{0}")]
    Conflict(String),
    /// SQLite failed: a full disk, a locked or damaged file.
    #[error("the SQLite database failed: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// PostgreSQL failed or cannot be reached.
    #[error("the PostgreSQL database failed: {}", postgres_words(.0))]
    Postgres(#[from] postgres::Error),
    /// The address of the database is none we understand, or forbidden as it stands.
    #[error("{0}")]
    Address(String),
    /// The data was written by a newer Bartizan.
    #[error(
        "this data was written by a newer Bartizan (schema {found}, this one knows {known}); upgrade Bartizan"
    )]
    Newer {
        /// Schema number in the database.
        found: i64,
        /// The newest this binary knows.
        known: i64,
    },
    /// Something stored does not read back: damage, or our bug.
    #[error("stored {what} does not read back: {why}")]
    Damaged {
        /// What was read.
        what: &'static str,
        /// Why it failed.
        why: String,
    },
    /// The data folder cannot be used.
    #[error("{path}: {source}")]
    Folder {
        /// The path.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
}

impl StoreError {
    pub(crate) fn not_found(what: &'static str, id: impl ToString) -> Self {
        Self::NotFound { what, id: id.to_string() }
    }

    pub(crate) fn damaged(what: &'static str, why: impl ToString) -> Self {
        Self::Damaged { what, why: why.to_string() }
    }
}

/// The server's own message, which the driver's `Display` leaves out.
fn postgres_words(error: &postgres::Error) -> String {
    error
        .as_db_error()
        .map_or_else(|| error.to_string(), |db| format!("{} ({})", db.message(), db.code().code()))
}
