//! `bartizan restore`: a backup takes the place of the data.

use crate::failure::Failure;
use crate::home::Home;
use crate::out::Out;
use clap::Args;
use std::io::Read as _;
use std::path::PathBuf;

/// Puts a backup in the place of the data. Stop `bartizan serve` first; what was there is kept beside it.
#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The backup
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// How every SQLite database begins.
const MAGIC: &[u8] = b"SQLite format 3\0";

impl Restore {
    /// Restores it.
    pub(crate) fn run(&self, home: &Home) -> Result<(), Failure> {
        if home.is_remote() {
            return Err(Failure::new(
                "a PostgreSQL database is restored by its own tools",
                "Use pg_restore.",
            ));
        }
        // A file that is not there, or is something else, must never be opened as a database: that would make it one.
        let mut head = Vec::new();
        std::fs::File::open(&self.file)
            .and_then(|file| file.take(MAGIC.len() as u64).read_to_end(&mut head))
            .map_err(|error| Failure::file(&self.file, &error))?;
        if head != MAGIC {
            let what = format!("{} is no backup of Bartizan", self.file.display());
            return Err(Failure::new(what, "`bartizan backup FILE` makes one."));
        }
        let data = home.data()?;
        let kept = bartizan_app::restore(&data, &self.file)?;
        let mut out = Out::new();
        out.line(format!("{} is in place in {}.", self.file.display(), data.display()))?;
        if kept.exists() {
            out.line(format!("What was there before is kept in {}.", kept.display()))?;
        }
        out.flush()
    }
}
