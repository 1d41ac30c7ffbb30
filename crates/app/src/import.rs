//! Imports: a report is parsed on one thread and taken in on another, in one transaction: all of it or nothing.

use crate::runs::{Counted, Progress};
use crate::{Actor, App, AppError, RunState, Tally};
use bartizan_import::{Format, Options, ParseError, Place, Sink, Source};
use bartizan_model::{AssetRef, Coverage, Covered, Gap, Observation, RunId, Timestamp};
use bartizan_store::{Ingest, IngestOptions, RunResult};
use std::io::{BufRead, Read};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// What to import.
pub struct ImportRequest<'a> {
    /// The file's name, for people and for error messages.
    pub label: String,
    /// The report's bytes, possibly compressed.
    pub reader: Box<dyn Read + Send + 'a>,
    /// Its size in bytes as it is read, 0 where not known.
    pub size: u64,
    /// A format's id; detected from the content where `None`.
    pub format: Option<String>,
    /// The asset of a report that names none.
    pub asset: Option<AssetRef>,
    /// A name for the asset where neither the report nor `asset` names one.
    pub fallback: String,
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
/// Observations travel between the threads in bundles of this size ...
const BUNDLE: usize = 1_024;
/// ... of which at most so many wait, so that a fast parser cannot fill the memory.
const WAITING: usize = 8;

/// What the parsing thread hands over.
enum Parcel {
    Source(Source),
    Observations(Vec<Observation>),
}

/// What is only known at the end of the report.
#[derive(Default)]
struct Rest {
    coverage: Coverage,
    rejected: Vec<Rejected>,
    rejected_total: i64,
    seen_at: Option<Timestamp>,
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
        let progress = Progress::of_size(request.size);
        self.runs.add(run, Arc::clone(&progress));
        let result = self.take_in(actor, run, request, &progress);
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
    ) -> Result<Imported, AppError> {
        let file = request.label.clone();
        let options = Options { asset: request.asset, fallback: request.fallback, ..Options::default() };
        let counted = Counted { inner: request.reader, progress: Arc::clone(progress) };
        let mut reader = bartizan_import::open(counted, &options.limits)
            .map_err(|source| AppError::Open { file: file.clone(), source })?;
        let format = choose(&mut reader, &file, request.format.as_deref())?;
        let (sender, receiver) = sync_channel(WAITING);
        let now = self.now();
        std::thread::scope(|scope| {
            let watched = Arc::clone(progress);
            // `open` may borrow what is not `Send`, so the parser stays here and the database goes to the other thread.
            let database = scope.spawn(move || {
                self.store.write(actor, now, |tx| ingest(tx, run, format, now, &receiver, &watched))
            });
            let mut sink = Bundler {
                sender,
                waiting: Vec::with_capacity(BUNDLE),
                rest: Rest::default(),
                progress,
                broken: false,
            };
            let parsed = (format.parse)(&mut reader, &options, &mut sink);
            let parsed = sink.finish(parsed);
            let stored = database.join().map_err(|_| AppError::Internal)?;
            // The parser's error says more than the database's, which only saw the stream end.
            match parsed {
                Err(_) if progress.is_cancelled() => Err(AppError::Cancelled),
                Err(source) => match stored {
                    Err(AppError::Store(error)) => Err(AppError::Store(error)),
                    _ => Err(AppError::Parse { file: file.clone(), source }),
                },
                Ok(()) => stored.map(|imported| Imported { label: file, ..imported }),
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
            let known: Vec<_> = bartizan_import::FORMATS.iter().map(|format| format.id).collect();
            AppError::Input(format!("there is no format `{id}`; known are {}", known.join(", ")))
        });
    }
    let head = reader.fill_buf().map_err(|source| AppError::File { path: file.to_owned(), source })?;
    bartizan_import::detect(head).map_err(|source| AppError::Detect { file: file.to_owned(), source })
}

