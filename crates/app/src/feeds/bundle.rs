//! Feeds carried by hand to where no network is: a signed bundle out, verified in.
//!
//! A bundle is a tar, compressed with zstd: `manifest.json`, `manifest.sig`, then the files that the manifest names, in
//! its order, as they were fetched. All of it is verified before anything of it is loaded: who signed it, that it is not
//! older than what was loaded before, and every byte of every file.

mod key;
mod manifest;

use super::sync::{at_path, stored_files};
use super::{FeedFile, FeedsLoaded};
use crate::{Actor, App, AppError};
use bartizan_advisory::feeds::by_id;
pub(super) use manifest::FileInside;
use manifest::{FeedInside, Manifest};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use tar::{Archive, Builder, EntryType, Header};

/// Under which names the trusted public keys are kept.
const TRUSTED: &str = "feeds.bundle.key.";
/// The number of the last bundle that was made here.
const MADE: &str = "feeds.bundle.made";
/// The number of the newest bundle that was loaded here.
const LOADED: &str = "feeds.bundle.loaded";
/// A manifest names some hundred files.
const LARGEST_MANIFEST: u64 = 4 << 20;
const LARGEST_SIGNATURE: u64 = 1 << 10;
/// A history of 128 MiB is the most that zstd needs to undo what we write.
const LARGEST_WINDOW: u32 = 27;

/// A bundle that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleMade {
    /// Its number: larger than that of any made before.
    pub number: u64,
    /// How many files are in it.
    pub files: usize,
    /// Feeds that are held here and not in it, because they were not fetched by a sync.
    pub missing: Vec<String>,
}

/// A bundle that was loaded.
#[derive(Debug)]
pub struct BundleLoaded {
    /// Its number.
    pub number: u64,
    /// When it was made (RFC 3339).
    pub created_at: String,
    /// What became of its files.
    pub loaded: FeedsLoaded,
}

impl App {
    /// Makes a pair of keys: the private one in a file that its owner alone can read. The public one, to be told to others.
    pub fn make_bundle_key(&self, path: &Path) -> Result<String, AppError> {
        key::make(path)
    }

    /// The public keys whose bundles are loaded.
    pub fn bundle_keys(&self) -> Result<Vec<String>, AppError> {
        let keys = self.read(|reader| reader.metas(TRUSTED))?;
        Ok(keys.into_iter().map(|(key, _)| key).collect())
    }

    /// Trusts bundles that a key signed, or does so no more.
    pub fn trust_bundle_key(&self, actor: &Actor, public: &str, trusted: bool) -> Result<(), AppError> {
        let public = key::parse_public(public)?;
        let name = format!("{TRUSTED}{}", key::show_public(&public));
        self.write(actor, |tx| if trusted { tx.put_meta(&name, "trusted") } else { tx.remove_meta(&name) })
    }

    /// Writes what was fetched to a new file, signed with the private key in another.
    pub fn create_bundle(&self, actor: &Actor, target: &Path, key: &Path) -> Result<BundleMade, AppError> {
        let pair = key::read(key)?;
        if target.exists() {
            return Err(AppError::Input(format!("{} exists already; choose another name", target.display())));
        }
        let downloads = self.downloads();
        let files: Vec<FileInside> = stored_files(&downloads)?;
        if files.is_empty() {
            return Err(AppError::Input(
                "nothing was fetched yet that could go into a bundle; run `bartizan feeds sync` first".into(),
            ));
        }
        let rows = self.read(|reader| reader.feeds())?;
        let inside: BTreeSet<&str> =
            files.iter().filter_map(|file| Some(file.path.split_once('/')?.0)).collect();
        let missing = rows.iter().map(|row| row.name.clone()).filter(|feed| !inside.contains(feed.as_str()));
        let missing: Vec<String> = missing.collect();
        let feeds = rows.iter().filter(|row| inside.contains(row.name.as_str()));
        let feeds = feeds
            .map(|row| FeedInside { feed: row.name.clone(), as_of: row.as_of.map(|day| day.to_string()) });
        let made = self.number(MADE)?;
        // Seconds since 1970, so that it also grows where this installation was put back.
        let seconds = u64::try_from(self.now().micros() / 1_000_000).unwrap_or(0);
        let number = seconds.max(made.saturating_add(1));
        let manifest = Manifest::new(number, self.now().to_string(), feeds.collect(), files);
        let mut part = target.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        let written = write(&part, &manifest, &pair, &downloads);
        let placed =
            written.and_then(|()| std::fs::rename(&part, target).map_err(|source| at_path(target, source)));
        if let Err(error) = placed {
            let _ = std::fs::remove_file(&part);
            return Err(error);
        }
        self.write(actor, |tx| tx.put_meta(MADE, &number.to_string()))?;
        Ok(BundleMade { number, files: manifest.files.len(), missing })
    }

