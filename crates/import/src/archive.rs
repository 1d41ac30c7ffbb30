//! Archives of several reports: zip and tar (also compressed). Names in them are labels, never paths that anything opens.

use crate::error::OpenError;
use crate::format::Limits;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::ControlFlow;

mod nested;
mod sheet;
mod tar;
mod zip;

use nested::Nested;

/// One file of an archive.
pub struct Entry<'a> {
    /// Its name, for people. It may say `../../etc/passwd`; do not open it.
    pub name: String,
    /// Its content; hand it to [`open`](crate::open).
    pub reader: &'a mut dyn Read,
}

/// Goes through the files of a zip, tar, tar.gz or tar.zst archive in their order, until `each` breaks. Folders, links
/// and empty names are left out; of a zip in it its files come, as `inner.zip!file`. More files, or more bytes after decompression, than `limits` admit are an error.
///
/// Some zip files are one document in parts, and handed over as what they mean: of a workbook (`.xlsx`) each sheet as a
/// table (CSV), of a Fortify result (`.fpr`) what people decided with the issues behind it.
pub fn entries<R: Read + Seek>(
    mut reader: R,
    limits: &Limits,
    each: &mut dyn FnMut(Entry<'_>) -> ControlFlow<()>,
) -> Result<(), OpenError> {
    let mut magic = [0; 4];
    let n = read_up_to(&mut reader, &mut magic)?;
    reader.seek(SeekFrom::Start(0))?;
    let mut budget = Budget { entries: limits.entries, bytes: limits.size };
    let mut nested = Nested::new(limits, each);
    let each: &mut dyn FnMut(Entry<'_>) -> ControlFlow<()> = &mut |entry| nested.entry(entry);
    let walked = match &magic[..n] {
        b"PK\x03\x04" | b"PK\x05\x06" => zip::read(&mut BufReader::new(reader), limits, &mut budget, each),
        [0x1f, 0x8b, ..] => {
            tar::read(&mut flate2::bufread::MultiGzDecoder::new(BufReader::new(reader)), &mut budget, each)
        }
        [0x28, 0xb5, 0x2f, 0xfd] => {
            tar::read(&mut zstd::stream::read::Decoder::new(reader)?, &mut budget, each)
        }
        _ => tar::read(&mut BufReader::new(reader), &mut budget, each),
    };
    nested.end(walked)
}

struct Budget {
    entries: usize,
    bytes: u64,
}

impl Budget {
    fn entry(&mut self) -> Result<(), OpenError> {
        self.entries = self
            .entries
            .checked_sub(1)
            .ok_or_else(|| OpenError::Refused("it holds more files than allowed".to_owned()))?;
        Ok(())
    }
}

/// Counts what an entry really gives, whatever its header says.
struct Metered<'a, R> {
    inner: R,
    bytes: &'a mut u64,
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        *self.bytes = self.bytes.checked_sub(n as u64).ok_or_else(|| {
            io::Error::other("the archive unpacks to more bytes than allowed, as a decompression bomb does")
        })?;
        Ok(n)
    }
}

fn bad(why: &str) -> OpenError {
    OpenError::BadArchive(why.to_owned())
}

fn read_up_to(reader: &mut (impl Read + ?Sized), buf: &mut [u8]) -> io::Result<usize> {
    let mut done = 0;
    while done < buf.len() {
        match reader.read(&mut buf[done..]) {
            Ok(0) => break,
            Ok(n) => done += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}
