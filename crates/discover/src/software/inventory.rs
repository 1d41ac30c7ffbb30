//! An inventory: the software of a folder or an image, each package once with where it is named, and what that proves.

use super::reading::Hidden;
use super::{EXTRACTORS, Package, Standing, owners, subject, walk};
use crate::Root;
use crate::software::files::Files;
use bartizan_model::coverage::Vantage;
use bartizan_model::observation::{AssetSeen, ComponentSeen};
use bartizan_model::{AssetKind, AssetRef, Checks, Coverage, Covered, Gap, Loci, Observation, vantage};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Of where a package is named, so many places are kept.
const PLACES: usize = 20;
/// Folders of a project into which its packages are installed.
const INSTALLED_IN: [&str; 4] = ["node_modules", "vendor", ".venv", "venv"];

/// What to take in, and under which name.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// Also what is only used in development.
    pub dev: bool,
    /// The asset's name, instead of the one found.
    pub asset: Option<String>,
}

/// The software of a folder or an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inventory {
    /// What it is on.
    pub asset: AssetRef,
    /// The operating system, where there is one.
    pub os: Option<String>,
    /// The packages, each once.
    pub components: Vec<ComponentSeen>,
    /// What was looked at.
    pub coverage: Coverage,
    /// Packages that are named but not taken in.
    pub left_out: LeftOut,
    /// Files, folders and all else that was come upon.
    pub entries: u64,
    /// Files that were read.
    pub read: u64,
    /// What else people should know.
    pub notes: Vec<String>,
}

/// How many packages were named and not taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LeftOut {
    /// Only used in development.
    pub dev: usize,
    /// Only asked for, where a lockfile says what was chosen.
    pub declared: usize,
    /// Brought by the distribution's own packages, which are judged in their place.
    pub owned: usize,
}

/// A package, and where it is named.
#[derive(Debug)]
pub(crate) struct Found {
    /// The file.
    pub(crate) path: String,
    /// The package.
    pub(crate) package: Package,
    /// The layer that brought it, in words; empty outside images.
    pub(crate) layer: String,
}

/// What was found, before it is an inventory.
pub(crate) struct Looked {
    pub(crate) asset: AssetRef,
    pub(crate) os: Option<String>,
    pub(crate) found: Vec<Found>,
    pub(crate) gaps: Vec<Gap>,
    pub(crate) hidden: Hidden,
    pub(crate) entries: u64,
    pub(crate) read: u64,
}

/// The software in a folder, or that one file names. `host` is the name of this machine; `progress` takes the number of
/// files and folders so far.
///
/// # Errors
/// Where the path is not there, or is a file that nothing is read from.
pub fn files(
    path: &Path,
    wish: &Wish,
    host: &str,
    progress: &mut dyn FnMut(u64),
) -> Result<Inventory, String> {
    let failed = |error: std::io::Error| crate::root::why(&path.display().to_string(), &error);
    let full = path.canonicalize().map_err(failed)?;
    let place = |folder: &Path| format!("{host}:{}", folder.display());
    if full.is_dir() {
        let root = if full == Path::new("/") { Root::live() } else { Root::folder(&full) };
        let inventory = folder(&root, &place(&full), wish, progress);
        // Under a name that a person gives, several folders may be one asset; by itself each is its own.
        let from = wish.asset.as_ref().map_or(String::new(), |_| vantage::folder(&path.to_string_lossy()));
        return Ok(inventory.seen_from(&from));
    }
    let (Some(above), Some(name)) = (full.parent(), full.file_name().and_then(|name| name.to_str())) else {
        return Err(format!("{}: its name is not UTF-8", path.display()));
    };
    let root = Root::folder(above);
    let reading = super::reading::Reading::new(&root);
    let mut found = Vec::new();
    let mut take = |package| found.push(Found { path: name.to_owned(), package, layer: String::new() });
    if !reading.file(name, &mut take) && !reading.by_content(name, &mut take) {
        return Err(format!(
            "{}: no kind of file that packages are read from. Read are, by their names: {}",
            path.display(),
            EXTRACTORS.iter().map(|extractor| extractor.name).collect::<Vec<_>>().join(", ")
        ));
    }
    let (gaps, mut hidden) = reading.finish();
    // One file says nothing of what else is there.
    hidden.all = true;
    let (asset, os) = subject::of(&root, &place(above));
    let looked = Looked { asset, os, found, gaps, hidden, entries: 1, read: 1 };
    Ok(looked.inventory(&root, wish))
}

/// The software in a folder.
pub(crate) fn folder(root: &Root, place: &str, wish: &Wish, progress: &mut dyn FnMut(u64)) -> Inventory {
    let mut found = Vec::new();
    let walked = walk(root, progress, &mut |path, package| {
        found.push(Found { path: path.to_owned(), package, layer: String::new() });
    });
    let (asset, os) = subject::of(root, place);
    let (gaps, hidden) = (walked.gaps, walked.hidden);
    Looked { asset, os, found, gaps, hidden, entries: walked.entries, read: walked.read }
        .inventory(root, wish)
}

