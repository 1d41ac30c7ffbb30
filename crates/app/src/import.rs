//! Imports: a report is parsed on one thread and taken in on another, in one transaction: all of it or nothing.
//!
//! There is one writer at a time, so a report that comes by a pipe must not hold it until the pipe is full: it is read to its end
//! first, into memory or a file without a name. One that lies on a disk is parsed while it is taken in.

mod batch;
mod bundle;
mod coverage;
mod pieces;
mod several;
mod taken;

pub use batch::Batch;
pub use pieces::handed_over;
pub use several::{Announced, HandedIn, Said, report_subject};

use crate::runs::{Counted, Progress};
use crate::{Actor, App, AppError, RunState, Tally};
use bartizan_import::{ColumnMap, Format, Options, ParseError, Place, Sink, Source, TableHead};
use bartizan_model::words;
use bartizan_model::{AssetRef, Coverage, Covered, Gap, Network, Observation, RunId, Timestamp};
use bundle::Bundle;
use coverage::Covering;
use std::io::{BufRead, Cursor, Read, Seek as _};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use taken::{Taking, take};

/// What to import.
pub struct ImportRequest<'a> {
    /// The file's name, for people and for error messages.
    pub label: String,
    /// The report's bytes, possibly compressed.
    pub reader: Box<dyn Read + Send + 'a>,
    /// Whether reading them keeps nobody waiting, as reading a file does not. Others are read to their end first.
    pub at_hand: bool,
    /// Its size in bytes as it is read, 0 where not known.
    pub size: u64,
    /// A format's id; detected from the content where `None`.
    pub format: Option<String>,
    /// The ids of the formats that are taken: all where there are none.
    pub only: &'static [&'static str],
    /// The asset of a report that names none.
    pub asset: Option<AssetRef>,
    /// A name for the asset where neither the report nor `asset` names one.
    pub fallback: String,
    /// Whether that is only the file's name: another report may have it too, so nothing is closed on an asset that goes by it.
    pub is_guess: bool,
    /// Somebody vouches that the report is all that its tool has to say of the assets that it names: what is missing is gone.
    pub complete: bool,
    /// The network that the private addresses in it are in; the one without a name where nobody says so.
    pub network: Option<Network>,
    /// What the columns of a table mean; where nobody says it here, and no format knows the table, what was said before of
    /// one with this header counts.
    pub columns: Option<ColumnMap>,
}

impl<'a> ImportRequest<'a> {
    /// Of `size` bytes, 0 where not known, in whichever format they are.
    pub fn new(label: &str, reader: Box<dyn Read + Send + 'a>, size: u64, fallback: &str) -> Self {
        Self {
            label: label.to_owned(),
            reader,
            at_hand: false,
            size,
            format: None,
            only: &[],
            asset: None,
            fallback: fallback.to_owned(),
            is_guess: false,
            complete: false,
            network: None,
            columns: None,
        }
    }
}

/// What an import did.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The run.
    pub run: RunId,
    /// The file's name.
    pub label: String,
    /// The format it was in.
    pub format: &'static str,
    /// The tool that made it.
    pub tool: String,
    /// What became of the findings.
    pub tally: Tally,
    /// Records that could not be used; the first ones.
    pub rejected: Vec<Rejected>,
    /// How many there were.
    pub rejected_total: i64,
    /// What it did not look at.
    pub gaps: Vec<Gap>,
}

/// A record that could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Where in the report.
    pub at: String,
    /// Why.
    pub reason: String,
}

/// Rejected records are kept up to this number and counted beyond.
const REJECTED_KEPT: usize = 1_000;
/// The format that reads tables by what was said of their columns.
const TABLE: &str = "bartizan";
/// At most so many bundles wait, so that a fast parser cannot fill the memory.
const WAITING: usize = 8;

/// Of a report that is not at hand, so many bytes are held in memory, and the rest in a file.
const IN_MEMORY: u64 = 16 << 20;

/// What the parser hands over, in the order of the report.
enum Parcel {
    Source(Source),
    Observations(Bundle),
    /// The report was whole.
    End(Rest),
}

/// Where parcels go; breaks where nobody wants any more.
type To<'a> = dyn FnMut(Parcel) -> ControlFlow<()> + 'a;

