//! The outer layers of a report: gzip, zstd, byte order marks, UTF-16. Guarded against decompression bombs.

use crate::error::OpenError;
use crate::format::Limits;
use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

/// After this many bytes the ratio between output and input counts.
const FREE: u64 = 64 << 20;
const BUFFER: usize = 256 * 1024;

/// Undoes gzip, zstd, byte order marks and UTF-16, so that what is read is the report's UTF-8 text (bytes that are no
/// UTF-8 are left for the parsers, which replace and report them). An archive of several files is an error: see
/// [`entries`](crate::entries).
pub fn open<'a>(reader: impl Read + 'a, limits: &Limits) -> Result<Box<dyn BufRead + 'a>, OpenError> {
    let mut reader: Box<dyn BufRead + 'a> = Box::new(BufReader::with_capacity(BUFFER, reader));
    // A file that was compressed twice is a mistake people make; more layers are not.
    for _ in 0..2 {
        let (prefix, rest) = peek(reader, 512)?;
        reader = match prefix.as_slice() {
            [0x1f, 0x8b, ..] => {
                let read = Rc::new(Cell::new(0));
                let inner = Counted { inner: io::Cursor::new(prefix).chain(rest), read: read.clone() };
                guard(flate2::bufread::MultiGzDecoder::new(inner), read, limits)
            }
            [0x28, 0xb5, 0x2f, 0xfd, ..] => {
                let read = Rc::new(Cell::new(0));
                let inner = Counted { inner: io::Cursor::new(prefix).chain(rest), read: read.clone() };
                let mut decoder = zstd::stream::read::Decoder::with_buffer(inner)?;
                decoder.window_log_max(27)?;
                guard(decoder, read, limits)
            }
            [b'B', b'Z', b'h', b'1'..=b'9', ..] => {
                return Err(OpenError::Unsupported("compressed with bzip2"));
            }
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => {
                return Err(OpenError::Unsupported("compressed with xz"));
            }
            [b'7', b'z', 0xbc, 0xaf, ..] => return Err(OpenError::Unsupported("a 7z archive")),
            [b'P', b'K', 3, 4, ..] => return Err(OpenError::Archive("a zip archive")),
            tar if tar.get(257..262) == Some(b"ustar") => return Err(OpenError::Archive("a tar archive")),
            _ => {
                reader = Box::new(io::Cursor::new(prefix).chain(rest));
                break;
            }
        };
    }
    decode(reader)
}

/// Reads up to `wanted` bytes ahead.
fn peek<'a>(
    mut reader: Box<dyn BufRead + 'a>,
    wanted: usize,
) -> Result<(Vec<u8>, Box<dyn BufRead + 'a>), OpenError> {
    let mut prefix = Vec::with_capacity(wanted);
    reader.by_ref().take(wanted as u64).read_to_end(&mut prefix)?;
    Ok((prefix, reader))
}

fn guard<'a>(decoder: impl Read + 'a, read: Rc<Cell<u64>>, limits: &Limits) -> Box<dyn BufRead + 'a> {
    let guard = Guard { inner: decoder, read, written: 0, size: limits.size, ratio: limits.ratio };
    Box::new(BufReader::with_capacity(BUFFER, guard))
}

fn decode<'a>(reader: Box<dyn BufRead + 'a>) -> Result<Box<dyn BufRead + 'a>, OpenError> {
    let (mut prefix, rest) = peek(reader, 4)?;
    let (skip, big) = match prefix.as_slice() {
        [0xef, 0xbb, 0xbf, ..] => (3, None),
        [0xff, 0xfe, ..] => (2, Some(false)),
        [0xfe, 0xff, ..] => (2, Some(true)),
        // Without a mark: a report begins with an ASCII character, so the zero tells the order.
        [b'<' | b'{' | b'[', 0, ..] => (0, Some(false)),
        [0, b'<' | b'{' | b'[', ..] => (0, Some(true)),
        _ => (0, None),
    };
    prefix.drain(..skip);
    let rest = io::Cursor::new(prefix).chain(rest);
    let text: Box<dyn BufRead + 'a> = match big {
        None => Box::new(rest),
        Some(big) => {
            let utf16 = Utf16 { inner: rest, big, odd: None, high: None, out: Vec::new(), pos: 0 };
            Box::new(BufReader::with_capacity(BUFFER, utf16))
        }
    };
    // The caller's first `fill_buf` shows all that detection may want. What breaks behind the beginning breaks where it is read.
    let mut text = text;
    let mut head = Vec::with_capacity(crate::HEAD);
    let failure = text.by_ref().take(crate::FAR as u64).read_to_end(&mut head).err();
    match failure {
        Some(failure) if head.len() < crate::HEAD => Err(failure.into()),
        failure => Ok(Box::new(io::Cursor::new(head).chain(Late(failure)).chain(text))),
    }
}

/// A failure that was met while reading ahead.
struct Late(Option<io::Error>);

impl Read for Late {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.fill_buf().map(<[u8]>::len)
    }
}

impl BufRead for Late {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.0.take().map_or(Ok(&[]), Err)
    }

    fn consume(&mut self, _: usize) {}
}

