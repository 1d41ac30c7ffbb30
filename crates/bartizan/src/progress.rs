//! Progress on a terminal: how far an import is. In a pipe there is none.

use bartizan_app::{App, Step};
use bartizan_model::RunId;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

const EVERY: Duration = Duration::from_millis(100);
const KNOWN: &str = "{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec}, {eta} left";
const UNKNOWN: &str = "{msg} {spinner} {bytes} {bytes_per_sec}";

/// Does `work` and shows meanwhile how far `run` is, where somebody watches.
pub(crate) fn shown<T>(app: &App, run: RunId, label: &str, work: impl FnOnce() -> T) -> T {
    if !std::io::stderr().is_terminal() {
        return work();
    }
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| watch(app, run, label, &done));
        // Also when the work panics: the watcher must end for the scope to.
        let _end = SetOnDrop(&done);
        work()
    })
}

/// A bar for work that counts its own steps; hidden where nobody watches.
pub(crate) fn steps(label: &'static str) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()).with_message(label);
    if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {percent} %, {eta} left") {
        bar.set_style(style);
    }
    bar
}

/// Counts files and folders that are come upon; hidden where nobody watches.
pub(crate) fn entries(path: &Path) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let label = crate::out::harmless(&path.display().to_string());
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()).with_message(label);
    if let Ok(style) = ProgressStyle::with_template("{msg} {spinner} {human_pos} files and folders") {
        bar.set_style(style);
    }
    bar
}

/// A bar for each file on its way; hidden where nobody watches.
pub(crate) struct Downloads {
    all: MultiProgress,
    bars: Mutex<BTreeMap<String, ProgressBar>>,
}

impl Downloads {
    pub(crate) fn new() -> Self {
        let terminal = std::io::stderr().is_terminal();
        let target = if terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        Self { all: MultiProgress::with_draw_target(target), bars: Mutex::default() }
    }

    /// A file goes on.
    pub(crate) fn step(&self, file: &str, step: Step) {
        let mut bars = self.bars.lock().unwrap_or_else(PoisonError::into_inner);
        let bar = bars.entry(file.to_owned()).or_insert_with(|| self.all.add(ProgressBar::no_length()));
        match step {
            Step::Begins { have, whole } => {
                let style = ProgressStyle::with_template(if whole.is_some() { KNOWN } else { UNKNOWN });
                if let Ok(style) = style {
                    bar.set_style(style);
                }
                if let Some(whole) = whole {
                    bar.set_length(whole);
                }
                bar.set_message(file.to_owned());
                bar.set_position(have);
            }
            Step::Came(bytes) => bar.inc(bytes),
            Step::Waits => bar.set_message(format!("{file}: waiting to try again")),
        }
    }

    /// All files of a feed are done.
    pub(crate) fn finish(&self, feed: &str) {
        let mut bars = self.bars.lock().unwrap_or_else(PoisonError::into_inner);
        bars.retain(|file, bar| {
            let of_it = file.strip_prefix(feed).is_some_and(|rest| rest.starts_with('/'));
            if of_it {
                bar.finish_and_clear();
            }
            !of_it
        });
    }

    /// Lines that stay can be written meanwhile.
    pub(crate) fn pause(&self, write: impl FnOnce()) {
        self.all.suspend(write);
    }
}

struct SetOnDrop<'a>(&'a AtomicBool);

impl Drop for SetOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn watch(app: &App, run: RunId, label: &str, done: &AtomicBool) {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    let label = crate::out::harmless(label);
    let mut known = None;
    while !done.load(Ordering::Relaxed) {
        if let Some(view) = app.progress(run) {
            if known.is_none() {
                known = Some(view.total_bytes > 0);
                let template = if view.total_bytes > 0 { KNOWN } else { UNKNOWN };
                if let Ok(style) = ProgressStyle::with_template(template) {
                    bar.set_style(style);
                }
                bar.set_length(view.total_bytes);
            }
            bar.set_position(view.bytes);
            bar.set_message(format!("{label}: {} records", view.records));
        }
        std::thread::sleep(EVERY);
    }
    bar.finish_and_clear();
}