    /// Verifies a bundle to its last byte, and loads it. One that is older than what was loaded before is refused, unless
    /// `allow_older` says that it is meant.
    pub fn load_bundle(
        &self,
        actor: &Actor,
        path: &Path,
        allow_older: bool,
    ) -> Result<BundleLoaded, AppError> {
        let file = File::open(path).map_err(|source| at_path(path, source))?;
        let refused =
            |why: String| AppError::Input(format!("{}: {why}; nothing of it was loaded", path.display()));
        let damaged = |error: std::io::Error| refused(format!("it is damaged or breaks off: {error}"));
        let mut reader = zstd::stream::read::Decoder::new(file).map_err(damaged)?;
        reader.window_log_max(LARGEST_WINDOW).map_err(damaged)?;
        let mut archive = Archive::new(BufReader::new(reader));
        let mut entries = Entries(archive.entries().map_err(damaged)?);
        let manifest = entries.small("manifest.json", LARGEST_MANIFEST).map_err(refused)?;
        let signature = entries
            .small("manifest.sig", LARGEST_SIGNATURE)
            .map_err(|why| refused(format!("it is not signed ({why})")))?;
        key::verify(&manifest, &signature, &self.bundle_keys()?).map_err(refused)?;
        let manifest = Manifest::read(&manifest).map_err(refused)?;
        let newest = self.number(LOADED)?;
        if manifest.number < newest && !allow_older {
            return Err(refused(format!(
                "it is older ({}, of {}) than the one that was loaded last ({newest}); say --allow-older if it is meant",
                manifest.number, manifest.created_at
            )));
        }
        let folder = self.scratch_folder().map_err(|source| at_path(self.data(), source))?;
        for file in &manifest.files {
            entries.unpack(file, folder.path()).map_err(refused)?;
        }
        entries.end().map_err(refused)?;
        // To its last byte: zstd's checksum stands there.
        std::io::copy(&mut archive.into_inner().take(1 << 20), &mut std::io::sink()).map_err(damaged)?;
        let loaded = self.load_verified(actor, &manifest, folder.path(), path)?;
        self.write(actor, |tx| tx.put_meta(LOADED, &manifest.number.to_string()))?;
        Ok(BundleLoaded { number: manifest.number, created_at: manifest.created_at, loaded })
    }

    /// Loads the files of each feed at once.
    fn load_verified(
        &self,
        actor: &Actor,
        manifest: &Manifest,
        folder: &Path,
        bundle: &Path,
    ) -> Result<FeedsLoaded, AppError> {
        let mut all = FeedsLoaded::default();
        let feeds: BTreeSet<&str> = manifest.files.iter().map(FileInside::feed).collect();
        for id in feeds {
            let of_it = manifest.files.iter().filter(|file| file.feed() == id);
            let Some(feed) = by_id(id) else {
                let label = format!("{}/{id}", bundle.display());
                all.files.push(FeedFile { label, outcome: Err("this version knows no such feed".into()) });
                continue;
            };
            let paths: Vec<PathBuf> = of_it.map(|file| folder.join(&file.path)).collect();
            let paths: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
            let loaded = self.load_only(actor, Some(feed), &paths)?;
            let (from, to) = (folder.display().to_string(), bundle.display().to_string());
            all.files.extend(loaded.files.into_iter().map(|mut file| {
                file.label = file.label.replace(&from, &to);
                file
            }));
            all.feeds.extend(loaded.feeds);
            all.tally.created += loaded.tally.created;
            all.tally.reopened += loaded.tally.reopened;
            all.tally.closed += loaded.tally.closed;
        }
        Ok(all)
    }

    fn number(&self, name: &str) -> Result<u64, AppError> {
        let text = self.read(|reader| reader.meta(name))?;
        Ok(text.and_then(|text| text.parse().ok()).unwrap_or(0))
    }
}

