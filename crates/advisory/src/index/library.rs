//! The folder of segments, and how it changes while it is being read.

use super::alias::{self, Weaknesses};
use super::{AdvisoryRef, Built, IndexError, Rule, Segment, SegmentBuilder};
use crate::ecosystem::Ecosystem;
use crate::record::Advisory;
use bartizan_model::Severity;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

/// A segment is merged into the one before while that is smaller than so many times itself: their number stays logarithmic.
const TIER: u32 = 2;
/// A feed whose records are shadowed by this share is compiled into one segment.
const SHADOWED: f64 = 0.3;
/// A load that renews more records than this says only that everything may have changed.
const CHANGED: usize = 5_000;

/// The folder that holds the compiled advisories of one installation.
pub struct Library {
    folder: PathBuf,
}

/// What the folder holds, oldest first: the later of two records of one feed with the same id counts.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Manifest {
    generation: u64,
    segments: Vec<Entry>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Entry {
    feed: String,
    /// The part of the feed that it is all of; empty where it is the whole feed or some records.
    #[serde(default)]
    part: String,
    file: String,
    advisories: u32,
    /// Rows that a later segment of the feed renews, as inclusive ranges.
    #[serde(default)]
    shadowed: Vec<(u32, u32)>,
}

impl Manifest {
    fn of(&self, feed: &str) -> impl Iterator<Item = &Entry> {
        self.segments.iter().filter(move |entry| entry.feed == feed)
    }
}

impl Entry {
    fn hides(&self, row: u32) -> bool {
        let after = self.shadowed.partition_point(|(_, last)| *last < row);
        self.shadowed.get(after).is_some_and(|(first, _)| *first <= row)
    }

    fn hidden(&self) -> u32 {
        self.shadowed.iter().map(|(first, last)| last - first + 1).sum()
    }
}

/// All segments at one moment. It stays readable when the library changes.
pub struct Index {
    generation: u64,
    segments: Vec<Segment>,
    entries: Vec<Entry>,
    /// Which segments speak of an ecosystem.
    by_ecosystem: HashMap<String, Vec<u32>>,
}

impl Library {
    /// Opens the folder, making it where it is missing.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub fn open(folder: &Path) -> Result<Self, IndexError> {
        fs::create_dir_all(folder).map_err(IndexError::file(folder))?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// The index as it is now.
    ///
    /// # Errors
    /// Where a segment is missing or damaged.
    pub fn index(&self) -> Result<Index, IndexError> {
        // A change may exchange the manifest and remove what it replaced between our two looks: then look again.
        let mut manifest = self.manifest()?;
        loop {
            match Index::open(&self.folder, manifest.clone()) {
                Err(error) => {
                    let now = self.manifest()?;
                    if now.generation == manifest.generation {
                        return Err(error);
                    }
                    manifest = now;
                }
                index => return index,
            }
        }
    }

    /// The number of the current index: it grows with every change.
    ///
    /// # Errors
    /// Where the manifest cannot be read.
    pub fn generation(&self) -> Result<u64, IndexError> {
        Ok(self.manifest()?.generation)
    }

