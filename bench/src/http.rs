//! What a browser waits for at 1,000,000 exposures: list, facets, overview and assets, asked one after the other over
//! HTTP on loopback, of the real server; and the first answers after somebody decided something.
//! `BENCH_ASSETS` asks for another size (about ten exposures each).

use crate::binary::{Scratch, Server};
use crate::estate::QUERIES;
use crate::measure::timed;
use std::time::{Duration, Instant};

const ASSETS: &str = "100000";
const ROUNDS: usize = 15;
const CHANGES: usize = 20;

pub(crate) fn run() -> anyhow::Result<()> {
    let scratch = Scratch::new()?;
    let assets = std::env::var("BENCH_ASSETS").unwrap_or_else(|_| ASSETS.to_owned());
    let (_, time) = timed(|| scratch.run(&["demo", "--assets", &assets], ""))?;
    println!("  demo --assets {assets}: {:.1} s", time.as_secs_f64());
    scratch.run(&["user", "add", "bench", "--role", "admin"], "correct horse battery staple\n")?;
    let token = scratch.run(&["token", "create", "--user", "bench"], "")?;
    let token = token.split_whitespace().find(|word| word.starts_with("btz_")).unwrap_or_default().to_owned();
    let (server, time) = timed(|| Server::start(&scratch, token))?;
    let total = server.get("/api/v1/exposures?limit=1")?;
    let total: serde_json::Value = serde_json::from_str(&total)?;
    println!("  serve: {:.1} s to the first list, of {} exposures", time.as_secs_f64(), total["total"]);
    println!("  {:<40} {:>8} {:>8} {:>8}   (milliseconds)", "", "p50", "p99", "most");
    for (name, path) in
        [("list of 50", "/api/v1/exposures?limit=50&q="), ("all facets", "/api/v1/exposures/facets?q=")]
    {
        let mut times = Vec::new();
        for round in 0..=ROUNDS {
            for query in QUERIES {
                let time = server.time(&format!("{path}{}", encoded(query)))?;
                if round > 0 {
                    times.push(time);
                }
            }
        }
        print(&format!("{name}, 12 queries"), times);
    }
    let pages = [("overview", "/api/v1/overview"), ("first page of assets", "/api/v1/assets?limit=50")];
    for (name, path) in pages {
        server.time(path)?;
        print(name, (0..ROUNDS * 12).map(|_| server.time(path)).collect::<Result<_, _>>()?);
    }
    for (name, path) in pages {
        let mut times = Vec::new();
        for number in 1..=CHANGES {
            let body =
                format!(r#"{{"ids":[{}],"verdict":"false-positive","reason":"measured"}}"#, number * 37);
            server.post("/api/v1/decisions", &body)?;
            times.push(server.time(path)?);
        }
        print(&format!("{name}, after a change"), times);
    }
    let mut times = Vec::new();
    for number in 1..=CHANGES {
        let body = format!(r#"{{"ids":[{}],"verdict":"false-positive","reason":"measured"}}"#, number * 41);
        let start = Instant::now();
        server.post("/api/v1/decisions", &body)?;
        times.push(start.elapsed());
    }
    print("the change itself, durable", times);
    Ok(())
}

fn print(name: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: f64| {
        let index = ((times.len() as f64 * share).ceil() as usize).clamp(1, times.len()) - 1;
        times[index].as_secs_f64() * 1000.0
    };
    println!("  {name:<40} {:>8.1} {:>8.1} {:>8.1}", at(0.5), at(0.99), at(1.0));
}

/// Percent-encoded for a query string.
fn encoded(text: &str) -> String {
    text.bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            },
        )
        .collect()
}
