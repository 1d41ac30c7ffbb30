//! Pending updates: what is installed, compared with what the local package lists offer. Nothing is fetched.

use super::{Group, fact};
use crate::root::Root;
use bartizan_advisory::version::{Key, Scheme};
use bartizan_model::Timestamp;
use bartizan_model::host::{Fact, HostFacts, Package, Update, Updates};
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::MetadataExt;

pub(super) const GROUP: Group = Group {
    name: "updates",
    reads: "/var/lib/apt/lists/*_Packages (plain, .gz, .lz4) and *_InRelease",
    needs: "lists that `apt-get update` fetched; rpm and apk are not read yet",
    collect,
};

const LISTS: &str = "/var/lib/apt/lists";
/// The most bytes of one list, unpacked.
const LIST: u64 = 1 << 30;
/// The longest line of a list.
const LINE: u64 = 1 << 20;

fn collect(root: &Root, facts: &mut HostFacts) {
    facts.updates = fact(read(root, &facts.packages));
}

fn read(root: &Root, packages: &Fact<Vec<Package>>) -> Result<Updates, String> {
    let packages = packages.get()?;
    let other = packages.iter().find(|p| p.manager != "deb").map(|p| p.manager.as_str());
    if let Some(manager) = other {
        return Err(format!(
            "pending updates of {manager} packages are not read yet; ask the package manager itself"
        ));
    }
    let names = root.list(LISTS)?.unwrap_or_default();
    let mut installed = Installed::new(packages)?;
    let mut lists = 0;
    for name in &names {
        let Some((stem, packing)) = name.split_once("_Packages") else { continue };
        if not_automatic(root, &names, stem)? {
            continue;
        }
        let path = format!("{LISTS}/{name}");
        let Some(file) = root.open(&path)? else { continue };
        let unpacked: Box<dyn Read> = match packing {
            "" => Box::new(file),
            ".gz" => Box::new(flate2::read::MultiGzDecoder::new(BufReader::new(file))),
            ".lz4" => Box::new(lz4_flex::frame::FrameDecoder::new(BufReader::new(file))),
            _ => return Err(format!("{path}: this compression cannot be read; `apt-cache policy` can")),
        };
        let security = stem.contains("security");
        lists += 1;
        installed
            .offer(&mut BufReader::with_capacity(1 << 18, unpacked.take(LIST)), security)
            .map_err(|error| format!("{path}: {error}; run apt-get update"))?;
    }
    if lists == 0 {
        return Err("no package lists; run apt-get update".to_owned());
    }
    Ok(Updates { lists_as_of: as_of(root, &names), pending: installed.pending() })
}

/// Whether the archive of a list is one from which apt takes nothing by itself (backports, experimental).
fn not_automatic(root: &Root, names: &[String], stem: &str) -> Result<bool, String> {
    for name in names {
        let Some(archive) = name.strip_suffix("InRelease").or_else(|| name.strip_suffix("Release")) else {
            continue;
        };
        if stem.starts_with(archive) {
            let text = root.text(&format!("{LISTS}/{name}"))?.unwrap_or_default();
            return Ok(text.lines().any(|line| line.trim_end() == "NotAutomatic: yes"));
        }
    }
    Ok(false)
}

/// The newest sign of a refresh. apt gives lists the server's time, so its own marks count too.
fn as_of(root: &Root, names: &[String]) -> Option<Timestamp> {
    let lists = names.iter().filter(|name| name.ends_with("Release")).map(|name| format!("{LISTS}/{name}"));
    let marks = [format!("{LISTS}/partial"), "/var/lib/apt/periodic/update-success-stamp".to_owned()];
    lists.chain(marks).filter_map(|path| Some(Timestamp::from_seconds(root.stat(&path).ok()??.mtime()))).max()
}

/// What is installed, with the best offer for each.
struct Installed<'a> {
    packages: &'a [Package],
    by_name: HashMap<&'a [u8], Vec<usize>>,
    /// The version of each package, to compare with.
    versions: Vec<Key>,
    best: HashMap<usize, Offer>,
}

/// The newest version that is offered.
struct Offer {
    key: Key,
    version: String,
    /// Whether it, or an older one of those that are offered, comes from a security archive.
    security: bool,
}

impl<'a> Installed<'a> {
    fn new(packages: &'a [Package]) -> Result<Self, String> {
        let mut by_name: HashMap<_, Vec<_>> = HashMap::new();
        let mut versions = Vec::with_capacity(packages.len());
        for (index, package) in packages.iter().enumerate() {
            by_name.entry(package.name.as_bytes()).or_default().push(index);
            versions.push(Scheme::Dpkg.key(&package.version).map_err(|error| {
                format!("the version `{}` of {} cannot be compared: {error}", package.version, package.name)
            })?);
        }
        Ok(Self { packages, by_name, versions, best: HashMap::new() })
    }

    /// Reads one list; only three fields of each stanza matter.
    fn offer(&mut self, list: &mut impl BufRead, security: bool) -> Result<(), String> {
        let mut line = Vec::new();
        let (mut found, mut version, mut arch) = (Vec::new(), String::new(), String::new());
        loop {
            line.clear();
            let length =
                list.by_ref().take(LINE).read_until(b'\n', &mut line).map_err(|error| error.to_string())?;
            // Most lines are told by their first byte; there are millions of them.
            match line.first() {
                None | Some(b'\n' | b'\r') => {
                    self.compare(&found, &version, &arch, security);
                    found.clear();
                    if length == 0 {
                        return Ok(());
                    }
                }
                Some(b'P') => {
                    if let Some(name) = line.strip_prefix(b"Package: ") {
                        found = self.by_name.get(name.trim_ascii_end()).cloned().unwrap_or_default();
                    }
                }
                Some(b'V' | b'A') if !found.is_empty() => {
                    let text = |value: &[u8]| String::from_utf8_lossy(value).trim_end().to_owned();
                    if let Some(value) = line.strip_prefix(b"Version: ") {
                        version = text(value);
                    } else if let Some(value) = line.strip_prefix(b"Architecture: ") {
                        arch = text(value);
                    }
                }
                _ => {}
            }
        }
    }

