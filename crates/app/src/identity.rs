//! Judging identities: facts that changed are read whole, every check is asked about every account, group and role, and what is
//! different from before becomes sightings that open, change or end.
//!
//! It runs in the transaction in which facts changed. A finding ends only where its check is sure that it is gone; where a fact
//! was not collected, what is open stays open and the run says so as a gap.

mod aws;
mod cloud;
mod kubernetes;

use crate::AppError;
use crate::judge::reference;
use bartizan_assess::identity::{
    ALL, Check, Facts, FactsBuilder, Hit, Identities, Node, SOURCE, facts, wants,
};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::words::counted;
use bartizan_model::{
    AssetId, Checks, Coverage, Covered, Finding, Gap, Loci, Locus, Observation, RunId, Timestamp,
};
use bartizan_store::{Ingest, IngestOptions, Reader, RunResult, StoreError, Tally, Tx};
use cloud::Cloud;
use std::collections::{BTreeMap, BTreeSet};

/// Reasons of one check that a gap tells.
const REASONS: usize = 3;

/// Where a weakness is said to be.
type Place = (AssetId, String, Locus);

/// Judges all identities within a run, in its transaction. Gaps are told of what was told `since`.
pub(crate) fn judge(tx: &mut Tx<'_>, run: RunId, since: Timestamp) -> Result<(Tally, Vec<Gap>), AppError> {
    let now = tx.now();
    let facts = read(&mut tx.reader(), now)?;
    let mut ingest =
        Ingest::new(tx, IngestOptions { run, tool: SOURCE, seen_at: now, demo: false, network: None })?;
    ingest.reword();
    let source = ingest.source();
    let said = ingest.reader().told_by(source, &format!("{SOURCE}:"))?;
    let mut before: BTreeMap<Place, Option<Finding>> =
        said.into_iter().map(|said| ((said.asset, said.weakness, said.locus), said.finding)).collect();
    let mut judged = Judged::of(&facts, since);
    let mut gone: BTreeMap<AssetId, BTreeSet<String>> = BTreeMap::new();
    for (asset, weakness, locus) in before.keys() {
        let open = (*asset, weakness.clone());
        let place = (*asset, weakness.clone(), locus.clone());
        if !judged.findings.contains_key(&place) && !judged.unknown.contains(&open) {
            gone.entry(*asset).or_default().insert(weakness.clone());
        }
    }
    for (place, finding) in std::mem::take(&mut judged.findings) {
        // What is covered has to be said again, or it would end with what is gone.
        let covered = gone.get(&place.0).is_some_and(|weaknesses| weaknesses.contains(&place.1));
        let known = before.remove(&place).flatten();
        if covered || !known.is_some_and(|known| is_same(&known, &finding)) {
            ingest.pin(&finding.asset, place.0);
            ingest.push(Observation::Finding(Box::new(finding)))?;
        }
    }
    let covered = gone.into_iter().map(|(asset, weaknesses)| {
        let asset_ref = reference(asset);
        ingest.pin(&asset_ref, asset);
        Covered::new(asset_ref, Checks::Only(weaknesses), Loci::All)
    });
    let coverage = Coverage { covered: covered.collect(), gaps: judged.gaps() };
    let tally = ingest.finish(&coverage)?;
    Ok((tally, coverage.gaps))
}

/// Judges all identities as all that a run does, and ends it.
pub(crate) fn judge_as(tx: &mut Tx<'_>, run: RunId, since: Timestamp) -> Result<(Tally, Vec<Gap>), AppError> {
    let (tally, gaps) = judge(tx, run, since)?;
    let result = RunResult { tool: SOURCE, bytes: 0, tally, gaps: &gaps, rejected: &[], rejected_total: 0 };
    tx.finish_run(run, &result)?;
    Ok((tally, gaps))
}

/// Whether two findings say the same: when their facts were told, which is the last line of the evidence, is no news.
fn is_same(one: &Finding, other: &Finding) -> bool {
    let facts = |finding: &Finding| finding.evidence.rsplit_once('\n').map(|(facts, _)| facts.to_owned());
    (&one.title, one.severity, &one.fix, facts(one))
        == (&other.title, other.severity, &other.fix, facts(other))
}

