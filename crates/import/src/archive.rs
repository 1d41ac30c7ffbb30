//! Archives of several reports: zip and tar (also compressed). Names in them are labels, never paths that anything opens.

use crate::common::text;
use crate::error::OpenError;
use crate::format::Limits;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::ControlFlow;

/// One file of an archive.
pub struct Entry<'a> {
    /// Its name, for people. It may say `../../etc/passwd`; do not open it.
    pub name: String,
    /// Its content; hand it to [`open`](crate::open).
    pub reader: &'a mut dyn Read,
}

/// Goes through the files of a zip, tar, tar.gz or tar.zst archive in their order, until `each` breaks. Folders, links
/// and empty names are left out. More files, or more bytes after decompression, than `limits` admit are an error.
pub fn entries<R: Read + Seek>(
    mut reader: R,
    limits: &Limits,
    each: &mut dyn FnMut(Entry<'_>) -> ControlFlow<()>,
) -> Result<(), OpenError> {
    let mut magic = [0; 4];
    let n = read_up_to(&mut reader, &mut magic)?;
    reader.seek(SeekFrom::Start(0))?;
    let mut budget = Budget { entries: limits.entries, bytes: limits.size };
    match &magic[..n] {
        b"PK\x03\x04" | b"PK\x05\x06" => zip(&mut BufReader::new(reader), limits, &mut budget, each),
        [0x1f, 0x8b, ..] => {
            tar(&mut flate2::bufread::MultiGzDecoder::new(BufReader::new(reader)), &mut budget, each)
        }
        [0x28, 0xb5, 0x2f, 0xfd] => tar(&mut zstd::stream::read::Decoder::new(reader)?, &mut budget, each),
        _ => tar(&mut BufReader::new(reader), &mut budget, each),
    }
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

fn tar(
    reader: &mut dyn Read,
    budget: &mut Budget,
    each: &mut dyn FnMut(Entry<'_>) -> ControlFlow<()>,
) -> Result<(), OpenError> {
    let mut header = [0; 512];
    let mut long_name = None;
    loop {
        match read_up_to(reader, &mut header)? {
            0 => return Ok(()),
            512 if header.iter().all(|b| *b == 0) => return Ok(()),
            512 => {}
            _ => return Err(bad("it ends inside a header")),
        }
        if &header[257..262] != b"ustar" && !header[..100].contains(&0) {
            return Err(bad("this is neither a zip nor a tar archive"));
        }
        let sum: u64 = header
            .iter()
            .enumerate()
            .map(|(i, b)| if (148..156).contains(&i) { 32 } else { u64::from(*b) })
            .sum();
        if number(&header[148..156]) != Some(sum) {
            return Err(bad("a tar header has a wrong checksum"));
        }
        let size = number(&header[124..136]).ok_or_else(|| bad("a tar header has no size"))?;
        let padding = (512 - size % 512) % 512;
        let kind = header[156];
        let mut content = reader.take(size);
        match kind {
            b'L' | b'x' => {
                let mut bytes = Vec::new();
                (&mut content).take(64 * 1024).read_to_end(&mut bytes)?;
                let name = if kind == b'L' { Some(until_zero(&bytes)) } else { pax_path(&bytes) };
                long_name = name.or(long_name);
            }
            b'0' | 0 | b'7' => {
                budget.entry()?;
                let prefix = if &header[257..263] == b"ustar\0" {
                    until_zero(&header[345..500])
                } else {
                    String::new()
                };
                let short = until_zero(&header[..100]);
                let name = if prefix.is_empty() { short } else { format!("{prefix}/{short}") };
                let name = text::name(&long_name.take().unwrap_or(name));
                let mut metered = Metered { inner: &mut content, bytes: &mut budget.bytes };
                if !name.is_empty() && each(Entry { name, reader: &mut metered }).is_break() {
                    return Ok(());
                }
            }
            _ => long_name = None,
        }
        // What `each` left unread, and the padding.
        let left = content.limit();
        let mut metered = Metered { inner: reader.take(left + padding), bytes: &mut budget.bytes };
        if io::copy(&mut metered, &mut io::sink())? < left {
            return Err(bad("it ends inside a file"));
        }
    }
}

fn until_zero(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes.split(|b| *b == 0).next().unwrap_or_default()).into_owned()
}

/// Octal text, or big-endian binary when the first bit is set.
fn number(field: &[u8]) -> Option<u64> {
    if field.first()? & 0x80 != 0 {
        let low = field.get(field.len().checked_sub(8)?..)?;
        return Some(low.iter().fold(0, |n, b| (n << 8) | u64::from(*b))).filter(|n| *n < 1 << 62);
    }
    let text = until_zero(field);
    if text.trim().is_empty() { Some(0) } else { u64::from_str_radix(text.trim(), 8).ok() }
}

/// The `path` of a pax header: records of the form `length path=value\n`.
fn pax_path(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let record = text.lines().find_map(|line| line.split_once(' ')?.1.strip_prefix("path="))?;
    Some(record.to_owned())
}

fn zip<R: Read + Seek>(
    reader: &mut BufReader<R>,
    limits: &Limits,
    budget: &mut Budget,
    each: &mut dyn FnMut(Entry<'_>) -> ControlFlow<()>,
) -> Result<(), OpenError> {
    let (mut at, count) = directory(reader)?;
    if count > limits.entries as u64 {
        return Err(OpenError::Refused(format!("it holds {count} files")));
    }
    for _ in 0..count {
        reader.seek(SeekFrom::Start(at))?;
        let mut header = [0; 46];
        if read_up_to(reader, &mut header)? < 46 || &header[..4] != b"PK\x01\x02" {
            return Err(bad("its directory is damaged"));
        }
        let short = |i: usize| u64::from(u16::from_le_bytes([header[i], header[i + 1]]));
        let long = |i: usize| {
            u64::from(u32::from_le_bytes([header[i], header[i + 1], header[i + 2], header[i + 3]]))
        };
        let (flags, method, packed, offset) = (short(8), short(10), long(20), long(42));
        let mut name = vec![0; short(28) as usize];
        reader.read_exact(&mut name)?;
        at += 46 + short(28) + short(30) + short(32);
        if name.ends_with(b"/") {
            continue;
        }
        budget.entry()?;
        let name = text::name(&String::from_utf8_lossy(&name));
        if flags & 1 != 0 {
            return Err(OpenError::Refused(format!("`{name}` in it is encrypted")));
        }
        if packed == 0xffff_ffff || offset == 0xffff_ffff {
            return Err(OpenError::Refused(format!("`{name}` in it is larger than 4 GiB")));
        }
        reader.seek(SeekFrom::Start(offset))?;
        let mut local = [0; 30];
        if read_up_to(reader, &mut local)? < 30 || &local[..4] != b"PK\x03\x04" {
            return Err(bad("a file in it is not where the directory says"));
        }
        let skip = i64::from(u16::from_le_bytes([local[26], local[27]]))
            + i64::from(u16::from_le_bytes([local[28], local[29]]));
        reader.seek_relative(skip)?;
        let content = reader.by_ref().take(packed);
        let stop = match method {
            0 => each(Entry { name, reader: &mut Metered { inner: content, bytes: &mut budget.bytes } }),
            8 => {
                let inflate = flate2::bufread::DeflateDecoder::new(BufReader::new(content));
                each(Entry { name, reader: &mut Metered { inner: inflate, bytes: &mut budget.bytes } })
            }
            _ => return Err(OpenError::Refused(format!("`{name}` in it is packed by method {method}"))),
        };
        if stop.is_break() {
            return Ok(());
        }
    }
    Ok(())
}

/// Finds where a zip's directory begins and how many files it names.
fn directory<R: Read + Seek>(reader: &mut BufReader<R>) -> Result<(u64, u64), OpenError> {
    let size = reader.seek(SeekFrom::End(0))?;
    let tail = size.min(65_557);
    reader.seek(SeekFrom::Start(size - tail))?;
    let mut bytes = Vec::new();
    reader.by_ref().take(tail).read_to_end(&mut bytes)?;
    let end = (0..bytes.len().saturating_sub(21)).rev().find(|i| bytes[*i..].starts_with(b"PK\x05\x06"));
    let end = end.ok_or_else(|| bad("its end is missing"))?;
    let long = |i: usize| u64::from(u32::from_le_bytes([bytes[i], bytes[i + 1], bytes[i + 2], bytes[i + 3]]));
    let count = u64::from(u16::from_le_bytes([bytes[end + 10], bytes[end + 11]]));
    Ok((long(end + 16), count))
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
