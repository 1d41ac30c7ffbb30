//! `bartizan import`: reports of other tools become facts, one transaction a report.

use crate::failure::Failure;
use crate::home::{Home, actor};
use crate::inputs::{Input, broken_archive, inside, is_archive};
use crate::out::{self, Out};
use crate::progress;
use crate::selection::selection;
use bartizan_app::{App, Batch, ImportRequest, Imported, Tally, handed_over, report_subject};
use bartizan_import::{ColumnMap, Entry, Limits};
use bartizan_model::words::counted;
use bartizan_model::{ExposureId, Network, RunId};
use clap::Args;
use serde::Serialize;
use std::fs::File;
use std::io::{IsTerminal as _, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Import reports of other tools; the format is detected
///
/// Each report is taken in whole or not at all. A report that fails is told on standard error and in the exit status;
/// the others still go on. Where a report names no asset, its file's name does, in a folder or archive with the folders that it lies
/// in there, unless --asset says it. Compressed reports (gzip, zstd) and archives (zip, tar, tar.gz) are unpacked.
#[derive(Debug, Args)]
pub(crate) struct Import {
    /// Reports, archives or folders of them; - reads standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The format, where it cannot be detected (see `bartizan formats`)
    #[arg(long, value_name = "NAME")]
    format: Option<String>,
    /// The business scope that the assets belong to
    #[arg(long, value_name = "NAME", hide = true)]
    scope: Option<String>,
    /// The asset that a report speaks of which names none itself
    #[arg(long, value_name = "NAME")]
    asset: Option<String>,
    /// The reports are all that their tools have to say of the assets that they name: whatever the same tool reported there before
    /// and does not report now is closed. Not for reports that were filtered, or that are of a part of an asset
    #[arg(long)]
    complete: bool,
    /// The network that the private addresses in the reports are in: 10.0.0.5 of branch-berlin is another machine than 10.0.0.5 of a
    /// network with another name, or with none. What else names a machine (its name, hardware address, cloud id) is one everywhere
    #[arg(long, value_name = "NAME")]
    network: Option<Network>,
    /// What the columns of a table mean that no format knows, as TOML: `[columns]` with `"Name of the column" = "field"`, and
    /// `source = "name"` for who says it. `bartizan formats --fields` lists the fields
    #[arg(long, value_name = "FILE", conflicts_with = "format")]
    map: Option<PathBuf>,
    /// Exit with status 3 where the reports tell of an exposure that this query selects; `new:true` means one that these imports
    /// opened, or found to be back, whatever date the reports give it. Only open exposures count, unless it speaks of `status`
    #[arg(long, value_name = "QUERY")]
    fail_on: Option<String>,
    /// Print one JSON object a report, and one of what several together change of identities
    #[arg(long)]
    json: bool,
    /// Formats that are taken: all where there are none.
    #[arg(skip)]
    only: &'static [&'static str],
}

/// The formats of bills of materials.
const BILLS: &[&str] = &["cyclonedx", "intoto", "spdx"];

/// What one report did: the keys that scripts rely on.
#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    format: &'a str,
    findings: i64,
    created: i64,
    updated: i64,
    unchanged: i64,
    reopened: i64,
    closed: i64,
    rejected: Vec<Refused<'a>>,
    assets: i64,
    suppressed: i64,
    seconds: f64,
}

#[derive(Serialize)]
struct Refused<'a> {
    at: &'a str,
    reason: &'a str,
}

impl Import {
    /// An import of bills of materials and nothing else.
    pub(crate) fn of_bills(paths: Vec<PathBuf>, asset: Option<String>, json: bool) -> Self {
        let (format, scope, network, map, fail_on) = Default::default();
        Self { paths, format, scope, asset, complete: false, network, map, fail_on, json, only: BILLS }
    }

    /// Imports all of them.
    pub(crate) fn run(&self, home: &Home) -> Result<(), Failure> {
        if self.scope.is_some() {
            return Err(Failure::new(
                "an import cannot put assets in a scope: a scope finds its assets by its query",
                "Give the scope a query that they fit, such as `asset:web*`, and leave --scope out.",
            ));
        }
        // A query that cannot be read should not first import everything.
        let gate = self.fail_on.as_deref().map(selection).transpose()?;
        let map = self.map.as_deref().map(column_map).transpose()?;
        let app = home.open()?;
        let since = app.last_event()?;
        let batch = self.batch(&app)?;
        let (out, runs) = (Out::new(), Vec::new());
        let mut work = Work { import: self, app: &app, map, batch, out, runs, failed: false };
        let folders = self.paths.iter().filter(|path| path.is_dir()).count();
        for path in &self.paths {
            // Of several folders each one's own name tells its reports apart; of one it says nothing, and may be a date.
            let own = if folders > 1 { path.parent().unwrap_or(path) } else { path.as_path() };
            let base = path.is_dir().then_some(own);
            match Input::of(path) {
                Ok(inputs) => inputs.iter().try_for_each(|input| work.input(input, base))?,
                Err(failure) => work.failed(&failure),
            }
        }
        work.judge()?;
        work.out.flush()?;
        if work.failed {
            return Err(Failure::Told);
        }
        match gate {
            Some(gate) => stop(&app, &app.stopped(since, &work.runs, &gate)?),
            None => Ok(()),
        }
    }

