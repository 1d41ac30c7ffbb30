//! What an image lies in: a folder, or a tar archive (also compressed), with its parts as files by name.

use super::archive::{Meter, Unpacked};
use crate::root::{Root, why};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;
use std::path::Path;

/// The most parts of an archive.
const PARTS: usize = 100_000;
/// The most bytes that a compressed archive may unpack to.
const UNPACKED: u64 = 64 << 30;
/// The most bytes of a part that is read whole: manifests, configurations.
const SMALL: u64 = 16 << 20;
/// Links from one part to the next.
const LINKS: usize = 8;

/// A folder or archive with the parts of an image.
pub(super) enum Container {
    /// A folder.
    Folder(Root),
    /// An archive, and where its parts are.
    Archive(File, BTreeMap<String, Part>),
}

/// A part of an archive.
pub(super) enum Part {
    /// Its bytes.
    Bytes {
        /// Where they begin.
        at: u64,
        /// How many they are.
        size: u64,
    },
    /// It is the same as another part.
    Link(String),
}

impl Container {
    /// Opens a folder or archive. `scratch` makes a file without a name for what a compressed archive unpacks to.
    pub(super) fn open(path: &Path, scratch: &dyn Fn() -> io::Result<File>) -> Result<Self, String> {
        let failed = |error: io::Error| why(&path.display().to_string(), &error);
        let meta = std::fs::metadata(path).map_err(failed)?;
        if meta.is_dir() {
            return Ok(Self::Folder(Root::folder(path)));
        }
        if !meta.is_file() {
            return Err(format!("{}: neither a file nor a folder", path.display()));
        }
        let mut file = File::open(path).map_err(failed)?;
        let mut head = [0; 4];
        let count = file.read_at(&mut head, 0).map_err(failed)?;
        if matches!(&head[..count], [0x1f, 0x8b, ..] | [0x28, 0xb5, 0x2f, 0xfd]) {
            let mut whole = scratch().map_err(|error| format!("a file to unpack into: {error}"))?;
            io::copy(&mut Unpacked::new(&file, UNPACKED).map_err(failed)?, &mut whole).map_err(failed)?;
            file = whole;
        }
        let parts = parts(&mut file).map_err(failed)?;
        Ok(Self::Archive(file, parts))
    }

    /// Whether there is such a part.
    pub(super) fn has(&self, name: &str) -> bool {
        match self {
            Self::Folder(root) => root.exists(&format!("/{name}")),
            Self::Archive(_, parts) => parts.contains_key(name),
        }
    }

    /// A part to be streamed; an error where it is missing.
    pub(super) fn part(&self, name: &str) -> Result<Box<dyn Read + '_>, String> {
        let missing = || format!("it is not whole: {name} is missing");
        match self {
            Self::Folder(root) => Ok(Box::new(root.open(&format!("/{name}"))?.ok_or_else(missing)?)),
            Self::Archive(file, parts) => {
                let mut name = name.to_owned();
                for _ in 0..LINKS {
                    match parts.get(&name) {
                        Some(Part::Bytes { at, size }) => {
                            return Ok(Box::new(Section { file, at: *at, left: *size }));
                        }
                        Some(Part::Link(to)) => name.clone_from(to),
                        None => break,
                    }
                }
                Err(missing())
            }
        }
    }

    /// A small part, whole.
    pub(super) fn bytes(&self, name: &str) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        let read = self.part(name)?.take(SMALL + 1).read_to_end(&mut bytes);
        read.map_err(|error| format!("{name}: {error}"))?;
        if bytes.len() as u64 > SMALL {
            return Err(format!("{name} has more than {} MiB", SMALL >> 20));
        }
        Ok(bytes)
    }
}

/// A stretch of a file.
struct Section<'a> {
    file: &'a File,
    at: u64,
    left: u64,
}

impl Read for Section<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let want = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let count = self.file.read_at(&mut buffer[..want], self.at)?;
        if count == 0 && want > 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.at += count as u64;
        self.left -= count as u64;
        Ok(count)
    }
}

/// The files and links of an archive by name. A name that leads out of it is none that anything asks for.
fn parts(file: &mut File) -> io::Result<BTreeMap<String, Part>> {
    let end = file.seek(SeekFrom::End(0))?;
    file.rewind()?;
    let (reader, meter) = Meter::on(BufReader::new(&*file));
    let mut archive = tar::Archive::new(reader);
    let mut parts = BTreeMap::new();
    let mut entries = archive.entries_with_seek()?;
    loop {
        meter.expect_headers(0);
        let Some(entry) = entries.next().transpose()? else { break };
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let name = name.trim_start_matches("./").to_owned();
        let kind = entry.header().entry_type();
        let part = if kind.is_file() {
            let (at, size) = (entry.raw_file_position(), entry.size());
            if at.checked_add(size).is_none_or(|last| last > end) {
                return Err(io::Error::other(format!("the archive is cut short: {name} is not all there")));
            }
            Part::Bytes { at, size }
        } else if let Some(target) = entry.link_name_bytes() {
            let target = String::from_utf8_lossy(&target).into_owned();
            let folder = if kind.is_symlink() { name.rsplit_once('/').map_or("", |(at, _)| at) } else { "" };
            let Some(target) = super::path::join(folder, &target) else { continue };
            Part::Link(target)
        } else {
            continue;
        };
        parts.insert(name, part);
        if parts.len() > PARTS {
            return Err(io::Error::other(format!("an archive with more than {PARTS} parts is no image")));
        }
    }
    Ok(parts)
}
