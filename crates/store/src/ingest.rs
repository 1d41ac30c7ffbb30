//! The way in: observations become assets, exposures and sightings, inside one transaction.
//!
//! What an asset already has is read once, differences are worked out in memory (`take`), and only what changed is
//! written, in bulk (`write`). So importing the same report again writes nothing but the time it was last seen.

mod close;
mod facts;
mod hash;
mod inventory;
mod known;
mod segment;
mod take;
mod weakness;
mod write;
mod written;

use crate::error::StoreError;
use crate::event::OPENED;
use crate::resolve::Resolver;
use crate::{NewEvent, Tx};
use bartizan_model::words::counted;
use bartizan_model::{AssetId, Coverage, Finding, Network, Observation, RunId, SourceId, Timestamp};
use hash::{FastMap, FastSet};
use inventory::Inventory;
use known::Remembered;
use segment::Segments;
pub use segment::Words;
pub(crate) use segment::records;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use take::Later;
pub use written::Written;

/// What an ingest needs to know beside the observations.
#[derive(Debug, Clone, Copy)]
pub struct IngestOptions<'a> {
    /// The run it belongs to.
    pub run: RunId,
    /// The tool's name as it stands in weakness keys: `nuclei`.
    pub tool: &'a str,
    /// When the report says it looked, else the time of the import.
    pub seen_at: Timestamp,
    /// Whether it is made-up data.
    pub demo: bool,
    /// The network that the private addresses in it are in, where somebody says so.
    pub network: Option<&'a Network>,
}

/// What an ingest did. `created`, `updated`, `unchanged` and `reopened` count exposures, so several findings of a report
/// that mean the same exposure count once there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Findings in the report.
    pub findings: i64,
    /// Exposures that are new.
    pub created: i64,
    /// Exposures that another source or place now also reports, or whose severity changed.
    pub updated: i64,
    /// Exposures that were known just so.
    pub unchanged: i64,
    /// Exposures that were fixed and are back.
    pub reopened: i64,
    /// Exposures that the source provably looked for and no longer saw.
    pub closed: i64,
    /// Assets the report named.
    pub assets: i64,
    /// Findings that the tool itself set aside: false positives, accepted risks, suppressions in the code.
    pub suppressed: i64,
}

/// How an ingest ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// What it did.
    pub tally: Tally,
    /// The assets that it named.
    pub assets: BTreeSet<AssetId>,
    /// Those whose software it spoke of.
    pub software: BTreeSet<AssetId>,
    /// Whether it told or ended facts: attributes of assets, and relations between them.
    pub facts: bool,
}

/// Findings are worked off in chunks of this size: enough to make batches worth it, little to hold.
const CHUNK: usize = 8_192;
/// Or as soon as what the tool wrote of them has so many bytes.
const CHUNK_BYTES: usize = 2 << 20;
/// The memory of what assets have is dropped when it grows past this many exposures.
const REMEMBERED: usize = 400_000;

/// A place of an exposure: its id and the digest of the locus.
type Place = (i64, i64);

/// Takes observations in; [`Ingest::finish`] closes what was provably looked at and is gone.
pub struct Ingest<'t, 'a> {
    tx: &'t mut Tx<'a>,
    options: IngestOptions<'t>,
    source: SourceId,
    resolver: Resolver,
    weaknesses: HashMap<String, weakness::Weakness>,
    /// Other ids that this run told of weaknesses.
    told: HashSet<(i64, String)>,
    known: Remembered,
    /// Assets that were read, with what newer runs of this source looked at on them.
    loaded: FastMap<i64, Vec<Later>>,
    /// Whether something that was known was dropped.
    forgot: bool,
    /// Places the report named.
    seen: FastSet<Place>,
    /// Places the report gave a lower severity than is stored: by the end, a later record may have raised it again.
    lowered: BTreeMap<Place, Box<Finding>>,
    /// Whether these are at work now.
    lowering: bool,
    /// Whether what is said of a place that is known takes the place of what was said before.
    rewords: bool,
    /// Boxed as they come: moved out, each would be copied into a vector that no cache holds.
    #[expect(clippy::vec_box, reason = "they arrive boxed")]
    pending: Vec<Box<Finding>>,
    /// What the tool wrote of each of them.
    written: Written,
    /// Counts the chunks, so that a row is queued once in each.
    chunk: u32,
    segments: Segments,
    inventory: Inventory,
    news: News,
    /// Weaknesses of which a VEX document said something new.
    spoken_of: BTreeSet<String>,
    /// Exposure ids that were taken and not used yet.
    ids: std::ops::Range<i64>,
    tally: Tally,
}

