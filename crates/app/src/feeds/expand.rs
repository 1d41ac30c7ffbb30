//! Against archives that are small until they are opened: what comes out is measured against what went in.

use std::cell::Cell;
use std::io::{BufRead, Error, ErrorKind, Read, Result};
use std::rc::Rc;

/// Real feeds shrink to a tenth or a twentieth; this is far beyond.
const MOST: u64 = 100;
/// So much may come out of anything.
const FREE: u64 = 64 << 20;

/// Counts what is taken from a compressed stream.
pub(super) struct Metered<R> {
    inner: R,
    taken: Rc<Cell<u64>>,
}

/// What comes out of it; fails where that is too much.
pub(super) struct Expanding<R> {
    inner: R,
    taken: Rc<Cell<u64>>,
    given: u64,
}

/// Opens a compressed stream with `decoder`.
pub(super) fn expanding<R: BufRead, D: Read>(
    compressed: R,
    decoder: impl FnOnce(Metered<R>) -> Result<D>,
) -> Result<Expanding<D>> {
    let taken = Rc::new(Cell::new(0));
    let inner = decoder(Metered { inner: compressed, taken: Rc::clone(&taken) })?;
    Ok(Expanding { inner, taken, given: 0 })
}

/// The content of something whose compressed size is known.
pub(super) fn of_size<R: Read>(inner: R, compressed: u64) -> Expanding<R> {
    Expanding { inner, taken: Rc::new(Cell::new(compressed)), given: 0 }
}

impl<R: BufRead> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let count = self.inner.read(buffer)?;
        self.taken.set(self.taken.get() + count as u64);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Metered<R> {
    fn fill_buf(&mut self) -> Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.taken.set(self.taken.get() + count as u64);
        self.inner.consume(count);
    }
}

impl<R: Read> Read for Expanding<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let count = self.inner.read(buffer)?;
        self.given += count as u64;
        if self.given > FREE && self.given > self.taken.get().saturating_mul(MOST) {
            let why = format!("it expands to more than {MOST} times its size, as no feed does");
            return Err(Error::new(ErrorKind::InvalidData, why));
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn gzip(bytes: impl Read) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::copy(&mut { bytes }, &mut encoder).unwrap();
        encoder.flush().unwrap();
        encoder.finish().unwrap()
    }

    fn opened(bytes: &[u8]) -> Result<u64> {
        let mut all = expanding(bytes, |reader| Ok(flate2::bufread::MultiGzDecoder::new(reader)))?;
        std::io::copy(&mut all, &mut std::io::sink())
    }

    #[test]
    fn bombs_are_refused_and_files_are_not() {
        assert_eq!(opened(&gzip(std::io::repeat(0).take(1 << 20))).unwrap(), 1 << 20);
        let error = opened(&gzip(std::io::repeat(0).take(FREE + (1 << 20)))).unwrap_err();
        assert!(error.to_string().contains("100 times its size"), "{error}");
        let known = |compressed| {
            std::io::copy(&mut of_size(std::io::repeat(0).take(FREE + 9), compressed), &mut std::io::sink())
        };
        assert!(known(FREE / 50).is_ok());
        assert!(known(100).is_err());
    }
}
