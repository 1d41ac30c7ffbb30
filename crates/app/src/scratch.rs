//! Files without a name in the data folder: gone with whoever holds them, also when that is killed.

use crate::App;
use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::sync::atomic::{AtomicU64, Ordering};

impl App {
    /// A new, empty file that nobody else can open, for what is too large for memory.
    pub fn scratch_file(&self) -> std::io::Result<File> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let folder = self.spool()?;
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let path = folder.join(format!("{}-{number}", std::process::id()));
            match options.open(&path) {
                Ok(file) => {
                    std::fs::remove_file(&path)?;
                    return Ok(file);
                }
                // Somebody was killed between the two steps.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// A new, empty folder that nobody else can open, gone when it is dropped.
    pub(crate) fn scratch_folder(&self) -> std::io::Result<tempfile::TempDir> {
        tempfile::Builder::new().prefix("folder-").tempdir_in(self.spool()?)
    }

    fn spool(&self) -> std::io::Result<std::path::PathBuf> {
        let folder = self.data.join("spool");
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }
}