/// Reads what the checks want, and works out what the policies of clouds give.
fn read(reader: &mut Reader<'_>, now: Timestamp) -> Result<Facts, StoreError> {
    let wanted = wants();
    let mut builder = FactsBuilder::default();
    let mut cloud = Cloud::default();
    reader.each_attribute(|fact| {
        if wanted.contains(fact.name.as_str()) {
            builder.attribute(fact.asset, &fact.name, &fact.value, &fact.source, fact.last_seen);
        }
        cloud.attribute(fact.asset, fact.name, fact.value);
    })?;
    reader.each_relation(|fact| {
        if wanted.contains(fact.relation.as_str()) {
            let (from, to) = (fact.from, fact.to);
            builder.relation(from, &fact.relation, to, &fact.via, &fact.source, fact.last_seen);
        }
        cloud.relation(fact.from, fact.relation, fact.to);
    })?;
    let cloud = cloud.build(reader)?;
    aws::powers(&cloud, now, &mut builder);
    kubernetes::powers(&cloud, &mut builder);
    let mentioned: BTreeSet<_> = builder.mentioned().into_iter().chain(cloud.assets()).collect();
    reader.each_asset(|row| {
        if mentioned.contains(&row.id) {
            builder.asset(facts::Asset { id: row.id, kind: row.kind, name: row.name.into() });
        }
    })?;
    Ok(builder.build())
}

/// What the checks say.
#[derive(Default)]
struct Judged {
    findings: BTreeMap<Place, Finding>,
    /// What a check cannot answer: asset and weakness.
    unknown: BTreeSet<(AssetId, String)>,
    /// By check, for how many assets it cannot, and why.
    reasons: BTreeMap<&'static str, BTreeMap<String, u64>>,
}

impl Judged {
    fn of(facts: &Facts, since: Timestamp) -> Self {
        let identities = Identities::new(facts);
        let mut judged = Self::default();
        for node in facts.nodes() {
            let told = facts.last_told(node);
            for check in ALL {
                let id = facts.asset(node).id;
                let hits = match (check.judge)(&identities, node) {
                    Ok(hits) => hits,
                    Err(unknown) => {
                        judged.unknown.insert((id, check.key()));
                        if told.is_some_and(|told| told >= since) {
                            *judged.reasons.entry(check.id).or_default().entry(unknown.why).or_default() += 1;
                        }
                        unknown.hits
                    }
                };
                for hit in hits {
                    let place = (id, check.key(), hit.locus.clone());
                    judged.findings.insert(place, finding(check, facts, node, hit));
                }
            }
        }
        judged
    }

    fn gaps(&self) -> Vec<Gap> {
        let gap = |(check, reasons): (&&str, &BTreeMap<String, u64>)| {
            let mut most: Vec<_> = reasons.iter().collect();
            most.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
            let words = most.iter().take(REASONS).map(|(why, _)| why.as_str()).collect::<Vec<_>>().join("; ");
            let more = most.len().saturating_sub(REASONS);
            let more =
                if more == 0 { String::new() } else { format!("; and {}", counted(more, "other reason")) };
            let assets: u64 = reasons.values().sum();
            Gap::new(format!("check {check} of {}", counted(assets, "asset")), format!("{words}{more}"))
        };
        self.reasons.iter().map(gap).collect()
    }
}

fn finding(check: &Check, facts: &Facts, node: Node, hit: Hit) -> Finding {
    let asset = facts.asset(node).id;
    Finding {
        description: format!("{}\n\n{}", check.meaning, check.why),
        fix: hit.fix,
        evidence: format!(
            "{}\nSeverity: {}, as {}.\n{}",
            hit.evidence,
            hit.severity,
            hit.because,
            age(facts, node)
        ),
        raw_id: Some(check.id.to_owned()),
        compliance: check.controls.iter().map(|control| (*control).to_owned()).collect(),
        tags: vec![format!("attack:{}", check.attack)],
        ..Finding::new(
            check.title.to_owned(),
            hit.severity,
            WeaknessSeen { ids: Vec::new(), cwe: vec![check.cwe], rule: check.id.to_owned() },
            reference(asset),
            hit.locus,
        )
    }
}

/// Who told the facts of an asset, and how old they are.
fn age(facts: &Facts, node: Node) -> String {
    let kind = ["type", "principal-type", "kubernetes-kind"].iter().find_map(|name| facts.told(node, name));
    let Some(told) = kind else { return "It is known only from what refers to it.".to_owned() };
    let (moment, day) = (facts.moment(node, told).date(), told.at.date());
    let of = if moment == day {
        String::new()
    } else {
        format!("; ages are counted from {moment}, the newest day it tells of")
    };
    format!("Told by {} on {day}{of}.", told.source)
}
