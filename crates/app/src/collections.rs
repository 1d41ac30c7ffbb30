//! Which collections of facts are known to be partial: what the attack graph cannot see because of them.

use crate::{App, AppError};
use bartizan_graph::Facts;
use bartizan_model::{RunId, Timestamp};
use bartizan_store::{NoteKind, RunState};
use std::collections::BTreeSet;

/// The newest runs that are looked at.
const RUNS: i64 = 500;
/// Notes of a run that are told.
const TOLD: usize = 3;

/// A collection that left something out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partial {
    /// The source of the facts.
    pub source: String,
    /// The run, and what it was called.
    pub run: RunId,
    /// What it was called: a file's name.
    pub label: String,
    /// When it began.
    pub at: Timestamp,
    /// The first things that were left out, each with its reason.
    pub left_out: Vec<String>,
    /// How many there are.
    pub total: i64,
}

impl App {
    /// The newest collection under each name by a source of these facts, where it says that it is not whole.
    pub fn partial_collections(&self, facts: &Facts) -> Result<Vec<Partial>, AppError> {
        let sources = facts.sources();
        self.read(|reader| {
            let mut seen = BTreeSet::new();
            let mut partial = Vec::new();
            for run in reader.runs(None, RUNS)? {
                let Some(source) = run.source.filter(|source| sources.contains(source.as_str())) else {
                    continue;
                };
                if run.state != RunState::Finished || !seen.insert((source.clone(), run.label.clone())) {
                    continue;
                }
                let total = run.gaps + run.rejected;
                if total == 0 {
                    continue;
                }
                let notes = reader.run_notes(run.id)?.into_iter().take(TOLD);
                let words = notes.map(|note| match note.kind {
                    NoteKind::Gap => format!("{}: {}", note.what, note.why),
                    NoteKind::Rejected => format!("rejected {}: {}", note.what, note.why),
                });
                partial.push(Partial {
                    source,
                    run: run.id,
                    label: run.label,
                    at: run.started_at,
                    left_out: words.collect(),
                    total,
                });
            }
            Ok(partial)
        })
    }
}