    fn compare(&mut self, found: &[usize], version: &str, arch: &str, security: bool) {
        if found.is_empty() {
            return;
        }
        // What dpkg cannot read it would not install: no update.
        let Ok(key) = Scheme::Dpkg.key(version) else { return };
        for index in found {
            let (Some(package), Some(installed)) = (self.packages.get(*index), self.versions.get(*index))
            else {
                continue;
            };
            let fits =
                arch == package.arch || arch == "all" || package.arch == "all" || package.arch.is_empty();
            if !fits || key <= *installed {
                continue;
            }
            let offer = || Offer { key: key.clone(), version: version.to_owned(), security };
            let best = self.best.entry(*index).or_insert_with(offer);
            // A newer version elsewhere contains the security fix, so the word sticks.
            let security = best.security || security;
            if key > best.key {
                *best = offer();
            }
            best.security = security;
        }
    }

    fn pending(self) -> Vec<Update> {
        let mut best: Vec<_> = self.best.into_iter().collect();
        best.sort_by_key(|(index, _)| *index);
        best.into_iter()
            .filter_map(|(index, offer)| {
                let package = self.packages.get(index)?;
                Some(Update {
                    manager: package.manager.clone(),
                    name: package.name.clone(),
                    installed: package.version.clone(),
                    candidate: offer.version,
                    security: offer.security,
                })
            })
            .collect()
    }
}

/// Reads arbitrary bytes as a list.
#[cfg(test)]
pub(super) fn parse_list(bytes: &[u8]) {
    let packages = crate::software::dpkg::parse(bytes, false).unwrap_or_default();
    let _ = Installed::new(&packages).map(|mut installed| installed.offer(&mut { bytes }, true));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::software::dpkg;

    const STATUS: &[u8] = b"Package: openssl\nStatus: install ok installed\nArchitecture: amd64\nVersion: 3.0.11-1\n\nPackage: vim\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2:9.0-1\n";

    #[test]
    fn offers() {
        let packages = dpkg::parse(STATUS, true).unwrap();
        let mut installed = Installed::new(&packages).unwrap();
        let main = "Package: openssl\nArchitecture: amd64\nVersion: 3.0.11-1\nDescription: x\n\nPackage: openssl\nVersion: 9\nArchitecture: i386\n\nPackage: other\nVersion: 9\nArchitecture: amd64\n\nPackage: vim\nVersion: 2:9.1-1\nArchitecture: amd64\n";
        let security = "Package: openssl\nArchitecture: amd64\nVersion: 3.0.15-1\n\n\n";
        installed.offer(&mut main.as_bytes(), false).unwrap();
        installed.offer(&mut security.as_bytes(), true).unwrap();
        let text: Vec<_> = installed
            .pending()
            .iter()
            .map(|u| format!("{} {} {} {}", u.name, u.installed, u.candidate, u.security))
            .collect();
        assert_eq!(text, ["openssl 3.0.11-1 3.0.15-1 true", "vim 2:9.0-1 2:9.1-1 false"]);
    }

    #[test]
    fn versions_that_cannot_be_compared() {
        let mut packages = dpkg::parse(STATUS, true).unwrap();
        let mut installed = Installed::new(&packages).unwrap();
        let odd = "Package: openssl\nArchitecture: amd64\nVersion: x:9\n";
        installed.offer(&mut odd.as_bytes(), true).unwrap();
        assert!(installed.pending().is_empty());
        packages[1].version = "x:9".to_owned();
        let said = Installed::new(&packages).map(Installed::pending).unwrap_err();
        assert!(said.starts_with("the version `x:9` of vim cannot be compared: "), "{said}");
    }

    #[test]
    fn lists_in_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let lists = folder.path().join("var/lib/apt/lists");
        std::fs::create_dir_all(&lists).unwrap();
        let root = Root::folder(folder.path());
        let packages = Fact::Known(dpkg::parse(STATUS, true).unwrap());
        assert_eq!(read(&root, &packages), Err("no package lists; run apt-get update".to_owned()));
        let list = |version: &str| format!("Package: openssl\nArchitecture: amd64\nVersion: {version}\n");
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut packed, list("3.0.15-1").as_bytes()).unwrap();
        std::fs::write(
            lists.join("d_dists_stable-security_main_binary-amd64_Packages.gz"),
            packed.finish().unwrap(),
        )
        .unwrap();
        let mut packed = lz4_flex::frame::FrameEncoder::new(Vec::new());
        std::io::Write::write_all(&mut packed, list("3.0.16-1").as_bytes()).unwrap();
        std::fs::write(lists.join("d_dists_stable_main_binary-amd64_Packages.lz4"), packed.finish().unwrap())
            .unwrap();
        std::fs::write(lists.join("d_dists_backports_main_binary-amd64_Packages"), list("4.0-1")).unwrap();
        std::fs::write(lists.join("d_dists_backports_InRelease"), "NotAutomatic: yes\n").unwrap();
        let updates = read(&root, &packages).unwrap();
        assert!(updates.lists_as_of.is_some());
        assert_eq!(updates.pending.len(), 1);
        assert_eq!((updates.pending[0].candidate.as_str(), updates.pending[0].security), ("3.0.16-1", true));
        std::fs::write(lists.join("d_dists_x_main_binary-amd64_Packages.xz"), "").unwrap();
        assert!(read(&root, &packages).unwrap_err().contains("compression"));
    }
}
