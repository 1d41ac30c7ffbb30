//! A compiled file of advisories, read in place.

use super::IndexError;
use super::build::head_hash;
use super::map::Map;
use super::rows::{
    ADVISORIES, AdvisoryRow, BLOCKS, BlockRow, Header, LISTS, MAGIC, NAMES, NameRow, PACKAGES, PackageRow,
    RECORDS, RULES, RuleRow, SECTIONS, TEXTS, Text, VERSION, name_hash, package_hash,
};
use super::rules::holds;
use crate::record::{Advisory, Verdict};
use bartizan_model::Severity;
use std::ops::Range;
use std::path::{Path, PathBuf};
use zerocopy::{FromBytes, Immutable, KnownLayout, Unaligned};

/// A block that claims to be larger than this after decompression is damaged.
const LARGEST_BLOCK: u32 = 1 << 30;

/// A compiled file of advisories. Opening it reads its header; what is looked up is read in place.
pub struct Segment {
    map: Map,
    path: PathBuf,
    feed: String,
    sections: [Range<usize>; SECTIONS],
    ecosystems: (u32, u32),
}

/// An advisory of a segment, by its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AdvisoryRef {
    /// The segment's place in the index.
    pub segment: u32,
    /// Its row there.
    pub row: u32,
}

/// One interval of versions of the package that was asked for, and what an advisory says of it.
#[derive(Clone, Copy)]
pub struct Rule<'a> {
    segment: &'a Segment,
    row: &'a RuleRow,
}

impl Segment {
    /// Opens a segment that was made from `feed`.
    ///
    /// # Errors
    /// [`IndexError`] if the file is not there, damaged or newer than this program.
    pub fn open(path: &Path, feed: &str) -> Result<Self, IndexError> {
        let map = Map::open(path)?;
        let damaged = |why: &str| IndexError::Damaged {
            path: path.to_owned(),
            feed: feed.to_owned(),
            why: why.to_owned(),
        };
        let (header, body) =
            Header::ref_from_prefix(map.bytes()).map_err(|_| damaged("it is shorter than its header"))?;
        if header.magic != MAGIC {
            return Err(damaged("it is no segment"));
        }
        if header.version.get() > VERSION {
            return Err(IndexError::Newer { path: path.to_owned() });
        }
        if header.version.get() < VERSION || header.head != head_hash(header) {
            return Err(damaged("its header is not whole"));
        }
        let mut sections: [Range<usize>; SECTIONS] = std::array::from_fn(|_| 0..0);
        let mut start = 0;
        for (section, end) in sections.iter_mut().zip(&header.ends) {
            let end = usize::try_from(end.get()).map_err(|_| damaged("a section is too large"))?;
            if end < start || end > body.len() {
                return Err(damaged("it was cut off"));
            }
            let base = size_of::<Header>();
            *section = base + start..base + end;
            start = end;
        }
        if start != body.len() {
            return Err(damaged("something follows its end"));
        }
        let ecosystems = (header.ecosystems_first.get(), header.ecosystems_count.get());
        Ok(Self { map, path: path.to_owned(), feed: feed.to_owned(), sections, ecosystems })
    }

    /// Reads all of it and compares with its checksum.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if they differ.
    pub fn verify(&self) -> Result<(), IndexError> {
        let (header, body) = Header::ref_from_prefix(self.map.bytes())
            .map_err(|_| self.damaged("it is shorter than its header"))?;
        let mut hasher = blake3::Hasher::new();
        hasher.update(body);
        if *hasher.finalize().as_bytes() == header.body {
            Ok(())
        } else {
            Err(self.damaged("its checksum differs"))
        }
    }

    /// Advisories in it.
    pub fn len(&self) -> u32 {
        self.rows::<AdvisoryRow>(ADVISORIES).len() as u32
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rules about a package, by its ecosystem and normal name.
    pub fn rules(&self, ecosystem: &str, name: &str) -> impl Iterator<Item = Rule<'_>> {
        let hash = package_hash(ecosystem, name);
        let packages = self.rows::<PackageRow>(PACKAGES);
        let start = packages.partition_point(|row| row.hash.get() < hash);
        let row = packages[start..].iter().take_while(|row| row.hash.get() == hash).find(|row| {
            self.text(row.ecosystem) == ecosystem.as_bytes() && self.text(row.name) == name.as_bytes()
        });
        let (first, count) = row.map_or((0, 0), |row| (row.first.get() as usize, row.count.get() as usize));
        let rules = self.rows::<RuleRow>(RULES).get(first..first.saturating_add(count)).unwrap_or_default();
        rules.iter().map(|row| Rule { segment: self, row })
    }

    /// Every package that an advisory of this segment names: ecosystem and normal name.
    pub fn packages(&self) -> impl Iterator<Item = (&str, &str)> {
        self.rows::<PackageRow>(PACKAGES).iter().map(|row| (self.str(row.ecosystem), self.str(row.name)))
    }

    /// The ecosystems that its advisories speak of.
    pub fn ecosystems(&self) -> impl Iterator<Item = &str> {
        let (first, count) = self.ecosystems;
        self.list(first, count)
    }

    /// The id of an advisory.
    pub fn id(&self, row: u32) -> &str {
        self.row(row).map_or("", |row| self.str(row.id))
    }

    /// Its title; may be empty.
    pub fn title(&self, row: u32) -> &str {
        self.row(row).map_or("", |row| self.str(row.title))
    }

    /// What the source says of how bad it is.
    pub fn severity(&self, row: u32) -> Severity {
        self.row(row).map_or(Severity::Unknown, |row| Severity::from_code(row.severity))
    }

    /// The ids that an advisory says are the same weakness.
    pub fn aliases(&self, row: u32) -> impl Iterator<Item = &str> {
        let (first, count) =
            self.row(row).map_or((0, 0), |row| (row.first.get(), u32::from(row.aliases.get())));
        self.list(first, count)
    }

