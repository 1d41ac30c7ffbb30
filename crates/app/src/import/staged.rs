//! What a large report says, in a file without a name until the report was read to its end.
//!
//! One line a record, compressed: a letter for what it is, then JSON. The file has no name, so it is gone with the
//! process, however that ends.

use super::bundle::Bundle;
use super::{Parcel, Rest, To};
use crate::{App, AppError};
use bartizan_import::Source;
use bartizan_model::Observation;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Seek, Write};
use std::ops::ControlFlow;

/// Fast, and a fifth of the size: what one tool writes repeats itself.
const LEVEL: i32 = 1;
const BUFFER: usize = 256 * 1024;

/// A report that waits for the database.
pub(super) struct Staged {
    file: File,
    rest: Rest,
}

impl Staged {
    pub(super) fn new(app: &App) -> Result<Self, AppError> {
        Ok(Self { file: app.scratch_file().map_err(failed)?, rest: Rest::default() })
    }

    /// Writes down all that `parse` hands over.
    pub(super) fn fill(
        &mut self,
        parse: &mut dyn FnMut(&mut To<'_>) -> Result<(), AppError>,
    ) -> Result<(), AppError> {
        let file = BufWriter::with_capacity(BUFFER, &self.file);
        let mut lines = zstd::stream::write::Encoder::new(file, LEVEL).map_err(failed)?;
        let mut broken = None;
        let rest = &mut self.rest;
        let parsed = parse(&mut |parcel| match write(&mut lines, parcel, rest) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                broken = Some(error);
                ControlFlow::Break(())
            }
        });
        if let Some(error) = broken {
            return Err(failed(error));
        }
        parsed?;
        lines.finish().and_then(|mut file| file.flush()).map_err(failed)?;
        self.file.rewind().map_err(failed)
    }

    /// Hands over what was written down.
    pub(super) fn pour(self, to: &mut To<'_>) -> Result<(), AppError> {
        let lines = zstd::stream::read::Decoder::new(&self.file).map_err(failed)?;
        let mut lines = BufReader::with_capacity(BUFFER, lines);
        let (mut line, mut bundle, mut full) = (Vec::new(), Bundle::new(), false);
        let mut said: Box<[u8]> = Box::default();
        let mut going = ControlFlow::Continue(());
        while going.is_continue() {
            line.clear();
            lines.read_until(b'\n', &mut line).map_err(failed)?;
            match line.split_first() {
                Some((&SAID, text)) => said = read::<String>(text)?.into_bytes().into(),
                Some((&FINDING, text)) => {
                    full = bundle.push(Observation::Finding(read(text)?), std::mem::take(&mut said));
                }
                Some((&OTHER, text)) => full = bundle.push(read(text)?, Box::default()),
                Some((_, text)) => {
                    let _ = bundle.send(to);
                    let (name, version) = read(text)?;
                    going = to(Parcel::Source(Source { name, version }));
                }
                None => {
                    let _ = bundle.send(to);
                    let _ = to(Parcel::End(self.rest));
                    return Ok(());
                }
            }
            if std::mem::take(&mut full) {
                going = bundle.send(to);
            }
        }
        Ok(())
    }
}

fn read<T: serde::de::DeserializeOwned>(text: &[u8]) -> Result<T, AppError> {
    serde_json::from_slice(text).map_err(|error| failed(error.into()))
}

const SOURCE: u8 = b'S';
/// A finding by itself: by far the most frequent, and quicker to read without the word for its kind.
const FINDING: u8 = b'F';
const OTHER: u8 = b'O';
/// What the tool wrote of the finding that follows.
const SAID: u8 = b'W';

fn write(lines: &mut impl Write, parcel: Parcel, end: &mut Rest) -> std::io::Result<()> {
    match parcel {
        Parcel::Source(Source { name, version }) => {
            lines.write_all(&[SOURCE])?;
            serde_json::to_writer(&mut *lines, &(name, version))?;
            lines.write_all(b"\n")
        }
        Parcel::Observations(observations) => observations.iter().try_for_each(|(observation, said)| {
            if !said.is_empty() {
                lines.write_all(&[SAID])?;
                serde_json::to_writer(&mut *lines, &String::from_utf8_lossy(said))?;
                lines.write_all(b"\n")?;
            }
            if let Observation::Finding(finding) = observation {
                lines.write_all(&[FINDING])?;
                serde_json::to_writer(&mut *lines, finding)?;
            } else {
                lines.write_all(&[OTHER])?;
                serde_json::to_writer(&mut *lines, observation)?;
            }
            lines.write_all(b"\n")
        }),
        Parcel::End(rest) => {
            *end = rest;
            Ok(())
        }
    }
}

fn failed(source: std::io::Error) -> AppError {
    AppError::File {
        path: "the file that holds a large report until it is whole (in the data folder)".into(),
        source,
    }
}
