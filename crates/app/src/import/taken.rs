//! The database's side of an import.

use super::bundle::Bundle;
use super::{Batch, Imported, Parcel, Rest};
use crate::alias::Aliases;
use crate::correlate;
use crate::identity;
use crate::judge::{Which, judge};
use crate::runs::Progress;
use crate::{AppError, Tally, Tx};
use bartizan_advisory::index::Index;
use bartizan_assess::correlation::equivalence::Equivalences;
use bartizan_import::{Format, Options};
use bartizan_model::{
    AssetId, AssetKind, Coverage, Covered, Criticality, EventSeq, Gap, Network, Observation, RunId, Timestamp,
};
use bartizan_store::{Ingest, IngestOptions, RunResult};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

/// What is taken in.
pub(super) struct Taking<'a> {
    pub(super) run: RunId,
    pub(super) format: &'static Format,
    pub(super) now: Timestamp,
    /// The name by which a person says what it is about.
    pub(super) about: Option<&'a str>,
    /// The network that it is of.
    pub(super) network: Option<&'a Network>,
    pub(super) progress: &'a Progress,
    /// What software is judged by.
    pub(super) advisories: Arc<Index>,
    /// Which rules of different tools mean the same.
    pub(super) equivalences: Arc<Equivalences>,
    /// The reports that it is one of.
    pub(super) batch: &'a Batch,
}

/// Takes in what arrives until the end of the report. Gives the run in which identities are judged, where that is later.
pub(super) fn take(
    tx: &mut Tx<'_>,
    taking: &Taking<'_>,
    parcels: &Receiver<Parcel>,
) -> Result<(Imported, Option<RunId>), AppError> {
    let before = tx.reader().last_event()?;
    let mut taken = Taken::nothing(taking);
    let mut rest = taken.observations(tx, parcels)?;
    taken.correlate(tx, before)?;
    taken.judge_software(tx)?;
    tx.declare_worth(&taken.worth, Some(taking.run))?;
    let judgement = taken.judge_identities(tx, &mut rest.coverage)?;
    Ok((taken.finish(tx, rest)?, judgement))
}

/// What was taken in so far.
struct Taken<'a> {
    taking: &'a Taking<'a>,
    aliases: Aliases<'a>,
    /// The tool that was named last.
    tool: String,
    tally: Tally,
    /// The assets that it named.
    assets: BTreeSet<AssetId>,
    /// Those whose software it spoke of.
    software: BTreeSet<AssetId>,
    /// Whether it told or ended facts.
    facts: bool,
    worth: Vec<(AssetId, Criticality)>,
}

/// Why a tool has no more to say.
enum Until {
    /// Another one speaks.
    Tool(String),
    /// The report is at its end.
    End(Rest),
}

impl<'a> Taken<'a> {
    fn nothing(taking: &'a Taking<'a>) -> Self {
        Self {
            taking,
            aliases: Aliases::new(&taking.advisories),
            tool: taking.format.tool.to_owned(),
            tally: Tally::default(),
            assets: BTreeSet::new(),
            software: BTreeSet::new(),
            facts: false,
            worth: Vec::new(),
        }
    }

    /// Takes in what one tool after the other says.
    fn observations(&mut self, tx: &mut Tx<'_>, parcels: &Receiver<Parcel>) -> Result<Rest, AppError> {
        loop {
            match self.observations_of_one(tx, parcels)? {
                Until::Tool(next) => self.tool = next,
                Until::End(rest) => return Ok(rest),
            }
        }
    }

    /// Takes in what the tool named last says.
    fn observations_of_one(
        &mut self,
        tx: &mut Tx<'_>,
        parcels: &Receiver<Parcel>,
    ) -> Result<Until, AppError> {
        let Taking { run, now, network, .. } = *self.taking;
        let tool = self.tool.clone();
        let options = IngestOptions { run, tool: &tool, seen_at: now, demo: false, network };
        let mut ingest: Option<Ingest<'_, '_>> = None;
        loop {
            // Without an end the report broke: the transaction is undone by this error, and the parser's own is shown.
            match parcels.recv().map_err(|_| AppError::Internal)? {
                Parcel::Source(source) if source.name == tool => {}
                Parcel::Source(source) => {
                    if let Some(ingest) = ingest {
                        self.end(ingest, &Coverage::default())?;
                    }
                    return Ok(Until::Tool(source.name));
                }
                Parcel::Observations(bundle) => {
                    if ingest.is_none() {
                        ingest = Some(Ingest::new(&mut *tx, options)?);
                    }
                    if let Some(ingest) = &mut ingest {
                        self.push(ingest, bundle)?;
                    }
                }
                Parcel::End(mut rest) => {
                    let mut ingest = match ingest {
                        Some(ingest) => ingest,
                        None => Ingest::new(tx, options)?,
                    };
                    ingest.looked_at(rest.seen_at.unwrap_or(now).min(now));
                    self.aliases.cover(&mut rest.coverage);
                    if rest.is_empty {
                        nothing_on(&mut ingest, self.taking.about, &mut rest.coverage)?;
                    }
                    self.end(ingest, &rest.coverage)?;
                    return Ok(Until::End(rest));
                }
            }
        }
    }

