//! Peers beside Bartizan: the same lockfiles, the same advisories, no network, each as a command from its start to its end
//! with its database in the file cache. Peers are looked for in `$BARTIZAN_PEERS/bin` and on the path.
//!
//! Three rows are ours: the command, which takes the software in, judges it, ranks it and keeps all that durably; its dry run, which
//! prints and forgets as peers do; and its reading and matching alone, inside this process. What it does not show: the making of databases.
//!
//! Where findings differ, samples of each kind were looked through by hand. grype reads the Go records' `custom_ranges`, which
//! are no part of OSV's ranges. osv-scanner adds the standard library in the version of a `go` line, and seems not to know Go
//! modules with capitals in a bill. trivy keeps one CVE of a record with several, and seems to leave out an advisory that
//! lists a version of Python's which it cannot read.

mod lockfiles;
mod tools;

use crate::binary::Scratch;
use crate::measure::{median, timed, watch};
use crate::shared;
use anyhow::{Context, ensure};
use bartizan_advisory::index::Index;
use bartizan_app::{Look, Wish};
use bartizan_assess::matching::Matcher;
use bartizan_model::weakness::canonical;
use bartizan_model::{Observation, Purl};
use lockfiles::{CARGO, GO, Made, PYPI};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};
use tools::{Found, PEERS, Peer};

const ROUNDS: usize = 3;
/// Of findings that only one side has, so many are shown.
const SHOWN: usize = 5;

