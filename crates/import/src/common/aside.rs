//! Bytes put aside, in pages: as they are while little is held, then compressed.

use std::borrow::Cow;
use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;
use zstd::bulk::{Compressor, Decompressor};

/// How many bytes are put aside of all of a report. What is dropped is no longer.
#[derive(Default)]
pub(super) struct Held(Rc<Cell<usize>>);

impl Held {
    pub(super) fn bytes(&self) -> usize {
        self.0.get()
    }

    /// Counted with others of the report.
    pub(super) fn share(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

/// What one value takes of all that is held.
struct Part {
    of: Held,
    bytes: usize,
}

impl Part {
    fn set(&mut self, bytes: usize) {
        self.of.0.set((self.of.0.get() + bytes).saturating_sub(self.bytes));
        self.bytes = bytes;
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        self.set(0);
    }
}

enum Page {
    Plain(Vec<u8>),
    Packed { bytes: Box<[u8]>, length: usize },
}

/// Compresses pages, each into the same memory first.
struct Packer {
    compressor: Compressor<'static>,
    packed: Vec<u8>,
}

impl Packer {
    fn new() -> io::Result<Self> {
        Ok(Self { compressor: Compressor::new(1)?, packed: Vec::new() })
    }

    fn pack(&mut self, page: &[u8]) -> io::Result<Box<[u8]>> {
        self.packed.clear();
        self.packed.reserve(zstd::zstd_safe::compress_bound(page.len()));
        self.compressor.compress_to_buffer(page, &mut self.packed)?;
        Ok(self.packed.as_slice().into())
    }
}

/// A value that is being put aside.
pub(super) struct Aside {
    pages: Vec<Page>,
    /// The page that is being written.
    last: Vec<u8>,
    packer: Option<Packer>,
    part: Part,
    /// So much may be held as it is.
    plainly: usize,
    /// So much is compressed at a time: much more than the distance (512 KiB) at which it looks for what repeats.
    page: usize,
}

impl Aside {
    /// `limit` is how much may be held of all of the report.
    pub(super) fn new(held: &Held, limit: usize) -> Self {
        Self {
            pages: Vec::new(),
            last: Vec::new(),
            packer: None,
            part: Part { of: held.share(), bytes: 0 },
            plainly: limit / 4,
            page: limit / 20,
        }
    }

    /// Takes bytes, which come back on one page.
    pub(super) fn push(&mut self, parts: &[&[u8]]) -> io::Result<()> {
        let length: usize = parts.iter().map(|part| part.len()).sum();
        if self.last.len() + length > self.page {
            self.turn()?;
            self.last.reserve(self.page);
        }
        parts.iter().for_each(|part| self.last.extend_from_slice(part));
        self.part.set(self.part.bytes + length);
        if self.last.len() >= self.page {
            self.turn()?;
        }
        Ok(())
    }

    fn turn(&mut self) -> io::Result<()> {
        let length = self.last.len();
        if length == 0 {
            return Ok(());
        }
        if self.part.of.bytes() <= self.plainly {
            let mut plain = std::mem::take(&mut self.last);
            plain.shrink_to_fit();
            self.pages.push(Page::Plain(plain));
            return Ok(());
        }
        let packer = match &mut self.packer {
            Some(packer) => packer,
            none => none.insert(Packer::new()?),
        };
        let bytes = packer.pack(&self.last)?;
        self.part.set(self.part.bytes - length + bytes.len());
        self.pages.push(Page::Packed { bytes, length });
        self.last.clear();
        self.last.shrink_to(self.page);
        Ok(())
    }

    pub(super) fn finish(mut self) -> io::Result<Pages> {
        self.turn()?;
        Ok(Pages { pages: self.pages, _part: self.part })
    }
}

/// A value that was put aside.
pub(super) struct Pages {
    pages: Vec<Page>,
    _part: Part,
}

impl Pages {
    pub(super) fn read(&self) -> Through<'_> {
        Through { next: self.pages.iter(), unpacker: None, now: Cow::Borrowed(&[]), used: 0 }
    }

    /// Whether a part of it is compressed.
    #[cfg(test)]
    pub(super) fn is_packed(&self) -> bool {
        self.pages.iter().any(|page| matches!(page, Page::Packed { .. }))
    }
}

/// Reads pages, one after another: what is in the buffer is all that is left of a page.
pub(super) struct Through<'p> {
    next: std::slice::Iter<'p, Page>,
    unpacker: Option<Decompressor<'static>>,
    now: Cow<'p, [u8]>,
    used: usize,
}

impl Through<'_> {
    fn unpack(&mut self, bytes: &[u8], length: usize) -> io::Result<Vec<u8>> {
        // The memory of the page before is used again.
        let mut page = match std::mem::take(&mut self.now) {
            Cow::Owned(page) => page,
            Cow::Borrowed(_) => Vec::new(),
        };
        page.clear();
        page.reserve(length);
        let unpacker = match &mut self.unpacker {
            Some(unpacker) => unpacker,
            none => none.insert(Decompressor::new()?),
        };
        unpacker.decompress_to_buffer(bytes, &mut page)?;
        Ok(page)
    }
}

impl BufRead for Through<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.used == self.now.len()
            && let Some(page) = self.next.next()
        {
            self.now = match page {
                Page::Plain(bytes) => Cow::Borrowed(bytes),
                Page::Packed { bytes, length } => Cow::Owned(self.unpack(bytes, *length)?),
            };
            self.used = 0;
        }
        Ok(&self.now[self.used..])
    }

    fn consume(&mut self, amount: usize) {
        self.used = (self.used + amount).min(self.now.len());
    }
}

impl Read for Through<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}
