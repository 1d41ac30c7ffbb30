//! Judging software: what is on an asset, against what the advisories say. New matches become sightings, and a match that
//! is gone (the package was upgraded, the advisory was taken back) ends its sighting.
//!
//! An asset is judged again when its software changed, and when what is said of a package it has changed.

use crate::AppError;
use bartizan_advisory::index::Index;
use bartizan_assess::matching::{Basis, Judgement, Match, Matcher};
use bartizan_discover::software::Inventory;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::words::counted;
use bartizan_model::{
    AssetId, AssetKind, AssetRef, Checks, Coverage, Covered, Finding, Gap, Identifier, IdentifierKind, Loci,
    Locus, Observation, Purl, RunId, Severity,
};
use bartizan_store::{Ingest, IngestOptions, Installed, RunResult, Serving, Tally, Tx};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

/// The source under which matches are known.
pub(crate) const SOURCE: &str = "bartizan-advisories";

/// Assets are read in stretches of so many ids.
const STRETCH: i64 = 500;

/// Which assets to judge.
pub(crate) enum Which {
    /// These.
    These(BTreeSet<AssetId>),
    /// Those with a package of one of these names (see [`Purl::search_keys`]).
    Named(BTreeSet<String>),
    /// All.
    All,
}

/// A package's judgement and where on an asset it is.
struct Judged {
    purl: Purl,
    locus: Locus,
    judgement: Judgement,
}

/// What the advisories say of the software of an inventory, where nothing is stored: findings on its asset, the most severe first,
/// and what could not be judged.
pub(crate) fn of_inventory(index: &Index, inventory: &Inventory) -> (Vec<Finding>, Vec<Gap>) {
    let mut judge = Judge::new(index);
    let mut findings = BTreeMap::new();
    for purl in inventory.components.iter().filter_map(|component| component.purl.parse::<Purl>().ok()) {
        let locus = Locus::Package(purl.package().to_string());
        let Some(judged) = judge.judged(purl, locus) else { continue };
        for found in &judged.judgement.matches {
            let place = (found.weakness.clone(), judged.locus.clone());
            findings.insert(place, finding(index, &inventory.asset, &judged, found));
        }
    }
    let mut findings: Vec<_> = findings.into_values().collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    (findings, judge.gaps())
}

/// Judges assets within a run, in its transaction. Without any advisory there is nothing to judge by.
pub(crate) fn judge(tx: &mut Tx<'_>, index: &Index, run: RunId, which: &Which) -> Result<Tally, AppError> {
    if index.is_empty() {
        return Ok(Tally::default());
    }
    let stretches = stretches(tx, which)?;
    let options = IngestOptions { run, tool: SOURCE, seen_at: tx.now(), demo: false, network: None };
    let mut judge = Judge::new(index);
    let mut coverage = Coverage::default();
    let mut ingest = Ingest::new(tx, options)?;
    let source = ingest.source();
    for (span, wanted) in stretches {
        let mut installed: BTreeMap<AssetId, Vec<Rc<Judged>>> = BTreeMap::new();
        let mut present: BTreeMap<AssetId, BTreeSet<(String, Locus)>> = BTreeMap::new();
        let is_wanted = |asset: &AssetId| wanted.as_ref().is_none_or(|wanted| wanted.contains(asset));
        ingest.reader().each_installed(span, |one| {
            if is_wanted(&one.asset)
                && let Some(judged) = judge.component(&one)
            {
                installed.entry(one.asset).or_default().push(judged);
            }
        })?;
        ingest.reader().each_serving(span, |one| {
            if is_wanted(&one.asset)
                && let Some(judged) = judge.service(&one)
            {
                installed.entry(one.asset).or_default().push(Rc::new(judged));
            }
        })?;
        ingest.reader().each_present(source, span, |one| {
            if is_wanted(&one.asset) {
                present.entry(one.asset).or_default().insert((one.weakness, one.locus));
            }
        })?;
        let assets: BTreeSet<AssetId> = installed.keys().chain(present.keys()).copied().collect();
        for asset in assets {
            let software = installed.remove(&asset).unwrap_or_default();
            let before = present.remove(&asset).unwrap_or_default();
            judge.asset(&mut ingest, asset, &software, &before, &mut coverage)?;
        }
    }
    coverage.gaps = judge.gaps();
    Ok(ingest.finish(&coverage)?)
}