/// What is only known at the end of the report.
#[derive(Default)]
struct Rest {
    coverage: Coverage,
    rejected: Vec<Rejected>,
    rejected_total: i64,
    seen_at: Option<Timestamp>,
    /// Findings that the tool says are gone: they are proofs, and nothing to take in.
    gone: i64,
    /// A person vouches for it, and nothing is in it.
    is_empty: bool,
}

impl App {
    /// Imports a report now, on this thread and one more.
    pub fn import(&self, actor: &Actor, request: ImportRequest<'_>) -> Result<Imported, AppError> {
        let run = self.begin_import(actor, &request.label)?;
        self.run_import(actor, run, request)
    }

    /// Announces an import, so that it can be watched before it runs.
    pub fn begin_import(&self, actor: &Actor, label: &str) -> Result<RunId, AppError> {
        self.write(actor, |tx| tx.begin_run("import", label))
    }

    /// Runs an announced import to its end.
    pub fn run_import(
        &self,
        actor: &Actor,
        run: RunId,
        request: ImportRequest<'_>,
    ) -> Result<Imported, AppError> {
        self.run_import_in(actor, run, request, &mut Batch::alone())
    }

    /// The same for one of several reports that are imported together.
    pub fn run_import_in(
        &self,
        actor: &Actor,
        run: RunId,
        request: ImportRequest<'_>,
        batch: &mut Batch,
    ) -> Result<Imported, AppError> {
        // One that was announced may have been stopped since.
        let progress = self.runs.get(run).unwrap_or_default();
        progress.add_total(request.size);
        self.runs.add(run, Arc::clone(&progress));
        let result = self.take_in(actor, run, request, &progress, batch);
        self.runs.remove(run);
        if let Err(error) = &result {
            let state =
                if matches!(error, AppError::Cancelled) { RunState::Cancelled } else { RunState::Failed };
            let words = error.to_string();
            self.write(actor, |tx| tx.fail_run(run, state, &words))?;
        }
        self.follow()?;
        result
    }

