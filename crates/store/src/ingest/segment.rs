//! The sources' own words, kept as compressed segments of records beside the narrow rows that point into them.

use crate::db::Value;
use crate::error::StoreError;
use crate::{Reader, Tx};
use bartizan_model::{Finding, RunId};

/// A segment is closed when its records reach this size uncompressed: a page reads one record in about a millisecond.
const SIZE: usize = 1 << 20;
/// Fast and good enough: text of one report repeats itself.
const LEVEL: i32 = 1;

/// Writes the segments of one run.
pub(crate) struct Segments {
    run: RunId,
    id: i64,
    records: i64,
    text: Vec<u8>,
}

impl Segments {
    pub(crate) fn new(run: RunId) -> Self {
        Self { run, id: 0, records: 0, text: Vec::new() }
    }

    /// Keeps a finding; the segment and the number of the record in it.
    pub(crate) fn add(&mut self, tx: &mut Tx<'_>, finding: &Finding) -> Result<(i64, i64), StoreError> {
        if self.text.len() >= SIZE {
            self.finish(tx)?;
        }
        if self.records == 0 {
            self.id = tx.take_ids("segment", 1)?;
        }
        serde_json::to_writer(&mut self.text, finding)
            .map_err(|error| StoreError::damaged("finding", error))?;
        self.text.push(b'\n');
        self.records += 1;
        Ok((self.id, self.records - 1))
    }

    /// Writes what is pending.
    pub(crate) fn finish(&mut self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        if self.records == 0 {
            return Ok(());
        }
        let data =
            zstd::bulk::compress(&self.text, LEVEL).map_err(|error| StoreError::damaged("segment", error))?;
        tx.db.execute(
            "INSERT INTO segment (id, run_id, data) VALUES ($1, $2, $3)",
            &[self.id.into(), self.run.into(), Value::Blob(&data)],
        )?;
        self.text.clear();
        self.records = 0;
        Ok(())
    }
}

/// Reads one record back; `None` where the segment was removed by retention.
pub(crate) fn record(
    reader: &mut Reader<'_>,
    segment: i64,
    record: i64,
) -> Result<Option<Finding>, StoreError> {
    let mut found = None;
    records(reader, segment, |number, read| {
        if number == record {
            found = Some(read()?);
        }
        Ok(())
    })?;
    Ok(found)
}

/// Hands the records of a segment to `each`, with their numbers: none where it was removed by retention. A record is parsed
/// when it is asked for.
pub(crate) fn records(
    reader: &mut Reader<'_>,
    segment: i64,
    mut each: impl FnMut(i64, &dyn Fn() -> Result<Finding, StoreError>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let data: Option<Vec<u8>> =
        reader.db.first("SELECT data FROM segment WHERE id = $1", &[segment.into()], |row| row.get(0))?;
    let Some(data) = data else { return Ok(()) };
    let damaged = |error: &dyn std::fmt::Display| StoreError::damaged("segment", error);
    let text = zstd::stream::decode_all(data.as_slice()).map_err(|error| damaged(&error))?;
    for (number, line) in (0..).zip(text.split(|byte| *byte == b'\n')) {
        each(number, &|| serde_json::from_slice(line).map_err(|error| damaged(&error)))?;
    }
    Ok(())
}