fn write(
    target: &Path,
    manifest: &Manifest,
    pair: &ring::signature::Ed25519KeyPair,
    downloads: &Path,
) -> Result<(), AppError> {
    let failed = |source| at_path(target, source);
    let file = File::create_new(target).map_err(failed)?;
    let mut encoder = zstd::stream::write::Encoder::new(BufWriter::new(file), 3).map_err(failed)?;
    encoder.include_checksum(true).map_err(failed)?;
    let mut builder = Builder::new(encoder);
    let bytes = manifest.bytes().map_err(failed)?;
    let signature = key::sign(&bytes, pair);
    for (name, content) in [("manifest.json", bytes.as_slice()), ("manifest.sig", signature.as_bytes())] {
        builder.append_data(&mut header(content.len() as u64), name, content).map_err(failed)?;
    }
    for file in &manifest.files {
        let path = downloads.join(&file.path);
        let content = File::open(&path).map_err(|source| at_path(&path, source))?;
        let mut hashing = Hashing { inner: content.take(file.size), hasher: blake3::Hasher::new() };
        builder
            .append_data(&mut header(file.size), format!("files/{}", file.path), &mut hashing)
            .map_err(failed)?;
        if hashing.hasher.finalize().to_hex().as_str() != file.blake3 {
            let path = path.display();
            return Err(AppError::Input(format!(
                "{path} is not what was fetched; run `bartizan feeds sync` again"
            )));
        }
    }
    let encoder = builder.into_inner().map_err(failed)?;
    let file = encoder.finish().map_err(failed)?.into_inner().map_err(|error| failed(error.into_error()))?;
    file.sync_all().map_err(failed)
}

fn header(size: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_size(size);
    header.set_mode(0o644);
    header.set_entry_type(EntryType::Regular);
    header.set_cksum();
    header
}

/// The entries of a bundle, in their order.
struct Entries<'a, R: Read>(tar::Entries<'a, R>);

impl<'a, R: Read> Entries<'a, R> {
    /// The next entry, which must be a file of this name.
    fn next(&mut self, name: &str) -> Result<tar::Entry<'a, R>, String> {
        let entry = self.0.next().ok_or_else(|| format!("it breaks off before {name}"))?;
        let entry = entry.map_err(|error| format!("it is damaged or breaks off before {name}: {error}"))?;
        let found = entry.path_bytes();
        if *found != *name.as_bytes() || entry.header().entry_type() != EntryType::Regular {
            return Err(format!("{name} should stand where {} does", String::from_utf8_lossy(&found)));
        }
        drop(found);
        Ok(entry)
    }

    /// The next entry, which is small.
    fn small(&mut self, name: &str, most: u64) -> Result<Vec<u8>, String> {
        let entry = self.next(name)?;
        if entry.size() > most {
            return Err(format!("{name} is larger than {most} bytes"));
        }
        let mut bytes = Vec::new();
        entry
            .take(most)
            .read_to_end(&mut bytes)
            .map_err(|error| format!("it breaks off in {name}: {error}"))?;
        Ok(bytes)
    }

    /// Writes the next entry, which must be this file to its last byte, below `folder`.
    fn unpack(&mut self, file: &FileInside, folder: &Path) -> Result<(), String> {
        let name = format!("files/{}", file.path);
        let entry = self.next(&name)?;
        let tampered = || format!("{name} is not the file that was signed: it was tampered with");
        if entry.size() != file.size {
            return Err(tampered());
        }
        let target = folder.join(&file.path);
        let failed = |error: std::io::Error| format!("{}: {error}", target.display());
        if let Some(parent) = target.parent() {
            std::fs::create_dir_all(parent).map_err(failed)?;
        }
        let mut output = File::create_new(&target).map_err(failed)?;
        let mut hashing = Hashing { inner: entry, hasher: blake3::Hasher::new() };
        let count = std::io::copy(&mut hashing, &mut output)
            .map_err(|error| format!("it is damaged or breaks off in {name}: {error}"))?;
        if count < file.size {
            return Err(format!("it breaks off in {name}"));
        }
        output.flush().map_err(failed)?;
        if hashing.hasher.finalize().to_hex().as_str() != file.blake3 { Err(tampered()) } else { Ok(()) }
    }

    fn end(&mut self) -> Result<(), String> {
        match self.0.next() {
            None => Ok(()),
            Some(Ok(entry)) => Err(format!(
                "it holds {}, which its manifest does not name",
                String::from_utf8_lossy(&entry.path_bytes())
            )),
            Some(Err(error)) => Err(format!("it is damaged or breaks off at its end: {error}")),
        }
    }
}

/// Hashes what is read.
struct Hashing<R> {
    inner: R,
    hasher: blake3::Hasher,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.hasher.update(&buffer[..count]);
        Ok(count)
    }
}