    fn take_in(
        &self,
        actor: &Actor,
        run: RunId,
        request: ImportRequest<'_>,
        progress: &Arc<Progress>,
        batch: &mut Batch,
    ) -> Result<Imported, AppError> {
        if progress.is_cancelled() {
            return Err(AppError::Cancelled);
        }
        let file = request.label.clone();
        let guess = request.is_guess.then(|| request.fallback.clone());
        let mut options = Options {
            asset: request.asset,
            fallback: request.fallback,
            complete: request.complete,
            ..Options::default()
        };
        let counted = Counted { inner: request.reader, progress: Arc::clone(progress) };
        let bytes: Box<dyn Read> =
            if request.at_hand { Box::new(counted) } else { self.to_hand(counted, &file)? };
        let mut reader = bartizan_import::open(bytes, &options.limits)
            .map_err(|source| AppError::Open { file: file.clone(), source })?;
        options.columns = request.columns;
        let format = self.choose(&mut reader, &file, request.format.as_deref(), &mut options.columns)?;
        if !request.only.is_empty() && !request.only.contains(&format.id) {
            return Err(AppError::Input(format!(
                "{file}: it is {}, which is not what was asked for; `bartizan import` takes it",
                format.name
            )));
        }
        let looks = request.format.is_some().then(|| other(&mut reader, format)).flatten();
        let parse = |to: &mut To<'_>| {
            let covering = Covering::new(format.tool, guess.as_deref(), options.complete);
            let mut sink = Bundler::new(to, progress, self.keeps_said(), covering);
            let parsed = (format.parse)(&mut reader, &options, &mut sink);
            sink.finish(parsed).map_err(|source| match looks {
                Some(looks) => {
                    AppError::OtherFormat { file: file.clone(), named: format.id, looks: looks.id }
                }
                None => AppError::Parse { file: file.clone(), source },
            })
        };
        let (advisories, equivalences) = (self.advisories()?, self.equivalences()?);
        let about = Some(options.fallback.as_str()).filter(|name| guess.is_none() && !name.trim().is_empty());
        let now = self.now();
        let network = request.network.as_ref();
        let taking = Taking { run, format, now, about, network, progress, advisories, equivalences, batch };
        match self.hand_over(actor, &taking, parse) {
            Err(_) if progress.is_cancelled() => Err(AppError::Cancelled),
            Err(error) => Err(error),
            Ok((imported, judgement)) => {
                batch.keep(judgement);
                Ok(Imported { label: file, ..imported })
            }
        }
    }

    /// All that a reader gives, to be read again without waiting.
    fn to_hand(&self, mut reader: impl Read, file: &str) -> Result<Box<dyn Read>, AppError> {
        let failed = |source| AppError::File { path: file.to_owned(), source };
        let mut beginning = Vec::new();
        let read = reader.by_ref().take(IN_MEMORY).read_to_end(&mut beginning).map_err(failed)?;
        let beginning = Cursor::new(beginning);
        if (read as u64) < IN_MEMORY {
            return Ok(Box::new(beginning));
        }
        let mut rest = self.scratch_file().map_err(failed)?;
        std::io::copy(&mut reader, &mut rest).and_then(|_| rest.rewind()).map_err(failed)?;
        Ok(Box::new(beginning.chain(rest)))
    }

    /// The format of a report. A table that no format knows may be one of which somebody said what its columns mean.
    fn choose(
        &self,
        reader: &mut Box<dyn BufRead + '_>,
        file: &str,
        named: Option<&str>,
        columns: &mut Option<ColumnMap>,
    ) -> Result<&'static Format, AppError> {
        if columns.is_some() && named.is_none() {
            return choose(reader, file, Some(TABLE));
        }
        let unknown = match choose(reader, file, named) {
            Err(unknown @ AppError::Detect { .. }) => unknown,
            chosen => return chosen,
        };
        let head = reader.fill_buf().map_err(|source| AppError::File { path: file.to_owned(), source })?;
        let Some(table) = TableHead::of(head) else { return Err(unknown) };
        match self.column_map(&table.digest())? {
            None => Err(AppError::Table { file: file.to_owned(), columns: table.columns.join(", ") }),
            known => {
                *columns = known;
                choose(reader, file, Some(TABLE))
            }
        }
    }

    /// What was said of the columns under a header.
    ///
    /// # Errors
    /// Those of the store.
    pub fn column_map(&self, header: &str) -> Result<Option<ColumnMap>, AppError> {
        let kept = self.read(|reader| reader.column_map(header))?;
        // What an older version kept and this one does not know is asked again.
        Ok(kept.and_then(|kept| serde_json::from_str::<ColumnMap>(&kept).ok()?.checked().ok()))
    }

    /// Keeps what the columns under a header mean.
    ///
    /// # Errors
    /// Those of the store.
    pub fn keep_column_map(&self, actor: &Actor, header: &str, map: &ColumnMap) -> Result<(), AppError> {
        let kept = serde_json::to_string(map).map_err(|error| AppError::Input(error.to_string()))?;
        self.write(actor, |tx| tx.put_column_map(header, &kept))
    }

    /// Has `produce` hand its parcels to the one transaction that takes them in.
    fn hand_over(
        &self,
        actor: &Actor,
        taking: &Taking<'_>,
        produce: impl FnOnce(&mut To<'_>) -> Result<(), AppError>,
    ) -> Result<(Imported, Option<RunId>), AppError> {
        let (sender, receiver) = sync_channel(WAITING);
        std::thread::scope(|scope| {
            // A report's reader may borrow what is not `Send`, so the parser stays here and the database goes to the other
            // thread.
            let database =
                scope.spawn(move || self.store.write(actor, taking.now, |tx| take(tx, taking, &receiver)));
            // Where the database's thread stopped, its own error is the one to show.
            let produced = produce(&mut |parcel| {
                let going = !taking.progress.is_cancelled() && sender.send(parcel).is_ok();
                if going { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            });
            // Without an end before, this is how the other side learns that the report broke.
            drop(sender);
            let stored = database.join().map_err(|_| AppError::Internal)?;
            // The parser's error says more than the database's, which only saw the stream end.
            match (produced, stored) {
                (_, Err(AppError::Store(error))) => Err(AppError::Store(error)),
                (Err(error), _) => Err(error),
                (Ok(()), stored) => stored,
            }
        })
    }
}

fn choose(
    reader: &mut Box<dyn BufRead + '_>,
    file: &str,
    named: Option<&str>,
) -> Result<&'static Format, AppError> {
    if let Some(id) = named {
        return bartizan_import::by_id(id).ok_or_else(|| {
            let alike = words::nearest(id, bartizan_import::FORMATS.iter().map(|format| format.id));
            let alike = alike.map_or(String::new(), |alike| format!("; perhaps `{alike}` is meant"));
            AppError::Input(format!("there is no format `{id}`{alike}; `bartizan formats` lists all"))
        });
    }
    let head = reader.fill_buf().map_err(|source| AppError::File { path: file.to_owned(), source })?;
    bartizan_import::detect(head).map_err(|source| AppError::Detect { file: file.to_owned(), source })
}

