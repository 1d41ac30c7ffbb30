//! A folder whose reports are imported as they appear, and moved away when that is done.
//!
//! A file is taken when two looks find it of the same size and time: whoever writes it has ended, or it was renamed into the
//! folder. It goes to `done/`, or to `failed/` with a file beside it that says why. It is moved after its import is stored: a
//! process that dies in between imports it again, and the same report twice changes nothing.

use crate::{Actor, App, AppError, RunState, Said};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Where reports go that went in.
const DONE: &str = "done";
/// Where the others go.
const FAILED: &str = "failed";
/// Endings under which programs keep what they are still writing.
const UNFINISHED: [&str; 4] = ["part", "partial", "tmp", "crdownload"];

/// A folder that is watched.
#[derive(Debug)]
pub struct Watched {
    folder: PathBuf,
    /// What is said of all reports in it.
    said: Said,
    /// The files of the last look.
    seen: BTreeMap<OsString, Seen>,
}

/// A file as a look found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    size: u64,
    modified: Option<SystemTime>,
    /// Whether it was taken, and could not be moved away.
    stuck: bool,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The file's name.
    pub name: String,
    /// Where it is now.
    pub moved_to: PathBuf,
    /// Each report in it, and why it failed where it did.
    pub reports: Vec<(String, Option<String>)>,
}

impl Watched {
    /// Begins to watch a folder, of whose reports something is said.
    ///
    /// # Errors
    /// That it is none, or nothing can be made in it.
    pub fn new(folder: &Path, said: Said) -> Result<Self, AppError> {
        for part in [DONE, FAILED] {
            let part = folder.join(part);
            std::fs::create_dir_all(&part).map_err(|source| failed(&part, source))?;
        }
        Ok(Self { folder: folder.to_owned(), said, seen: BTreeMap::new() })
    }

    /// Looks at the folder: the files, by name, that are as they were at the last look. Links, hidden files and what is still
    /// being written by its name are passed over.
    ///
    /// # Errors
    /// That it cannot be read.
    pub fn look(&mut self) -> Result<Vec<PathBuf>, AppError> {
        let failed = |source| failed(&self.folder, source);
        let mut now = BTreeMap::new();
        for entry in std::fs::read_dir(&self.folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let (name, kind) = (entry.file_name(), entry.file_type().map_err(failed)?);
            if !kind.is_file() || is_unfinished(&name) {
                continue;
            }
            // Moved away between the two calls.
            let Ok(meta) = entry.metadata() else { continue };
            now.insert(name, Seen { size: meta.len(), modified: meta.modified().ok(), stuck: false });
        }
        let mut ready = Vec::new();
        for (name, seen) in &mut now {
            let Some(before) = self.seen.get(name) else { continue };
            let same = (before.size, before.modified) == (seen.size, seen.modified);
            seen.stuck = same && before.stuck;
            if same && !seen.stuck {
                ready.push(self.folder.join(name));
            }
        }
        self.seen = now;
        Ok(ready)
    }

    /// Imports one of the files that a look gave, and moves it away.
    ///
    /// # Errors
    /// That the store fails: the file stays, and the next look gives it again. That it cannot be moved away: it is not given
    /// again before it changes.
    pub fn take(&mut self, app: &App, actor: &Actor, path: &Path) -> Result<Taken, AppError> {
        let name = path.file_name().unwrap_or_default();
        let label = name.to_string_lossy().into_owned();
        let reports = match app.import_file(actor, path, &label, &self.said) {
            Err(error @ (AppError::Store(_) | AppError::Internal)) => return Err(error),
            Err(error) => vec![(label.clone(), Some(error.to_string()))],
            Ok(reports) => reports,
        };
        let well = reports.iter().all(|(_, failure)| failure.is_none());
        let moved = self.put_away(path, name, if well { DONE } else { FAILED });
        let moved_to = moved.map_err(|source| {
            if let Some(seen) = self.seen.get_mut(name) {
                seen.stuck = true;
            }
            failed(path, source)
        })?;
        if !well {
            let lines = reports.iter().map(|(report, failure)| match failure {
                Some(why) => format!("{report}: {why}\n"),
                None => format!("{report}: imported\n"),
            });
            let mut beside = moved_to.clone().into_os_string();
            beside.push(".reason.txt");
            let text: String = lines.collect();
            std::fs::write(&beside, text).map_err(|source| failed(Path::new(&beside), source))?;
        }
        Ok(Taken { name: label, moved_to, reports })
    }

    /// Moves a file into a folder, under a name that is free there.
    fn put_away(&self, path: &Path, name: &OsStr, folder: &str) -> io::Result<PathBuf> {
        let folder = self.folder.join(folder);
        for number in 1_u32.. {
            let mut free = OsString::new();
            if number > 1 {
                free.push(format!("{number}-"));
            }
            free.push(name);
            let target = folder.join(&free);
            if !target.try_exists()? {
                std::fs::rename(path, &target)?;
                return Ok(target);
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }
}

impl App {
    /// Imports a file that holds a report, or an archive of reports; each report, and why it failed where it did.
    ///
    /// # Errors
    /// That the file cannot be read, or the store fails.
    pub fn import_file(
        &self,
        actor: &Actor,
        path: &Path,
        label: &str,
        said: &Said,
    ) -> Result<Vec<(String, Option<String>)>, AppError> {
        let file = File::open(path).map_err(|source| failed(path, source))?;
        let handed_in = self.announce(actor, file, label)?;
        let reports = handed_in.reports.clone();
        let mut batch = self.batch(label, reports.len())?;
        let taken = self.take_announced(actor, handed_in, said, &mut batch);
        self.judge_batch(actor, &mut batch)?;
        taken?;
        self.read(|reader| {
            let told = reports.into_iter().map(|report| {
                let run = reader.run(report.run)?;
                let why = (run.state != RunState::Finished)
                    .then(|| run.error.unwrap_or_else(|| run.state.as_str().to_owned()));
                Ok((report.label, why))
            });
            told.collect()
        })
    }
}

fn is_unfinished(name: &OsStr) -> bool {
    let ending = Path::new(name).extension().and_then(OsStr::to_str).unwrap_or_default();
    name.as_encoded_bytes().starts_with(b".") || UNFINISHED.contains(&ending)
}

fn failed(path: &Path, source: io::Error) -> AppError {
    AppError::File { path: path.display().to_string(), source }
}