/// Stretches of ids, and which assets of a stretch are wanted where not all are.
type Stretches = Vec<((i64, i64), Option<BTreeSet<AssetId>>)>;

fn stretches(tx: &mut Tx<'_>, which: &Which) -> Result<Stretches, AppError> {
    let wanted = match which {
        Which::All => {
            let Some((first, last)) = tx.reader().asset_span()? else { return Ok(Vec::new()) };
            let starts = (first..=last).step_by(STRETCH as usize);
            return Ok(starts.map(|start| ((start, start + STRETCH - 1), None)).collect());
        }
        Which::These(assets) => assets.clone(),
        Which::Named(names) => tx.reader().assets_with(names)?,
    };
    let mut stretches: BTreeMap<i64, BTreeSet<AssetId>> = BTreeMap::new();
    for asset in wanted {
        stretches.entry(asset.0 / STRETCH).or_default().insert(asset);
    }
    let span = |assets: &BTreeSet<AssetId>| assets.first().zip(assets.last()).map(|(a, b)| (a.0, b.0));
    Ok(stretches.into_values().filter_map(|assets| Some((span(&assets)?, Some(assets)))).collect())
}

struct Judge<'a> {
    matcher: Matcher<'a>,
    index: &'a Index,
    /// Components that were judged: many assets have the same ones. `None` where there is nothing to say.
    known: HashMap<i64, Option<Rc<Judged>>>,
    /// Why packages could not be judged, and how many.
    unknown: BTreeMap<String, u64>,
}

impl<'a> Judge<'a> {
    fn new(index: &'a Index) -> Self {
        Self { matcher: Matcher::new(index), index, known: HashMap::new(), unknown: BTreeMap::new() }
    }

    fn component(&mut self, installed: &Installed) -> Option<Rc<Judged>> {
        if let Some(known) = self.known.get(&installed.component) {
            return known.clone();
        }
        let judged = installed.purl.parse::<Purl>().ok().and_then(|purl| {
            let locus = Locus::Package(purl.package().to_string());
            self.judged(purl, locus).map(Rc::new)
        });
        self.known.insert(installed.component, judged.clone());
        judged
    }

    fn service(&mut self, serving: &Serving) -> Option<Judged> {
        let purl = Purl::of_cpe(&serving.cpe, &serving.product, &serving.version)?;
        self.judged(purl, serving.locus.clone())
    }

    fn judged(&mut self, purl: Purl, locus: Locus) -> Option<Judged> {
        let judgement = self.matcher.judge(&purl);
        if let Basis::Unknown(why) = &judgement.basis {
            *self.unknown.entry(why.clone()).or_default() += 1;
        } else if judgement.matches.is_empty() {
            return None;
        }
        Some(Judged { purl, locus, judgement })
    }