    /// Begins a change. Only one is under way at a time, over all processes: another one waits here.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    pub fn change(&self) -> Result<Change<'_>, IndexError> {
        let path = self.folder.join("lock");
        let lock = File::create(&path).map_err(IndexError::file(&path))?;
        lock.lock().map_err(IndexError::file(&path))?;
        Ok(Change { library: self, manifest: self.manifest()?, _lock: lock })
    }

    fn manifest(&self) -> Result<Manifest, IndexError> {
        let path = self.folder.join("manifest.json");
        match fs::read(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Manifest::default()),
            Err(source) => Err(IndexError::File { path, source }),
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| IndexError::Damaged {
                path,
                feed: "all".to_owned(),
                why: error.to_string(),
            }),
        }
    }

    /// Exchanges the manifest: from here on, readers see the new index.
    fn publish(&self, manifest: &Manifest) -> Result<(), IndexError> {
        let fresh = self.folder.join("manifest.json.new");
        let mut file = File::create(&fresh).map_err(IndexError::file(&fresh))?;
        let json = serde_json::to_vec(manifest).unwrap_or_default();
        file.write_all(&json).and_then(|()| file.sync_all()).map_err(IndexError::file(&fresh))?;
        fs::rename(&fresh, self.folder.join("manifest.json")).map_err(IndexError::file(&fresh))?;
        // The rename itself is durable only once the folder is.
        File::open(&self.folder)
            .and_then(|folder| folder.sync_all())
            .map_err(IndexError::file(&self.folder))?;
        self.sweep(manifest)
    }

    /// Removes files that the manifest does not name: replaced segments, and what a killed change left.
    fn sweep(&self, manifest: &Manifest) -> Result<(), IndexError> {
        let named: BTreeSet<&str> = manifest.segments.iter().map(|entry| entry.file.as_str()).collect();
        for file in fs::read_dir(&self.folder).map_err(IndexError::file(&self.folder))? {
            let file = file.map_err(IndexError::file(&self.folder))?;
            let name = file.file_name().to_string_lossy().into_owned();
            if name.ends_with(".segment") && !named.contains(name.as_str()) {
                fs::remove_file(file.path()).map_err(IndexError::file(&file.path()))?;
            }
        }
        Ok(())
    }
}

/// A change of the library that is under way. Dropped without [`Change::publish`], it leaves everything as it was.
pub struct Change<'a> {
    library: &'a Library,
    manifest: Manifest,
    /// Held until the change ends, however it ends.
    _lock: File,
}

/// Records on their way into a library.
pub struct Batch {
    builder: SegmentBuilder,
    /// Ids that were added: of several records with one id, the first counts.
    seen: HashSet<String>,
}

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// What was compiled.
    pub built: Built,
    /// Records of the feed that the index now holds.
    pub records: u64,
    /// Packages of which something else may be said now: ecosystem and normal name. `None` means any.
    pub changed: Option<BTreeSet<(String, String)>>,
}

impl Batch {
    /// Adds a record; whether it counts (another one with its id did not come before).
    ///
    /// # Errors
    /// Where the disk is full.
    pub fn add(&mut self, advisory: &Advisory) -> Result<bool, IndexError> {
        if !self.seen.insert(advisory.id.clone()) {
            return Ok(false);
        }
        self.builder.add(advisory).map(|()| true)
    }

    /// Records in it.
    pub fn len(&self) -> u64 {
        self.seen.len() as u64
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }
}

