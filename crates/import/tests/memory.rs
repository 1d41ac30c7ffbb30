//! What one report may take of the memory: a text of a hundred megabytes, a list of a million elements, in the place of one of its own.
//! In slow builds both are a hundredth of that, for a part of the formats. One test, so that nothing else is measured with it.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[allow(dead_code, reason = "the tests of hostile reports use the rest")]
#[path = "hostile/damage.rs"]
mod damage;

use bartizan_import::{Covered, Gap, Observation, Options, Place, Sink, by_id};
use damage::Kind;
use std::fs;
use std::io::{BufReader, Cursor, Read, repeat};
use std::ops::ControlFlow;

/// The most that a report may take, in bytes.
const MOST: u64 = 200 << 20;

/// Takes everything and keeps nothing.
struct Drain;

impl Sink for Drain {
    fn observe(&mut self, _: Place, _: Observation, _: Option<&[u8]>) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
    fn reject(&mut self, _: Place, _: String) {}
    fn cover(&mut self, _: Covered) {}
    fn gap(&mut self, _: Gap) {}
}

/// A line of `/proc/self/status` in bytes; `None` where there is no such file.
fn status(name: &str) -> Option<u64> {
    let text = fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
}

/// So many times the same bytes, made while they are read.
struct Again {
    unit: Cursor<Vec<u8>>,
    left: usize,
}

impl Read for Again {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let read = self.unit.read(buf)?;
        if read > 0 || self.left == 0 || buf.is_empty() {
            return Ok(read);
        }
        self.left -= 1;
        self.unit.set_position(0);
        self.unit.read(buf)
    }
}

/// How much more a format takes at its peak for this report than it had.
fn peak(format: &str, report: impl Read) -> Option<u64> {
    // Begins the peak anew (proc(5)).
    fs::write("/proc/self/clear_refs", "5").ok()?;
    let before = status("VmHWM:")?;
    let options = Options { fallback: "fixture".into(), ..Options::default() };
    let mut reader = BufReader::with_capacity(1 << 20, report);
    let _ = (by_id(format).unwrap().parse)(&mut reader, &options, &mut Drain);
    Some(status("VmHWM:")?.saturating_sub(before))
}

#[test]
fn no_text_and_no_list_takes_more_than_a_report_may() {
    let (text, elements, step) =
        if cfg!(debug_assertions) { (1_000_000, 10_000, 6) } else { (100_000_000, 1_000_000, 1) };
    let (mut most, mut count, mut wrong) = ((0, String::new()), 0, Vec::new());
    let folders = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures")).unwrap();
    let mut folders: Vec<_> = folders.map(|folder| folder.unwrap().path()).collect();
    folders.sort();
    for folder in folders.into_iter().step_by(step) {
        let format = folder.file_name().unwrap().to_string_lossy().into_owned();
        let good = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path());
        let good = good.filter(|file| file.file_name().unwrap().to_string_lossy().starts_with("good")).min();
        let bytes = fs::read(good.unwrap()).unwrap();
        let all = damage::places(&bytes);
        let is_text = |kind| matches!(kind, Kind::Text | Kind::Field);
        let texts =
            all.iter().filter(|place| is_text(place.kind) || bytes[place.is.clone()].starts_with(b"\""));
        let texts: Vec<_> = texts.filter(|place| place.is.len() > 3 && place.kind != Kind::Member).collect();
        let units = all.iter().filter(|place| match place.kind {
            Kind::Value => bytes[place.is.start] == b'{' && place.is.start > 0,
            kind => matches!(kind, Kind::Element | Kind::Line),
        });
        let units: Vec<_> = units.filter(|place| place.is.len() < bytes.len() * 9 / 10).collect();
        let before = |at: usize| Cursor::new(bytes[..at].to_vec());
        let after = |at: usize| Cursor::new(bytes[at..].to_vec());
        let mut tell = |what: &str, at: usize, peak: Option<u64>| {
            let peak = peak.unwrap_or_default();
            count += 1;
            if peak > most.0 {
                most = (peak, format!("{format}: {what} at {at}"));
            }
            if peak > MOST {
                wrong.push(format!("{format}: {} MiB for {what} at {at}", peak >> 20));
            }
        };
        // In the middle of a text that stands in the middle.
        if let Some(place) = texts.get(texts.len() / 2) {
            let at = place.is.start + 1;
            let long = before(at).chain(repeat(b'x').take(text)).chain(after(at));
            tell("a long text", at, peak(&format, long));
        }
        for place in [units.first(), units.get(units.len() / 2)].into_iter().flatten() {
            let comma: &[u8] = if place.kind == Kind::Value { b"," } else { b"" };
            let unit = [&bytes[place.is.clone()], comma].concat();
            let times = elements.min(text as usize / unit.len());
            let again = Again { unit: Cursor::new(unit), left: times };
            let many = before(place.is.start).chain(again).chain(after(place.is.start));
            tell("many elements", place.is.start, peak(&format, many));
        }
    }
    println!("{count} reports; the most is {} MiB, of {}", most.0 >> 20, most.1);
    assert!(count > 600 / step, "only {count}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