/// The database's side: takes in what arrives until the parser says that the report was whole.
fn ingest(
    tx: &mut bartizan_store::Tx<'_>,
    run: RunId,
    format: &'static Format,
    now: Timestamp,
    parcels: &Receiver<Result<Parcel, Option<Rest>>>,
    progress: &Progress,
) -> Result<Imported, AppError> {
    let mut tool = format.tool.to_owned();
    let mut tally = Tally::default();
    let mut first: Option<Parcel> = None;
    loop {
        let mut next_tool = None;
        let options_tool = tool.clone();
        let mut ingest: Option<Ingest<'_, '_>> = None;
        let end = loop {
            let parcel = match first.take() {
                Some(parcel) => Ok(parcel),
                // The parser's thread is gone without a word: it panicked.
                None => parcels.recv().map_err(|_| AppError::Internal)?,
            };
            match parcel {
                Ok(Parcel::Source(source)) if source.name == options_tool => {}
                Ok(Parcel::Source(source)) => {
                    next_tool = Some(source.name);
                    break None;
                }
                Ok(Parcel::Observations(observations)) => {
                    if ingest.is_none() {
                        let options = IngestOptions { run, tool: &options_tool, seen_at: now, demo: false };
                        ingest = Some(Ingest::new(&mut *tx, options)?);
                    }
                    for observation in observations {
                        if let Some(ingest) = &mut ingest {
                            ingest.push(observation)?;
                        }
                        progress.add_record();
                    }
                }
                Err(rest) => break Some(rest),
            }
        };
        let rest = match end {
            None => {
                if let Some(ingest) = ingest {
                    tally = add(tally, ingest.finish(&Coverage::default())?);
                }
                tool = next_tool.unwrap_or(tool);
                continue;
            }
            // The report broke: the transaction is undone by this error, which the caller replaces by the parser's.
            Some(None) => return Err(AppError::Internal),
            Some(Some(rest)) => rest,
        };
        let options = IngestOptions {
            run,
            tool: &options_tool,
            seen_at: rest.seen_at.unwrap_or(now).min(now),
            demo: false,
        };
        let mut ingest = match ingest {
            Some(ingest) => ingest,
            None => Ingest::new(&mut *tx, options)?,
        };
        ingest.looked_at(options.seen_at);
        tally = add(tally, ingest.finish(&rest.coverage)?);
        let rejected: Vec<_> = rest.rejected.iter().map(|r| (r.at.clone(), r.reason.clone())).collect();
        let bytes = i64::try_from(progress.view().bytes).unwrap_or(i64::MAX);
        let result = RunResult {
            tool: &tool,
            bytes,
            tally,
            gaps: &rest.coverage.gaps,
            rejected: &rejected,
            rejected_total: rest.rejected_total,
        };
        tx.finish_run(run, &result)?;
        return Ok(Imported {
            run,
            label: String::new(),
            format: format.id,
            tool,
            tally,
            rejected: rest.rejected,
            rejected_total: rest.rejected_total,
            gaps: rest.coverage.gaps,
        });
    }
}

fn add(one: Tally, other: Tally) -> Tally {
    Tally {
        findings: one.findings + other.findings,
        created: one.created + other.created,
        updated: one.updated + other.updated,
        unchanged: one.unchanged + other.unchanged,
        reopened: one.reopened + other.reopened,
        closed: one.closed + other.closed,
        assets: one.assets.max(other.assets),
    }
}

/// The parser's side: bundles observations and hands them over.
struct Bundler<'a> {
    sender: SyncSender<Result<Parcel, Option<Rest>>>,
    waiting: Vec<Observation>,
    rest: Rest,
    progress: &'a Progress,
    broken: bool,
}

impl Bundler<'_> {
    fn send(&mut self, parcel: Result<Parcel, Option<Rest>>) {
        // The database's thread stopped: its own error is the one to show.
        self.broken |= self.sender.send(parcel).is_err();
    }

    fn flush(&mut self) {
        if !self.waiting.is_empty() {
            let full = std::mem::replace(&mut self.waiting, Vec::with_capacity(BUNDLE));
            self.send(Ok(Parcel::Observations(full)));
        }
    }

    fn finish(mut self, parsed: Result<bartizan_import::Summary, ParseError>) -> Result<(), ParseError> {
        self.flush();
        match parsed {
            Ok(summary) => {
                let rest = Rest { seen_at: summary.seen_at, ..std::mem::take(&mut self.rest) };
                self.send(Err(Some(rest)));
                Ok(())
            }
            Err(error) => {
                self.send(Err(None));
                Err(error)
            }
        }
    }
}

impl Sink for Bundler<'_> {
    fn source(&mut self, source: &Source) {
        self.flush();
        self.send(Ok(Parcel::Source(source.clone())));
    }

    fn observe(&mut self, _at: Place, observation: Observation, _raw: Option<&[u8]>) -> ControlFlow<()> {
        self.waiting.push(observation);
        if self.waiting.len() >= BUNDLE {
            self.flush();
        }
        if self.broken || self.progress.is_cancelled() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    fn reject(&mut self, at: Place, reason: String) {
        self.rest.rejected_total += 1;
        if self.rest.rejected.len() < REJECTED_KEPT {
            self.rest.rejected.push(Rejected { at: at.to_string(), reason });
        }
    }

    fn cover(&mut self, coverage: Covered) {
        self.rest.coverage.covered.push(coverage);
    }

    fn gap(&mut self, gap: Gap) {
        self.rest.coverage.gaps.push(gap);
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
        Ok(Self {
            label: path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned(),
            reader: Box::new(file),
            size: meta.len(),
            format: None,
            asset: None,
            fallback: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        })
    }
}