pub(crate) fn run() -> anyhow::Result<()> {
    let advisories = [CARGO, GO, PYPI].map(|ecosystem| ecosystem.advisories);
    if !advisories.iter().all(|name| shared::there(name)) {
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let index = shared::index(&folder.path().join("index"), &advisories)?;
    let scratch = Scratch::new()?;
    let mut load = scratch.command(&["feeds", "load"]);
    load.args(advisories.map(shared::path)).stdout(Stdio::null());
    ensure!(load.status()?.success(), "the advisories cannot be loaded");
    let mut peers = Vec::new();
    for peer in &PEERS {
        match peer.binary() {
            None => println!("  not installed: {}", peer.name),
            Some(binary) => match (peer.prepare)(folder.path())? {
                None => peers.push((peer, binary)),
                Some(why) => println!("  not compared: {}, {why}", peer.name),
            },
        }
    }
    for Made { file, packages } in lockfiles::make(folder.path())? {
        println!("  {file}: {packages} packages");
        let path = folder.path().join(file).join(file);
        let mut looks = 0;
        let look = || {
            // Each time another asset: a first look.
            looks += 1;
            let asset = format!("{file}-{looks}");
            let mut command = scratch.command(&["discover", "files", "--dev", "--asset", &asset]);
            command.arg(&path);
            command
        };
        let dry_run = || {
            let mut command = scratch.command(&["discover", "files", "--dev", "--dry-run", "--json"]);
            command.arg(&path);
            command
        };
        let mut sides: Vec<Side<'_>> = vec![("bartizan", Box::new(look)), ("dry run", Box::new(dry_run))];
        let asked: Vec<_> = peers.iter().filter(|(peer, _)| peer.files.contains(&file)).collect();
        for (peer, binary) in asked.iter().copied() {
            let (database, path) = (folder.path(), path.as_path());
            let ask = move || {
                let mut command = Command::new(binary);
                (peer.ask)(&mut command, database, path);
                command
            };
            sides.push((peer.name, Box::new(ask)));
        }
        let figures = race(&mut sides)?;
        let ours = ours(&index, &path, &figures[0], &figures[1])?;
        for ((peer, _), figures) in asked.into_iter().zip(&figures[2..]) {
            beside(&index, peer, figures, &ours)?;
        }
    }
    Ok(())
}

/// A name, and what makes its command.
type Side<'a> = (&'static str, Box<dyn FnMut() -> Command + 'a>);

/// What a command took: seconds (median) and the most memory (KiB); and what it printed.
struct Figures {
    time: f64,
    memory: u64,
    report: Vec<u8>,
}

/// Runs the commands in turn, several times: what else the machine does then falls on all.
fn race(sides: &mut [Side<'_>]) -> anyhow::Result<Vec<Figures>> {
    let quiet = |mut command: Command| command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let mut all = Vec::new();
    for (name, command) in sides.iter_mut() {
        let report = command().stderr(Stdio::null()).output().with_context(|| (*name).to_owned())?.stdout;
        let memory = watch(&mut quiet(command())?)?;
        all.push((memory, report, Vec::new()));
    }
    for _ in 0..ROUNDS {
        for ((_, command), (_, _, times)) in sides.iter_mut().zip(&mut all) {
            let one = command();
            // To some peers findings are a failure: what counts is that the report can be read.
            let (_, time) = timed(|| Ok(quiet(one)?.wait()?))?;
            times.push(time.as_secs_f64());
        }
    }
    Ok(all
        .into_iter()
        .map(|(memory, report, times)| Figures { time: median(times), memory, report })
        .collect())
}

/// What we say of a file, and how many seconds it took.
struct Ours {
    found: BTreeSet<Found>,
    command: f64,
    dry_run: f64,
    alone: f64,
}

fn ours(index: &Index, file: &Path, command: &Figures, dry_run: &Figures) -> anyhow::Result<Ours> {
    let mut rounds = Vec::new();
    let mut found = BTreeSet::new();
    for _ in 0..ROUNDS {
        let (now, time) = timed(|| read_and_match(index, file))?;
        found = now;
        rounds.push(time.as_secs_f64());
    }
    let alone = median(rounds);
    row("bartizan", command);
    row("dry run", dry_run);
    println!(
        "    {:<12} {:>8.1} ms for reading and matching alone; {} findings",
        "",
        alone * 1e3,
        found.len()
    );
    Ok(Ours { found, command: command.time, dry_run: dry_run.time, alone })
}

fn read_and_match(index: &Index, file: &Path) -> anyhow::Result<BTreeSet<Found>> {
    let wish = Wish { dev: true, asset: None };
    let inventories = Look::Files(file).look(&wish, &tempfile::tempfile, &mut |_| {})?;
    let mut matcher = Matcher::new(index);
    let mut found = BTreeSet::new();
    for observation in inventories.iter().flat_map(|inventory| inventory.observations()) {
        let Observation::Component(component) = observation else { continue };
        let purl: Purl = component.purl.parse()?;
        for one in matcher.judge(&purl).matches {
            found.insert(comparable(&purl.full_name(), purl.version(), one.weakness));
        }
    }
    Ok(found)
}

/// One peer: its figures, and its findings beside ours.
fn beside(index: &Index, peer: &Peer, figures: &Figures, ours: &Ours) -> anyhow::Result<()> {
    let theirs: BTreeSet<Found> = peer
        .read(&figures.report)?
        .into_iter()
        .flat_map(|(name, version, id)| {
            weaknesses(index, &id).into_iter().map(move |weakness| comparable(&name, &version, weakness))
        })
        .collect();
    row(peer.name, figures);
    println!(
        "    {:<12} {:.1} times our command, {:.1} times its dry run, {:.0} times its reading and matching",
        "",
        figures.time / ours.command,
        figures.time / ours.dry_run,
        figures.time / ours.alone
    );
    let only_ours: Vec<_> = ours.found.difference(&theirs).collect();
    let only_theirs: Vec<_> = theirs.difference(&ours.found).collect();
    println!(
        "    {:<12} {} findings agreed, {} only ours, {} only theirs",
        "",
        ours.found.intersection(&theirs).count(),
        only_ours.len(),
        only_theirs.len()
    );
    for (who, list) in [("ours", only_ours), ("theirs", only_theirs)] {
        for (name, version, id) in list.into_iter().take(SHOWN) {
            println!("    {:<12}   only {who}: {name} {version} {id}", "");
        }
    }
    Ok(())
}

fn row(name: &str, Figures { time, memory, .. }: &Figures) {
    println!("    {name:<12} {:>8.1} ms {:>6.0} MiB", time * 1e3, *memory as f64 / 1024.0);
}

/// The weaknesses that an id of an advisory stands for.
fn weaknesses(index: &Index, id: &str) -> Vec<String> {
    let id = canonical(id);
    let mut keys: Vec<String> = index.by_name(&id).flat_map(|at| index.weaknesses(at).keys).collect();
    if id.starts_with("CVE-") || keys.is_empty() {
        keys = vec![id];
    }
    keys
}

/// In one form for all: names and versions are written in many ways.
fn comparable(name: &str, version: &str, weakness: String) -> Found {
    let name = name.to_lowercase().replace(['_', '.'], "-");
    (name, version.trim_start_matches('v').to_lowercase(), weakness)
}