/// Exposures to tell of.
#[derive(Default)]
struct News {
    opened: Vec<i64>,
    reopened: Vec<i64>,
    updated: Vec<i64>,
    confirmed: Vec<i64>,
    /// Opened by an older report, and fixed as a newer one showed before.
    long_gone: Vec<i64>,
}

impl<'t, 'a> Ingest<'t, 'a> {
    /// Begins to take in the observations of a run.
    pub fn new(tx: &'t mut Tx<'a>, options: IngestOptions<'t>) -> Result<Self, StoreError> {
        let source = tx.source(options.tool)?;
        Ok(Self {
            tx,
            options,
            source,
            resolver: Resolver::new(source, options.demo, options.network.cloned()),
            weaknesses: HashMap::new(),
            told: HashSet::new(),
            known: Remembered::default(),
            loaded: FastMap::default(),
            forgot: false,
            seen: FastSet::default(),
            lowered: BTreeMap::new(),
            lowering: false,
            rewords: false,
            pending: Vec::new(),
            written: Written::default(),
            chunk: 0,
            segments: Segments::new(options.run),
            inventory: Inventory::default(),
            news: News::default(),
            spoken_of: BTreeSet::new(),
            ids: 0..0,
            tally: Tally::default(),
        })
    }

    /// Takes one observation in.
    pub fn push(&mut self, observation: Observation) -> Result<(), StoreError> {
        self.push_written(observation, &[])
    }

    /// As [`Self::push`], with the record as the tool wrote it, to be kept beside what changes by it.
    pub fn push_written(&mut self, observation: Observation, record: &[u8]) -> Result<(), StoreError> {
        match observation {
            Observation::Finding(finding) => {
                self.pending.push(finding);
                self.written.push(record, record.len());
                let full = self.pending.len() >= CHUNK || self.written.bytes() >= CHUNK_BYTES;
                if full { self.flush() } else { Ok(()) }
            }
            other => self.with_inventory(|inventory, ingest| inventory.push(ingest, other)),
        }
    }

    /// The asset that a reference means, made where there is none.
    pub fn asset_id(&mut self, asset: &bartizan_model::AssetRef) -> Result<AssetId, StoreError> {
        self.asset(asset, self.options.seen_at)
    }

    /// Whether there is an asset that a reference may mean.
    ///
    /// # Errors
    /// Those of the database.
    pub fn knows(&mut self, asset: &bartizan_model::AssetRef) -> Result<bool, StoreError> {
        self.resolver.knows(self.tx, asset, self.options.seen_at)
    }

    /// The source that it speaks for.
    pub fn source(&self) -> SourceId {
        self.source
    }

    /// Says which asset a reference means, where it is known for sure.
    pub fn pin(&mut self, asset: &bartizan_model::AssetRef, id: AssetId) {
        self.resolver.pin(asset, id);
    }

