//! `Cargo.lock`: the crates that Cargo chose for a workspace, with the workspace's own.

use crate::software::extractor::{self, Entry, Extractor, File, TEXT};
use crate::software::{Package, Standing};
use serde::Deserialize;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "cargo_lock",
    name: "Cargo.lock",
    docs: "https://doc.rust-lang.org/cargo/guide/cargo-toml-vs-cargo-lock.html",
    wants: |path| extractor::name(path) == "Cargo.lock",
    magic: &[],
    cap: TEXT,
    kinds: &["cargo"],
    extract,
};

#[derive(Deserialize)]
struct Lock {
    #[serde(default)]
    package: Vec<Entry<Locked>>,
}

#[derive(Deserialize)]
struct Locked {
    name: String,
    #[serde(default)]
    version: String,
}

fn extract(file: &File<'_>) -> Result<Vec<Package>, String> {
    let lock: Lock = toml::from_str(file.text()?).map_err(|error| error.to_string())?;
    let locked = lock.package.into_iter().filter_map(|entry| file.entry(entry, "package"));
    Ok(locked.filter_map(|one| file.package(Standing::Locked, "cargo", &one.name, &one.version)).collect())
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn every_crate_of_the_lock() {
        check(
            &EXTRACTOR,
            "sub/Cargo.lock",
            "version = 3\n[[package]]\nname = \"adler\"\nversion = \"1.0.2\"\n[[package]]\nname = \"mine\"\nversion = \"0.1.0\"\n",
            &["locked pkg:cargo/adler@1.0.2", "locked pkg:cargo/mine@0.1.0"],
        );
    }
}
