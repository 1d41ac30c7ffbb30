//! Compiles advisories into a segment.

use super::IndexError;
use super::rows::{
    ADVISORIES, AdvisoryRow, BLOCKS, BlockRow, Header, LISTS, MAGIC, NAMES, NameRow, PACKAGES, PackageRow,
    RECORDS, RULES, RuleRow, SECTIONS, TEXTS, Text, VERSION, name_hash, package_hash,
};
use super::rules;
use crate::Problem;
use crate::record::Advisory;
use std::collections::{BTreeSet, HashMap};
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;
use zerocopy::IntoBytes;

/// Records are compressed in blocks of about this size: large enough to compress well, small enough to read for one record.
const BLOCK: usize = 128 << 10;
/// Level 3 compresses as fast as the disk writes.
const LEVEL: i32 = 3;
/// Names and texts longer than this are of no use for matching.
const LONGEST: usize = u16::MAX as usize;
/// Problems kept for people to read; the others are counted.
const PROBLEMS_KEPT: usize = 50;

/// What was compiled.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Built {
    /// Advisories in the segment.
    pub advisories: u64,
    /// Statements about packages that could not be read: these packages will not match.
    pub unreadable: u64,
    /// The first of them.
    pub problems: Vec<Problem>,
}

/// Compiles a segment. Records go to a temporary file as they come; only rows are held in memory.
pub struct SegmentBuilder {
    records: File,
    written: u64,
    block: Vec<u8>,
    in_block: u32,
    blocks: Vec<BlockRow>,
    packages: HashMap<(String, String), Vec<RuleRow>>,
    advisories: Vec<AdvisoryRow>,
    names: Vec<NameRow>,
    lists: Vec<Text>,
    texts: Texts,
    /// Those spoken of, also by what was withdrawn: that is knowledge too.
    ecosystems: BTreeSet<String>,
    built: Built,
}

impl SegmentBuilder {
    /// A segment whose records wait in a temporary file in `folder`.
    ///
    /// # Errors
    /// Where no file can be made there.
    pub fn new(folder: &Path) -> Result<Self, IndexError> {
        Ok(Self {
            records: tempfile::tempfile_in(folder).map_err(IndexError::file(folder))?,
            written: 0,
            block: Vec::with_capacity(BLOCK + BLOCK / 4),
            in_block: 0,
            blocks: Vec::new(),
            packages: HashMap::new(),
            advisories: Vec::new(),
            names: Vec::new(),
            lists: Vec::new(),
            texts: Texts::default(),
            ecosystems: BTreeSet::new(),
            built: Built::default(),
        })
    }

    /// Adds an advisory.
    ///
    /// # Errors
    /// Where the disk is full, or names and versions exceed 4 GiB.
    pub fn add(&mut self, advisory: &Advisory) -> Result<(), IndexError> {
        let number = self.advisories.len() as u32;
        for affected in &advisory.affected {
            if !self.ecosystems.contains(affected.ecosystem.as_str()) {
                self.ecosystems.insert(affected.ecosystem.to_string());
            }
        }
        // Withdrawn, it stands for nothing; it is kept because it renews what was said before.
        let affected = advisory.affected.iter().filter(|_| advisory.withdrawn.is_none());
        for affected in affected {
            let mut problems = Vec::new();
            let spans = rules::spans(affected, &advisory.id, &mut problems);
            self.built.unreadable += problems.len() as u64;
            let room = PROBLEMS_KEPT.saturating_sub(self.built.problems.len());
            self.built.problems.extend(problems.into_iter().take(room));
            let name = affected.ecosystem.normal_name(&affected.package);
            let (arch, module) = (self.texts.put(&affected.arch)?, self.texts.put(&affected.module)?);
            let mut rows = Vec::with_capacity(spans.len());
            for span in spans {
                rows.push(RuleRow {
                    advisory: number.into(),
                    verdict: affected.verdict as u8,
                    bounded: span.until.is_some().into(),
                    from: self.texts.put_bytes(&span.from)?,
                    until: self.texts.put_bytes(span.until.as_deref().unwrap_or_default())?,
                    words: self.texts.put(&span.words)?,
                    fixed: self.texts.put(&span.fixed)?,
                    arch,
                    module,
                });
            }
            let key = (affected.ecosystem.as_str().to_owned(), name);
            self.packages.entry(key).or_default().extend(rows);
        }
        let first = (self.lists.len() as u32).into();
        let aliases = self.list(&advisory.aliases)?.into();
        let covers = self.list(&advisory.covers)?.into();
        let mut name = |id: &String, own| {
            self.names.push(NameRow { hash: name_hash(id).into(), advisory: number.into(), own });
        };
        name(&advisory.id, 1);
        advisory.aliases.iter().for_each(|alias| name(alias, 0));
        let (id, title) = (self.texts.put(&advisory.id)?, self.texts.put(&advisory.title)?);
        let (block, record) = self.record(advisory)?;
        self.advisories.push(AdvisoryRow {
            id,
            title,
            severity: advisory.severity().code(),
            first,
            aliases,
            covers,
            block: block.into(),
            record: record.into(),
        });
        self.built.advisories += 1;
        Ok(())
    }

    fn list(&mut self, ids: &[String]) -> Result<u16, IndexError> {
        for id in ids.iter().take(LONGEST) {
            let text = self.texts.put(id)?;
            self.lists.push(text);
        }
        Ok(ids.len().min(LONGEST) as u16)
    }

    /// Puts the record into the current block: which one, and where in it.
    fn record(&mut self, advisory: &Advisory) -> Result<(u32, u32), IndexError> {
        let place = (self.blocks.len() as u32, self.in_block);
        // Writing to memory, and an advisory has no map with keys that are no text.
        let json = serde_json::to_vec(advisory).unwrap_or_default();
        self.block.extend_from_slice(&json);
        self.block.push(b'\n');
        self.in_block += 1;
        if self.block.len() >= BLOCK {
            self.end_block()?;
        }
        Ok(place)
    }

