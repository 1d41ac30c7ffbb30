//! From paths to the files of feeds: folders, archives and compression are opened, and nothing outside them is read.

use super::expand::{expanding, of_size};
use super::taken::Loading;
use crate::AppError;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

/// Archives within archives are opened this deep.
const DEEPEST: usize = 3;
/// Folders are walked this deep.
const FOLDERS: usize = 32;
/// Where a tar's first header has its mark.
const TAR_MARK: usize = 257;
/// With which bytes a zip, gzip, zstd and xz file begins.
const ZIP: &[u8] = b"PK\x03\x04";
const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
const XZ: &[u8] = b"\xfd7zXZ\0";
/// The most memory that undoing xz may take, in KiB: `xz -9` asks for 64 MiB, zstd's own limit is 128 MiB.
const XZ_MEMORY: u32 = 128 << 10;

/// Loads a file, or every file below a folder, in the order of their names.
pub(super) fn path(loading: &mut Loading<'_, '_>, path: &Path) -> Result<(), AppError> {
    match below(loading, path, 0) {
        // What cannot be opened is that path's fault alone.
        Err(AppError::File { path, source }) => {
            loading.skipped(&path, &source.to_string());
            Ok(())
        }
        result => result,
    }
}

fn below(loading: &mut Loading<'_, '_>, path: &Path, depth: usize) -> Result<(), AppError> {
    let label = path.display().to_string();
    let failed = |source| AppError::File { path: label.clone(), source };
    let kind = if depth == 0 { path.metadata() } else { path.symlink_metadata() }.map_err(failed)?;
    if kind.is_dir() {
        if depth == FOLDERS {
            loading.skipped(&label, "folders are nested too deep");
            return Ok(());
        }
        let mut inside = Vec::new();
        for entry in path.read_dir().map_err(failed)? {
            inside.push(entry.map_err(failed)?.path());
        }
        inside.sort();
        return inside.iter().try_for_each(|inner| below(loading, inner, depth + 1));
    }
    if !kind.is_file() {
        // A link may lead out of the folder, and to open a device can be an act.
        return Ok(());
    }
    stream(loading, Box::new(File::open(path).map_err(failed)?), &label)
}

/// Loads one file from a reader.
pub(super) fn stream(
    loading: &mut Loading<'_, '_>,
    reader: Box<dyn Read>,
    label: &str,
) -> Result<(), AppError> {
    open(loading, reader, label, 0)
}

fn open(
    loading: &mut Loading<'_, '_>,
    reader: Box<dyn Read + '_>,
    label: &str,
    depth: usize,
) -> Result<(), AppError> {
    match opened(loading, reader, label, depth) {
        Ok(()) => Ok(()),
        // What cannot be decompressed is that file's fault alone.
        Err(AppError::File { path, source }) if path == label => {
            loading.skipped(label, &source.to_string());
            Ok(())
        }
        Err(error) => Err(error),
    }
}

fn opened(
    loading: &mut Loading<'_, '_>,
    reader: Box<dyn Read + '_>,
    label: &str,
    depth: usize,
) -> Result<(), AppError> {
    let failed = |source| AppError::File { path: label.to_owned(), source };
    let mut reader = BufReader::with_capacity(64 << 10, reader);
    let head = first_bytes(&mut reader).map_err(failed)?;
    if depth == DEEPEST && [ZIP, GZIP, ZSTD, XZ].iter().any(|kind| head.starts_with(kind)) {
        loading.skipped(label, "archives are nested too deep");
        return Ok(());
    }
    if head.starts_with(GZIP) {
        let reader = expanding(reader, |reader| Ok(flate2::bufread::MultiGzDecoder::new(reader)));
        return open(loading, Box::new(reader.map_err(failed)?), label, depth + 1);
    }
    if head.starts_with(ZSTD) {
        let reader = expanding(reader, zstd::stream::read::Decoder::with_buffer);
        return open(loading, Box::new(reader.map_err(failed)?), label, depth + 1);
    }
    if head.starts_with(XZ) {
        let reader =
            expanding(reader, |reader| Ok(lzma_rust2::XzReader::new_mem_limit(reader, true, XZ_MEMORY)));
        return open(loading, Box::new(reader.map_err(failed)?), label, depth + 1);
    }
    if head.starts_with(ZIP) {
        return zip(loading, reader, label, depth);
    }
    if head.get(TAR_MARK..TAR_MARK + 5) == Some(b"ustar") {
        return tar(loading, reader, label, depth);
    }
    loading.file(&mut reader, label)
}

/// The first bytes, which tell what a file is. A file of the system and a decompressor both fill the buffer unless little
/// is left.
fn first_bytes<R: Read>(reader: &mut BufReader<R>) -> std::io::Result<Vec<u8>> {
    let buffer = reader.fill_buf()?;
    Ok(buffer[..buffer.len().min(TAR_MARK + 5)].to_vec())
}

/// A zip's list of files stands at its end, so it is copied to where one can seek.
fn zip(
    loading: &mut Loading<'_, '_>,
    mut reader: impl Read,
    label: &str,
    depth: usize,
) -> Result<(), AppError> {
    let failed = |source| AppError::File { path: label.to_owned(), source };
    let mut copy = loading.app().scratch_file().map_err(failed)?;
    std::io::copy(&mut reader, &mut copy).map_err(failed)?;
    copy.seek(SeekFrom::Start(0)).map_err(failed)?;
    let mut archive = match zip::ZipArchive::new(BufReader::new(copy)) {
        Ok(archive) => archive,
        Err(error) => {
            loading.skipped(label, &error.to_string());
            return Ok(());
        }
    };
    for number in 0..archive.len() {
        match archive.by_index(number) {
            Ok(entry) if entry.is_file() => {
                let inner = format!("{label}/{}", String::from_utf8_lossy(entry.name_raw()));
                let compressed = entry.compressed_size();
                open(loading, Box::new(of_size(entry, compressed)), &inner, depth + 1)?;
            }
            Ok(_) => {}
            Err(error) => loading.skipped(&format!("{label}, entry {number}"), &error.to_string()),
        }
    }
    Ok(())
}

fn tar(loading: &mut Loading<'_, '_>, reader: impl Read, label: &str, depth: usize) -> Result<(), AppError> {
    let failed = |source| AppError::File { path: label.to_owned(), source };
    let mut archive = tar::Archive::new(reader);
    for entry in archive.entries().map_err(failed)? {
        let entry = entry.map_err(failed)?;
        // Names are only shown, never opened: what lies in an archive is read from it.
        if entry.header().entry_type().is_file() {
            let inner = format!("{label}/{}", String::from_utf8_lossy(&entry.path_bytes()));
            open(loading, Box::new(entry), &inner, depth + 1)?;
        }
    }
    Ok(())
}