    /// All that is imported by this command.
    fn batch(&self, app: &App) -> Result<Batch, Failure> {
        let is_report = |path: &PathBuf| !path.is_dir() && !is_archive(path).unwrap_or(false);
        let (first, others) = (self.paths[0].display(), self.paths.len() - 1);
        let (label, reports) = match others {
            0 => (first.to_string(), if is_report(&self.paths[0]) { 1 } else { 2 }),
            _ => (format!("{first} and {}", counted(others as i64, "other")), self.paths.len()),
        };
        Ok(app.batch(&label, reports)?)
    }

    fn request<'a>(
        &self,
        map: Option<&ColumnMap>,
        (label, path): (&str, &str),
        reader: Box<dyn Read + Send + 'a>,
        size: u64,
    ) -> ImportRequest<'a> {
        let fallback = self.asset.clone().unwrap_or_else(|| report_subject(path));
        ImportRequest {
            format: self.format.clone(),
            only: self.only,
            is_guess: self.asset.is_none(),
            complete: self.complete,
            network: self.network.clone(),
            columns: map.cloned(),
            ..ImportRequest::new(label, reader, size, &fallback)
        }
    }
}

/// Reads what the columns of a table mean.
fn column_map(path: &Path) -> Result<ColumnMap, Failure> {
    let wrong = |why: String| {
        let help = "It is TOML such as: [columns] \"CI Name\" = \"asset\"; `bartizan formats --fields` lists the fields.";
        Failure::new(format!("{}: {why}", path.display()), help)
    };
    let text = std::fs::read_to_string(path).map_err(|error| Failure::file(path, &error))?;
    let map: ColumnMap = toml::from_str(&text).map_err(|error| wrong(error.message().to_owned()))?;
    map.checked().map_err(wrong)
}

/// Says what is not good enough, where something is.
fn stop(app: &App, stopped: &[ExposureId]) -> Result<(), Failure> {
    if stopped.is_empty() {
        return Ok(());
    }
    let estate = app.estate()?;
    out::warn(&format!("{} in what --fail-on names:", counted(stopped.len() as i64, "exposure")));
    for view in stopped.iter().take(SHOWN).filter_map(|id| estate.view(*id)) {
        out::warn(&format!("{}: {} on {} ({})", view.id, view.weakness_key, view.asset_name, view.severity));
    }
    Err(Failure::Stopped)
}

struct Work<'a> {
    import: &'a Import,
    app: &'a App,
    map: Option<ColumnMap>,
    batch: Batch,
    out: Out,
    runs: Vec<RunId>,
    failed: bool,
}

