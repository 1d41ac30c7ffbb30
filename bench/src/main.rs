//! `cargo run --release -p bartizan-bench -- NAME...`: measures and prints. Each bench is one file and one row below.
#![allow(clippy::print_stdout, reason = "a bench is there to print")]

mod backtest;
mod bill;
mod binary;
mod correlate;
mod deriving;
mod estate;
mod graph;
mod http;
mod import;
mod ingest;
mod judging;
mod matching;
mod measure;
mod parse;
mod peers;
mod placing;
mod quality;
mod shared;
mod stream;

/// The binary's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Name, what it measures, and how.
type Bench = (&'static str, &'static str, fn() -> anyhow::Result<()>);

const BENCHES: &[Bench] = &[
    ("ingest", "findings a second into the store, beside raw SQLite", ingest::run),
    ("import", "reports from bytes to durable facts, findings a second, beside raw SQLite", import::run),
    (
        "parse",
        "reports of 100 MB and 1 GB from bytes to observations, beside the libraries below",
        parse::run,
    ),
    ("bill", "a bill of materials of 300,000 components: peak memory, time for each", bill::run),
    ("estate", "1,000,000 exposures: making, opening, listing, counting, a new order", estate::run),
    ("judging", "1,000,000 components in the store, judged by a feed and by one more advisory", judging::run),
    ("matching", "1,000,000 packages against 300,000 advisories, and the index of them", matching::run),
    ("http", "1,000,000 exposures over HTTP: list, facets, overview, assets", http::run),
    ("stream", "a report of 10 GiB through standard input: rate, memory, who waits", stream::run),
    (
        "peers",
        "other scanners beside ours: the same lockfiles and advisories, time, memory, findings",
        peers::run,
    ),
    ("correlate", "one exposure across tools: a labelled corpus, precision and recall", correlate::run),
    ("quality", "known right answers: labels of matches, trivy's cases, OSV's answers", quality::run),
    (
        "graph",
        "attack paths over 1,000,000 footholds and 10,000,000 steps, beside plain references",
        graph::run,
    ),
    (
        "deriving",
        "the attack graph of 1,000,000 exposures and 1,300,000 relations, and after one change",
        deriving::run,
    ),
    ("placing", "10,000,000 exposures scored by a changed attack graph", placing::run),
    ("backtest", "what priority knew before, against what was exploited later", backtest::run),
];

fn main() -> anyhow::Result<()> {
    let names: Vec<String> = std::env::args().skip(1).collect();
    if names.is_empty() {
        for (name, what, _) in BENCHES {
            println!("{name:<12} {what}");
        }
    }
    for name in names {
        let bench = BENCHES.iter().find(|bench| bench.0 == name);
        let (_, what, run) = bench.ok_or_else(|| anyhow::anyhow!("there is no bench named {name}"))?;
        println!("{name}: {what}");
        run()?;
    }
    Ok(())
}
