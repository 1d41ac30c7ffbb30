//! What a bundle says of itself. It is signed, but read as if a stranger had written it.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

const FORMAT: &str = "bartizan-feed-bundle-1";
const LONGEST_NAME: usize = 200;

/// `manifest.json`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    format: String,
    /// Larger than that of any bundle made before.
    pub(super) number: u64,
    /// RFC 3339.
    pub(super) created_at: String,
    feeds: Vec<FeedInside>,
    pub(super) files: Vec<FileInside>,
}

/// A feed, and the day it is of.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct FeedInside {
    pub(super) feed: String,
    pub(super) as_of: Option<String>,
}

/// A file: the feed's id, a slash, a name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::feeds) struct FileInside {
    pub(in crate::feeds) path: String,
    pub(in crate::feeds) size: u64,
    /// BLAKE3, in hexadecimal.
    pub(in crate::feeds) blake3: String,
}

impl FileInside {
    /// The id of its feed.
    pub(super) fn feed(&self) -> &str {
        self.path.split_once('/').map_or("", |(feed, _)| feed)
    }
}

impl Manifest {
    pub(super) fn new(
        number: u64,
        created_at: String,
        feeds: Vec<FeedInside>,
        files: Vec<FileInside>,
    ) -> Self {
        Self { format: FORMAT.to_owned(), number, created_at, feeds, files }
    }

    pub(super) fn bytes(&self) -> std::io::Result<Vec<u8>> {
        Ok(serde_json::to_vec_pretty(self)?)
    }

    /// Reads a manifest; every path in it is one that can only mean a file below a folder.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, String> {
        let manifest: Self =
            serde_json::from_slice(bytes).map_err(|error| format!("its manifest cannot be read: {error}"))?;
        if manifest.format != FORMAT {
            return Err(format!("its format is {:?}, and this version reads {FORMAT}", manifest.format));
        }
        let mut seen = BTreeSet::new();
        for file in &manifest.files {
            if !is_plain(&file.path) || !seen.insert(file.path.to_ascii_lowercase()) {
                return Err(format!("its manifest names {:?}, which is no path of a feed's file", file.path));
            }
        }
        Ok(manifest)
    }
}

/// Two names of letters, digits, dots, dashes and lines, neither of which begins with a dot.
fn is_plain(path: &str) -> bool {
    let plain = |name: &str| {
        !name.is_empty()
            && name.len() <= LONGEST_NAME
            && !name.starts_with('.')
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
    };
    path.split_once('/').is_some_and(|(feed, name)| plain(feed) && plain(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_below_the_folder() {
        assert!(is_plain("kev/known_exploited.json") && is_plain("osv/npm.all.zip"));
        for wrong in [
            "",
            "kev",
            "/kev",
            "kev/",
            "../kev",
            "kev/..",
            "kev/../x",
            "kev/a/b",
            "C:\\x/y",
            "kev/a b",
            "kev/.state",
            "kev/a\0",
            "kev\\..\\x",
        ] {
            assert!(!is_plain(wrong), "{wrong:?}");
        }
    }

    #[test]
    fn a_manifest_of_another_kind_is_none() {
        let file = |path: &str| FileInside { path: path.into(), size: 1, blake3: String::new() };
        let text =
            |files: Vec<FileInside>| Manifest::new(1, String::new(), Vec::new(), files).bytes().unwrap();
        assert!(Manifest::read(&text(vec![file("kev/a")])).is_ok());
        for wrong in
            [b"{}".to_vec(), b"".to_vec(), text(vec![file("../a")]), text(vec![file("kev/a"), file("kev/A")])]
        {
            assert!(Manifest::read(&wrong).is_err());
        }
        let other = String::from_utf8(text(Vec::new())).unwrap().replace("bundle-1", "bundle-2");
        assert!(Manifest::read(other.as_bytes()).unwrap_err().contains("this version reads"));
    }
}