impl Work<'_> {
    /// After the last report: judges identities by what all of them told.
    fn judge(&mut self) -> Result<(), Failure> {
        let begin = Instant::now();
        let Some(judged) = self.app.judge_batch(&actor(), &mut self.batch).transpose() else { return Ok(()) };
        let judged = judged.map_err(Failure::from);
        match &judged {
            Ok(Imported { run, tally, gaps, .. }) if is_as_before(*tally) && gaps.is_empty() => {
                self.runs.push(*run);
                Ok(())
            }
            Ok(imported) => {
                let label = imported.label.clone();
                self.tell(&label, judged, begin)
            }
            Err(_) => self.tell("", judged, begin),
        }
    }

    /// Takes an input, in a folder what stands below `base`. Only an output that nobody can read ends the whole command.
    fn input(&mut self, input: &Input, base: Option<&Path>) -> Result<(), Failure> {
        match input {
            Input::Stdin => {
                let begin = Instant::now();
                if std::io::stdin().is_terminal() {
                    out::warn("reading a report from the terminal; end it with Ctrl-D");
                }
                let name = ("standard input", "standard input");
                let request = self.import.request(self.map.as_ref(), name, Box::new(std::io::stdin()), 0);
                let result = take_in(self.app, request, &mut self.batch);
                self.tell("-", result, begin)
            }
            Input::File(path) => match is_archive(path) {
                Ok(true) => self.archive(path, base),
                Ok(false) => self.file(path, base),
                Err(failure) => {
                    self.failed(&failure);
                    Ok(())
                }
            },
        }
    }

    fn file(&mut self, path: &Path, base: Option<&Path>) -> Result<(), Failure> {
        let begin = Instant::now();
        let label = path.display().to_string();
        let below = below(path, base).to_string_lossy();
        let result = File::open(path).map_err(|error| Failure::file(path, &error)).and_then(|file| {
            let (size, at_hand) = file.metadata().map_or((0, false), |meta| (meta.len(), meta.is_file()));
            let request = self.import.request(self.map.as_ref(), (&label, &below), Box::new(file), size);
            take_in(self.app, ImportRequest { at_hand, ..request }, &mut self.batch)
        });
        self.tell(&label, result, begin)
    }

    fn archive(&mut self, path: &Path, base: Option<&Path>) -> Result<(), Failure> {
        let file = File::open(path).map_err(|error| Failure::file(path, &error))?;
        // An archive in a folder is a folder in it; the name of one that is named itself says nothing, and may be a date.
        let below = base.map_or_else(PathBuf::new, |_| below(path, base).with_extension(""));
        let mut told = Ok(());
        let mut each = |entry: Entry<'_>| {
            let begin = Instant::now();
            let label = inside(path, &entry.name);
            let (app, import, map) = (self.app, self.import, self.map.as_ref());
            let path = below.join(entry.name.trim_start_matches('/'));
            let name = (label.as_str(), &*path.to_string_lossy());
            let batch = &mut self.batch;
            let result = handed_over(entry.reader, |reader| {
                let request = import.request(map, name, reader, 0);
                take_in(app, ImportRequest { at_hand: true, ..request }, batch)
            });
            let result = result.unwrap_or_else(|| Err(bartizan_app::AppError::Internal.into()));
            told = self.tell(&label, result, begin);
            if told.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        };
        let walked = bartizan_import::entries(file, &Limits::default(), &mut each);
        told?;
        if let Err(error) = walked {
            self.failed(&broken_archive(path, &error));
        }
        Ok(())
    }

    fn failed(&mut self, failure: &Failure) {
        self.failed = true;
        out::error(failure);
    }

    fn tell(&mut self, file: &str, result: Result<Imported, Failure>, begin: Instant) -> Result<(), Failure> {
        self.runs.extend(result.as_ref().map(|imported| imported.run));
        match result {
            Err(failure) => self.failed(&failure),
            Ok(imported) if self.import.json => self.out.json(&line(file, &imported, begin))?,
            Ok(imported) => self.plain(file, &imported, begin)?,
        }
        self.out.flush()
    }

    fn plain(&mut self, file: &str, imported: &Imported, begin: Instant) -> Result<(), Failure> {
        let tally = imported.tally;
        let seconds = begin.elapsed().as_secs_f64();
        self.out.line(format!(
            "{file}: {} on {} ({}, {seconds:.1} s): {} new, {} changed, {} as before, {} back, {} fixed",
            counted(tally.findings, "finding"),
            counted(tally.assets, "asset"),
            imported.format,
            tally.created,
            tally.updated,
            tally.unchanged,
            tally.reopened,
            tally.closed
        ))?;
        if tally.suppressed > 0 {
            self.out.line(format!(
                "  {} set aside by the tool itself; that closes nothing here",
                counted(tally.suppressed, "finding")
            ))?;
        }
        for rejected in imported.rejected.iter().take(SHOWN) {
            self.out.line(format!("  not usable: {}: {}", rejected.at, rejected.reason))?;
        }
        for gap in imported.gaps.iter().take(SHOWN) {
            self.out.line(format!("  not looked at: {}: {}", gap.what, gap.why))?;
        }
        let rest = (imported.rejected_total - SHOWN as i64).max(0)
            + (imported.gaps.len() as i64 - SHOWN as i64).max(0);
        if rest > 0 {
            self.out.line(format!("  and {rest} more; the run's page in the UI lists them"))
        } else {
            Ok(())
        }
    }
}

/// A file's path below a folder, or its name where it was named itself.
fn below<'p>(path: &'p Path, base: Option<&Path>) -> &'p Path {
    let name = || path.file_name().map_or(path, Path::new);
    base.map_or_else(name, |base| path.strip_prefix(base).unwrap_or(path))
}

/// Of what could not be used, plain output shows so many.
const SHOWN: usize = 5;

fn is_as_before(tally: Tally) -> bool {
    tally.created + tally.updated + tally.reopened + tally.closed == 0
}

fn take_in(app: &App, request: ImportRequest<'_>, batch: &mut Batch) -> Result<Imported, Failure> {
    let actor = actor();
    let run = app.begin_import(&actor, &request.label)?;
    let label = request.label.clone();
    Ok(progress::shown(app, run, &label, || app.run_import_in(&actor, run, request, batch))?)
}

fn line<'a>(file: &'a str, imported: &'a Imported, begin: Instant) -> Line<'a> {
    let tally = imported.tally;
    let mut rejected: Vec<_> =
        imported.rejected.iter().map(|each| Refused { at: &each.at, reason: &each.reason }).collect();
    if imported.rejected_total > rejected.len() as i64 {
        rejected.push(Refused { at: "", reason: "more records were rejected than are listed here" });
    }
    Line {
        file,
        format: imported.format,
        findings: tally.findings,
        created: tally.created,
        updated: tally.updated,
        unchanged: tally.unchanged,
        reopened: tally.reopened,
        closed: tally.closed,
        rejected,
        assets: tally.assets,
        suppressed: tally.suppressed,
        seconds: (begin.elapsed().as_secs_f64() * 1e3).round() / 1e3,
    }
}