impl Looked {
    /// Each package once, without what is left out.
    pub(crate) fn inventory(self, files: &dyn Files, wish: &Wish) -> Inventory {
        let Self { asset, os, found, mut gaps, hidden, entries, read } = self;
        let asset = match &wish.asset {
            Some(name) if asset.kind == AssetKind::ContainerImage => AssetRef::image(name).unwrap_or(asset),
            Some(name) => subject::named(asset.kind, name, ""),
            None => asset,
        };
        let installed = found.iter().filter(|found| found.package.standing == Standing::Installed);
        let owned = owners::owned(files, installed.map(|found| found.path.as_str()), &mut |path, why| {
            gaps.push(Gap::new(
                path,
                format!("which files belong to the distribution is not all known: {why}"),
            ));
        });
        let chosen = chosen(&found);
        let mut kept: BTreeMap<String, (&Package, Vec<String>)> = BTreeMap::new();
        let (mut dev, mut declared, mut by_distribution) =
            (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for one in &found {
            let purl = one.package.purl.to_string();
            if one.package.dev && !wish.dev {
                dev.insert(purl);
            } else if one.package.standing == Standing::Declared && is_chosen(&chosen, one) {
                declared.insert(purl);
            } else if owned.contains(one.path.as_str()) {
                by_distribution.insert(purl);
            } else {
                let places = &mut kept.entry(purl).or_insert_with(|| (&one.package, Vec::new())).1;
                let place = format!("{}{}", one.path, one.layer);
                if !places.contains(&place) && places.len() < PLACES {
                    places.push(place);
                }
            }
        }
        let count = |set: &BTreeSet<String>| set.iter().filter(|purl| !kept.contains_key(*purl)).count();
        let left_out =
            LeftOut { dev: count(&dev), declared: count(&declared), owned: count(&by_distribution) };
        let coverage = Coverage { covered: covered(&asset, &hidden, kept.values().map(|one| one.0)), gaps };
        let components = kept
            .into_iter()
            .map(|(purl, (package, locations))| ComponentSeen {
                asset: asset.clone(),
                purl,
                name: package.purl.full_name(),
                version: package.purl.version().to_owned(),
                locations,
                vantage: String::new(),
            })
            .collect();
        Inventory { asset, os, components, coverage, left_out, entries, read, notes: Vec::new() }
    }
}

impl Inventory {
    /// The same software on another asset.
    pub(crate) fn rename(&mut self, asset: AssetRef) {
        for one in &mut self.components {
            one.asset = asset.clone();
        }
        for one in &mut self.coverage.covered {
            one.asset = asset.clone();
        }
        self.asset = asset;
    }

    /// The same, as it is from one vantage.
    pub(crate) fn seen_from(mut self, vantage: &str) -> Self {
        for one in &mut self.components {
            vantage.clone_into(&mut one.vantage);
        }
        for one in &mut self.coverage.covered {
            one.vantage = Vantage::From(vantage.to_owned());
        }
        self
    }

    /// What it says, in the house's one currency.
    pub fn observations(&self) -> impl Iterator<Item = Observation> {
        let asset = AssetSeen { os: self.os.clone(), ..AssetSeen::new(self.asset.clone()) };
        std::iter::once(Observation::Asset(asset))
            .chain(self.components.iter().cloned().map(Observation::Component))
    }
}

/// Kinds of packages and the folders whose packages of that kind were chosen: by a lockfile in it, or since they are
/// installed there.
fn chosen(found: &[Found]) -> BTreeSet<(&str, &str)> {
    let folder = |found: &'_ Found| -> Option<usize> {
        match found.package.standing {
            Standing::Declared => None,
            Standing::Locked => Some(found.path.rfind('/').unwrap_or(0)),
            Standing::Installed => INSTALLED_IN.iter().find_map(|name| {
                let at = format!("/{}", found.path).find(&format!("/{name}/"))?;
                // One `/` was put before it, and the one after the folder's name is no part of it.
                Some(at.saturating_sub(1))
            }),
        }
    };
    found
        .iter()
        .filter_map(|found| Some((found.package.purl.kind(), &found.path[..folder(found)?])))
        .collect()
}

/// Whether the packages of the folder of a manifest were chosen, there or in a folder above: a lockfile holds what the
/// members of its workspace ask for.
fn is_chosen(chosen: &BTreeSet<(&str, &str)>, found: &Found) -> bool {
    let mut folder = found.path.as_str();
    while let Some((above, _)) = folder.rsplit_once('/') {
        folder = above;
        if chosen.contains(&(found.package.purl.kind(), folder)) {
            return true;
        }
    }
    chosen.contains(&(found.package.purl.kind(), ""))
}

/// Every kind of package that is looked for, but for those that something hides. Another run that lists no more of a
/// package of these proves it gone.
fn covered<'a>(asset: &AssetRef, hidden: &Hidden, kept: impl Iterator<Item = &'a Package>) -> Vec<Covered> {
    if hidden.all {
        return Vec::new();
    }
    let looked_for = EXTRACTORS.iter().flat_map(|extractor| extractor.kinds.iter().copied());
    let kinds: BTreeSet<String> = looked_for
        .chain(kept.map(|package| package.purl.kind()))
        .filter(|kind| !hidden.kinds.contains(kind))
        .map(str::to_owned)
        .collect();
    vec![Covered::new(asset.clone(), Checks::Only(BTreeSet::new()), Loci::Packages(kinds))]
}

#[cfg(test)]
mod tests;
