//! A file that is on its way: what came of it, and by what the rest can be asked for.

use crate::error::Cause;
use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// A tag longer than this is none.
const LONGEST_TAG: u64 = 1 << 10;

/// `<name>.part` beside the file, and `<name>.part.tag` with the server's tag of it.
pub(crate) struct Partial {
    data: PathBuf,
    tag: PathBuf,
    target: PathBuf,
}

impl Partial {
    pub(crate) fn of(target: &Path) -> Self {
        let with = |suffix: &str| {
            let mut name = target.as_os_str().to_owned();
            name.push(suffix);
            PathBuf::from(name)
        };
        Self { data: with(".part"), tag: with(".part.tag"), target: target.to_owned() }
    }

    /// How much came, and the tag that the rest must have. Nothing where either is not known.
    pub(crate) fn held(&self) -> Option<(u64, String)> {
        let small = self.tag.metadata().is_ok_and(|meta| meta.len() <= LONGEST_TAG);
        let tag = small.then(|| std::fs::read_to_string(&self.tag).ok()).flatten()?;
        let have = self.data.metadata().ok()?.len();
        (have > 0 && !tag.is_empty()).then_some((have, tag))
    }

    /// Begins anew.
    pub(crate) fn begin(&self, tag: Option<&str>) -> Result<File, Cause> {
        self.discard()?;
        if let Some(tag) = tag {
            std::fs::write(&self.tag, tag).map_err(|source| failed(&self.tag, source))?;
        }
        File::create(&self.data).map_err(|source| failed(&self.data, source))
    }

    /// Goes on where it broke off.
    pub(crate) fn resume(&self) -> Result<File, Cause> {
        OpenOptions::new().append(true).open(&self.data).map_err(|source| failed(&self.data, source))
    }

    /// Forgets what came.
    pub(crate) fn discard(&self) -> Result<(), Cause> {
        for path in [&self.tag, &self.data] {
            match std::fs::remove_file(path) {
                Err(source) if source.kind() != ErrorKind::NotFound => return Err(failed(path, source)),
                _ => {}
            }
        }
        Ok(())
    }

    /// All of it is there: it gets its name.
    pub(crate) fn finish(&self, file: &File) -> Result<(), Cause> {
        file.sync_all().map_err(|source| failed(&self.data, source))?;
        std::fs::rename(&self.data, &self.target).map_err(|source| failed(&self.target, source))?;
        self.discard()
    }

    pub(crate) fn failed(&self, source: std::io::Error) -> Cause {
        failed(&self.data, source)
    }
}

fn failed(path: &Path, source: std::io::Error) -> Cause {
    Cause::File { path: path.display().to_string(), source }
}
