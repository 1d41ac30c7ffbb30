//! Trivy JSON (`trivy --format json`): schema 2, the legacy array, Kubernetes reports, and `null` for nothing.
//!
//! Vulnerabilities sit on packages, misconfigurations and secrets on files. Of a secret nothing is kept but the rule,
//! the file and a masked line. Licences are no weaknesses and are left out with a gap that says so.
//!
//! **Coverage.** Trivy does not write down its options. `--severity`, `--ignore-unfixed`, `--ignore-status` or
//! `--scanners` leave a report that looks whole and lacks findings, and what it lacks must not be taken for fixed. So a
//! document covers the packages of the purl types for which it has a package result only if it shows what those options
//! would have hidden: a vulnerability rated LOW or UNKNOWN, and one without a fix. A report without both, also one without
//! any vulnerability, closes nothing and says so in a gap. What cannot be seen is an ignore file or a VEX statement that
//! hides single findings, a folder that is skipped, and a `--severity` that leaves out only the higher ratings.
//!
//! Targets are relative to what was scanned, and each folder of a repository has its `package-lock.json`. So a document
//! speaks of its own folder only, and an image's of its own architecture: that is its vantage. What `trivy fs web` no longer
//! shows is still there for `trivy fs api`.

use crate::common::deferred::Deferred;
use crate::common::json::Json;
use crate::common::out::Out;
use crate::common::{assets, dates, purl, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::observation::AssetSeen;
use bartizan_model::{AssetKind, AssetRef, Checks, Covered, Loci, Observation, Timestamp, vantage};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::io::BufRead;

mod records;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "trivy",
    name: "Trivy",
    summary: "JSON of image, file system, repository and Kubernetes scans: vulnerabilities, misconfigurations, secrets, packages",
    extensions: &["json"],
    docs: "https://trivy.dev/latest/docs/configuration/reporting/#json",
    tool: "trivy",
    sniff,
    parse,
};

/// Why a report that may be filtered covers nothing.
const UNPROVEN: &str = "it shows none rated LOW or UNKNOWN, or none without a fix, so it may be filtered (Trivy does not \
    write down its options); nothing is closed by it";

const RESULT_KEYS: [&str; 6] =
    ["Vulnerabilities", "Misconfigurations", "Secrets", "Class", "Type", "Packages"];