/// Counts the compressed bytes.
struct Counted<R> {
    inner: R,
    read: Rc<Cell<u64>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.read.set(self.read.get() + n as u64);
        Ok(n)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.read.set(self.read.get() + amount as u64);
        self.inner.consume(amount);
    }
}

/// Stops a bomb.
struct Guard<R> {
    inner: R,
    read: Rc<Cell<u64>>,
    written: u64,
    size: u64,
    ratio: u64,
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.written += n as u64;
        if self.written > self.size {
            return Err(io::Error::other(format!("it unpacks to more than {} bytes", self.size)));
        }
        if self.written > FREE && self.written / self.read.get().max(1) > self.ratio {
            return Err(io::Error::other(format!(
                "it unpacks to more than {} times its size, as a decompression bomb does",
                self.ratio
            )));
        }
        Ok(n)
    }
}

/// Turns UTF-16 into UTF-8; unpaired surrogates become U+FFFD.
struct Utf16<R> {
    inner: R,
    big: bool,
    odd: Option<u8>,
    high: Option<u16>,
    out: Vec<u8>,
    pos: usize,
}

impl<R: BufRead> Utf16<R> {
    fn push(&mut self, c: char) {
        self.out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    }

    fn unit(&mut self, unit: u16) {
        match (self.high.take(), unit) {
            (Some(high), 0xdc00..=0xdfff) => {
                let c = 0x10000 + ((u32::from(high) - 0xd800) << 10) + (u32::from(unit) - 0xdc00);
                self.push(char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            (high, unit) => {
                if high.is_some() {
                    self.push(char::REPLACEMENT_CHARACTER);
                }
                match unit {
                    0xd800..=0xdbff => self.high = Some(unit),
                    _ => self.push(char::from_u32(unit.into()).unwrap_or(char::REPLACEMENT_CHARACTER)),
                }
            }
        }
    }
}

impl<R: BufRead> Read for Utf16<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.pos == self.out.len() {
            self.out.clear();
            self.pos = 0;
            let mut chunk = [0; 8192];
            let n = self.inner.read(&mut chunk)?;
            if n == 0 {
                let left = usize::from(self.odd.take().is_some()) + usize::from(self.high.take().is_some());
                (0..left).for_each(|_| self.push(char::REPLACEMENT_CHARACTER));
                if left == 0 {
                    return Ok(0);
                }
                break;
            }
            for &byte in &chunk[..n] {
                match self.odd.take() {
                    None => self.odd = Some(byte),
                    Some(first) => {
                        let pair = [first, byte];
                        self.unit(if self.big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) });
                    }
                }
            }
        }
        let n = buf.len().min(self.out.len() - self.pos);
        buf[..n].copy_from_slice(&self.out[self.pos..self.pos + n]);
        self.pos += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn text(bytes: &[u8]) -> String {
        let mut out = String::new();
        open(bytes, &Limits::default()).unwrap().read_to_string(&mut out).unwrap();
        out
    }

    #[test]
    fn undoes_marks_encodings_and_compression() {
        assert_eq!(text(b"\xef\xbb\xbf{}"), "{}");
        let wide = |big: bool, mark: bool| -> Vec<u8> {
            let units = mark.then_some(0xfeff).into_iter().chain("{\"é😀\"}".encode_utf16());
            units.flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
        };
        for (big, mark) in [(true, true), (true, false), (false, true), (false, false)] {
            assert_eq!(text(&wide(big, mark)), "{\"é😀\"}", "{big} {mark}");
        }
        assert_eq!(text(b"\xff\xfe{\0\x00\xd8x\0y"), "{\u{fffd}x\u{fffd}");
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(&wide(false, true)).unwrap();
        let gzip = gzip.finish().unwrap();
        assert_eq!(text(&gzip), "{\"é😀\"}");
        assert_eq!(text(&zstd::encode_all(&gzip[..], 1).unwrap()), "{\"é😀\"}");
        assert_eq!(text(b""), "");
        assert!(matches!(open(&b"PK\x03\x04rest"[..], &Limits::default()), Err(OpenError::Archive(_))));
    }

    #[test]
    fn what_breaks_late_is_read_up_to_there() {
        let long: Vec<u8> =
            (0..1_u32 << 17).flat_map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()).collect();
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(b"{}").unwrap();
        gzip.write_all(&long).unwrap();
        let whole = gzip.finish().unwrap();
        let mut out = Vec::new();
        let cut = &whole[..whole.len() / 2];
        assert!(open(cut, &Limits::default()).unwrap().read_to_end(&mut out).is_err());
        assert!(out.len() > crate::HEAD && out[2..] == long[..out.len() - 2]);
    }

    #[test]
    fn stops_bombs() {
        let bomb = zstd::encode_all(io::repeat(b' ').take(80 << 20), 1).unwrap();
        let read = |limits: &Limits| {
            let mut reader = open(&bomb[..], limits).map_err(|e| e.to_string())?;
            io::copy(&mut reader, &mut io::sink()).map_err(|e| e.to_string())
        };
        assert!(read(&Limits::default()).unwrap_err().contains("bomb"));
        assert!(read(&Limits { size: 1 << 20, ..Limits::default() }).unwrap_err().contains("1048576"));
        assert_eq!(read(&Limits { ratio: u64::MAX, ..Limits::default() }), Ok(80 << 20));
    }
}
