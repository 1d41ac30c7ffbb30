//! Which files were fetched and loaded, and by what to ask whether they changed.

use super::plan::Download;
use super::{Came, at_path};
use crate::AppError;
use crate::feeds::bundle::FileInside;
use bartizan_net::Validators;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// `downloads/state.json`.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct State {
    files: BTreeMap<String, Held>,
}

/// A file that was loaded.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Held {
    url: String,
    etag: Option<String>,
    last_modified: Option<String>,
    size: u64,
    /// BLAKE3, in hexadecimal.
    pub(super) digest: String,
    /// When it was loaded, in microseconds since 1970.
    loaded_at: i64,
}

impl Held {
    pub(super) fn validators(&self) -> Validators {
        Validators { etag: self.etag.clone(), last_modified: self.last_modified.clone() }
    }
}

impl State {
    pub(super) fn open(downloads: &Path) -> Result<Self, AppError> {
        let path = downloads.join("state.json");
        match std::fs::read(&path) {
            // What cannot be read is as good as nothing: everything is fetched anew.
            Ok(bytes) => Ok(serde_json::from_slice(&bytes).unwrap_or_default()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(source) => Err(at_path(&path, source)),
        }
    }

    /// What is held of a file, where it was fetched from the same place, is still there, and is what the store has
    /// (`loaded_at`): a database that was put back is older than the files.
    pub(super) fn held(&self, downloads: &Path, download: &Download, loaded_at: Option<i64>) -> Option<Held> {
        let held = self.files.get(&download.file)?;
        let there = downloads.join(&download.file).metadata().is_ok_and(|meta| meta.len() == held.size);
        let stored = loaded_at.is_some_and(|at| at >= held.loaded_at);
        (there && stored && held.url == download.url).then(|| held.clone())
    }

    pub(super) fn keep(&mut self, download: &Download, came: Came, loaded_at: i64) {
        let Came { validators, size, digest } = came;
        let Validators { etag, last_modified } = validators;
        let held = Held { url: download.url.clone(), etag, last_modified, size, digest, loaded_at };
        self.files.insert(download.file.clone(), held);
    }

    pub(super) fn stored(&self) -> Vec<FileInside> {
        let inside = |(path, held): (&String, &Held)| FileInside {
            path: path.clone(),
            size: held.size,
            blake3: held.digest.clone(),
        };
        self.files.iter().map(inside).collect()
    }

    pub(super) fn save(&self, downloads: &Path) -> Result<(), AppError> {
        let (path, fresh) = (downloads.join("state.json"), downloads.join("state.json.new"));
        let bytes = serde_json::to_vec_pretty(self).map_err(|error| at_path(&path, error.into()))?;
        std::fs::write(&fresh, bytes).map_err(|source| at_path(&fresh, source))?;
        std::fs::rename(&fresh, &path).map_err(|source| at_path(&path, source))
    }
}

/// The BLAKE3 digest of a file, in hexadecimal.
pub(super) fn digest(path: &Path) -> std::io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(std::fs::File::open(path)?)?;
    Ok(hasher.finalize().to_hex().to_string())
}
