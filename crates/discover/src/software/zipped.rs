//! Files inside a ZIP archive, with limits: the sizes that an archive states are not believed.

use std::io::{Cursor, Read};

/// The most entries of one archive.
const ENTRIES: usize = 200_000;
/// The most bytes that one entry may unpack to.
const ENTRY: u64 = 16 << 20;
/// The most bytes that all read entries may unpack to.
const ALL: u64 = 256 << 20;

/// Calls `take` with path and bytes of each file whose path is wanted, in the archive's order. An entry that cannot be
/// read is told to `problem`.
///
/// # Errors
/// Where it is no ZIP archive, or beyond the limits.
pub(crate) fn read(
    bytes: &[u8],
    wants: impl Fn(&str) -> bool,
    problem: impl Fn(String),
    mut take: impl FnMut(&str, Vec<u8>),
) -> Result<(), String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| format!("no ZIP: {error}"))?;
    if archive.len() > ENTRIES {
        return Err(format!("a ZIP with more than {ENTRIES} entries"));
    }
    let mut left = ALL;
    for n in 0..archive.len() {
        let path = match archive.name_for_index(n) {
            Some(Ok(path)) if wants(&path) => path.into_owned(),
            Some(Err(error)) => {
                problem(format!("entry {n} of the ZIP was left out: {error}"));
                continue;
            }
            _ => continue,
        };
        let mut entry = match archive.by_index(n) {
            Ok(entry) if entry.is_file() => entry,
            Ok(_) => continue,
            Err(error) => {
                problem(format!("{path} in the ZIP was left out: {error}"));
                continue;
            }
        };
        let mut unpacked = Vec::new();
        let cap = ENTRY.min(left);
        match (&mut entry).take(cap + 1).read_to_end(&mut unpacked) {
            Ok(_) if unpacked.len() as u64 <= cap => {
                left -= unpacked.len() as u64;
                take(&path, unpacked);
            }
            Ok(_) if cap == left => return Err(format!("a ZIP that unpacks to more than {} MiB", ALL >> 20)),
            Ok(_) => {
                left -= cap;
                problem(format!("{path} in the ZIP was left out: more than {} MiB", ENTRY >> 20));
            }
            Err(error) => problem(format!("{path} in the ZIP was left out: {error}")),
        }
    }
    Ok(())
}

/// A ZIP archive of the given files. For tests.
#[cfg(test)]
pub(crate) fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write;
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        writer.start_file(*path, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    #[test]
    fn wanted_files_with_limits() {
        let big = vec![0; (ENTRY + 1) as usize];
        let bytes = archive(&[("a/x", b"1"), ("b", b"2"), ("c/x", &big), ("d/x", b"3")]);
        let (problems, mut found) = (RefCell::new(Vec::new()), Vec::new());
        read(
            &bytes,
            |path| path.ends_with("/x"),
            |why| problems.borrow_mut().push(why),
            |path, bytes| found.push((path.to_owned(), bytes)),
        )
        .unwrap();
        assert_eq!(found, [("a/x".to_owned(), b"1".to_vec()), ("d/x".to_owned(), b"3".to_vec())]);
        assert_eq!(problems.into_inner(), ["c/x in the ZIP was left out: more than 16 MiB"]);
        assert!(read(b"PK", |_| true, |_| {}, |_, _| {}).is_err());
    }

    #[test]
    fn a_bomb_is_refused() {
        let zeros = vec![0; ENTRY as usize];
        let names: Vec<_> = (0..17).map(|n| n.to_string()).collect();
        let files: Vec<_> = names.iter().map(|name| (name.as_str(), zeros.as_slice())).collect();
        assert!(read(&archive(&files), |_| true, |_| {}, |_, _| {}).is_err());
    }
}
