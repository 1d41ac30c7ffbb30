//! Several reports in one file: an archive is a run for each report in it, announced before the first is read.

use super::{Batch, handed_over};
use crate::{Actor, App, AppError, ImportRequest, RunState};
use bartizan_import::{Limits, OpenError};
use bartizan_model::{Network, RunId};
use std::fs::File;
use std::io::{Read, Seek};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Reports in one archive; more are refused. `bartizan import` on the server's machine knows no such bound.
const REPORTS: usize = 1_000;

/// A report and the run that it was announced as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    /// The run.
    pub run: RunId,
    /// The file's name; of a report in an archive, behind the archive's and a `!`.
    pub label: String,
}

/// What a person says of reports beside what stands in them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// A format's id; detected from the content where `None`.
    pub format: Option<String>,
    /// The name of the asset of those that name none; their file's name where `None`.
    pub about: Option<String>,
    /// Each is all that its tool has to say of the assets that it names: what is missing is gone.
    pub complete: bool,
    /// The network that their private addresses are in.
    pub network: Option<Network>,
}

/// A file that holds a report, or an archive of reports.
#[derive(Debug)]
pub struct HandedIn {
    file: File,
    label: String,
    is_archive: bool,
    /// The reports in it, in their order.
    pub reports: Vec<Announced>,
}

impl App {
    /// Announces a run for the report that a file is, or for each report in the archive that it is. An archive that cannot
    /// be read has one run, which will say so.
    ///
    /// # Errors
    /// That the file cannot be read, or the store fails.
    pub fn announce(&self, actor: &Actor, mut file: File, label: &str) -> Result<HandedIn, AppError> {
        let failed = |source| AppError::File { path: label.to_owned(), source };
        let opened = bartizan_import::open(&mut file, &Limits::default()).map(drop);
        let is_archive = matches!(opened, Err(OpenError::Archive(_)));
        file.rewind().map_err(failed)?;
        let mut names = Vec::new();
        if is_archive {
            let mut name = |entry: bartizan_import::Entry<'_>| {
                names.push(format!("{label}!{}", entry.name));
                if names.len() > REPORTS { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            };
            // What is wrong with it is told when it is read.
            let _ = bartizan_import::entries(&mut file, &Limits::default(), &mut name);
            file.rewind().map_err(failed)?;
        }
        if names.len() > REPORTS {
            return Err(AppError::Input(format!("{label} holds more than {REPORTS} files; split it")));
        }
        if names.is_empty() {
            names.push(label.to_owned());
        }
        let reports = self.write(actor, |tx| {
            names
                .into_iter()
                .map(|label| Ok(Announced { run: tx.begin_run("import", &label)?, label }))
                .collect::<Result<Vec<_>, _>>()
        })?;
        // So that what waits can be stopped as well.
        for report in &reports {
            self.runs.add(report.run, Arc::default());
        }
        Ok(HandedIn { file, label: label.to_owned(), is_archive, reports })
    }

    /// Imports what was announced, one report after the other; where nobody said what those are about that name nothing,
    /// [`report_subject`] says it. What went wrong stands in the runs. [`App::judge_batch`] is the end of it.
    ///
    /// # Errors
    /// That the store fails.
    pub fn take_announced(
        &self,
        actor: &Actor,
        handed_in: HandedIn,
        said: &Said,
        batch: &mut Batch,
    ) -> Result<(), AppError> {
        let runs: Vec<RunId> = handed_in.reports.iter().map(|report| report.run).collect();
        let taken = self.take_reports(actor, handed_in, said, batch);
        for run in runs {
            self.runs.remove(run);
        }
        taken
    }

    fn take_reports(
        &self,
        actor: &Actor,
        handed_in: HandedIn,
        said: &Said,
        batch: &mut Batch,
    ) -> Result<(), AppError> {
        let HandedIn { file, label, is_archive, reports } = handed_in;
        let size = file.metadata().map_or(0, |meta| meta.len());
        let said_of = |label: &str| {
            let path = label.rsplit('!').next().unwrap_or(label);
            Said { about: Some(said.about.clone().unwrap_or_else(|| report_subject(path))), ..said.clone() }
        };
        let is_guess = said.about.is_none();
        let mut reports = reports.into_iter();
        if !is_archive {
            for report in reports {
                // Where it failed, its run says so.
                let file =
                    file.try_clone().map_err(|source| AppError::File { path: label.clone(), source })?;
                let request = request(&report.label, Box::new(file), size, said_of(&report.label), is_guess);
                told(self.run_import_in(actor, report.run, request, batch))?;
            }
            return Ok(());
        }
        let mut broken = Ok(());
        let walked = bartizan_import::entries(file, &Limits::default(), &mut |entry| {
            let Some(report) = reports.next() else { return ControlFlow::Break(()) };
            let taken = handed_over(entry.reader, |reader| {
                let request = request(&report.label, reader, 0, said_of(&report.label), is_guess);
                told(self.run_import_in(actor, report.run, request, batch))
            });
            broken = taken.unwrap_or(Err(AppError::Internal));
            if broken.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        broken?;
        let why = walked.map_or_else(|error| error.to_string(), |()| "it is an archive without files".into());
        for report in reports {
            let words = format!("{label}: {why}");
            self.write(actor, |tx| tx.fail_run(report.run, RunState::Failed, &words))?;
        }
        self.follow().map(drop)
    }
}

fn request<'a>(
    label: &str,
    reader: Box<dyn Read + Send + 'a>,
    size: u64,
    said: Said,
    is_guess: bool,
) -> ImportRequest<'a> {
    ImportRequest {
        at_hand: true,
        format: said.format,
        is_guess,
        complete: said.complete,
        network: said.network,
        ..ImportRequest::new(label, reader, size, &said.about.unwrap_or_default())
    }
}

/// What a report is about that names nothing: its path within the folder or archive that was handed over, without the ending of
/// the file's name. Its folders are always in it, so that it is the same whatever comes beside it another day.
pub fn report_subject(path: &str) -> String {
    let parts = path.split(['/', '\\']).filter(|part| !matches!(*part, "" | "." | ".."));
    let path = parts.collect::<Vec<_>>().join("/");
    let name = path.rfind('/').map_or(0, |slash| slash + 1);
    let end = path.rfind('.').filter(|dot| *dot > name).unwrap_or(path.len());
    path[..end].to_owned()
}

/// Passes over what stands in the run.
fn told<T>(result: Result<T, AppError>) -> Result<(), AppError> {
    match result {
        Err(AppError::Store(error)) => Err(AppError::Store(error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::report_subject;

    #[test]
    fn a_report_is_about_its_path() {
        for (path, subject) in [
            ("one/scan.json", "one/scan"),
            ("two.x\\scan", "two.x/scan"),
            ("./two.x/other.tar.json", "two.x/other.tar"),
            ("../scan.json", "scan"),
            (".hidden", ".hidden"),
        ] {
            assert_eq!(report_subject(path), subject, "{path}");
        }
    }
}
