//! `bartizan watch`: reports are imported as they appear in a folder.

use crate::failure::Failure;
use crate::home::{Home, actor};
use crate::out::{self, Out};
use bartizan_app::{App, Said, Taken, Watched};
use bartizan_model::Network;
use clap::Args;
use serde_json::json;
use std::path::PathBuf;
use std::time::Duration;

/// Import reports as they appear in a folder
///
/// A file is taken once its size stands still from one look to the next, or at the second look after it was renamed into the
/// folder. It goes to `done/`, or to `failed/` with a file `NAME.reason.txt` beside it. Archives are unpacked. Hidden files and
/// those ending in .part, .partial, .tmp or .crdownload are left alone. It may be stopped at any time, and started again.
#[derive(Debug, Args)]
pub(crate) struct Watch {
    /// The folder
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The network that the private addresses in its reports are in, as for `bartizan import`: one folder for each network
    #[arg(long, value_name = "NAME")]
    network: Option<Network>,
    /// Seconds from one look to the next
    #[arg(long, value_name = "SECONDS", default_value_t = 5, value_parser = clap::value_parser!(u64).range(..=86_400))]
    every: u64,
    /// Take what is there, and end
    #[arg(long)]
    once: bool,
    /// Print one JSON object a file
    #[arg(long)]
    json: bool,
}

impl Watch {
    /// Watches, until it is stopped.
    pub(crate) fn run(&self, home: &Home) -> Result<(), Failure> {
        if !self.folder.is_dir() {
            let what = format!("{} is no folder", self.folder.display());
            return Err(Failure::new(what, "Make it, and let reports be put there."));
        }
        let app = home.open()?;
        let said = Said { network: self.network.clone(), ..Said::default() };
        let mut watched = Watched::new(&self.folder, said)?;
        let mut out = Out::new();
        watched.look()?;
        let mut well = true;
        loop {
            std::thread::sleep(Duration::from_secs(self.every));
            well &= self.round(&app, &mut watched, &mut out)?;
            if self.once {
                return if well { Ok(()) } else { Err(Failure::Told) };
            }
        }
    }

    /// One look. Whether all went in.
    fn round(&self, app: &App, watched: &mut Watched, out: &mut Out) -> Result<bool, Failure> {
        let mut well = true;
        for path in watched.look()? {
            match watched.take(app, &actor(), &path) {
                Ok(taken) => {
                    well &= taken.reports.iter().all(|(_, failure)| failure.is_none());
                    self.tell(&taken, out)?;
                }
                // What is wrong may be over at the next look.
                Err(error) => {
                    well = false;
                    out::error(&error.into());
                }
            }
        }
        Ok(well)
    }

    fn tell(&self, taken: &Taken, out: &mut Out) -> Result<(), Failure> {
        if self.json {
            let reports = taken.reports.iter().map(|(name, error)| json!({ "name": name, "error": error }));
            out.json(&json!({
                "file": taken.name,
                "moved_to": taken.moved_to.display().to_string(),
                "reports": reports.collect::<Vec<_>>(),
            }))?;
        } else {
            for (report, failure) in &taken.reports {
                let words = failure.as_deref().map_or("imported".to_owned(), |why| format!("failed: {why}"));
                out.line(format!("{report}: {words}"))?;
            }
        }
        out.flush()
    }
}