    /// The weaknesses that an advisory is about beside its own.
    pub fn covers(&self, row: u32) -> impl Iterator<Item = &str> {
        let (first, count) = self.row(row).map_or((0, 0), |row| {
            (row.first.get() + u32::from(row.aliases.get()), u32::from(row.covers.get()))
        });
        self.list(first, count)
    }

    /// The advisories that go by an id: their own (`true`) or as an alias.
    pub fn by_name<'a>(&'a self, id: &'a str) -> impl Iterator<Item = (u32, bool)> + 'a {
        let hash = name_hash(id);
        let names = self.rows::<NameRow>(NAMES);
        let start = names.partition_point(|row| row.hash.get() < hash);
        names[start..]
            .iter()
            .take_while(move |row| row.hash.get() == hash)
            .map(|row| (row.advisory.get(), row.own != 0))
            .filter(move |(row, own)| {
                let same = |name: &str| name.eq_ignore_ascii_case(id);
                if *own { same(self.id(*row)) } else { self.aliases(*row).any(same) }
            })
    }

    /// An advisory as the feed gave it.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if its block cannot be read.
    pub fn advisory(&self, row: u32) -> Result<Advisory, IndexError> {
        let place = self.row(row).ok_or_else(|| self.damaged("an advisory is missing"))?;
        let block = self.block(place.block.get())?;
        let line = block.split(|b| *b == b'\n').nth(place.record.get() as usize).unwrap_or_default();
        serde_json::from_slice(line).map_err(|error| self.damaged(&error.to_string()))
    }

    /// Every advisory, with its row, block by block.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] at the first block that cannot be read, and whatever `each` fails with.
    pub fn each_advisory<E: From<IndexError>>(
        &self,
        mut each: impl FnMut(u32, Advisory) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut row = 0;
        for block in 0..self.rows::<BlockRow>(BLOCKS).len() as u32 {
            let block = self.block(block)?;
            for line in block.split(|b| *b == b'\n').filter(|line| !line.is_empty()) {
                let advisory =
                    serde_json::from_slice(line).map_err(|error| self.damaged(&error.to_string()))?;
                each(row, advisory)?;
                row += 1;
            }
        }
        Ok(())
    }

    fn block(&self, number: u32) -> Result<Vec<u8>, IndexError> {
        let row = self.rows::<BlockRow>(BLOCKS).get(number as usize);
        let row = row.ok_or_else(|| self.damaged("a block is missing"))?;
        let start = usize::try_from(row.at.get()).unwrap_or(usize::MAX);
        let records = self.section(RECORDS);
        let packed = records.get(start..start.saturating_add(row.len.get() as usize));
        let packed = packed.ok_or_else(|| self.damaged("a block was cut off"))?;
        if row.size.get() > LARGEST_BLOCK {
            return Err(self.damaged("a block is too large"));
        }
        zstd::bulk::decompress(packed, row.size.get() as usize)
            .map_err(|error| self.damaged(&error.to_string()))
    }

    fn list(&self, first: u32, count: u32) -> impl Iterator<Item = &str> {
        let (first, count) = (first as usize, count as usize);
        let texts = self.rows::<Text>(LISTS).get(first..first.saturating_add(count)).unwrap_or_default();
        texts.iter().map(|text| self.str(*text))
    }

    fn row(&self, row: u32) -> Option<&AdvisoryRow> {
        self.rows::<AdvisoryRow>(ADVISORIES).get(row as usize)
    }

    fn rows<T: FromBytes + Immutable + KnownLayout + Unaligned>(&self, section: usize) -> &[T] {
        // A section that is no whole number of rows was refused by the header's checksum, or is our bug.
        <[T]>::ref_from_bytes(self.section(section)).unwrap_or_default()
    }

    fn section(&self, section: usize) -> &[u8] {
        &self.map.bytes()[self.sections[section].clone()]
    }

    fn text(&self, text: Text) -> &[u8] {
        let at = text.at.get() as usize;
        self.section(TEXTS).get(at..at + usize::from(text.len.get())).unwrap_or_default()
    }

    fn str(&self, text: Text) -> &str {
        std::str::from_utf8(self.text(text)).unwrap_or_default()
    }

    fn damaged(&self, why: &str) -> IndexError {
        IndexError::Damaged { path: self.path.clone(), feed: self.feed.clone(), why: why.to_owned() }
    }
}

impl<'a> Rule<'a> {
    /// Whether a version, by its key, is in the interval.
    pub fn contains(&self, key: &[u8]) -> bool {
        let until = (self.row.bounded != 0).then(|| self.segment.text(self.row.until));
        holds(self.segment.text(self.row.from), until, key)
    }

    /// The advisory's row in its segment.
    pub fn advisory(&self) -> u32 {
        self.row.advisory.get()
    }

    /// What the source says.
    pub fn verdict(&self) -> Verdict {
        Verdict::ALL.get(usize::from(self.row.verdict)).copied().unwrap_or_default()
    }

    /// The only architecture it is about; empty for all.
    pub fn arch(&self) -> &'a str {
        self.segment.str(self.row.arch)
    }

    /// The module stream it is about; empty for packages of none.
    pub fn module(&self) -> &'a str {
        self.segment.str(self.row.module)
    }

    /// The first version that is not affected any more, where the advisory names one.
    pub fn fixed(&self) -> Option<&'a str> {
        Some(self.segment.str(self.row.fixed)).filter(|text| !text.is_empty())
    }

    /// The interval in words: `>= 1.0, < 1.2.3`, `all versions`.
    pub fn words(&self) -> &'a str {
        self.segment.str(self.row.words)
    }
}
