//! A report far larger than memory, made as it is read, through `bartizan import -`: how fast, in how much memory, and how
//! long a write of somebody else waits meanwhile. `BENCH_GIB` asks for another size.

use crate::binary::Scratch;
use crate::measure::{rate, watch};
use anyhow::{Context, ensure};
use std::io::Write;
use std::process::{ChildStdin, Stdio};
use std::time::{Duration, Instant};

const GIB: f64 = 10.0;
/// Findings of other pages of the same hosts, as a crawl reports them: many records, few weaknesses.
const HOSTS: usize = 500;
const RULES: usize = 40;
/// The others write so often while the report is fed in.
const WRITES: u64 = 20;

pub(crate) fn run() -> anyhow::Result<()> {
    let gib: f64 = std::env::var("BENCH_GIB").ok().and_then(|text| text.parse().ok()).unwrap_or(GIB);
    let bytes = (gib * f64::from(1 << 30)) as u64;
    let scratch = Scratch::new()?;
    scratch.run(&["user", "add", "bench"], "correct horse battery staple\n")?;
    let mut child =
        scratch.command(&["import", "--json", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let input = child.stdin.take().context("no input")?;
    let start = Instant::now();
    let (records, waits) = feed(input, bytes, &scratch)?;
    let fed = start.elapsed();
    // The process still holds what it ever held; it ends after the transaction.
    let peak = watch(&mut child)?;
    let output = child.wait_with_output()?;
    let time = start.elapsed();
    ensure!(output.status.success(), "the import failed");
    let line: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    ensure!(line["findings"] == records, "{line}, of {records} records");
    println!(
        "  {gib} GiB, {records} findings: read in {:.0} s, stored after {:.0} s",
        fed.as_secs_f64(),
        time.as_secs_f64()
    );
    println!(
        "  {:.0} MiB/s, {:.0} findings/s",
        bytes as f64 / f64::from(1 << 20) / time.as_secs_f64(),
        rate(records, time)
    );
    println!("  peak memory {:.0} MiB", peak as f64 / 1024.0);
    let most = waits.iter().max().copied().unwrap_or_default();
    println!(
        "  another process' write while it was read: at most {:.0} ms of {}",
        most.as_secs_f64() * 1000.0,
        waits.len()
    );
    Ok(())
}

/// Writes the report into the pipe, and now and then has another process write.
fn feed(mut input: ChildStdin, bytes: u64, scratch: &Scratch) -> anyhow::Result<(usize, Vec<Duration>)> {
    let words = "The response holds a version banner that tells an attacker what to look for. ".repeat(8);
    let (mut written, mut records, mut waits, mut text) = (0, 0, Vec::new(), Vec::new());
    while written < bytes {
        text.clear();
        while text.len() < 1 << 20 {
            let (host, rule) = (records % HOSTS, records % RULES);
            writeln!(
                text,
                r#"{{"template-id":"banner-{rule}","info":{{"name":"Banner {rule}","severity":"info","description":"{words}"}},"type":"http","host":"http://h{host}.example.org","matched-at":"http://h{host}.example.org/p{}","timestamp":"2026-01-02T10:00:00Z"}}"#,
                records % 20_000
            )?;
            records += 1;
        }
        input.write_all(&text)?;
        written += text.len() as u64;
        if written / (bytes / WRITES).max(1) > waits.len() as u64 {
            let begin = Instant::now();
            scratch.run(&["token", "create", "--user", "bench"], "")?;
            waits.push(begin.elapsed());
        }
    }
    Ok((records, waits))
}