    /// Tells the store what changed on an asset: matches that are new, and those that are gone.
    fn asset(
        &mut self,
        ingest: &mut Ingest<'_, '_>,
        asset: AssetId,
        software: &[Rc<Judged>],
        before: &BTreeSet<(String, Locus)>,
        coverage: &mut Coverage,
    ) -> Result<(), AppError> {
        let mut now: BTreeMap<(String, Locus), (&Judged, &Match)> = BTreeMap::new();
        let mut unjudged: BTreeSet<&Locus> = BTreeSet::new();
        for judged in software {
            if matches!(judged.judgement.basis, Basis::Unknown(_)) {
                unjudged.insert(&judged.locus);
            }
            for found in &judged.judgement.matches {
                now.insert((found.weakness.clone(), judged.locus.clone()), (judged, found));
            }
        }
        // What cannot be judged now stays as it was, and keeps its weakness from being closed elsewhere on the asset.
        let kept: BTreeSet<&String> =
            before.iter().filter(|place| unjudged.contains(&place.1)).map(|(weakness, _)| weakness).collect();
        let gone: BTreeSet<&String> = before
            .iter()
            .filter(|place| !now.contains_key(place) && !kept.contains(&place.0))
            .map(|(weakness, _)| weakness)
            .collect();
        let fresh = |place: &(String, Locus)| !before.contains(place) || gone.contains(&place.0);
        if gone.is_empty() && now.keys().all(|place| !fresh(place)) {
            return Ok(());
        }
        let reference = reference(asset);
        ingest.pin(&reference, asset);
        for (_, (judged, found)) in now.iter().filter(|(place, _)| fresh(place)) {
            let finding = finding(self.index, &reference, judged, found);
            ingest.push(Observation::Finding(Box::new(finding)))?;
        }
        if !gone.is_empty() {
            let checks = Checks::Only(gone.into_iter().cloned().collect());
            coverage.covered.push(Covered::new(reference, checks, Loci::All));
        }
        Ok(())
    }

    fn gaps(&self) -> Vec<Gap> {
        let gap = |(why, count): (&String, &u64)| Gap::new(counted(*count, "package"), why.clone());
        self.unknown.iter().map(gap).collect()
    }
}

/// A reference that means an asset by its number; it is pinned, so nothing is resolved by it.
pub(crate) fn reference(asset: AssetId) -> AssetRef {
    let value = asset.0.to_string();
    let identifiers = vec![Identifier { kind: IdentifierKind::Name, value: value.clone() }];
    AssetRef { kind: AssetKind::Host, name: value, identifiers }
}

fn finding(index: &Index, asset: &AssetRef, judged: &Judged, found: &Match) -> Finding {
    let (name, version) = (judged.purl.full_name(), judged.purl.version());
    let titles = || found.assertions.iter().map(|by| index.title(by.at)).filter(|title| !title.is_empty());
    let evidence: Vec<String> = found
        .assertions
        .iter()
        .map(|by| {
            let waits = if by.verdict.is_affected() { String::new() } else { format!(", {}", by.verdict) };
            format!(
                "{} ({}): {} is affected{waits}; installed is {version}; {}",
                by.id,
                by.feed,
                by.range,
                by.rule.as_str()
            )
        })
        .collect();
    let fixed = found.fixed.last();
    Finding {
        fix: fixed.map(|fixed| format!("Upgrade {name} to {fixed} or later.")).unwrap_or_default(),
        component: Some(judged.purl.to_string()),
        fixed_version: fixed.cloned(),
        evidence: evidence.join("\n"),
        confidence: found.assertions.first().map_or("", |by| by.rule.confidence()).to_owned(),
        ..Finding::new(
            titles().next().map_or_else(|| format!("{} in {name}", found.weakness), str::to_owned),
            found.assertions.iter().map(|by| by.severity).max().unwrap_or(Severity::Unknown),
            WeaknessSeen {
                ids: std::iter::once(found.weakness.clone())
                    .chain(found.assertions.iter().map(|by| by.id.clone()))
                    .collect::<Vec<_>>(),
                cwe: Vec::new(),
                rule: found.weakness.clone(),
            },
            asset.clone(),
            judged.locus.clone(),
        )
    }
}

/// Judges assets as a run of its own.
pub(crate) fn run(tx: &mut Tx<'_>, index: &Index, which: &Which) -> Result<Tally, AppError> {
    let run = tx.begin_run("match", "advisories")?;
    let tally = judge(tx, index, run, which)?;
    tx.finish_run(
        run,
        &RunResult { tool: SOURCE, bytes: 0, tally, gaps: &[], rejected: &[], rejected_total: 0 },
    )?;
    Ok(tally)
}
