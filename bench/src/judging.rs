//! An estate with 1,000,000 components, judged by new advisories: a whole feed, and then one more record.
//!
//! 20,000 hosts with 50 components each, of 200,000 different ones. The feed has 30,000 advisories about 10,000 names. What
//! it does not show: the download, and the page that is told (an event is there when the load returns).

use crate::measure::{median, peak_memory, rate, timed};
use bartizan_app::{Actor, App, Clock, OpenOptions};
use bartizan_model::observation::ComponentSeen;
use bartizan_model::{AssetRef, Coverage, Observation, Timestamp};
use bartizan_store::{Ingest, IngestOptions};
use std::fmt::Write as _;

const HOSTS: u32 = 20_000;
const EACH: u32 = 50;
const DIFFERENT: u32 = 200_000;
const NAMES: u32 = 10_000;
const ADVISORIES: u32 = 30_000;

pub(crate) fn run() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let now = Timestamp::parse("2026-01-10T12:00:00Z").unwrap_or(Timestamp::from_seconds(1_768_000_000));
    let clock = Clock::fixed(now);
    let data = folder.path().join("data");
    let app = App::open(OpenOptions { data, database_url: None, clock: clock.clone() })?;
    let actor = Actor::system("bench");
    let components = (HOSTS * EACH) as usize;
    let ((), time) = timed(|| Ok(app.write(&actor, fill)?))?;
    println!(
        "  took in {components} components in {:.1} s ({:.0} a second)",
        time.as_secs_f64(),
        rate(components, time)
    );
    drop(app.estate()?);

    let feed: String = (0..ADVISORIES).map(advisory).collect();
    let load =
        |text: String| app.load_feed(&actor, Box::new(std::io::Cursor::new(text.into_bytes())), "feed");
    let (row, time) = timed(|| Ok(load(feed)?))?;
    let open = app.estate()?.len();
    println!(
        "  a feed of {} advisories: {:.2} s until all is judged and ranked, {open} exposures",
        row.records,
        time.as_secs_f64()
    );
    let mut rounds = Vec::new();
    for n in 0..5 {
        clock.set(Timestamp::from_micros(now.micros() + i64::from(n + 1) * 1_000_000));
        let (_, time) = timed(|| Ok(load(advisory(ADVISORIES + n as u32))?))?;
        rounds.push(time.as_secs_f64() * 1e3);
    }
    println!(
        "  one more advisory: {:.0} ms until its exposures are ranked (median of 5); aim 1,000 ms",
        median(rounds)
    );
    let before = app.estate()?.len();
    let (tally, time) = timed(|| Ok(app.judge_all(&actor)?))?;
    println!(
        "  everything judged again, {} changes: {:.2} s ({before} exposures)",
        tally.created + tally.closed + tally.reopened,
        time.as_secs_f64()
    );
    if let Some(peak) = peak_memory() {
        println!("  peak memory of all this: {peak:.0} MiB");
    }
    Ok(())
}

fn fill(tx: &mut bartizan_store::Tx<'_>) -> Result<(), bartizan_store::StoreError> {
    let run = tx.begin_run("import", "bench")?;
    let options = IngestOptions { run, tool: "bench", seen_at: tx.now(), demo: false, network: None };
    let mut ingest = Ingest::new(tx, options)?;
    for host in 0..HOSTS {
        let Some(asset) = AssetRef::host(&format!("host-{host}.example.org")) else { continue };
        for n in 0..EACH {
            let which = host.wrapping_mul(7_919).wrapping_add(n.wrapping_mul(104_729)) % DIFFERENT;
            let (name, version) =
                (format!("package-{}", which % (NAMES * 4)), format!("{}.2.{which}", which % 40));
            let purl = format!("pkg:npm/{name}@{version}");
            ingest.push(Observation::Component(ComponentSeen {
                asset: asset.clone(),
                purl,
                name,
                version,
                locations: Vec::new(),
                vantage: String::new(),
            }))?;
        }
    }
    ingest.finish(&Coverage::default()).map(drop)
}

fn advisory(n: u32) -> String {
    let mut text = String::new();
    // Some thousand hosts have a version that is affected by each.
    let _ = writeln!(
        text,
        r#"{{"id":"GHSA-bench-{n}","modified":"2026-01-01T00:00:00Z","aliases":["CVE-2026-{}"],"summary":"A flaw","database_specific":{{"severity":"HIGH"}},"affected":[{{"package":{{"ecosystem":"npm","name":"package-{}"}},"ranges":[{{"type":"SEMVER","events":[{{"introduced":"{}.0.0"}},{{"fixed":"{}.0.0"}}]}}]}}]}}"#,
        100_000 + n,
        n % NAMES,
        n % 40,
        n % 40 + 1
    );
    text
}
