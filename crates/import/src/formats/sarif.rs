//! SARIF 2.1.0, the exchange format of static analysis: any number of runs, each of a tool of its own.
//!
//! The locus of a result is its file and an anchor: the tool's own fingerprint, else a symbol, else a digest of the
//! snippet; never a line. Results of a public vulnerability have no anchor. Each location of a result is one finding.
//! Results that are no failures (`kind`) are left out; those that are gone (`baselineState: absent`) are closed; suppressed ones
//! carry the tool's word. Results before the rules they refer to are put aside, compressed, until the run has ended.
//! SARIF does not say what a run looked at, so it covers nothing; where the caller vouches for the report (`complete`), each run
//! names its asset, also one on which it found nothing. A run that failed is a gap.

use crate::common::deferred::Records;
use crate::common::json::{Json, Value};
use crate::common::out::Out;
use crate::common::strings_found::history;
use crate::common::{assets, dates, text};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::Sink;
use bartizan_model::observation::AssetSeen;
use bartizan_model::{AssetKind, AssetRef, Observation};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::BufRead;

mod flows;
mod results;
mod rules;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "sarif",
    name: "SARIF",
    summary: "SARIF 2.1.0 of any tool: results with rules, levels, locations, fingerprints and suppressions",
    extensions: &["sarif", "sarif.json", "json"],
    docs: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html",
    tool: "sarif",
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Sniff {
    let keys = head.object();
    let schema = keys.text("$schema").is_some_and(|schema| schema.to_ascii_lowercase().contains("sarif"));
    let version = keys.text("version").is_some_and(|version| version.starts_with("2."));
    let bare = || {
        let marks = ["\"driver\"", "\"tool\"", "\"results\""];
        keys.holds_all("runs", &marks)
    };
    match (schema, version, keys.has("runs")) {
        (true, ..) | (_, true, true) => Sniff::Yes,
        _ if bare() => Sniff::Yes,
        _ => Sniff::No,
    }
}

/// What is known of the run at hand.
#[derive(Default)]
struct Run {
    rules: rules::Rules,
    /// `originalUriBaseIds`, and the paths of `artifacts`.
    bases: BTreeMap<String, String>,
    artifacts: Artifacts,
    repository: Option<AssetRef>,
    /// The commit and the branch of the repository, as tags.
    history: Vec<String>,
    image: Option<AssetRef>,
    seen_at: Option<bartizan_model::Timestamp>,
    /// Whether the tool finds secrets, whose snippets must not be kept.
    secrets: bool,
}

/// The paths that results may name by number, one after another.
#[derive(Default)]
struct Artifacts {
    paths: String,
    ends: Vec<u32>,
    left_out: u64,
}

/// The most bytes of all paths of a run, with four for each: some hundred thousand.
const PATHS: usize = 24 << 20;

impl Artifacts {
    fn push(&mut self, path: &str) {
        let length = self.paths.len() + path.len();
        match u32::try_from(length).ok().filter(|_| length + self.ends.len() * 4 < PATHS) {
            Some(end) if self.left_out == 0 => {
                self.paths.push_str(path);
                self.ends.push(end);
            }
            _ => self.left_out += 1,
        }
    }

    fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let start =
            index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default();
        self.paths.get(start as usize..end as usize)
    }
}

impl Run {
    fn asset(&self, options: &Options) -> AssetRef {
        let found = self.repository.clone().or_else(|| self.image.clone());
        found.unwrap_or_else(|| options.asset_or(AssetKind::Repository))
    }
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut json = Json::new(input, &options.limits);
    let mut out = Out::new(sink);
    let mut runs = 0;
    if json.peek()?.is_none() {
        return Err(ParseError::Empty { format: "sarif" });
    }
    json.object(&mut |json, key| match key {
        "runs" => json.array(&mut |json| {
            runs += 1;
            run(json, options, &mut out)
        }),
        _ => json.skip(),
    })?;
    json.end()?;
    if runs == 0 {
        return Err(ParseError::WrongFormat { format: "sarif", why: "it has no runs".to_owned() });
    }
    json.tell_flaws(&mut out);
    Ok(out.end())
}