impl Change<'_> {
    /// An empty batch.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    pub fn batch(&self) -> Result<Batch, IndexError> {
        Ok(Batch { builder: SegmentBuilder::new(&self.library.folder)?, seen: HashSet::new() })
    }

    /// Records of a feed that are held, with what this change did so far.
    pub fn held(&self, feed: &str) -> u64 {
        self.manifest.of(feed).map(|entry| u64::from(entry.advisories - entry.hidden())).sum()
    }

    /// Records of a part of a feed that are held, with what this change did so far.
    pub fn held_of(&self, feed: &str, part: &str) -> u64 {
        let entries = self.manifest.of(feed).filter(|entry| entry.part == part);
        entries.map(|entry| u64::from(entry.advisories - entry.hidden())).sum()
    }

    /// Takes a batch in beside the records that are held of its feed: those with the same ids are renewed.
    ///
    /// # Errors
    /// Where the disk is full.
    pub fn renew(&mut self, feed: &str, batch: Batch) -> Result<Loaded, IndexError> {
        let (mut entry, built) = self.write(feed, batch.builder)?;
        let before: Vec<Entry> = self.manifest.of(feed).cloned().collect();
        self.manifest.segments.retain(|entry| entry.feed != feed);
        let fresh = Segment::open(&self.library.folder.join(&entry.file), feed)?;
        let mut changed: BTreeSet<_> = packages(&fresh);
        let (mut kept, mut renewed) = (Vec::new(), 0);
        for mut old in before {
            let segment = Segment::open(&self.library.folder.join(&old.file), feed)?;
            let mut hidden: BTreeSet<u32> = old.shadowed.iter().flat_map(|(a, b)| *a..=*b).collect();
            for row in 0..fresh.len() {
                for (older, _) in segment.by_name(fresh.id(row)).filter(|(_, own)| *own) {
                    if !hidden.insert(older) {
                        continue;
                    }
                    renewed += 1;
                    if renewed <= CHANGED {
                        let advisory = segment.advisory(older)?;
                        changed.extend(advisory.affected.iter().map(|affected| {
                            let name = affected.ecosystem.normal_name(&affected.package);
                            (affected.ecosystem.to_string(), name)
                        }));
                    }
                }
            }
            old.shadowed = ranges(&hidden);
            kept.push((old, segment));
        }
        // Merge from the newest back, as long as the one before is not much larger or most of it is shadowed.
        while let Some((old, segment)) = kept.pop_if(|(old, _)| {
            let live = old.advisories - old.hidden();
            live < entry.advisories.saturating_mul(TIER)
                || f64::from(old.hidden()) > SHADOWED * f64::from(old.advisories)
        }) {
            entry = self.merge(&old, &segment, &entry)?;
        }
        self.manifest.segments.extend(kept.into_iter().map(|(old, _)| old).chain([entry]));
        let changed = (renewed <= CHANGED && changed.len() <= CHANGED).then_some(changed);
        Ok(Loaded { built, records: self.held(feed), changed })
    }

    /// Takes a batch in instead of all that is held of this part of its feed (empty where it has none).
    ///
    /// # Errors
    /// As [`Change::renew`].
    pub fn replace(&mut self, feed: &str, part: &str, batch: Batch) -> Result<Loaded, IndexError> {
        let (entry, built) = self.write(feed, batch.builder)?;
        self.manifest.segments.retain(|entry| entry.feed != feed || entry.part != part);
        self.manifest.segments.push(Entry { part: part.to_owned(), ..entry });
        Ok(Loaded { built, records: self.held(feed), changed: None })
    }

    /// Makes the change: from here on, whoever opens the index sees it.
    ///
    /// # Errors
    /// Where it cannot be written; then everything is as it was.
    pub fn publish(self) -> Result<(), IndexError> {
        self.library.publish(&self.manifest)
    }

    fn write(&mut self, feed: &str, builder: SegmentBuilder) -> Result<(Entry, Built), IndexError> {
        self.manifest.generation += 1;
        let file = format!("{:08}.segment", self.manifest.generation);
        let path = self.library.folder.join(&file);
        if path.exists() {
            // A change that was killed before it published left it.
            fs::remove_file(&path).map_err(IndexError::file(&path))?;
        }
        let built = builder.finish(&path)?;
        let advisories = u32::try_from(built.advisories).map_err(|_| IndexError::TooLarge)?;
        Ok((
            Entry { feed: feed.to_owned(), part: String::new(), file, advisories, shadowed: Vec::new() },
            built,
        ))
    }

    /// One segment from an older one and the newer one that shadows some of it.
    fn merge(&mut self, old: &Entry, segment: &Segment, newer: &Entry) -> Result<Entry, IndexError> {
        let mut builder = SegmentBuilder::new(&self.library.folder)?;
        segment
            .each_advisory(|row, advisory| if old.hides(row) { Ok(()) } else { builder.add(&advisory) })?;
        let fresh = Segment::open(&self.library.folder.join(&newer.file), &newer.feed)?;
        fresh.each_advisory(|_, advisory| builder.add(&advisory))?;
        Ok(self.write(&newer.feed, builder)?.0)
    }
}

fn packages(segment: &Segment) -> BTreeSet<(String, String)> {
    segment.packages().map(|(ecosystem, name)| (ecosystem.to_owned(), name.to_owned())).collect()
}