    fn push(&mut self, ingest: &mut Ingest<'_, '_>, bundle: Bundle) -> Result<(), AppError> {
        let Bundle { observations, written } = bundle;
        for (number, mut observation) in observations.into_iter().enumerate() {
            self.aliases.complete(&mut observation);
            self.worth.extend(worth_of(ingest, &observation)?);
            ingest.push_written(observation, written.get(number))?;
            self.taking.progress.add_record();
        }
        Ok(())
    }

    /// Ends what one tool said.
    fn end(&mut self, ingest: Ingest<'_, '_>, coverage: &Coverage) -> Result<(), AppError> {
        let ended = ingest.end(coverage)?;
        self.tally = add(self.tally, ended.tally);
        self.assets.extend(ended.assets);
        self.software.extend(ended.software);
        self.facts |= ended.facts;
        Ok(())
    }

    /// Compares what is new since an event with what other tools reported: that is not new, one more source tells of it.
    fn correlate(&mut self, tx: &mut Tx<'_>, before: EventSeq) -> Result<(), AppError> {
        let news = correlate::since(&mut tx.reader(), before, std::mem::take(&mut self.assets))?;
        let joined = correlate::join(tx, &self.taking.equivalences, &news)?;
        self.tally.created -= joined;
        self.tally.updated += joined;
        Ok(())
    }

    fn judge_software(&mut self, tx: &mut Tx<'_>) -> Result<(), AppError> {
        let software = std::mem::take(&mut self.software);
        if !software.is_empty() {
            judge(tx, &self.taking.advisories, self.taking.run, &Which::These(software))?;
        }
        Ok(())
    }

    /// Judges identities by what was told of them, or gives the run that does it later.
    fn judge_identities(
        &mut self,
        tx: &mut Tx<'_>,
        coverage: &mut Coverage,
    ) -> Result<Option<RunId>, AppError> {
        if !self.facts {
            return Ok(None);
        }
        let later = self.taking.batch.due(tx)?;
        if later.is_none() {
            let (found, gaps) = identity::judge(tx, self.taking.run, self.taking.now)?;
            // What follows from the facts of the report is in no record of it.
            self.tally = add(self.tally, Tally { findings: 0, ..found });
            coverage.gaps.extend(gaps);
        }
        Ok(later)
    }

    /// Ends the run, and says what it did.
    fn finish(mut self, tx: &mut Tx<'_>, rest: Rest) -> Result<Imported, AppError> {
        let Taking { run, format, progress, .. } = *self.taking;
        self.tally.findings += rest.gone;
        let rejected: Vec<_> = rest.rejected.iter().map(|r| (r.at.clone(), r.reason.clone())).collect();
        let result = RunResult {
            tool: &self.tool,
            bytes: i64::try_from(progress.view().bytes).unwrap_or(i64::MAX),
            tally: self.tally,
            gaps: &rest.coverage.gaps,
            rejected: &rejected,
            rejected_total: rest.rejected_total,
        };
        tx.finish_run(run, &result)?;
        Ok(Imported {
            run,
            label: String::new(),
            format: format.id,
            tool: self.tool,
            tally: self.tally,
            rejected: rest.rejected,
            rejected_total: rest.rejected_total,
            gaps: rest.coverage.gaps,
        })
    }
}

/// The assets, known already, that an empty report is about for which a person vouches.
fn nothing_on(
    ingest: &mut Ingest<'_, '_>,
    about: Option<&str>,
    coverage: &mut Coverage,
) -> Result<(), AppError> {
    let Some(about) = about else {
        coverage
            .gaps
            .push(Gap::new("what is gone", "the report is empty and names nothing; say what it is about"));
        return Ok(());
    };
    let named = Options { fallback: about.to_owned(), ..Options::default() };
    for kind in [
        AssetKind::Repository,
        AssetKind::Application,
        AssetKind::Host,
        AssetKind::WebApplication,
        AssetKind::ContainerImage,
        AssetKind::CloudResource,
    ] {
        let asset = named.asset_or(kind);
        if ingest.knows(&asset)? {
            coverage.covered.push(Covered::whole(asset));
        }
    }
    Ok(())
}

/// What an inventory says that an asset is worth.
fn worth_of(
    ingest: &mut Ingest<'_, '_>,
    observation: &Observation,
) -> Result<Option<(AssetId, Criticality)>, AppError> {
    let Observation::Asset(seen) = observation else { return Ok(None) };
    let Some(criticality) = seen.attributes.get("criticality").and_then(|word| word.parse().ok()) else {
        return Ok(None);
    };
    Ok(Some((ingest.asset_id(&seen.asset)?, criticality)))
}

fn add(one: Tally, other: Tally) -> Tally {
    Tally {
        findings: one.findings + other.findings,
        created: one.created + other.created,
        updated: one.updated + other.updated,
        unchanged: one.unchanged + other.unchanged,
        reopened: one.reopened + other.reopened,
        closed: one.closed + other.closed,
        assets: one.assets.max(other.assets),
        suppressed: one.suppressed + other.suppressed,
    }
}