/// One run.
fn run(json: &mut Json<'_>, options: &Options, out: &mut Out<'_>) -> Result<(), ParseError> {
    let mut run = Run::default();
    let (mut tool_seen, mut repository_seen) = (false, options.asset.is_some());
    let mut early: Vec<Records> = Vec::new();
    let mut nothing = true;
    json.object(&mut |json, key| {
        nothing = false;
        match key {
            "tool" => {
                run.rules = rules::read(json)?;
                run.secrets = run.rules.finds_secrets();
                out.source(run.rules.tool(), &run.rules.version);
                tool_seen = true;
            }
            "versionControlProvenance" => {
                (run.repository, run.history) = provenance(&json.value()?);
                repository_seen = true;
            }
            "invocations" => json.array(&mut |json| {
                invocation(&json.value()?, &mut run, out);
                Ok(())
            })?,
            "originalUriBaseIds" => run.bases = bases(&json.value()?),
            "artifacts" => json.array(&mut |json| {
                run.artifacts.push(&artifact(&json.value()?));
                Ok(())
            })?,
            "properties" => run.image = image(&json.value()?),
            "results" if tool_seen && repository_seen => {
                let home = run.asset(options);
                json.array(&mut |json| results::one(&json.value()?, &run, &home, out))?;
            }
            "results" => early.push(json.defer_records()?),
            _ => json.skip()?,
        }
        Ok(())
    })?;
    if !tool_seen && !nothing {
        out.source("sarif", "");
    }
    if run.artifacts.left_out > 0 {
        let what = format!("{} files of the run", run.artifacts.left_out);
        out.gap(
            what,
            "so many are listed that they are left out: results that name them by number have no file",
        );
    }
    if run.rules.left_out > 0 {
        let what = format!("{} rules of {}", run.rules.left_out, run.rules.tool());
        out.gap(what, "so many are described that these descriptions, or the rules, are left out");
    }
    let home = run.asset(options);
    for records in early {
        records.each(&mut |record| results::one(record, &run, &home, out))?;
    }
    if options.complete {
        let seen = AssetSeen { seen_at: run.seen_at, ..AssetSeen::new(home) };
        out.observe(&json.place(), Observation::Asset(seen), None)?;
    }
    Ok(())
}

fn provenance(value: &Value<'_>) -> (Option<AssetRef>, Vec<String>) {
    #[derive(Deserialize, Default)]
    #[serde(default, rename_all = "camelCase")]
    struct Provenance {
        repository_uri: String,
        revision_id: String,
        branch: String,
    }
    let list: Vec<Provenance> = value.read().unwrap_or_default();
    let repository = list.iter().find_map(|provenance| assets::repository(&provenance.repository_uri));
    // Of several repositories it is not told which one a result is in.
    let history = match list.as_slice() {
        [one] => history(&[("commit", &one.revision_id), ("branch", &one.branch)]),
        _ => Vec::new(),
    };
    (repository, history)
}

/// Scanners of images put the image's name here.
fn image(value: &Value<'_>) -> Option<AssetRef> {
    #[derive(Deserialize, Default)]
    #[serde(default, rename_all = "camelCase")]
    struct Properties {
        image_name: String,
    }
    let properties: Properties = value.read().unwrap_or_default();
    assets::image(&properties.image_name).filter(|_| !properties.image_name.starts_with(['.', '/']))
}

fn bases(value: &Value<'_>) -> BTreeMap<String, String> {
    #[derive(Deserialize, Default)]
    #[serde(default)]
    struct Base {
        uri: String,
    }
    let bases: BTreeMap<String, Base> = value.read().unwrap_or_default();
    bases.into_iter().filter(|(_, base)| !base.uri.is_empty()).map(|(name, base)| (name, base.uri)).collect()
}

fn artifact(value: &Value<'_>) -> String {
    #[derive(Deserialize, Default)]
    #[serde(default)]
    struct Artifact {
        location: Option<Location>,
    }
    #[derive(Deserialize, Default)]
    #[serde(default)]
    struct Location {
        uri: String,
    }
    let artifact: Artifact = value.read().unwrap_or_default();
    artifact.location.unwrap_or_default().uri
}

/// Reads when the tool ran and whether it ended well; what it could not do becomes a gap.
fn invocation(value: &Value<'_>, run: &mut Run, out: &mut Out<'_>) {
    #[derive(Deserialize, Default)]
    #[serde(default, rename_all = "camelCase")]
    struct Invocation {
        end_time_utc: String,
        start_time_utc: String,
        execution_successful: Option<bool>,
        exit_code_description: String,
        tool_execution_notifications: Option<Vec<Notification>>,
    }
    #[derive(Deserialize, Default)]
    #[serde(default)]
    struct Notification {
        level: String,
        message: Option<Message>,
    }
    #[derive(Deserialize, Default)]
    #[serde(default)]
    struct Message {
        text: String,
    }
    let invocation: Invocation = value.read().unwrap_or_default();
    let at = dates::date(&invocation.end_time_utc).or_else(|| dates::date(&invocation.start_time_utc));
    run.seen_at = run.seen_at.max(at);
    out.summary.seen_at = out.summary.seen_at.max(at);
    let notes = invocation.tool_execution_notifications.unwrap_or_default();
    for note in notes.iter().filter(|note| note.level == "error").take(100) {
        let why = note.message.as_ref().map_or("", |message| &message.text);
        out.gap("a part of the run", text::line(why, text::TITLE));
    }
    if invocation.execution_successful == Some(false) {
        out.gap(
            "the run",
            format!("the tool says that it failed {}", text::name(&invocation.exit_code_description)),
        );
    }
}