fn ranges(rows: &BTreeSet<u32>) -> Vec<(u32, u32)> {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for row in rows {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == *row => *last = *row,
            _ => ranges.push((*row, *row)),
        }
    }
    ranges
}

impl Index {
    fn open(folder: &Path, manifest: Manifest) -> Result<Self, IndexError> {
        let mut by_ecosystem: HashMap<String, Vec<u32>> = HashMap::new();
        let mut segments = Vec::with_capacity(manifest.segments.len());
        for (n, entry) in manifest.segments.iter().enumerate() {
            let segment = Segment::open(&folder.join(&entry.file), &entry.feed)?;
            for ecosystem in segment.ecosystems() {
                by_ecosystem.entry(ecosystem.to_owned()).or_default().push(n as u32);
            }
            segments.push(segment);
        }
        Ok(Self { generation: manifest.generation, segments, entries: manifest.segments, by_ecosystem })
    }

    /// The number of this index: it grows with every change.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Records that count.
    pub fn len(&self) -> u64 {
        self.entries.iter().map(|entry| u64::from(entry.advisories - entry.hidden())).sum()
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether any advisory speaks of this ecosystem: without one, silence means nothing.
    pub fn knows(&self, ecosystem: &Ecosystem) -> bool {
        self.by_ecosystem.contains_key(ecosystem.as_str())
    }

    /// The rules about a package, by its ecosystem and [normal name](Ecosystem::normal_name), of records that stand.
    pub fn rules(&self, ecosystem: &Ecosystem, name: &str) -> impl Iterator<Item = (AdvisoryRef, Rule<'_>)> {
        let segments = self.by_ecosystem.get(ecosystem.as_str()).map_or(&[] as &[u32], Vec::as_slice);
        segments.iter().flat_map(move |n| {
            let (segment, entry) = (&self.segments[*n as usize], &self.entries[*n as usize]);
            segment
                .rules(ecosystem.as_str(), name)
                .filter(move |rule| !entry.hides(rule.advisory()))
                .map(move |rule| (AdvisoryRef { segment: *n, row: rule.advisory() }, rule))
        })
    }

    /// A segment by its place.
    ///
    /// # Panics
    /// If the place is not of this index.
    pub fn segment(&self, segment: u32) -> &Segment {
        &self.segments[segment as usize]
    }

    /// The feed that an advisory came from.
    pub fn feed(&self, at: AdvisoryRef) -> &str {
        &self.entries[at.segment as usize].feed
    }

    /// The id of an advisory.
    pub fn id(&self, at: AdvisoryRef) -> &str {
        self.segment(at.segment).id(at.row)
    }

    /// The title of an advisory; may be empty.
    pub fn title(&self, at: AdvisoryRef) -> &str {
        self.segment(at.segment).title(at.row)
    }

    /// What an advisory says of how bad it is.
    pub fn severity(&self, at: AdvisoryRef) -> Severity {
        self.segment(at.segment).severity(at.row)
    }

    /// The advisories that go by an id, as their own or as an alias, that are not renewed by later ones.
    pub fn by_name<'a>(&'a self, id: &'a str) -> impl Iterator<Item = AdvisoryRef> + 'a {
        self.segments.iter().zip(&self.entries).enumerate().flat_map(move |(n, (segment, entry))| {
            segment
                .by_name(id)
                .filter(move |(row, _)| !entry.hides(*row))
                .map(move |(row, _)| AdvisoryRef { segment: n as u32, row })
        })
    }

    /// The weaknesses that an advisory is about.
    pub fn weaknesses(&self, at: AdvisoryRef) -> Weaknesses {
        alias::close(self, at)
    }

    /// An advisory as its feed gave it.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if it cannot be read.
    pub fn advisory(&self, at: AdvisoryRef) -> Result<Advisory, IndexError> {
        self.segment(at.segment).advisory(at.row)
    }
}
