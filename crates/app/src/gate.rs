//! A quality gate: which exposures that imports told of are in a query. Pipelines stop by it.

use crate::{App, AppError};
use bartizan_model::query::{Field, Query};
use bartizan_model::{EventSeq, ExposureId, RunId};
use bartizan_prioritize::Sort;
use std::collections::{BTreeMap, BTreeSet};

/// Events and rows are read in pages of this size.
const PAGE: usize = 10_000;

impl App {
    /// The last event there is: what comes after it is news.
    pub fn last_event(&self) -> Result<EventSeq, AppError> {
        self.read(|reader| reader.last_event())
    }

    /// The exposures that these runs told of since an event, and that a query selects. `new:true` means those that one of the
    /// runs opened, or found to be back; they come first, and among them and the others the most urgent.
    pub fn stopped(
        &self,
        since: EventSeq,
        runs: &[RunId],
        query: &Query,
    ) -> Result<Vec<ExposureId>, AppError> {
        let told = self.told(since, runs)?;
        self.place()?;
        let estate = self.estate()?;
        let mut stopped = Vec::new();
        for new in [true, false] {
            let Some(query) = query.clone().given(Field::New, new) else { continue };
            let wanted: BTreeSet<_> =
                told.iter().filter(|(_, is_new)| **is_new == new).map(|(id, _)| *id).collect();
            if wanted.is_empty() {
                continue;
            }
            let rows = estate.select(&query, self.now());
            let mut after = None;
            loop {
                let page = estate.page(&rows, Sort::default(), after.as_ref(), PAGE);
                stopped.extend(page.ids.into_iter().filter(|id| wanted.contains(id)));
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
        }
        Ok(stopped)
    }

    /// The exposures that these runs told of, and whether they are new by them.
    fn told(&self, since: EventSeq, runs: &[RunId]) -> Result<BTreeMap<ExposureId, bool>, AppError> {
        let mut told = BTreeMap::new();
        let mut after = since;
        loop {
            let page = self.read(|reader| reader.events_after(after, PAGE as i64))?;
            let Some(last) = page.last() else { break };
            after = last.seq;
            for event in page.iter().filter(|event| event.run.is_some_and(|run| runs.contains(&run))) {
                let new = match event.kind.as_str() {
                    "exposure.opened" | "exposure.reopened" => true,
                    "exposure.updated" | "exposure.seen" => false,
                    _ => continue,
                };
                for id in event.subjects.iter() {
                    *told.entry(ExposureId(id)).or_default() |= new;
                }
            }
        }
        // What another exposure stands for is as new as that: another tool may have reported it long ago.
        for (id, lead) in self.read(|reader| reader.leads())? {
            if told.remove(&id).is_some() {
                told.entry(lead).or_default();
            }
        }
        Ok(told)
    }
}