/// What a report looks like, where that is another format than the one that was named.
fn other(reader: &mut Box<dyn BufRead + '_>, named: &Format) -> Option<&'static Format> {
    let seen = bartizan_import::detect(reader.fill_buf().ok()?).ok()?;
    (seen.id != named.id).then_some(seen)
}

/// The parser's side: bundles observations and hands them over.
struct Bundler<'a> {
    to: &'a mut To<'a>,
    bundle: Bundle,
    rest: Rest,
    progress: &'a Progress,
    covering: Covering,
    /// Whether what the tool wrote is kept.
    keep: bool,
    broken: bool,
}

impl<'a> Bundler<'a> {
    fn new(to: &'a mut To<'a>, progress: &'a Progress, keep: bool, covering: Covering) -> Self {
        Self {
            to,
            bundle: Bundle::with_room(0),
            rest: Rest::default(),
            progress,
            covering,
            keep,
            broken: false,
        }
    }

    fn send(&mut self, parcel: Parcel) {
        self.broken |= (self.to)(parcel).is_break();
    }

    fn going(&self) -> ControlFlow<()> {
        if self.broken || self.progress.is_cancelled() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    fn flush(&mut self) {
        self.broken |= self.bundle.send(self.to).is_break();
    }

    fn finish(mut self, parsed: Result<bartizan_import::Summary, ParseError>) -> Result<(), ParseError> {
        let summary = parsed?;
        self.flush();
        let mut rest = Rest { seen_at: summary.seen_at, ..std::mem::take(&mut self.rest) };
        (rest.coverage, rest.is_empty) = self.covering.end(rest.rejected_total > 0);
        self.send(Parcel::End(rest));
        Ok(())
    }
}

impl Sink for Bundler<'_> {
    fn source(&mut self, source: &Source) {
        self.flush();
        self.covering.source(&source.name);
        self.send(Parcel::Source(source.clone()));
    }

    fn observe(&mut self, _at: Place, observation: Observation, raw: Option<&[u8]>) -> ControlFlow<()> {
        self.covering.told(&observation);
        if let Observation::Finding(finding) = &observation
            && finding.is_gone()
        {
            self.rest.gone += 1;
            return self.going();
        }
        let record = raw.filter(|_| self.keep && matches!(observation, Observation::Finding(_)));
        if self.bundle.push(observation, record.unwrap_or_default()) {
            self.flush();
        }
        self.going()
    }

    fn reject(&mut self, at: Place, reason: String) {
        self.rest.rejected_total += 1;
        if self.rest.rejected.len() < REJECTED_KEPT {
            self.rest.rejected.push(Rejected { at: at.to_string(), reason });
        }
    }

    fn cover(&mut self, coverage: Covered) {
        self.covering.cover(coverage);
    }

    fn gap(&mut self, gap: Gap) {
        self.covering.gap(gap);
    }

    fn note(&mut self, gap: Gap) {
        self.covering.note(gap);
    }
}

impl ImportRequest<'static> {
    /// A file as something to import.
    pub fn file(path: &Path) -> Result<Self, AppError> {
        let failed = |source| AppError::File { path: path.display().to_string(), source };
        let file = std::fs::File::open(path).map_err(failed)?;
        let meta = file.metadata().map_err(failed)?;
        if meta.is_dir() {
            return Err(AppError::Input(format!("{} is a folder; name the report itself", path.display())));
        }
        let label = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        let fallback = path.file_stem().unwrap_or_default().to_string_lossy();
        let (at_hand, size) = (meta.is_file(), meta.len());
        Ok(Self { at_hand, is_guess: true, ..Self::new(&label, Box::new(file), size, &fallback) })
    }
}
