//! The sources' own words, kept as compressed segments of records beside the narrow rows that point into them.

use crate::db::Value;
use crate::error::StoreError;
use crate::{Reader, SightingRow, Tx};
use bartizan_model::{Finding, RunId, Timestamp};
use std::collections::VecDeque;

/// A segment is closed when its records reach this size uncompressed: a page reads one record in about a millisecond.
const SIZE: usize = 1 << 20;
/// Fast and good enough: text of one report repeats itself.
const LEVEL: i32 = 1;
/// Weaknesses that are a secret in the open (stored, hard-coded or sent).
const SECRET_CWES: [u32; 8] = [256, 259, 312, 319, 321, 522, 540, 798];
/// What findings of secrets are called.
const SECRET_WORDS: [&str; 9] =
    ["secret", "credential", "password", "passwd", "token", "apikey", "api key", "api-key", "private"];

/// Writes the segments of one run.
pub(crate) struct Segments {
    run: RunId,
    id: i64,
    records: i64,
    text: Vec<u8>,
    /// What the tool wrote of each record: its length in four bytes, little-endian, and itself.
    said: Vec<u8>,
    /// Whether it wrote anything.
    any_said: bool,
}

impl Segments {
    pub(crate) fn new(run: RunId) -> Self {
        Self { run, id: 0, records: 0, text: Vec::new(), said: Vec::new(), any_said: false }
    }

    /// Keeps a finding, and what the tool wrote of it (empty where that is not kept); the segment and the number of the
    /// record in it.
    pub(crate) fn add(
        &mut self,
        tx: &mut Tx<'_>,
        finding: &Finding,
        said: &[u8],
    ) -> Result<(i64, i64), StoreError> {
        if self.text.len().max(self.said.len() / 4) >= SIZE {
            self.finish(tx)?;
        }
        if self.records == 0 {
            self.id = tx.take_ids("segment", 1)?;
        }
        serde_json::to_writer(&mut self.text, finding)
            .map_err(|error| StoreError::damaged("finding", error))?;
        self.text.push(b'\n');
        // Asked only here: most findings of a repeated report are known, and keep nothing.
        let said = if said.is_empty() || may_hold_a_secret(finding) { &[] } else { said };
        let length = u32::try_from(said.len()).map_err(|error| StoreError::damaged("record", error))?;
        self.said.extend_from_slice(&length.to_le_bytes());
        self.said.extend_from_slice(said);
        self.any_said |= !said.is_empty();
        self.records += 1;
        Ok((self.id, self.records - 1))
    }

    /// Writes what is pending.
    pub(crate) fn finish(&mut self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        if self.records == 0 {
            return Ok(());
        }
        let packed =
            |text| zstd::bulk::compress(text, LEVEL).map_err(|error| StoreError::damaged("segment", error));
        let data = packed(&self.text)?;
        if self.any_said {
            let said = packed(&self.said)?;
            tx.db.execute(
                "INSERT INTO said (segment_id, run_id, kept_at, data) VALUES ($1, $2, $3, $4)",
                &[self.id.into(), self.run.into(), tx.now.into(), Value::Blob(&said)],
            )?;
        }
        (self.said, self.any_said) = (Vec::new(), false);
        tx.db.execute(
            "INSERT INTO segment (id, run_id, data) VALUES ($1, $2, $3)",
            &[self.id.into(), self.run.into(), Value::Blob(&data)],
        )?;
        self.text.clear();
        self.records = 0;
        Ok(())
    }
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

/// Whether a finding may be about a secret, whatever its tool is for: of those, no record is kept.
fn may_hold_a_secret(finding: &Finding) -> bool {
    let told = [&finding.weakness.rule, &finding.title].map(|text| text.to_lowercase());
    finding.weakness.cwe.iter().any(|cwe| SECRET_CWES.contains(cwe))
        || SECRET_WORDS.iter().any(|word| told.iter().any(|text| text.contains(word)))
}

impl Tx<'_> {
    /// Forgets what tools said, word for word, before a time; how many segments of it.
    ///
    /// # Errors
    /// Those of the database.
    pub fn forget_said(&mut self, before: Timestamp) -> Result<u64, StoreError> {
        self.db.execute("DELETE FROM said WHERE kept_at < $1", &[before.into()])
    }
}

impl Reader<'_> {
    /// What the tool wrote of a sighting, word for word; `None` where that was not kept, or no more.
    ///
    /// # Errors
    /// Those of the database.
    pub fn said(&mut self, sighting: &SightingRow) -> Result<Option<String>, StoreError> {
        let (segment, record) = sighting.words;
        let sql = "SELECT data FROM said WHERE segment_id = $1";
        let data: Option<Vec<u8>> = self.db.first(sql, &[segment.into()], |row| row.get(0))?;
        let Some(data) = data else { return Ok(None) };
        let text = zstd::stream::decode_all(data.as_slice());
        let text = text.map_err(|error| StoreError::damaged("what a tool said", error))?;
        let mut rest = text.as_slice();
        for _ in 0..record {
            rest = after(rest).map_or(&[][..], |(_, rest)| rest);
        }
        let said = after(rest).map(|(said, _)| String::from_utf8_lossy(said).into_owned());
        Ok(said.filter(|said| !said.is_empty()))
    }
}

/// The first record, and what is behind it.
fn after(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = text.split_first_chunk()?;
    rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)
}

/// Segments of the sources' words that were read last: who reads records in the order in which they came reads each
/// segment once.
#[derive(Default)]
pub struct Words {
    held: VecDeque<(i64, Option<Lines>)>,
}

/// So many segments are held.
const HELD: usize = 8;

/// A segment, uncompressed.
struct Lines {
    text: Vec<u8>,
    /// Where each line ends.
    ends: Vec<usize>,
}

impl Lines {
    fn of(text: Vec<u8>) -> Self {
        let ends = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at).collect();
        Self { text, ends }
    }

    fn get(&self, line: i64) -> Option<&[u8]> {
        let line = usize::try_from(line).ok()?;
        let start = if line == 0 { 0 } else { self.ends.get(line - 1)? + 1 };
        self.text.get(start..*self.ends.get(line)?)
    }
}

impl Words {
    /// Reads one record back; `None` where the segment was removed by retention.
    pub(crate) fn record(
        &mut self,
        reader: &mut Reader<'_>,
        segment: i64,
        record: i64,
    ) -> Result<Option<Finding>, StoreError> {
        let damaged = |error: &dyn std::fmt::Display| StoreError::damaged("segment", error);
        if !self.held.iter().any(|(id, _)| *id == segment) {
            let sql = "SELECT data FROM segment WHERE id = $1";
            let data: Option<Vec<u8>> = reader.db.first(sql, &[segment.into()], |row| row.get(0))?;
            let text = data.map(|data| zstd::stream::decode_all(data.as_slice())).transpose();
            let text = text.map_err(|error| damaged(&error))?;
            self.held.truncate(HELD - 1);
            self.held.push_front((segment, text.map(Lines::of)));
        }
        let held = self.held.iter().find(|(id, _)| *id == segment).and_then(|(_, lines)| lines.as_ref());
        let line = held.and_then(|lines| lines.get(record));
        line.map(serde_json::from_slice).transpose().map_err(|error| damaged(&error))
    }
}