    fn end_block(&mut self) -> Result<(), IndexError> {
        if self.block.is_empty() {
            return Ok(());
        }
        let failed = |source| IndexError::File { path: std::env::temp_dir(), source };
        let packed = zstd::bulk::compress(&self.block, LEVEL).map_err(failed)?;
        self.records.write_all(&packed).map_err(failed)?;
        self.blocks.push(BlockRow {
            at: self.written.into(),
            len: (packed.len() as u32).into(),
            size: (self.block.len() as u32).into(),
        });
        self.written += packed.len() as u64;
        self.block.clear();
        self.in_block = 0;
        Ok(())
    }

    /// Writes the segment to `path`, read-only and synced, so that it is there whole or not at all.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(mut self, path: &Path) -> Result<Built, IndexError> {
        self.end_block()?;
        let mut packages = Vec::with_capacity(self.packages.len());
        let mut rules: Vec<RuleRow> = Vec::new();
        let mut sorted: Vec<_> = std::mem::take(&mut self.packages).into_iter().collect();
        sorted
            .sort_by_cached_key(|((ecosystem, name), _)| (package_hash(ecosystem, name), ecosystem.clone()));
        for ((ecosystem, name), rows) in sorted {
            packages.push(PackageRow {
                hash: package_hash(&ecosystem, &name).into(),
                ecosystem: self.texts.put(&ecosystem)?,
                name: self.texts.put(&name)?,
                first: (rules.len() as u32).into(),
                count: (rows.len() as u32).into(),
            });
            rules.extend(rows);
        }
        let ecosystems = std::mem::take(&mut self.ecosystems);
        let ecosystems: Vec<Text> =
            ecosystems.iter().map(|name| self.texts.put(name)).collect::<Result<_, _>>()?;
        let ecosystems_first = (self.lists.len() as u32).into();
        let ecosystems_count = (ecosystems.len() as u32).into();
        self.lists.extend(ecosystems);
        self.names.sort_by_key(|row| (row.hash.get(), row.advisory.get()));
        self.records.seek(SeekFrom::Start(0)).map_err(IndexError::file(path))?;

        let mut file = File::create_new(path).map_err(IndexError::file(path))?;
        let mut body = blake3::Hasher::new();
        let mut ends = [0_u64; SECTIONS];
        let mut at = 0;
        file.seek(SeekFrom::Start(size_of::<Header>() as u64)).map_err(IndexError::file(path))?;
        let mut sections: [&[u8]; SECTIONS] = [&[]; SECTIONS];
        sections[PACKAGES] = packages.as_bytes();
        sections[RULES] = rules.as_bytes();
        sections[ADVISORIES] = self.advisories.as_bytes();
        sections[NAMES] = self.names.as_bytes();
        sections[LISTS] = self.lists.as_bytes();
        sections[TEXTS] = &self.texts.bytes;
        sections[BLOCKS] = self.blocks.as_bytes();
        for (section, end) in sections.iter().zip(&mut ends).take(RECORDS) {
            file.write_all(section).map_err(IndexError::file(path))?;
            body.update(section);
            at += section.len() as u64;
            *end = at;
        }
        let mut records = BufReader::with_capacity(1 << 20, self.records);
        let mut chunk = vec![0; 1 << 20];
        loop {
            let read = records.read(&mut chunk).map_err(IndexError::file(path))?;
            if read == 0 {
                break;
            }
            file.write_all(&chunk[..read]).map_err(IndexError::file(path))?;
            body.update(&chunk[..read]);
            at += read as u64;
        }
        ends[RECORDS] = at;
        let mut header = Header {
            magic: MAGIC,
            version: VERSION.into(),
            ends: ends.map(Into::into),
            ecosystems_first,
            ecosystems_count,
            body: *body.finalize().as_bytes(),
            head: [0; 32],
        };
        header.head = head_hash(&header);
        file.seek(SeekFrom::Start(0)).map_err(IndexError::file(path))?;
        file.write_all(header.as_bytes()).map_err(IndexError::file(path))?;
        let mut rights = file.metadata().map_err(IndexError::file(path))?.permissions();
        rights.set_readonly(true);
        file.set_permissions(rights).map_err(IndexError::file(path))?;
        file.sync_all().map_err(IndexError::file(path))?;
        Ok(self.built)
    }
}

/// The checksum of a header: over everything before it.
pub(super) fn head_hash(header: &Header) -> [u8; 32] {
    let bytes = header.as_bytes();
    *blake3::hash(&bytes[..bytes.len() - 32]).as_bytes()
}

/// Every text once.
#[derive(Default)]
struct Texts {
    bytes: Vec<u8>,
    known: HashMap<Vec<u8>, Text>,
}

impl Texts {
    fn put(&mut self, text: &str) -> Result<Text, IndexError> {
        // Cut at a character: what is this long is for people only.
        let end = text.floor_char_boundary(LONGEST);
        self.put_bytes(&text.as_bytes()[..end])
    }

    fn put_bytes(&mut self, bytes: &[u8]) -> Result<Text, IndexError> {
        if let Some(text) = self.known.get(bytes) {
            return Ok(*text);
        }
        let at = u32::try_from(self.bytes.len()).map_err(|_| IndexError::TooLarge)?;
        let len = u16::try_from(bytes.len()).map_err(|_| IndexError::TooLarge)?;
        self.bytes.extend_from_slice(bytes);
        let text = Text { at: at.into(), len: len.into() };
        self.known.insert(bytes.to_owned(), text);
        Ok(text)
    }
}
