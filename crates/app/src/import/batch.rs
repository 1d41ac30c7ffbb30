//! Reports that are imported together, as those of an archive or a folder: identities are judged once, after all of them.
//!
//! The run of the judgement begins with the first report that tells other facts, in its transaction: where this process dies
//! before the judgement, [`App::settle`] finds that run and judges.

use super::Imported;
use crate::{Actor, App, AppError, RunState, Tx, identity};
use bartizan_assess::identity::SOURCE;
use bartizan_model::{RunId, Timestamp};

/// Reports that are imported together; a report that is alone is judged within its own run.
#[derive(Debug)]
pub struct Batch(Option<Several>);

#[derive(Debug)]
struct Several {
    /// What they are, for people.
    label: String,
    /// When the first of them began.
    since: Timestamp,
    /// The run of the judgement, once it is due.
    run: Option<RunId>,
}

impl Batch {
    /// Of one report.
    pub(super) fn alone() -> Self {
        Self(None)
    }

    /// The run in which identities are judged later; `None` where they are judged at once.
    pub(super) fn due(&self, tx: &mut Tx<'_>) -> Result<Option<RunId>, AppError> {
        match &self.0 {
            None => Ok(None),
            Some(Several { run: None, label, .. }) => Ok(Some(tx.begin_run("match", label)?)),
            Some(Several { run, .. }) => Ok(*run),
        }
    }

    /// Keeps the run that a report began.
    pub(super) fn keep(&mut self, begun: Option<RunId>) {
        if let Self(Some(Several { run, .. })) = self {
            *run = begun.or(*run);
        }
    }
}

impl App {
    /// Begins to import so many reports together; `label` names them for people.
    ///
    /// # Errors
    /// Those of the store.
    pub fn batch(&self, label: &str, reports: usize) -> Result<Batch, AppError> {
        self.settle()?;
        let label = format!("identities of {label}");
        Ok(Batch((reports != 1).then(|| Several { label, since: self.now(), run: None })))
    }

    /// Judges identities by all that the reports told; what came of it, where they told other facts than before.
    ///
    /// # Errors
    /// Those of the store. The run of the judgement says so too.
    pub fn judge_batch(&self, actor: &Actor, batch: &mut Batch) -> Result<Option<Imported>, AppError> {
        let Some(several) = &mut batch.0 else { return Ok(None) };
        let Some(run) = several.run.take() else { return Ok(None) };
        let judged = self.store.write(actor, self.now(), |tx| identity::judge_as(tx, run, several.since));
        if let Err(error) = &judged {
            let words = error.to_string();
            self.write(actor, |tx| tx.fail_run(run, RunState::Failed, &words))?;
        }
        self.follow()?;
        let (tally, gaps) = judged?;
        Ok(Some(Imported {
            run,
            label: several.label.clone(),
            format: SOURCE,
            tool: SOURCE.to_owned(),
            tally,
            rejected: Vec::new(),
            rejected_total: 0,
            gaps,
        }))
    }
}
