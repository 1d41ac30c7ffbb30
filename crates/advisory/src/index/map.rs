//! A file as memory.

use super::IndexError;
use std::fs::File;
use std::path::Path;

/// The bytes of a file that never changes.
pub(super) struct Map(Option<memmap2::Mmap>);

impl Map {
    /// Maps a file of the index.
    pub(super) fn open(path: &Path) -> Result<Self, IndexError> {
        let file = File::open(path).map_err(IndexError::file(path))?;
        let len = file.metadata().map_err(IndexError::file(path))?.len();
        if len == 0 {
            return Ok(Self(None));
        }
        // SAFETY: a map is undefined behaviour only if the file changes beneath it. Segments are written under another
        // name, made read-only, synced and then renamed; nothing in Bartizan opens one for writing again, and removing
        // one leaves its pages to those who have it mapped. The folder is readable and writable by its owner alone.
        #[allow(unsafe_code)]
        let map = unsafe { memmap2::Mmap::map(&file) }.map_err(IndexError::file(path))?;
        Ok(Self(Some(map)))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.0.as_deref().unwrap_or_default()
    }
}
