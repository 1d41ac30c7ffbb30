//! Tar archives from anywhere: what their headers claim costs no memory, and what unpacks beyond all reason is refused.

use sha2::{Digest, Sha256};
use std::cell::Cell;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::rc::Rc;

/// The most bytes of the headers of one entry: long names and extended attributes.
const HEADERS: u64 = 4 << 20;
/// What unpacks to more than this ...
const PLAIN: u64 = 1 << 30;
/// ... and to so many times its packed size is a bomb: gzip alone reaches a thousand, real layers ten.
const RATIO: u64 = 200;

/// Counts what is read, and stops where a limit is reached: what the tar reader holds in memory is bounded by it.
pub(super) struct Metered<R> {
    inner: R,
    read: Rc<Cell<u64>>,
    limit: Rc<Cell<u64>>,
}

/// The other end of a [`Metered`].
pub(super) struct Meter {
    read: Rc<Cell<u64>>,
    limit: Rc<Cell<u64>>,
}

impl Meter {
    /// A reader and its meter.
    pub(super) fn on<R>(inner: R) -> (Metered<R>, Self) {
        let (read, limit) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(u64::MAX)));
        (Metered { inner, read: Rc::clone(&read), limit: Rc::clone(&limit) }, Self { read, limit })
    }

    /// From here on, only `skipped` bytes and the headers of one entry may be read.
    pub(super) fn expect_headers(&self, skipped: u64) {
        self.limit.set(self.read.get().saturating_add(skipped).saturating_add(HEADERS));
    }

    /// From here on, all may be read.
    pub(super) fn expect_content(&self) {
        self.limit.set(u64::MAX);
    }

    /// How many bytes were read.
    pub(super) fn count(&self) -> u64 {
        self.read.get()
    }
}

impl<R> Metered<R> {
    pub(super) fn into_inner(self) -> R {
        self.inner
    }
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.read.set(self.read.get() + count as u64);
        if self.read.get() > self.limit.get() {
            return Err(io::Error::other(format!("an entry has more than {} MiB of headers", HEADERS >> 20)));
        }
        Ok(count)
    }
}

impl<R: Seek> Seek for Metered<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

/// A blob as it is inside: gzip and zstd are undone, and the digest of the content is taken on the way.
pub(super) struct Unpacked<'a> {
    inner: Box<dyn Read + 'a>,
    packed: Meter,
    unpacked: u64,
    most: u64,
    digest: Sha256,
}

impl<'a> Unpacked<'a> {
    /// Of a blob that may unpack to `most` bytes.
    pub(super) fn new(blob: impl Read + 'a, most: u64) -> io::Result<Self> {
        let (blob, packed) = Meter::on(blob);
        let mut blob = BufReader::with_capacity(256 << 10, blob);
        let head = io::BufRead::fill_buf(&mut blob)?;
        let inner: Box<dyn Read + 'a> = match head {
            [0x1f, 0x8b, ..] => Box::new(flate2::bufread::MultiGzDecoder::new(blob)),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Box::new(zstd::stream::read::Decoder::with_buffer(blob)?),
            _ => Box::new(blob),
        };
        Ok(Self { inner, packed, unpacked: 0, most, digest: Sha256::new() })
    }

    /// Reads to the end, and returns the digest of the whole: `sha256:...`.
    pub(super) fn digest(mut self) -> io::Result<String> {
        io::copy(&mut self, &mut io::sink())?;
        Ok(hex(&self.digest.finalize()))
    }
}

impl Read for Unpacked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.unpacked += count as u64;
        if self.unpacked > self.most {
            return Err(io::Error::other(format!("it unpacks to more than {} MiB", self.most >> 20)));
        }
        if self.unpacked > PLAIN && self.unpacked / RATIO > self.packed.count() {
            return Err(io::Error::other(format!(
                "it unpacks to more than {RATIO} times its size, as a decompression bomb does"
            )));
        }
        self.digest.update(&buffer[..count]);
        Ok(count)
    }
}

/// The digest of bytes, as images write it.
pub(super) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(digest: &[u8]) -> String {
    digest.iter().fold("sha256:".to_owned(), |text, byte| text + &format!("{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_without_end_are_refused() {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::GNULongName);
        header.set_size(4 << 30);
        header.set_cksum();
        let endless = io::Cursor::new(header.as_bytes().to_vec()).chain(io::repeat(b'x'));
        let (reader, meter) = Meter::on(endless);
        let mut archive = tar::Archive::new(reader);
        meter.expect_headers(0);
        let error = archive.entries().unwrap().next().unwrap().err().unwrap();
        assert_eq!(error.to_string(), "an entry has more than 4 MiB of headers");
        assert!(meter.count() < HEADERS + (64 << 10));
    }

    #[test]
    fn bombs_are_refused_and_digests_told() {
        let zeros = vec![0; 32 << 20];
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        io::Write::write_all(&mut packed, &zeros).unwrap();
        // Several compressed streams after one another are one.
        let packed = packed.finish().unwrap().repeat((PLAIN >> 25) as usize + 1);
        let error = Unpacked::new(&packed[..], u64::MAX).unwrap().digest().unwrap_err();
        assert_eq!(
            error.to_string(),
            "it unpacks to more than 200 times its size, as a decompression bomb does"
        );
        let error = Unpacked::new(&packed[..], 1 << 20).unwrap().digest().unwrap_err();
        assert_eq!(error.to_string(), "it unpacks to more than 1 MiB");
        assert_eq!(Unpacked::new(&b"abc"[..], 3).unwrap().digest().unwrap(), sha256(b"abc"));
        assert!(Unpacked::new(&packed[..1000], u64::MAX).unwrap().digest().is_err());
    }
}
