//! `bartizan backup`: a consistent copy, while others go on working.

use crate::failure::Failure;
use crate::home::Home;
use crate::out::Out;
use clap::Args;
use std::path::PathBuf;

/// Write a consistent copy of the data to a file, while others go on working
///
/// The copy holds everything, password hashes too; only its owner can read it.
#[derive(Debug, Args)]
pub(crate) struct Backup {
    /// The new file
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

impl Backup {
    /// Writes it.
    pub(crate) fn run(&self, home: &Home) -> Result<(), Failure> {
        let app = home.open_to_read()?;
        app.backup(&self.file)?;
        let size = std::fs::metadata(&self.file).map_err(|error| Failure::file(&self.file, &error))?.len();
        let mut out = Out::new();
        out.line(format!("{}: {}", self.file.display(), indicatif::BinaryBytes(size)))?;
        out.flush()
    }
}