fn sniff(head: &Head<'_>) -> Sniff {
    if matches!(head.trimmed(), b"null" | b"[]") {
        return Sniff::Maybe;
    }
    let keys = head.keys();
    let schema =
        keys.has("SchemaVersion") && keys.has_any(&["ArtifactName", "ArtifactType", "Results", "Trivy"]);
    let schema = schema || keys.has("ArtifactName") && keys.has_any(&["ArtifactType", "Results"]);
    let cluster = keys.has("ClusterName")
        && keys.has_any(&["Resources", "Findings", "Vulnerabilities", "Misconfigurations"]);
    let legacy = keys.in_array && keys.has("Target") && keys.has_any(&RESULT_KEYS);
    Sniff::when(schema || cluster || legacy)
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Metadata {
    #[serde(rename = "OS")]
    os: Option<Os>,
    #[serde(rename = "ImageID")]
    image_id: String,
    repo_tags: Option<Vec<String>>,
    repo_digests: Option<Vec<String>>,
    #[serde(rename = "RepoURL")]
    repo_url: String,
    image_config: ImageConfig,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ImageConfig {
    architecture: String,
    variant: String,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Os {
    family: String,
    name: String,
}

/// What the document says about itself.
#[derive(Default)]
struct Artifact {
    name: String,
    kind: String,
    cluster: String,
    metadata: Metadata,
    created: Option<Timestamp>,
}

impl Artifact {
    /// What was looked at, of all that goes by the asset's name: a folder, a bill of materials, the image for one architecture.
    fn vantage(&self) -> String {
        match self.kind.as_str() {
            "container_image" => {
                let ImageConfig { architecture, variant } = &self.metadata.image_config;
                text::name(&format!("{architecture} {variant}"))
            }
            "repository" if assets::repository(&self.name).is_some() => String::new(),
            "filesystem" | "repository" | "cyclonedx" | "spdx" => vantage::folder(&text::name(&self.name)),
            _ => String::new(),
        }
    }
}

/// What is known while results go by.
struct State<'a, 's> {
    options: &'a Options,
    out: Out<'s>,
    artifact: Artifact,
    /// The asset of the results at hand, from where it was seen, and the purl types its results looked at.
    asset: Option<AssetRef>,
    vantage: String,
    types: BTreeSet<String>,
    covered: Vec<Covered>,
    shown: records::Shown,
    version: String,
    named: bool,
    licenses: u64,
    recognized: bool,
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut json = Json::new(input, &options.limits);
    let out = Out::new(sink);
    let mut state = State {
        options,
        out,
        artifact: Artifact::default(),
        asset: None,
        vantage: String::new(),
        types: BTreeSet::new(),
        covered: Vec::new(),
        shown: records::Shown::default(),
        version: String::new(),
        named: false,
        licenses: 0,
        recognized: false,
    };
    match json.peek()? {
        None => return Err(ParseError::Empty { format: "trivy" }),
        Some(b'[') => {
            state.recognized = true;
            json.array(&mut |json| state.result(json))?;
        }
        Some(b'n') => {
            state.recognized = true;
            json.skip()?;
        }
        Some(_) => state.document(&mut json)?,
    }
    json.end()?;
    if !state.recognized {
        return Err(ParseError::WrongFormat {
            format: "trivy",
            why: "it has neither Results nor a SchemaVersion".into(),
        });
    }
    state.name_source();
    state.close_asset();
    json.tell_flaws(&mut state.out);
    let covered = std::mem::take(&mut state.covered);
    if state.shown.is_unfiltered() {
        covered.into_iter().for_each(|covered| state.out.cover(covered));
    } else if !covered.is_empty() {
        state.out.note("vulnerabilities that the report does not show", UNPROVEN);
    }
    if state.licenses > 0 {
        state.out.note(format!("{} licence records", state.licenses), "licences are not imported");
    }
    Ok(state.out.end())
}

impl State<'_, '_> {
    fn document(&mut self, json: &mut Json<'_>) -> Result<(), ParseError> {
        let mut early: Vec<Deferred> = Vec::new();
        let mut named = false;
        json.object(&mut |json, key| {
            match key {
                "SchemaVersion" => {
                    self.recognized = true;
                    json.skip()?;
                }
                "ArtifactName" => {
                    self.artifact.name = json.value()?.read().unwrap_or_default();
                    named = true;
                }
                "ArtifactType" => self.artifact.kind = json.value()?.read().unwrap_or_default(),
                "ClusterName" => {
                    self.artifact.cluster = json.value()?.read().unwrap_or_default();
                    self.recognized = true;
                }
                "CreatedAt" => {
                    let text: String = json.value()?.read().unwrap_or_default();
                    self.artifact.created = dates::date(&text);
                    self.out.summary.seen_at = self.artifact.created;
                }
                "Trivy" => {
                    #[derive(Deserialize, Default)]
                    #[serde(default, rename_all = "PascalCase")]
                    struct Tool {
                        version: String,
                    }
                    let tool: Tool = json.value()?.read().unwrap_or_default();
                    self.version = tool.version;
                }
                "Metadata" => self.artifact.metadata = json.value()?.read().unwrap_or_default(),
                // Re-written documents may name the artifact after its results.
                "Results" if !named => early.push(json.defer()?),
                "Results" => {
                    self.recognized = true;
                    json.array(&mut |json| self.result(json))?;
                }
                "Resources" | "Findings" | "Vulnerabilities" | "Misconfigurations" => {
                    json.array(&mut |json| self.resource(json))?;
                }
                _ => json.skip()?,
            }
            Ok(())
        })?;
        for results in early {
            self.recognized = true;
            results.replay(json, &mut |json| json.array(&mut |json| self.result(json)))?;
        }
        // An artifact without any result is still an asset.
        if self.recognized && self.artifact.cluster.is_empty() && self.asset.is_none() && named {
            self.open_asset(&json.place())?;
        }
        Ok(())
    }

    fn name_source(&mut self) {
        if !std::mem::replace(&mut self.named, true) {
            self.out.source(FORMAT.tool, &self.version);
        }
    }

    /// A Kubernetes object with results of its own.
    fn resource(&mut self, json: &mut Json<'_>) -> Result<(), ParseError> {
        self.close_asset();
        let (mut namespace, mut kind, mut name) = (String::new(), String::new(), String::new());
        let mut early: Vec<Deferred> = Vec::new();
        json.object(&mut |json, key| {
            match key {
                "Namespace" => namespace = json.value()?.read().unwrap_or_default(),
                "Kind" => kind = json.value()?.read().unwrap_or_default(),
                "Name" => name = json.value()?.read().unwrap_or_default(),
                "Results" if name.is_empty() => early.push(json.defer()?),
                "Results" => {
                    self.open_workload([&namespace, &kind, &name], &json.place())?;
                    json.array(&mut |json| self.result(json))?;
                }
                _ => json.skip()?,
            }
            Ok(())
        })?;
        for results in early {
            self.open_workload([&namespace, &kind, &name], &json.place())?;
            results.replay(json, &mut |json| json.array(&mut |json| self.result(json)))?;
        }
        self.close_asset();
        Ok(())
    }

    fn open_workload(&mut self, names: [&str; 3], at: &Place) -> Result<(), ParseError> {
        let parts = [self.artifact.cluster.as_str()].into_iter().chain(names).filter(|part| !part.is_empty());
        let full = parts.collect::<Vec<_>>().join("/");
        match assets::named(AssetKind::CloudResource, &full) {
            Some(asset) => self.see(asset, None, at),
            None => Ok(()),
        }
    }

    fn open_asset(&mut self, at: &Place) -> Result<AssetRef, ParseError> {
        if let Some(asset) = &self.asset {
            return Ok(asset.clone());
        }
        let asset = artifact(&self.artifact, self.options);
        self.vantage = self.artifact.vantage();
        let os =
            self.artifact.metadata.os.as_ref().map(|os| text::name(&format!("{} {}", os.family, os.name)));
        self.see(asset.clone(), os.filter(|os| !os.is_empty()), at)?;
        Ok(asset)
    }

    fn see(&mut self, asset: AssetRef, os: Option<String>, at: &Place) -> Result<(), ParseError> {
        self.name_source();
        self.asset = Some(asset.clone());
        let seen = AssetSeen { os, seen_at: self.artifact.created, ..AssetSeen::new(asset) };
        self.out.observe(at, Observation::Asset(seen), None)
    }

    /// The results of this asset are complete, if the document turns out to be.
    fn close_asset(&mut self) {
        let types = std::mem::take(&mut self.types);
        if let Some(asset) = self.asset.take()
            && !types.is_empty()
        {
            let covered = Covered::new(asset, Checks::All, Loci::Packages(types));
            self.covered.push(covered.seen_from(&self.vantage));
        }
    }

    /// One target of the scan: a package database, a lock file, a configuration file.
    fn result(&mut self, json: &mut Json<'_>) -> Result<(), ParseError> {
        if !matches!(json.peek()?, Some(b'{' | b'n')) {
            let at = self.out.record(json.place(), "Results");
            self.out.reject(at, "a result that is no object");
            return json.skip();
        }
        let mut target = records::Target {
            asset: self.open_asset(&json.place())?,
            vantage: self.vantage.clone(),
            seen_at: self.artifact.created,
            ..records::Target::default()
        };
        let mut early: Vec<(String, Deferred)> = Vec::new();
        json.object(&mut |json, key| {
            match key {
                "Target" => target.name = json.value()?.read().unwrap_or_default(),
                "Class" => target.class = json.value()?.read().unwrap_or_default(),
                "Type" => target.kind = json.value()?.read().unwrap_or_default(),
                "Packages"
                | "Vulnerabilities"
                | "Misconfigurations"
                | "Secrets"
                | "Licenses"
                | "ModifiedFindings"
                | "ExperimentalModifiedFindings" => {
                    if target.name.is_empty() {
                        early.push((key.to_owned(), json.defer()?));
                    } else {
                        self.list(json, key, &target)?;
                    }
                }
                _ => json.skip()?,
            }
            Ok(())
        })?;
        for (key, list) in early {
            list.replay(json, &mut |json| self.list(json, &key, &target))?;
        }
        let packages = matches!(target.class.as_str(), "os-pkgs" | "lang-pkgs");
        if packages && let Some((kind, _)) = purl::kind(&target.kind.to_lowercase()) {
            self.types.insert(kind.to_owned());
        }
        Ok(())
    }

    fn list(&mut self, json: &mut Json<'_>, key: &str, target: &records::Target) -> Result<(), ParseError> {
        json.array(&mut |json| {
            let value = json.value()?;
            let out = &mut self.out;
            match key {
                "Vulnerabilities" => records::vulnerability(&value, target, None, &mut self.shown, out),
                "Misconfigurations" => records::misconfiguration(&value, target, out),
                "Secrets" => records::secret(&value, target, out),
                "Packages" => records::package(&value, target, out),
                "Licenses" => {
                    self.licenses += 1;
                    Ok(())
                }
                _ => records::modified(&value, target, out),
            }
        })
    }
}

/// The asset a document is about.
fn artifact(artifact: &Artifact, options: &Options) -> AssetRef {
    let metadata = &artifact.metadata;
    let found = match artifact.kind.as_str() {
        "container_image" => {
            // A path of an archive says nothing; its tag does.
            let path = artifact.name.ends_with(".tar") || artifact.name.starts_with(['/', '.']);
            let tag = metadata.repo_tags.as_ref().and_then(|tags| tags.first());
            let digest = metadata.repo_digests.as_ref().and_then(|digests| digests.first());
            let other = tag.or(digest).unwrap_or(&metadata.image_id);
            assets::image(if path && !other.is_empty() { other } else { &artifact.name })
        }
        "repository" => assets::repository(&artifact.name).or_else(|| assets::repository(&metadata.repo_url)),
        "filesystem" => assets::repository(&metadata.repo_url),
        "vm" | "aws_account" | "ami" => assets::named(AssetKind::CloudResource, &artifact.name),
        _ => None,
    };
    if let Some(found) = found {
        return found;
    }
    // A path such as `.` or `sbom.json` is no name: other checkouts lie at the same one, other bills are called so.
    let kind = match artifact.kind.as_str() {
        "" => AssetKind::ContainerImage,
        "cyclonedx" | "spdx" => AssetKind::Application,
        _ => AssetKind::Repository,
    };
    let path = artifact.name.is_empty() || assets::is_path(&artifact.name);
    if path || options.asset.is_some() || !options.fallback.is_empty() {
        return options.asset_or(kind);
    }
    assets::named(kind, &artifact.name).unwrap_or_else(|| options.asset_or(kind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sink::Collected;

    /// A report with such vulnerabilities: severity and fixed version.
    fn report(found: &[(&str, &str)]) -> Collected {
        let rows = found.iter().enumerate().map(|(number, (severity, fixed))| {
            format!(
                r#"{{"VulnerabilityID":"CVE-2024-{number:04}","PkgName":"p","InstalledVersion":"1","FixedVersion":"{fixed}","Severity":"{severity}"}}"#
            )
        });
        let rows = rows.collect::<Vec<_>>().join(",");
        let text = format!(
            r#"{{"SchemaVersion":2,"ArtifactName":"app:1","ArtifactType":"container_image","Results":[
            {{"Target":"t","Class":"os-pkgs","Type":"debian","Vulnerabilities":[{rows}]}}]}}"#
        );
        let mut seen = Collected::default();
        parse(&mut text.as_bytes(), &Options::default(), &mut seen).unwrap();
        seen
    }

    #[test]
    fn only_a_report_that_shows_what_filters_hide_covers() {
        let folder = |name: &str| {
            let text = format!(
                r#"{{"SchemaVersion":2,"ArtifactName":"{name}","ArtifactType":"filesystem","Results":[
                {{"Target":"package-lock.json","Class":"lang-pkgs","Type":"npm","Vulnerabilities":[
                {{"VulnerabilityID":"CVE-2024-1","PkgName":"p","InstalledVersion":"1","Severity":"LOW"}}]}}]}}"#
            );
            let mut seen = Collected::default();
            let options = Options { fallback: "shop".into(), ..Options::default() };
            parse(&mut text.as_bytes(), &options, &mut seen).unwrap();
            assert!(seen.findings().all(|finding| seen.covered[0].is_from(&finding.vantage)));
            seen.covered[0].vantage.name().unwrap().to_owned()
        };
        assert_eq!(["", ".", "/src", "./web/"].map(folder), ["", "", "/src", "web"]);
        for (found, covers) in [
            (&[("LOW", ""), ("CRITICAL", "2")][..], true),
            (&[("UNKNOWN", "2"), ("HIGH", "")], true),
            // As `--severity HIGH,CRITICAL` leaves it, as `--ignore-unfixed` does, and both.
            (&[("HIGH", ""), ("CRITICAL", "2")], false),
            (&[("LOW", "2"), ("CRITICAL", "2")], false),
            (&[("HIGH", "2")], false),
            (&[], false),
        ] {
            let seen = report(found);
            assert_eq!(
                (seen.covered.len(), seen.gaps.len()),
                (usize::from(covers), usize::from(!covers)),
                "{found:?}"
            );
        }
        let packages = Loci::Packages(BTreeSet::from(["deb".to_owned()]));
        assert_eq!(report(&[("LOW", "")]).covered[0].loci, packages);
    }
}