    /// Reads within the transaction.
    pub fn reader(&mut self) -> crate::Reader<'_> {
        self.tx.reader()
    }

    /// Says when the source looked, where the report tells so only at its end: what the coverage closes is closed as of then.
    pub fn looked_at(&mut self, at: Timestamp) {
        self.options.seen_at = at;
    }

    /// Has the words of every finding take the place of those that are kept, even where nothing else changed. For a source that
    /// hands over only what it says differently.
    pub fn reword(&mut self) {
        self.rewords = true;
    }

    /// What was done so far.
    pub fn tally(&self) -> Tally {
        self.tally
    }

    /// Works off what is pending, closes what the coverage proves gone, and announces it all.
    pub fn finish(self, coverage: &Coverage) -> Result<Tally, StoreError> {
        Ok(self.end(coverage)?.tally)
    }

    /// As [`Ingest::finish`]; and what is to be judged now.
    pub fn end(mut self, coverage: &Coverage) -> Result<Ended, StoreError> {
        self.flush()?;
        self.lower()?;
        self.with_inventory(|inventory, ingest| inventory.flush(ingest))?;
        let closed = self.with_inventory(|inventory, ingest| ingest.close(coverage, inventory))?;
        self.segments.finish(self.tx)?;
        // Unused ids go back, so that the next run's follow on this one's.
        self.tx.db.execute(
            "UPDATE counter SET next = $1 WHERE name = 'exposure' AND next = $2",
            &[self.ids.start.into(), self.ids.end.into()],
        )?;
        self.tx.announce_assets(&self.resolver.created, Some(self.options.run))?;
        self.inventory.changed_assets.append(&mut self.resolver.entered);
        self.tx.announce_changes(&self.inventory.changed_assets, self.options.run)?;
        let tool = self.options.tool;
        let run = Some(self.options.run);
        if self.inventory.facts_told {
            let text = format!("{tool} told other facts than before");
            self.tx.append(NewEvent { kind: "facts.changed", text, run, ..NewEvent::default() })?;
        }
        for (kind, of_one, of_many, ids) in [
            (OPENED, "was opened", "were opened", &self.news.opened),
            ("exposure.reopened", "is back", "are back", &self.news.reopened),
            ("exposure.updated", "changed", "changed", &self.news.updated),
            ("exposure.fixed", "was proven fixed", "were proven fixed", &closed),
            ("exposure.seen", "was seen again", "were seen again", &self.news.confirmed),
        ] {
            if !ids.is_empty() {
                let verb = if ids.len() == 1 { of_one } else { of_many };
                let text = format!("{} {verb} ({tool})", counted(ids.len(), "exposure"));
                let subjects = ids.iter().copied().collect();
                self.tx.append(NewEvent { kind, text, run, subjects, ..NewEvent::default() })?;
            }
        }
        self.tx.follow_statements(&self.resolver.touched, &self.spoken_of, Some(self.options.run))?;
        self.tally.closed = closed.len() as i64;
        self.tally.assets = self.resolver.touched.len() as i64;
        let software = self.inventory.with_components.iter().chain(&self.inventory.with_services);
        let software = software.map(|asset| self.resolver.current(*asset)).collect();
        let assets = self.resolver.touched.iter().copied().map(AssetId).collect();
        Ok(Ended { tally: self.tally, assets, software, facts: self.inventory.facts_told })
    }

    /// Lends the inventory out beside the rest of the ingest.
    fn with_inventory<T>(
        &mut self,
        work: impl FnOnce(&mut Inventory, &mut Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut inventory = std::mem::take(&mut self.inventory);
        let result = work(&mut inventory, self);
        self.inventory = inventory;
        result
    }

    fn asset(&mut self, asset: &bartizan_model::AssetRef, seen: Timestamp) -> Result<AssetId, StoreError> {
        let merges = self.resolver.merges();
        let id = self.resolver.resolve(self.tx, asset, seen)?;
        if self.resolver.merges() != merges {
            // What is remembered of the two assets no longer holds.
            self.forget();
        }
        Ok(id)
    }

    fn forget(&mut self) {
        self.known.clear();
        self.loaded.clear();
        self.forgot = true;
    }

    fn seen_at(&self, finding: &Finding) -> Timestamp {
        finding.seen_at.unwrap_or(self.options.seen_at)
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let findings = std::mem::take(&mut self.pending);
        self.tally.findings += findings.len() as i64;
        self.tally.suppressed += findings.iter().filter(|it| it.suppressed.is_some()).count() as i64;
        self.take_all(&findings)?;
        self.pending = findings;
        self.pending.clear();
        self.written.clear();
        Ok(())
    }

    /// Lowers the severity where all records of the report agree that it is less than before.
    fn lower(&mut self) -> Result<(), StoreError> {
        self.lowering = true;
        let findings: Vec<_> = std::mem::take(&mut self.lowered).into_values().collect();
        for findings in findings.chunks(CHUNK) {
            self.take_all(findings)?;
        }
        Ok(())
    }
}
