//! The peers: how each is given the advisories at hand and asked about a lockfile without a network, and how its answer is read.

use super::lockfiles::{BILL, CARGO, Ecosystem, GO, PYPI};
use crate::shared;
use anyhow::Context;
use serde_json::Value;
use std::io::{BufRead, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A finding of a peer: package, version, and the advisory or the weakness.
pub(super) type Found = (String, String, String);

/// A scanner that may be installed.
pub(super) struct Peer {
    /// The name of its binary.
    pub(super) name: &'static str,
    /// The files that it is asked about.
    pub(super) files: &'static [&'static str],
    /// Makes its database below a folder, or says why it cannot be asked.
    pub(super) prepare: fn(&Path) -> anyhow::Result<Option<&'static str>>,
    /// Asks about a file, with its database below a folder; the report comes on standard output.
    pub(super) ask: fn(&mut Command, &Path, &Path),
    /// What its report says.
    read: fn(&Value) -> Vec<Found>,
}

const ALL: &[&str] = &["Cargo.lock", "go.mod", "requirements.txt", BILL];

pub(super) const PEERS: [Peer; 5] = [
    Peer {
        name: "cargo-audit",
        files: &["Cargo.lock"],
        prepare: |database| unpack_rustsec(&database.join("cargo-audit")),
        ask: |command, database, file| {
            command.args(["audit", "--no-fetch", "--stale", "--no-yanked", "--json", "--db"]);
            command.arg(database.join("cargo-audit")).arg("--file").arg(file);
        },
        read: cargo_audit,
    },
    Peer {
        name: "grype",
        files: ALL,
        prepare: |_| own_database("grype-db", "no database in $BARTIZAN_PEERS/grype-db (`grype db import`)"),
        ask: |command, _, file| {
            command.env("GRYPE_DB_CACHE_DIR", home().join("grype-db")).env("GRYPE_DB_AUTO_UPDATE", "false");
            command.env("GRYPE_DB_VALIDATE_AGE", "false").env("GRYPE_CHECK_FOR_APP_UPDATE", "false");
            let kind = if file.ends_with(BILL) { "sbom" } else { "file" };
            command.args(["--quiet", "--output", "json"]).arg(format!("{kind}:{}", file.display()));
        },
        read: grype,
    },
    Peer {
        name: "osv-scanner",
        files: ALL,
        prepare: zip_osv,
        ask: |command, database, file| {
            command.env("OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY", database);
            command.args(["scan", "--experimental-offline", "--format", "json"]);
            command.arg(if file.ends_with(BILL) { "--sbom" } else { "--lockfile" }).arg(file);
        },
        read: osv_scanner,
    },
    Peer {
        name: "pip-audit",
        files: &[],
        prepare: |_| Ok(Some("it asks a service about each package and has no database to be given")),
        ask: |_, _, _| {},
        read: |_| Vec::new(),
    },
    Peer {
        name: "trivy",
        files: ALL,
        prepare: |_| {
            own_database("trivy-db", "no database in $BARTIZAN_PEERS/trivy-db (a cache folder of trivy)")
        },
        ask: |command, _, file| {
            command.arg(if file.ends_with(BILL) { "sbom" } else { "fs" });
            command.args(["--quiet", "--scanners", "vuln", "--skip-db-update", "--offline-scan"]);
            command.args(["--skip-version-check", "--disable-telemetry", "--format", "json"]);
            command.arg("--cache-dir").arg(home().join("trivy-db")).arg(file);
        },
        read: trivy,
    },
];

/// The folder of the peers: `bin/` has binaries that are not on the path, and databases lie beside it.
fn home() -> PathBuf {
    std::env::var_os("BARTIZAN_PEERS").map(PathBuf::from).unwrap_or_default()
}

impl Peer {
    /// Its binary, if it is installed.
    pub(super) fn binary(&self) -> Option<PathBuf> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(home().join("bin")).chain(std::env::split_paths(&path));
        folders.map(|folder| folder.join(self.name)).find(|file| file.is_file())
    }

    /// Its findings.
    pub(super) fn read(&self, report: &[u8]) -> anyhow::Result<Vec<Found>> {
        Ok((self.read)(
            &serde_json::from_slice(report).with_context(|| format!("{} told no JSON", self.name))?,
        ))
    }
}

/// Grype and trivy have formats of their own, that only their makers' tools write.
fn own_database(name: &str, missing: &'static str) -> anyhow::Result<Option<&'static str>> {
    Ok((!home().join(name).is_dir()).then_some(missing))
}

/// RustSec's own repository: a folder of Markdown files.
fn unpack_rustsec(folder: &Path) -> anyhow::Result<Option<&'static str>> {
    for line in shared::open("knowledge/advisories/rustsec-markdown.jsonl.zst")?.lines() {
        let file: Value = serde_json::from_str(&line?)?;
        let path = folder.join(file["path"].as_str().context("no path")?);
        std::fs::create_dir_all(path.parent().context("no folder")?)?;
        std::fs::write(path, file["content"].as_str().context("no content")?)?;
    }
    Ok(None)
}

/// A zip of each ecosystem's records, as OSV publishes them.
fn zip_osv(folder: &Path) -> anyhow::Result<Option<&'static str>> {
    for Ecosystem { name, advisories, .. } in [CARGO, GO, PYPI] {
        let folder = folder.join("osv-scanner").join(name);
        std::fs::create_dir_all(&folder)?;
        let mut zip = zip::ZipWriter::new(std::fs::File::create(folder.join("all.zip"))?);
        let mut records = String::new();
        shared::open(advisories)?.read_to_string(&mut records)?;
        for record in records.lines() {
            let id = serde_json::from_str::<Value>(record)?["id"].as_str().context("no id")?.to_owned();
            zip.start_file(format!("{id}.json"), zip::write::SimpleFileOptions::default())?;
            zip.write_all(record.as_bytes())?;
        }
        zip.finish()?;
    }
    Ok(None)
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn found(name: &Value, version: &Value, id: &Value) -> Found {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (text(name), text(version), text(id))
}

fn cargo_audit(report: &Value) -> Vec<Found> {
    let warnings = report["warnings"].as_object().into_iter().flat_map(|kinds| kinds.values()).flat_map(list);
    list(&report["vulnerabilities"]["list"])
        .chain(warnings)
        .map(|one| found(&one["package"]["name"], &one["package"]["version"], &one["advisory"]["id"]))
        .collect()
}

fn grype(report: &Value) -> Vec<Found> {
    list(&report["matches"])
        .map(|one| found(&one["artifact"]["name"], &one["artifact"]["version"], &one["vulnerability"]["id"]))
        .collect()
}

fn osv_scanner(report: &Value) -> Vec<Found> {
    let packages = list(&report["results"]).flat_map(|result| list(&result["packages"]));
    packages
        .flat_map(|one| list(&one["vulnerabilities"]).map(move |said| (&one["package"], said)))
        .map(|(package, said)| found(&package["name"], &package["version"], &said["id"]))
        .collect()
}

fn trivy(report: &Value) -> Vec<Found> {
    list(&report["Results"])
        .flat_map(|result| list(&result["Vulnerabilities"]))
        .map(|one| found(&one["PkgName"], &one["InstalledVersion"], &one["VulnerabilityID"]))
        .collect()
}
