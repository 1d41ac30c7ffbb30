//! The database's side of an import.

use super::bundle::Bundle;
use super::{Batch, Imported, Parcel};
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
    AssetId, AssetKind, Coverage, Covered, Criticality, Gap, Network, Observation, RunId, Timestamp,
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
    let Taking { run, format, now, network, progress, .. } = *taking;
    let before = tx.reader().last_event()?;
    let (mut software, mut facts) = (BTreeSet::new(), false);
    let mut tool = format.tool.to_owned();
    let mut tally = Tally::default();
    let mut aliases = Aliases::new(&taking.advisories);
    let mut worth = Vec::new();
    loop {
        let mut next_tool = None;
        let options_tool = tool.clone();
        let mut ingest: Option<Ingest<'_, '_>> = None;
        let end = loop {
            // Without an end the report broke: the transaction is undone by this error, and the parser's own is shown.
            match parcels.recv().map_err(|_| AppError::Internal)? {
                Parcel::Source(source) if source.name == options_tool => {}
                Parcel::Source(source) => {
                    next_tool = Some(source.name);
                    break None;
                }
                Parcel::Observations(Bundle { observations, written }) => {
                    if ingest.is_none() {
                        let (tool, seen_at) = (options_tool.as_str(), now);
                        let options = IngestOptions { run, tool, seen_at, demo: false, network };
                        ingest = Some(Ingest::new(&mut *tx, options)?);
                    }
                    for (number, mut observation) in observations.into_iter().enumerate() {
                        aliases.complete(&mut observation);
                        if let Some(ingest) = &mut ingest {
                            worth.extend(worth_of(ingest, &observation)?);
                            ingest.push_written(observation, written.get(number))?;
                        }
                        progress.add_record();
                    }
                }
                Parcel::End(rest) => break Some(rest),
            }
        };
        let Some(mut rest) = end else {
            if let Some(ingest) = ingest {
                let ended = ingest.end(&Coverage::default())?;
                tally = add(tally, ended.tally);
                software.extend(ended.software);
                facts |= ended.facts;
            }
            tool = next_tool.unwrap_or(tool);
            continue;
        };
        let options = IngestOptions {
            run,
            tool: &options_tool,
            seen_at: rest.seen_at.unwrap_or(now).min(now),
            demo: false,
            network,
        };
        let mut ingest = match ingest {
            Some(ingest) => ingest,
            None => Ingest::new(&mut *tx, options)?,
        };
        ingest.looked_at(options.seen_at);
        aliases.cover(&mut rest.coverage);
        if rest.is_empty {
            nothing_on(&mut ingest, taking.about, &mut rest.coverage)?;
        }
        let ended = ingest.end(&rest.coverage)?;
        tally = add(tally, ended.tally);
        tally.findings += rest.gone;
        software.extend(ended.software);
        let news = correlate::since(&mut tx.reader(), before)?;
        let joined = correlate::join(tx, &taking.equivalences, &news)?;
        // What another tool reported already is not new: one more source tells of it.
        (tally.created, tally.updated) = (tally.created - joined, tally.updated + joined);
        if !software.is_empty() {
            judge(tx, &taking.advisories, run, &Which::These(software))?;
        }
        tx.declare_worth(&worth, Some(run))?;
        let told = facts || ended.facts;
        let judgement = if told { taking.batch.due(tx)? } else { None };
        if told && judgement.is_none() {
            let (found, gaps) = identity::judge(tx, run, now)?;
            // What follows from the facts of the report is in no record of it.
            tally = add(tally, Tally { findings: 0, ..found });
            rest.coverage.gaps.extend(gaps);
        }
        let rejected: Vec<_> = rest.rejected.iter().map(|r| (r.at.clone(), r.reason.clone())).collect();
        let bytes = i64::try_from(progress.view().bytes).unwrap_or(i64::MAX);
        let result = RunResult {
            tool: &tool,
            bytes,
            tally,
            gaps: &rest.coverage.gaps,
            rejected: &rejected,
            rejected_total: rest.rejected_total,
        };
        tx.finish_run(run, &result)?;
        let imported = Imported {
            run,
            label: String::new(),
            format: format.id,
            tool,
            tally,
            rejected: rest.rejected,
            rejected_total: rest.rejected_total,
            gaps: rest.coverage.gaps,
        };
        return Ok((imported, judgement));
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
