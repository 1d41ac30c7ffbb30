//! How fast reports of the formats that grow largest are read, from memory and on one core: bytes in, observations out, nothing
//! stored. Beside what the libraries below do with the same bytes in the same run. `BENCH_MB` asks for other sizes (`100,1000`).

mod reports;

use crate::measure::{peak_memory, timed};
use anyhow::{Context, ensure};
use bartizan_import::{Covered, Gap, Observation, Options, Place, Sink, by_id};
use quick_xml::events::Event;
use reports::{REPORTS, Stream};
use serde::de::IgnoredAny;
use std::hint::black_box;
use std::io::{BufReader, Read};
use std::ops::ControlFlow;
use std::process::Command;
use std::time::Duration;

const MB: usize = 1_000_000;
/// Each figure is the best of so many passes over the smaller sizes: what else runs on the machine only slows.
const PASSES: usize = 3;
/// The goals, in MB/s, and for memory in MiB.
const JSON: f64 = 300.0;
const XML: f64 = 150.0;
const MEMORY: f64 = 200.0;

/// Takes everything and keeps nothing.
#[derive(Default)]
struct Drain {
    observations: u64,
    rejected: u64,
}

impl Sink for Drain {
    fn observe(&mut self, _: Place, observation: Observation, raw: Option<&[u8]>) -> ControlFlow<()> {
        black_box((observation, raw));
        self.observations += 1;
        ControlFlow::Continue(())
    }
    fn reject(&mut self, _: Place, _: String) {
        self.rejected += 1;
    }
    fn cover(&mut self, _: Covered) {}
    fn gap(&mut self, _: Gap) {}
}

pub(crate) fn run() -> anyhow::Result<()> {
    if let Ok(one) = std::env::var(ONE) {
        return measure(&one);
    }
    let sizes = std::env::var("BENCH_MB").unwrap_or_else(|_| "100,1000".to_owned());
    let sizes: Vec<usize> = sizes.split(',').map(str::parse).collect::<Result<_, _>>()?;
    println!("  goals: JSON {JSON} MB/s, XML {XML} MB/s, {MEMORY} MiB of memory, whatever the size");
    println!("  format        MB    MB/s   records/s  peak MiB   beside it, in MB/s");
    for report in REPORTS {
        for &size in &sizes {
            // A process of its own: what was read before it must not show in its memory.
            let mut child = Command::new(std::env::current_exe()?);
            let child = child.arg("parse").env(ONE, format!("{} {size}", report.format)).output()?;
            ensure!(child.status.success(), "{}", String::from_utf8_lossy(&child.stderr));
            let text = String::from_utf8(child.stdout)?;
            // The first line names the bench.
            let line = text.lines().nth(1).context("it measured nothing")?;
            let beside =
                if size <= 200 { limits(report.is_xml, report.stream(size * MB))? } else { String::new() };
            println!("  {:<12} {size:>4} {line}   {beside}", report.format);
        }
    }
    Ok(())
}

/// Names the format and the size, in MB, that a process is to measure.
const ONE: &str = "BENCH_PARSE_ONE";

fn measure(one: &str) -> anyhow::Result<()> {
    let (format, size) = one.split_once(' ').context("a format and a size")?;
    let size: usize = size.parse()?;
    let report = REPORTS.iter().find(|report| report.format == format).context("no such report")?;
    let passes = if size > 200 { 1 } else { PASSES };
    let (mut best, mut records) = (Duration::MAX, 0);
    for _ in 0..passes {
        let (count, time) = timed(|| read(report.format, report.stream(size * MB)))?;
        (best, records) = (best.min(time), count);
    }
    let seconds = best.as_secs_f64();
    // The whole process, with the pool of the report and a copy of it: what the parser holds is less.
    let peak = peak_memory().unwrap_or(f64::NAN);
    println!("{:>7.0} {:>11.0} {peak:>9.0}", size as f64 / seconds, records as f64 / seconds);
    Ok(())
}

/// Reads a report to its end; the number of its records.
fn read(format: &str, stream: Stream) -> anyhow::Result<u64> {
    let format = by_id(format).with_context(|| format!("{format} is no format"))?;
    let mut drain = Drain::default();
    let mut reader = BufReader::with_capacity(256 * 1024, stream);
    let summary = (format.parse)(&mut reader, &Options::default(), &mut drain)?;
    ensure!(drain.rejected == 0, "{}: {} records were rejected", format.id, drain.rejected);
    ensure!(drain.observations >= summary.records / 2, "{}: {} observations", format.id, drain.observations);
    Ok(summary.records)
}

/// What the libraries do with the same bytes, all of them in memory.
fn limits(is_xml: bool, mut stream: Stream) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let rate = |time: Duration| bytes.len() as f64 / MB as f64 / time.as_secs_f64();
    if is_xml {
        let (_, time) = timed(|| {
            let mut reader = quick_xml::Reader::from_reader(&bytes[..]);
            let (mut events, mut buffer) = (0_u64, Vec::new());
            while !matches!(reader.read_event_into(&mut buffer)?, Event::Eof) {
                events += 1;
                buffer.clear();
            }
            Ok(black_box(events))
        })?;
        return Ok(format!("quick-xml, events only {:.0}", rate(time)));
    }
    let (_, skipped) = timed(|| {
        let each = serde_json::Deserializer::from_slice(&bytes).into_iter::<IgnoredAny>();
        Ok(each.map(|value| value.map(|_| 1)).sum::<Result<u64, _>>()?)
    })?;
    let (_, trees) = timed(|| {
        let mut count = 0_u64;
        for value in serde_json::Deserializer::from_slice(&bytes[..bytes.len().min(20 * MB)]).into_iter() {
            // A document is cut here: what of it was read counts.
            let Ok::<serde_json::Value, _>(value) = value else { break };
            black_box(value);
            count += 1;
        }
        Ok(count)
    })?;
    let part = bytes.len().min(20 * MB) as f64 / MB as f64 / trees.as_secs_f64();
    Ok(format!("serde_json, skipping {:.0}, trees {part:.0}", rate(skipped)))
}
