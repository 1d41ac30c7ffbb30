//! The reports that paths on the command line stand for: files, folders, archives, standard input.

use crate::failure::Failure;
use bartizan_import::{Limits, OpenError};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, sync_channel};

/// One place to read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Input {
    /// Standard input.
    Stdin,
    /// A file, which may be an archive.
    File(PathBuf),
}

impl Input {
    /// What a path stands for: itself, or all files of a folder and the folders in it, by name. Hidden files and links
    /// to folders are left out.
    pub(crate) fn of(path: &Path) -> Result<Vec<Self>, Failure> {
        if path.as_os_str() == "-" {
            return Ok(vec![Self::Stdin]);
        }
        if !path.is_dir() {
            return Ok(vec![Self::File(path.to_owned())]);
        }
        let mut files = Vec::new();
        walk(path, &mut files)?;
        if files.is_empty() {
            let what = format!("there is no file in the folder {}", path.display());
            return Err(Failure::new(what, "Name a report or a folder of reports."));
        }
        Ok(files.into_iter().map(Self::File).collect())
    }
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let failed = |error| Failure::file(folder, &error);
    let entries =
        std::fs::read_dir(folder).map_err(failed)?.collect::<Result<Vec<_>, _>>().map_err(failed)?;
    let mut entries: Vec<_> =
        entries.into_iter().filter(|entry| !entry.file_name().as_encoded_bytes().starts_with(b".")).collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let kind = entry.file_type().map_err(failed)?;
        if kind.is_dir() {
            walk(&entry.path(), files)?;
        } else if kind.is_file() || entry.path().is_file() {
            files.push(entry.path());
        }
    }
    Ok(())
}

/// Whether a file is an archive of several reports.
pub(crate) fn is_archive(path: &Path) -> Result<bool, Failure> {
    let file = File::open(path).map_err(|error| Failure::file(path, &error))?;
    Ok(matches!(bartizan_import::open(file, &Limits::default()), Err(OpenError::Archive(_))))
}

/// An archive could not be read to its end.
pub(crate) fn broken_archive(path: &Path, error: &OpenError) -> Failure {
    Failure::new(format!("{}: {error}", path.display()), "")
}

/// The name of a report in an archive.
pub(crate) fn inside(archive: &Path, entry: &str) -> String {
    format!("{}!{entry}", archive.display())
}

/// Bytes travel between the threads in pieces of this size ...
const PIECE: usize = 256 * 1024;
/// ... of which so many may wait.
const WAITING: usize = 4;

/// Does `work` on another thread with what `source`, which cannot leave this one, gives. A failure of `source` arrives
/// as a failure, never as an early end.
pub(crate) fn handed_over<T: Send>(
    source: &mut dyn Read,
    work: impl FnOnce(Box<dyn Read + Send>) -> T + Send,
) -> Option<T> {
    let (sender, receiver) = sync_channel::<std::io::Result<Vec<u8>>>(WAITING);
    std::thread::scope(|scope| {
        let worker =
            scope.spawn(move || work(Box::new(Pieces { receiver, piece: Vec::new(), at: 0, ended: false })));
        loop {
            let mut piece = Vec::with_capacity(PIECE);
            let read = source.take(PIECE as u64).read_to_end(&mut piece).map(|_| piece);
            let last = read.as_ref().map_or(true, Vec::is_empty);
            // Nobody listens any more where the work failed early; its own error says why.
            if sender.send(read).is_err() || last {
                break;
            }
        }
        worker.join().ok()
    })
}

/// The other end: an empty piece is the end, a channel that breaks off is an error.
struct Pieces {
    receiver: Receiver<std::io::Result<Vec<u8>>>,
    piece: Vec<u8>,
    at: usize,
    ended: bool,
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.piece.len() && !self.ended {
            let broken = |_| std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
            self.piece = self.receiver.recv().map_err(broken)??;
            self.at = 0;
            self.ended = self.piece.is_empty();
        }
        let count = buffer.len().min(self.piece.len() - self.at);
        buffer[..count].copy_from_slice(&self.piece[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Breaks(usize);

    impl Read for Breaks {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            if self.0 == 0 {
                return Err(std::io::Error::other("bad checksum"));
            }
            let count = buffer.len().min(self.0);
            buffer[..count].fill(b'x');
            self.0 -= count;
            Ok(count)
        }
    }

    #[test]
    fn hands_everything_over_and_failures_too() {
        let read = |mut reader: Box<dyn Read + Send>| {
            let mut all = Vec::new();
            reader.read_to_end(&mut all).map(|_| all.len()).map_err(|error| error.to_string())
        };
        assert_eq!(handed_over(&mut std::io::repeat(b'x').take(1_000_001), read), Some(Ok(1_000_001)));
        assert_eq!(handed_over(&mut std::io::empty(), read), Some(Ok(0)));
        assert_eq!(handed_over(&mut Breaks(600_000), read), Some(Err("bad checksum".to_owned())));
        // The work may end before the source does.
        assert_eq!(handed_over(&mut std::io::repeat(b'x'), |_| 7), Some(7));
    }

    #[test]
    fn folders_stand_for_their_files() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Input::of(folder.path()).is_err());
        std::fs::create_dir(folder.path().join("b")).unwrap();
        for name in ["c.xml", "b/a.json", ".hidden"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let expected = ["b/a.json", "c.xml"].map(|name| Input::File(folder.path().join(name)));
        assert_eq!(Input::of(folder.path()).unwrap(), expected);
        assert_eq!(Input::of(Path::new("-")).unwrap(), [Input::Stdin]);
    }
}
