//! The shared folder of vectors and knowledge (`$BARTIZAN_SHARED`, else `../shared` beside the repository).

use anyhow::Context;
use bartizan_advisory::detect::PREFIX;
use bartizan_advisory::feed::{Record, Sink};
use bartizan_advisory::feeds;
use bartizan_advisory::index::{Batch, Index, IndexError, Library};
use std::io::{BufRead, BufReader, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Where a file of the shared folder is, whether or not it is there.
pub(crate) fn path(name: &str) -> PathBuf {
    std::env::var_os("BARTIZAN_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from)
        .join(name)
}

/// Whether a file is there; without it, says so: who asked skips.
pub(crate) fn there(name: &str) -> bool {
    let there = path(name).is_file();
    if !there {
        println!("  skipped: {} is not there", path(name).display());
    }
    there
}

/// A file of the shared folder, without its compression.
pub(crate) fn open(name: &str) -> anyhow::Result<Box<dyn BufRead>> {
    let path = path(name);
    let file = std::fs::File::open(&path).with_context(|| path.display().to_string())?;
    let plain: Box<dyn Read> = match path.extension().and_then(|end| end.to_str()) {
        Some("gz") => Box::new(flate2::read::GzDecoder::new(file)),
        Some("zst") => Box::new(zstd::Decoder::new(file)?),
        _ => Box::new(file),
    };
    Ok(Box::new(BufReader::new(plain)))
}

/// An index of the advisories of these files, each read as the feed that it is.
pub(crate) fn index(folder: &Path, names: &[&str]) -> anyhow::Result<Index> {
    let library = Library::open(folder)?;
    for name in names {
        let mut bytes = Vec::new();
        open(name)?.read_to_end(&mut bytes)?;
        let feed =
            feeds::detect(&bytes[..bytes.len().min(PREFIX)]).with_context(|| format!("{name}: no feed"))?;
        let mut change = library.change()?;
        let mut loading = Loading { batch: change.batch()?, failed: Ok(()) };
        let summary = (feed.read)(&mut bytes.as_slice(), &mut loading)?;
        loading.failed?;
        anyhow::ensure!(summary.incomplete.is_empty(), "{name}: {:?}", summary.incomplete);
        change.renew(feed.id, loading.batch)?;
        change.publish()?;
    }
    Ok(library.index()?)
}

struct Loading {
    batch: Batch,
    failed: Result<(), IndexError>,
}

impl Sink for Loading {
    fn record(&mut self, record: Record) -> ControlFlow<()> {
        let Record::Advisory(advisory) = record else { return ControlFlow::Continue(()) };
        match self.batch.add(&advisory) {
            Ok(_) => ControlFlow::Continue(()),
            Err(error) => {
                self.failed = Err(error);
                ControlFlow::Break(())
            }
        }
    }

    /// How many records a feed rejects is counted where feeds are tested.
    fn reject(&mut self, _at: String, _reason: String) {}
}
