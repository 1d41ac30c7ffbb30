//! Reports that met a mishap, read as what they are. Never a panic, much memory, or coverage of what broke; the same bytes give
//! the same whatever pieces they come in; and a document without its end is no report that found nothing.
#![no_main]
#![expect(unsafe_code, reason = "an allocator that counts; it hands every call on to the system's")]

#[path = "../mishap.rs"]
mod mishap;

use bartizan_import::{Collected, Format, Limits, Options, Summary, detect, open};
use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use serde::de::IgnoredAny;
use std::alloc::{GlobalAlloc, Layout, System};
use std::io::{BufReader, Read};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// The most memory that a report of at most a megabyte may take.
const MOST: usize = 200 << 20;

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mishap::mishap(data, size, max_size, seed)
});

fuzz_target!(|data: &[u8]| {
    let mut text = Vec::new();
    let Ok(mut reader) = open(data, &Limits { size: 4 << 20, ..Limits::default() }) else { return };
    if reader.read_to_end(&mut text).is_err() {
        return;
    }
    drop(reader);
    let Ok(format) = detect(&text) else { return };
    let before = NOW.load(Relaxed);
    PEAK.store(before, Relaxed);
    let (seen, summary) = read(format, &text, usize::MAX);
    let peak = PEAK.load(Relaxed) - before;
    assert!(peak < MOST, "{} takes {} MiB", format.id, peak >> 20);
    let (again, same) = read(format, &text, 1 + text.len() % 61);
    assert_eq!(summary, same, "{}", format.id);
    assert_eq!(seen.observations, again.observations, "{}", format.id);
    assert_eq!((seen.covered, seen.gaps), (again.covered, again.gaps), "{}", format.id);
    assert_eq!(seen.rejected, again.rejected, "{}", format.id);
    let end = text.trim_ascii_end().len();
    if summary.is_ok() && serde_json::from_slice::<IgnoredAny>(&text).is_ok() && end > 1 {
        let cut = 1 + text.iter().fold(0, |sum, byte| (sum * 31 + usize::from(*byte)) % (end - 1));
        let (seen, summary) = read(format, &text[..cut], usize::MAX);
        // A number at the end is a number also without its last digits.
        let whole = serde_json::from_slice::<IgnoredAny>(&text[..cut]).is_ok();
        assert!(summary.is_err() || !seen.rejected.is_empty() || whole, "{} cut at {cut}", format.id);
    }
});

/// What is in a report that comes in pieces of so many bytes. A report that breaks covers nothing.
fn read(format: &Format, text: &[u8], piece: usize) -> (Collected, Result<Summary, String>) {
    let options = Options { fallback: "fuzz".to_owned(), ..Options::default() };
    let mut seen = Collected::default();
    let pieces = BufReader::with_capacity(piece.min(text.len().max(1)), text);
    let mut reader = open(pieces, &options.limits).expect("it was opened before");
    let summary = (format.parse)(&mut reader, &options, &mut seen).map_err(|error| error.to_string());
    assert!(summary.is_ok() || seen.covered.is_empty(), "{}: {summary:?}", format.id);
    (seen, summary)
}

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

/// The system's allocator, and how much is taken of it.
struct Counted;

// SAFETY: every call is handed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = NOW.fetch_add(layout.size(), Relaxed) + layout.size();
        PEAK.fetch_max(now, Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let now = NOW.fetch_add(size, Relaxed) + size - layout.size();
        NOW.fetch_sub(layout.size(), Relaxed);
        PEAK.fetch_max(now, Relaxed);
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counted = Counted;
