//! The software of a container image, without a daemon: what `docker save` writes, an OCI layout or its archive, or the
//! unpacked root. Nothing of it is executed, and no file of it is ever made on this machine.

mod archive;
mod container;
mod layers;
mod manifest;
mod path;
mod tree;

use super::files::Files;
use super::inventory::{Found, Inventory, Looked, Wish, folder};
use super::reading::{Reading, wanting};
use super::{Extractor, Package, distro, subject};
use bartizan_model::{AssetKind, AssetRef, Identifier, IdentifierKind};
use container::Container;
use layers::Passed;
use manifest::{Layer, Manifest};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::path::Path;
use tree::{Form, Tree};

/// Commands of a history are told up to so many characters.
const COMMAND: usize = 120;

/// The images that a file or folder holds, each with its software. Of an image for several platforms, the one for
/// `platform` is taken: `linux/amd64`. `scratch` makes files without a name, for what is too large for memory; `host` is
/// the name of this machine; `progress` takes the number of files and folders so far.
///
/// # Errors
/// Where it is no image, or one that cannot be read to its end: then nothing is known of it.
pub fn image(
    path: &Path,
    platform: &str,
    wish: &Wish,
    host: &str,
    scratch: &dyn Fn() -> io::Result<File>,
    progress: &mut dyn FnMut(u64),
) -> Result<Vec<Inventory>, String> {
    let label = path.display();
    let container = Container::open(path, scratch)?;
    if let Container::Folder(root) = &container
        && !manifest::holds_images(&container)
    {
        let full = path.canonicalize().map_err(|error| crate::root::why(&label.to_string(), &error))?;
        let mut inventory = folder(root, &format!("{host}:{}", full.display()), wish, progress);
        if inventory.os.is_none() {
            return Err(format!(
                "{label}: no image: it has neither an index.json or manifest.json nor the root of a system. `bartizan discover files` reads any folder."
            ));
        }
        if inventory.asset.kind != AssetKind::ContainerImage {
            let name = full.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let name = wish.asset.clone().unwrap_or(name);
            let place =
                if wish.asset.is_some() { String::new() } else { format!("{host}:{}", full.display()) };
            inventory.rename(subject::named(AssetKind::ContainerImage, &name, &place));
        }
        return Ok(vec![inventory]);
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let images = manifest::images(&container, platform).map_err(|why| format!("{label}: {why}"))?;
    images
        .iter()
        .map(|image| {
            one(&container, image, &stem, wish, scratch, progress).map_err(|why| format!("{label}: {why}"))
        })
        .collect()
}

fn one(
    container: &Container,
    image: &Manifest,
    stem: &str,
    wish: &Wish,
    scratch: &dyn Fn() -> io::Result<File>,
    progress: &mut dyn FnMut(u64),
) -> Result<Inventory, String> {
    let kept = scratch().map_err(|error| format!("a file to keep what is to be read: {error}"))?;
    let mut tree = Tree::new(kept);
    let mut passed = Passed::default();
    let gaps: RefCell<Vec<(String, String, Vec<&'static Extractor>)>> = RefCell::default();
    let gap = |path: &str, why: String, wanting: &[&'static Extractor]| {
        gaps.borrow_mut().push((path.to_owned(), why, wanting.to_vec()));
    };
    for (number, layer) in image.layers.iter().enumerate() {
        layers::add(&mut tree, container, number, layer, &mut passed, &gap, progress)?;
    }
    let reading = Reading::new(&tree);
    for (path, why, wanting) in gaps.take() {
        reading.gap(&path, why, &wanting);
    }
    let (mut found, mut read) = (Vec::new(), 0);
    for (path, forms) in tree.files() {
        let wanting = wanting(path);
        let Some((last, earlier)) = forms.split_last().filter(|_| !wanting.is_empty()) else { continue };
        let cap = super::reading::cap(&wanting);
        let bytes = match tree.read(*last, cap) {
            Ok(bytes) => bytes,
            Err(why) => {
                reading.gap(path, why, &wanting);
                continue;
            }
        };
        let mut packages = Vec::new();
        reading.bytes(path, &wanting, &bytes, &mut |package| packages.push((package, last.layer)));
        read += 1;
        blame(&tree, path, earlier, &mut packages);
        found.extend(packages.into_iter().map(|(package, layer)| Found {
            path: path.to_owned(),
            package,
            layer: words(&image.layers, layer),
        }));
    }
    let (gaps, hidden) = reading.finish();
    let os = distro::release(&|path| tree.bytes(path, super::extractor::TEXT).ok().flatten());
    let looked = Looked {
        asset: asset(image, stem),
        os: os.map(|os| subject::os_name(&os)),
        found,
        gaps,
        hidden,
        entries: passed.entries,
        read,
    };
    let mut inventory = looked.inventory(&tree, wish).seen_from(&image.platform);
    inventory.notes.push(format!("{} ({}), {} layers", image.digest, image.platform, image.layers.len()));
    if !image.others.is_empty() {
        inventory.notes.push(format!(
            "it is also there for {}, which was not looked at; choose with --platform",
            image.others.join(", ")
        ));
    }
    Ok(inventory)
}

/// Finds the layer that brought each package: a higher one that rewrites the same file (as dpkg does for each package it
/// installs) brings only what was not in it before.
fn blame(tree: &Tree, path: &str, earlier: &[Form], packages: &mut [(Package, usize)]) {
    let wanting = wanting(path);
    let mut open: Vec<&mut (Package, usize)> = packages.iter_mut().collect();
    for form in earlier.iter().rev() {
        if open.is_empty() {
            break;
        }
        let mut before = BTreeSet::new();
        if let Ok(bytes) = tree.read(*form, super::reading::cap(&wanting)) {
            // What cannot be read of a form that is no longer there hides nothing.
            Reading::new(tree).bytes(path, &wanting, &bytes, &mut |package| {
                before.insert(package);
            });
        }
        open.retain(|(package, _)| before.contains(package));
        for (_, layer) in &mut open {
            *layer = form.layer;
        }
    }
}

/// A layer in words: ` (layer 2 of 5, sha256:0123456789ab: RUN pip install flask)`.
fn words(layers: &[Layer], number: usize) -> String {
    let Some(layer) = layers.get(number) else { return String::new() };
    let digest: String = layer.digest.chars().take(19).collect();
    let command = layer.command.trim().trim_start_matches("/bin/sh -c ").trim_start_matches("#(nop)").trim();
    let mut command: String =
        command.chars().take(COMMAND).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if !command.is_empty() {
        command.insert_str(0, ": ");
    }
    format!(" (layer {} of {}, {digest}{command})", number + 1, layers.len())
}

/// The asset that an image is: by its full name, and only without one by the digest of its configuration, since the next
/// build of the same name is the same asset.
fn asset(image: &Manifest, stem: &str) -> AssetRef {
    // A tag alone is no name.
    let named = image.name.contains(['/', ':']).then(|| AssetRef::image(&image.name)).flatten();
    let by_digest = || {
        AssetRef::new(AssetKind::ContainerImage, stem, Identifier::new(IdentifierKind::Image, &image.digest))
    };
    named.or_else(by_digest).unwrap_or_else(|| subject::named(AssetKind::ContainerImage, stem, &image.digest))
}

#[cfg(test)]
mod tests;
