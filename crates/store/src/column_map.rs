//! What the columns of tables mean, as people said, by the digest of the header. The map itself is JSON that is never queried.

use crate::error::StoreError;
use crate::{Reader, Tx};

impl Tx<'_> {
    /// Keeps what the columns under a header mean.
    pub fn put_column_map(&mut self, header: &str, columns: &str) -> Result<(), StoreError> {
        self.db.execute(
            "INSERT INTO column_map (header, columns, actor, at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (header) DO UPDATE SET columns = excluded.columns, actor = excluded.actor, at = excluded.at",
            &[header.into(), columns.into(), self.actor.as_str().into(), self.now.into()],
        )?;
        Ok(())
    }
}

impl Reader<'_> {
    /// What the columns under a header mean, where somebody said so.
    pub fn column_map(&mut self, header: &str) -> Result<Option<String>, StoreError> {
        self.db.first("SELECT columns FROM column_map WHERE header = $1", &[header.into()], |row| row.get(0))
    }
}
