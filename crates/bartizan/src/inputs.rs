//! The reports that paths on the command line stand for: files, folders, archives, standard input.

use crate::failure::Failure;
use bartizan_import::{Limits, OpenError};
use std::fs::File;
use std::path::{Path, PathBuf};

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

#[cfg(test)]
mod tests {
    use super::*;

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
