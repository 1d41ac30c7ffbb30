//! The layers of an image, streamed one after the other into a [`Tree`].

use super::archive::{Meter, Metered, Unpacked};
use super::container::Container;
use super::manifest::Layer;
use super::path;
use super::tree::Tree;
use crate::software::extractor::{self, HEAD, TEXT};
use crate::software::reading::{cap, wanting};
use crate::software::{Extractor, distro, owners};
use std::collections::BTreeMap;
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
    /// Bytes of all layers, unpacked.
    pub(super) bytes: u64,
}

/// An entry of a layer.
type Entry<'e, 'b> = tar::Entry<'e, Metered<Unpacked<'b>>>;

/// What is told where a file that extractors want cannot be had.
pub(super) type Tell<'a> = dyn Fn(&str, String, &[&'static Extractor]) + 'a;

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
    tell: &Tell<'_>,
    progress: &mut dyn FnMut(u64),
) -> Result<(), String> {
    // Hard links by the file that they stand for, where that was not kept.
    let mut missing: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let left = UNPACKED.saturating_sub(passed.bytes);
    passed.bytes += stream(container, number, layer, left, &mut |entry| {
        passed.entries += 1;
        if passed.entries > ENTRIES {
            return Err(io::Error::other(format!("the layers have more than {ENTRIES} entries")));
        }
        if passed.entries.is_multiple_of(1024) {
            progress(passed.entries);
        }
        put(tree, number, entry, tell, &mut missing)
    })?;
    progress(passed.entries);
    if missing.is_empty() {
        return Ok(());
    }
    // The name of a file says whether it is wanted, and a hard link gives it another one: those are kept now.
    let left = UNPACKED.saturating_sub(passed.bytes);
    passed.bytes += stream(container, number, layer, left, &mut |entry| {
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        if let Some(places) = path::inside(&name).and_then(|name| missing.remove(&name)) {
            let mut places = places.iter();
            if let Some(first) = places.next() {
                file(tree, first, entry, number)?;
                for place in places {
                    tree.hard_link(place, first, number);
                }
            }
        }
        Ok(())
    })?;
    for (target, places) in missing {
        for place in places {
            let why = format!("a hard link to {}, which is not there", shown(&target));
            tell(&place, why, &wanting(&place));
        }
    }
    Ok(())
}

/// Hands over the entries of a layer, and returns how many bytes it has.
fn stream(
    container: &Container,
    number: usize,
    layer: &Layer,
    most: u64,
    each: &mut dyn FnMut(&mut Entry<'_, '_>) -> io::Result<()>,
) -> Result<u64, String> {
    let failed = |error: io::Error| format!("layer {} cannot be read to its end: {error}", number + 1);
    let (reader, meter) = Meter::on(Unpacked::new(container.part(&layer.part)?, most).map_err(failed)?);
    let mut archive = tar::Archive::new(reader);
    let mut entries = archive.entries().map_err(failed)?;
    // Where the content of the entry before ends.
    let mut next = 0_u64;
    loop {
        meter.expect_headers(next.saturating_sub(meter.count()));
        let Some(mut entry) = entries.next().transpose().map_err(failed)? else { break };
        meter.expect_content();
        // A sparse file says in its header how many bytes of it are stored.
        let sparse = entry.header().entry_type().is_gnu_sparse();
        let stored = if sparse { entry.header().entry_size().map_err(failed)? } else { entry.size() };
        next = meter.count().saturating_add(stored);
        each(&mut entry).map_err(failed)?;
    }
    let digest = archive.into_inner().into_inner().digest().map_err(failed)?;
    if digest == layer.digest {
        Ok(meter.count())
    } else {
        Err(format!(
            "layer {} is damaged: its content has the digest {digest}, not {}",
            number + 1,
            layer.digest
        ))
    }
}

/// Takes in one entry.
fn put(
    tree: &mut Tree,
    layer: usize,
    entry: &mut Entry<'_, '_>,
    tell: &Tell<'_>,
    missing: &mut BTreeMap<String, Vec<String>>,
) -> io::Result<()> {
    let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
    let kind = entry.header().entry_type();
    let target = entry.link_name_bytes().map(|target| String::from_utf8_lossy(&target).into_owned());
    let place = match path::inside(&name) {
        _ if name.len() > LONGEST => Err("its path is too long, so it was left out".to_owned()),
        None => Err("its path leads out of the image, so it was left out".to_owned()),
        Some(path) if path.is_empty() || kind.is_pax_global_extensions() => return Ok(()),
        Some(path) => tree.place(&path),
    };
    let place = match place {
        Ok(place) => place,
        Err(why) => {
            tell(&shown(&name), why, &wanting(&name));
            return Ok(());
        }
    };
    let (folder, last) = place.rsplit_once('/').unwrap_or(("", &place));
    if let Some(hidden) = last.strip_prefix(".wh.") {
        match hidden {
            ".wh..opq" => tree.empty(folder, layer),
            // Notes of aufs to itself.
            _ if hidden.starts_with(".wh.") => {}
            "" | "." | ".." => {}
            hidden => {
                let slash = if folder.is_empty() { "" } else { "/" };
                tree.whiteout(&format!("{folder}{slash}{hidden}"), layer);
            }
        }
        return Ok(());
    }
    match (kind.is_dir() || name.ends_with('/'), kind.is_symlink(), kind.is_hard_link(), target) {
        (true, ..) => tree.folder(&place),
        (_, true, _, Some(target)) => tree.link(place, target, layer),
        (_, _, true, Some(target)) => {
            let Some(inside) = path::inside(&target) else {
                let why = format!("a hard link to {}, which leads out of the image", shown(&target));
                tell(&place, why, &wanting(&place));
                tree.nothing(&place);
                return Ok(());
            };
            // One that leads in circles is none, as one that leads nowhere.
            let at = tree.place(&inside).unwrap_or_default();
            // A program that was not kept is none: its name was wanted, and not its first bytes.
            let text = wanting(&place).iter().any(|extractor| extractor.magic.is_empty());
            if !tree.hard_link(&place, &at, layer) && text {
                missing.entry(inside).or_default().push(place);
            }
        }
        // Sparse files, and those of old archives, are files too.
        _ if kind.is_file() || kind.is_contiguous() || kind.is_gnu_sparse() => {
            file(tree, &place, entry, layer)?;
        }
        // Devices and pipes are nothing to read.
        _ => tree.nothing(&place),
    }
    Ok(())
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
