//! A hospital of 1,000,000 exposures: making it, loading it, listing and counting under typical queries, and a feed that
//! touches everything. In this process, so without HTTP; the targets are for the answer that a browser gets.
//! `BENCH_ASSETS` asks for another size (about ten exposures each).

use crate::measure::{peak_memory, rate, timed};
use bartizan_app::{Actor, App, Clock, DemoRequest, OpenOptions};
use bartizan_model::{Timestamp, WeaknessId};
use std::fmt::Write as _;
use std::io::Cursor;
use std::path::Path;
use std::time::{Duration, Instant};

const ASSETS: usize = 100_000;
const SEED: u64 = 1;
/// How often each query is asked, after one time to warm up.
const ROUNDS: usize = 40;
const LIMIT: usize = 50;
const NOW: &str = "2026-11-20T12:00:00Z";

/// What people ask, from everything to very little.
pub(crate) const QUERIES: [&str; 12] = [
    "",
    "status:open",
    "status:open severity:critical,high",
    "status:open band:act-now,plan",
    "status:open reach:internet",
    "status:open scope:\"demo: Patient records\"",
    "status:open kind:device data:phi age:>30d",
    "weakness:CVE-2021-44228",
    "log4j",
    "component:*-parse-* fix:true",
    "source:network-scanner first_seen:>=2026-11-01",
    "(severity:critical OR epss:>0.1) -status:fixed asset:app-*",
];

pub(crate) fn run() -> anyhow::Result<()> {
    let assets = std::env::var("BENCH_ASSETS").ok().and_then(|text| text.parse().ok()).unwrap_or(ASSETS);
    let folder = tempfile::tempdir()?;
    let now = Timestamp::parse(NOW).ok_or_else(|| anyhow::anyhow!("the day does not parse"))?;
    let clock = Clock::fixed(now);
    let open = || {
        let options =
            OpenOptions { data: folder.path().to_owned(), database_url: None, clock: clock.clone() };
        Ok(App::open(options)?)
    };
    println!("  the demonstration with {assets} assets, seed {SEED}, SQLite in a temporary folder");
    let app = open()?;
    let actor = Actor::system("bench");
    let (made, time) = timed(|| Ok(app.demo(&actor, DemoRequest { assets, seed: SEED }, &mut |_, _| {})?))?;
    let exposures = usize::try_from(made.exposures)?;
    println!(
        "  making it          {:>8.1} s   {exposures} exposures, {} proven fixed, {} runs; {:.0} exposures/s   (goal: below 60 s)",
        time.as_secs_f64(),
        made.fixed,
        made.runs,
        rate(exposures, time)
    );
    memory("after making it");
    println!("  database           {:>8.0} MiB", megabytes(folder.path())?);
    drop(app);
    let (app, time) = timed(open)?;
    println!("  opening it         {:>8.1} s   the estate is read from the database", time.as_secs_f64());
    memory("after opening it");
    println!("  estate columns     {:>8.0} MiB", app.estate()?.column_bytes() as f64 / f64::from(1 << 20));
    ask(&app, now)?;

    clock.set(now.plus_days(1));
    let ((), time) = timed(|| Ok(app.tick()?))?;
    println!(
        "  another day        {:>8.3} s   every score made anew   (goal: below 1 s)",
        time.as_secs_f64()
    );
    for (score, words) in [(0.2, "first EPSS feed"), (0.6, "EPSS changes")] {
        let feed = epss(&app, score)?;
        let (row, time) = timed(|| Ok(app.load_feed(&actor, Box::new(Cursor::new(feed)), "epss")?))?;
        println!(
            "  {words:<18} {:>8.1} s   {} records from the file to the new order   (goal: below 1 s for the order)",
            time.as_secs_f64(),
            row.records
        );
    }
    let (gone, time) = timed(|| Ok(app.remove_demo(&actor)?))?;
    println!("  removing it        {:>8.1} s   {gone} assets", time.as_secs_f64());
    anyhow::ensure!(app.estate()?.is_empty(), "something was left over");
    Ok(())
}

/// Asks all queries and prints how long a page and its counts take.
fn ask(app: &App, now: Timestamp) -> anyhow::Result<()> {
    println!("  list({LIMIT}) with its rows, and all facets, {ROUNDS} times each, milliseconds:");
    println!("    {:<52} {:>9} {:>8} {:>8}", "query", "found", "p50", "p99");
    let mut all = Vec::new();
    for text in QUERIES {
        let query = app.query(text)?;
        let (mut times, mut total) = (Vec::new(), 0);
        for round in 0..=ROUNDS {
            let start = Instant::now();
            let estate = app.estate()?;
            let rows = estate.select(&query, now);
            let page = estate.page(&rows, Default::default(), None, LIMIT);
            let views: Vec<_> = page.ids.iter().filter_map(|id| estate.view(*id)).collect();
            let facets = estate.count(&rows);
            let time = start.elapsed();
            anyhow::ensure!(
                facets.total as usize == page.total && views.len() == page.ids.len(),
                "answers differ"
            );
            total = page.total;
            if round > 0 {
                times.push(time);
            }
        }
        all.extend(times.iter().copied());
        let shown = if text.is_empty() { "(everything)" } else { text };
        println!("    {shown:<52} {total:>9} {:>8.2} {:>8.2}", at(&mut times, 0.5), at(&mut times, 0.99));
    }
    println!(
        "    {:<52} {:>9} {:>8.2} {:>8.2}   (goal: p99 below 50 over HTTP)",
        "all of them",
        "",
        at(&mut all, 0.5),
        at(&mut all, 0.99)
    );
    Ok(())
}

/// The quantile of some times, in milliseconds.
fn at(times: &mut [Duration], quantile: f64) -> f64 {
    times.sort_unstable();
    let index = ((times.len() as f64 * quantile).ceil() as usize).clamp(1, times.len().max(1)) - 1;
    times.get(index).map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0)
}

/// An EPSS file with a made-up value for every CVE of the estate. It exists in this bench only.
fn epss(app: &App, most: f64) -> anyhow::Result<Vec<u8>> {
    let mut ids = Vec::new();
    app.read(|reader| reader.each_weakness(WeaknessId(0), |row| ids.push(row.key)))?;
    ids.retain(|id| id.starts_with("CVE-"));
    let mut text =
        String::from("#model_version:bench,score_date:2026-11-20T00:00:00Z\ncve,epss,percentile\n");
    for (number, id) in ids.iter().enumerate() {
        let _ = writeln!(text, "{id},{:.5},0.5", most * (number + 1) as f64 / ids.len() as f64);
    }
    Ok(text.into_bytes())
}

fn memory(when: &str) {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let now = text.lines().find(|line| line.starts_with("VmRSS:"));
    let now: Option<f64> = now.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
    if let (Some(now), Some(peak)) = (now, peak_memory()) {
        println!("  memory             {:>8.0} MiB {when}, at most {peak:.0} MiB so far", now / 1024.0);
    }
}

fn megabytes(folder: &Path) -> anyhow::Result<f64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        bytes += entry?.metadata()?.len();
    }
    Ok(bytes as f64 / f64::from(1 << 20))
}
