//! What is wrong with an installation, in plain words, and what to do about it.

use crate::{App, AppError, doubts};
use bartizan_assess::correlation::equivalence::Fault;
use bartizan_model::words::counted;
use std::path::Path;

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// As it should be.
    Fine,
    /// Answers are worse than they could be.
    Warning,
    /// Something does not work.
    Broken,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// How bad it is.
    pub level: Level,
    /// What was looked at.
    pub what: &'static str,
    /// What was found.
    pub words: String,
    /// What to do; empty where all is well.
    pub fix: String,
}

impl App {
    /// Looks at everything an installation rests on.
    pub fn health(&self) -> Result<Vec<Problem>, AppError> {
        let mut all = vec![folder(self.data()), self.database()?, self.feeds_known()?, self.host_seen()?];
        all.extend(self.equivalences_sound());
        let runs = self.read(|reader| reader.runs(None, 20))?;
        let failed = runs.iter().filter(|run| run.error.is_some()).count();
        all.push(Problem {
            level: if failed > 0 { Level::Warning } else { Level::Fine },
            what: "runs",
            words: format!("{failed} of the last {} runs failed", runs.len()),
            fix: if failed > 0 {
                "Look at the Runs page: each failed run says why.".into()
            } else {
                String::new()
            },
        });
        let accounts = self.read(|reader| reader.accounts())?;
        let none = accounts.is_empty();
        all.push(Problem {
            level: if none { Level::Warning } else { Level::Fine },
            what: "accounts",
            words: format!(
                "{} people can sign in",
                accounts.iter().filter(|account| !account.disabled).count()
            ),
            fix: if none {
                "Open the set-up link that `bartizan serve` prints.".into()
            } else {
                String::new()
            },
        });
        Ok(all)
    }

    fn database(&self) -> Result<Problem, AppError> {
        let damage = self.store.check()?;
        Ok(match damage {
            None => Problem {
                level: Level::Fine,
                what: "database",
                words: format!("{} answers and shows no damage", self.backend()),
                fix: String::new(),
            },
            Some(damage) => Problem {
                level: Level::Broken,
                what: "database",
                words: format!("the database is damaged: {damage}"),
                fix: "Stop Bartizan and run `bartizan restore FILE` with your last backup.".into(),
            },
        })
    }

    fn feeds_known(&self) -> Result<Problem, AppError> {
        let states = self.feed_states()?;
        let mut words = doubts(&states, self.now());
        if !words.is_empty() && states.iter().all(|state| state.sync.is_none()) {
            words.push("nothing was ever synced".to_owned());
        }
        let fine = words.is_empty();
        Ok(Problem {
            level: if fine { Level::Fine } else { Level::Warning },
            what: "feeds",
            words: if fine { "all feeds are loaded and fresh".into() } else { words.join(", ") },
            fix: match (fine, self.is_offline()) {
                (true, _) => String::new(),
                (false, true) => "Load fresh files with `bartizan feeds load FILE...`, or a bundle with `bartizan feeds bundle load FILE`.".into(),
                (false, false) => "Fetch what is new with `bartizan feeds sync`, or load files with `bartizan feeds load FILE...`.".into(),
            },
        })
    }

    /// One for each thing that is wrong in a file of rules that mean the same: as long as there is one, nothing is imported.
    fn equivalences_sound(&self) -> Vec<Problem> {
        let (_, files, faults) = self.read_equivalences();
        let what = "equivalent rules";
        if faults.is_empty() {
            let words = match files {
                0 => "the table that comes along is used".to_owned(),
                files => format!("the table and {} of yours agree", counted(files, "file")),
            };
            return vec![Problem { level: Level::Fine, what, words, fix: String::new() }];
        }
        let broken = |fault: Fault| Problem {
            level: Level::Broken,
            what,
            words: fault.to_string(),
            fix: format!(
                "{} Until then no report is imported; afterwards run `bartizan correlate run`.",
                fault.fix
            ),
        };
        faults.into_iter().map(broken).collect()
    }

    fn host_seen(&self) -> Result<Problem, AppError> {
        let hosts = self.read(|reader| reader.collected_hosts())?;
        let newest = hosts.iter().map(|(_, at)| *at).max();
        Ok(match newest {
            None => Problem {
                level: Level::Warning,
                what: "this host",
                words: "it was never looked at".into(),
                fix: "Run `bartizan discover host` (as root it sees more).".into(),
            },
            Some(at) => Problem {
                level: Level::Fine,
                what: "this host",
                words: format!("last looked at {at}"),
                fix: String::new(),
            },
        })
    }
}

/// The folder must be writable and nobody else's to read.
fn folder(data: &Path) -> Problem {
    let broken =
        |words: String, fix: String| Problem { level: Level::Broken, what: "data folder", words, fix };
    let shown = data.display();
    match std::fs::metadata(data) {
        Err(error) => broken(format!("{shown}: {error}"), "Choose another folder with --data.".into()),
        Ok(meta) if meta.permissions().readonly() => {
            broken(format!("{shown} cannot be written"), format!("chmod u+w {shown}"))
        }
        Ok(meta) => {
            #[cfg(unix)]
            if std::os::unix::fs::PermissionsExt::mode(&meta.permissions()) & 0o077 != 0 {
                return Problem {
                    level: Level::Warning,
                    what: "data folder",
                    words: format!("{shown} can be read by others on this machine"),
                    fix: format!("chmod 700 {shown}"),
                };
            }
            let _ = meta;
            Problem {
                level: Level::Fine,
                what: "data folder",
                words: format!("{shown} is in order"),
                fix: String::new(),
            }
        }
    }
}
