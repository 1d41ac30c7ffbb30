//! The layers of an image, streamed one after the other into a [`Tree`].

use super::archive::{Meter, Unpacked};
use super::container::Container;
use super::manifest::Layer;
use super::path;
use super::tree::Tree;
use crate::software::extractor::{self, HEAD, TEXT};
use crate::software::reading::{cap, wanting};
use crate::software::{Extractor, distro, owners};
use std::io::{self, Cursor, Read};

/// The most entries of all layers.
const ENTRIES: u64 = 10_000_000;
/// The most bytes that all layers unpack to.
const UNPACKED: u64 = 256 << 30;
/// The longest path, as the kernel has it.
const LONGEST: usize = 4096;

/// What was come upon.
#[derive(Debug, Default)]
pub(super) struct Passed {
    /// Files, folders and all else.
    pub(super) entries: u64,
    /// Symbolic links.
    pub(super) links: u64,
    /// Bytes of all layers, unpacked.
    pub(super) bytes: u64,
}

/// Puts a layer on top of the others.
///
/// # Errors
/// Where it cannot be read to its end, or is not what the configuration says.
pub(super) fn add(
    tree: &mut Tree,
    container: &Container,
    number: usize,
    layer: &Layer,
    passed: &mut Passed,
    gaps: &dyn Fn(&str, String, &[&'static Extractor]),
    progress: &mut dyn FnMut(u64),
) -> Result<(), String> {
    let failed = |error: io::Error| format!("layer {} cannot be read to its end: {error}", number + 1);
    let unpacked =
        Unpacked::new(container.part(&layer.part)?, UNPACKED.saturating_sub(passed.bytes)).map_err(failed)?;
    let (reader, meter) = Meter::on(unpacked);
    let mut archive = tar::Archive::new(reader);
    let mut entries = archive.entries().map_err(failed)?;
    // Where the content of the entry before ends.
    let mut next = 0_u64;
    loop {
        meter.expect_headers(next.saturating_sub(meter.count()));
        let Some(mut entry) = entries.next().transpose().map_err(failed)? else { break };
        meter.expect_content();
        passed.entries += 1;
        if passed.entries > ENTRIES {
            return Err(format!("its layers have more than {ENTRIES} entries"));
        }
        if passed.entries.is_multiple_of(1024) {
            progress(passed.entries);
        }
        // A sparse file says in its header how many bytes of it are stored.
        let sparse = entry.header().entry_type().is_gnu_sparse();
        let stored = if sparse { entry.header().entry_size().map_err(failed)? } else { entry.size() };
        next = meter.count().saturating_add(stored);
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let kind = entry.header().entry_type();
        let target = entry.link_name_bytes().map(|target| String::from_utf8_lossy(&target).into_owned());
        if kind.is_symlink() {
            passed.links += 1;
        }
        if kind.is_pax_global_extensions() {
            continue;
        }
        let place = match path::inside(&name) {
            _ if name.len() > LONGEST => Err("its path is too long, so it was left out".to_owned()),
            None => Err("its path leads out of the image, so it was left out".to_owned()),
            Some(path) if path.is_empty() => continue,
            Some(path) => tree.place(&path),
        };
        let place = match place {
            Ok(place) => place,
            Err(why) => {
                gaps(&shown(&name), why, &wanting(&name));
                continue;
            }
        };
        let (folder, last) = place.rsplit_once('/').unwrap_or(("", &place));
        if let Some(hidden) = last.strip_prefix(".wh.") {
            match hidden {
                ".wh..opq" => tree.empty(folder, number),
                // Notes of aufs to itself.
                _ if hidden.starts_with(".wh.") => {}
                "" | "." | ".." => {}
                hidden => {
                    let slash = if folder.is_empty() { "" } else { "/" };
                    tree.whiteout(&format!("{folder}{slash}{hidden}"), number);
                }
            }
            continue;
        }
        match (kind.is_dir() || name.ends_with('/'), kind.is_symlink(), kind.is_hard_link(), target) {
            (true, ..) => tree.folder(&place),
            (_, true, _, Some(target)) => tree.link(place, target, number),
            (_, _, true, Some(target)) => {
                let at = path::inside(&target)
                    .ok_or("it leads out of the image")
                    .and_then(|target| tree.place(&target).map_err(|_| "too many symbolic links"));
                let found = match at {
                    Ok(at) if tree.hard_link(&place, &at, number) => Ok(()),
                    Ok(_) => Err("the file it stands for was not kept"),
                    Err(why) => Err(why),
                };
                let wanting = wanting(&place);
                // A program's first bytes are not known here: of those that are none, none was kept.
                let text = wanting.iter().any(|extractor| extractor.magic.is_empty());
                if let Err(why) = found
                    && text
                {
                    gaps(&place, format!("a hard link to {}: {why}", shown(&target)), &wanting);
                }
            }
            // Sparse files, and those of old archives, are files too.
            _ if kind.is_file() || kind.is_contiguous() || sparse => {
                file(tree, &place, &mut entry, number).map_err(failed)?;
            }
            // Devices and pipes are nothing to read.
            _ => tree.nothing(&place),
        }
    }
    let digest = archive.into_inner().into_inner().digest().map_err(failed)?;
    passed.bytes += meter.count();
    progress(passed.entries);
    if digest == layer.digest {
        Ok(())
    } else {
        Err(format!(
            "layer {} is damaged: its content has the digest {digest}, not {}",
            number + 1,
            layer.digest
        ))
    }
}

/// Keeps a file where something may want to read it.
fn file<R: Read>(
    tree: &mut Tree,
    place: &str,
    entry: &mut tar::Entry<'_, R>,
    layer: usize,
) -> io::Result<()> {
    let wanting = wanting(place);
    let beside = is_beside(place);
    if wanting.is_empty() && !beside {
        tree.nothing(place);
        return Ok(());
    }
    let mut head = Vec::new();
    entry.take(HEAD).read_to_end(&mut head)?;
    if !beside && !wanting.iter().any(|extractor| extractor.begins(&head)) {
        tree.nothing(place);
        return Ok(());
    }
    let size = entry.size();
    let form = if size > cap(&wanting).max(TEXT) {
        Tree::unkept(layer, size)
    } else {
        tree.keep(&mut Cursor::new(head).chain(entry), layer)?
    };
    tree.file(place.to_owned(), form);
    Ok(())
}

/// Files that no extractor wants by themselves, but that one may ask for beside another: which distribution it is, what
/// belongs to its packages, lists that a list includes, versions that a gem is given.
fn is_beside(path: &str) -> bool {
    distro::FILES.iter().any(|(file, _)| path == *file)
        || owners::is_list(path)
        || ["go.sum", "version.rb", "rpmdb.sqlite-wal"].contains(&extractor::name(path))
        || (path.ends_with(".txt") && path.contains("require"))
}

/// A path from an archive, short enough to be told.
fn shown(path: &str) -> String {
    path.chars().take(200).collect()
}
