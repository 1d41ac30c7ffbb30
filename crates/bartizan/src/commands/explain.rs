//! `bartizan explain`: why an exposure has its priority, from which facts, and what would change it.

use super::entries;
use super::paths::{of_hop, percent};
use crate::failure::Failure;
use crate::home::Home;
use crate::out::{self, Out};
use bartizan_app::graph::Attack;
use bartizan_app::prioritize::{Explanation, View};
use bartizan_app::{App, EvidenceRow, SightingRow, Technique, WeaknessRow, advise, technique};
use bartizan_model::{ExposureId, Timestamp};
use clap::Args;
use serde_json::{Value, json};

/// Explains the priority of an exposure.
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The exposure's id, as `bartizan top` shows it
    #[arg(value_name = "EXPOSURE")]
    exposure: i64,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

struct Everything {
    view: View,
    why: Explanation,
    weakness: WeaknessRow,
    sightings: Vec<SightingRow>,
    /// What the tool of each sighting said, word for word.
    said: Vec<Option<String>>,
    technique: Option<Technique>,
    evidence: Vec<EvidenceRow>,
}

impl Explain {
    /// Explains it.
    pub(crate) fn run(&self, home: &Home) -> Result<(), Failure> {
        let app = home.open_to_read()?;
        let all = gather(&app, ExposureId(self.exposure))?;
        let doubts = bartizan_app::doubts(&app.feed_states()?, app.now());
        let mut out = Out::new();
        if self.json {
            let mut document = document(&all, &*app.attack()?);
            document["entries"] = app.entries()?.iter().map(entries::document).collect();
            document["doubts"] = json!(doubts);
            out.json(&document)?;
        } else {
            plain(&all, &mut out)?;
            let attack = app.attack()?;
            way(&app, &attack, all.view.id, &mut out)?;
            out::doubts(&doubts, &mut out)?;
        }
        out.flush()
    }
}

fn gather(app: &App, id: ExposureId) -> Result<Everything, Failure> {
    // What stands for it, where it is one with others.
    let id = app.read(|reader| reader.lead_of(id)).unwrap_or(id);
    let estate = app.estate()?;
    let found = estate.view(id).zip(estate.explain(id));
    drop(estate);
    let Some((view, why)) = found else {
        let what = format!("there is no exposure {id}");
        return Err(Failure::new(
            what,
            "`bartizan top` lists them with their ids; an asset's merge may have replaced it.",
        ));
    };
    let (weakness, sightings, said, evidence) = app.read(|reader| {
        let sightings = reader.sightings(id)?;
        let said = sightings.iter().map(|it| reader.said(it)).collect::<Result<Vec<_>, _>>()?;
        Ok((reader.weakness(view.weakness)?, sightings, said, reader.evidence(id)?))
    })?;
    let technique = app.read(|reader| technique(reader, &weakness.key))?;
    Ok(Everything { view, why, weakness, technique, sightings, said, evidence })
}

/// How an attacker comes to use it, and what for.
fn way(app: &App, attack: &Attack, id: ExposureId, out: &mut Out) -> Result<(), Failure> {
    out.heading("The best way that uses it")?;
    let Some(way) = attack.through(id) else {
        return out.line("None follows from what is known; `bartizan paths` says what was not collected.");
    };
    for prior in app.entries()?.iter().filter(|prior| way.entries.contains(&prior.entry)) {
        let chance = percent(prior.chance.value);
        out.line(format!("   {}: {chance} ({})", prior.entry.title(), prior.words()))?;
    }
    for hop in &way.hops {
        let here = if hop.exposures.contains(&id) { " (this one)" } else { "" };
        out.line(format!("-> {}: {}{here}", hop.gains.words(attack.facts()), hop.why))?;
    }
    Ok(())
}

fn document(all: &Everything, attack: &Attack) -> Value {
    let way = attack.through(all.view.id);
    let hops: Vec<_> = way.iter().flat_map(|way| &way.hops).map(|hop| of_hop(attack, hop)).collect();
    let Everything { view, why, weakness, technique, sightings, said, evidence } = all;
    let advice = advise(weakness, sightings);
    json!({
        "id": view.id,
        "weakness": view.weakness_key,
        "title": view.title,
        "technique": technique.as_ref().map(|known| json!({ "id": known.id, "name": known.name })),
        "asset": view.asset_name,
        "locus": view.locus,
        "severity": view.severity,
        "status": view.status,
        "priority": why.priority,
        "interval": why.interval,
        "band": why.band,
        "ssvc": why.ssvc,
        "risk": why.risk,
        "factors": why.factors,
        "unknown": why.unknown,
        "counterfactual": why.counterfactual,
        "alternatives": why.alternatives,
        "sentence": why.sentence,
        "path": hops,
        "sightings": sightings.iter().zip(said).map(|(row, said)| sighting(row, said.as_deref())).collect::<Vec<_>>(),
        "evidence": evidence.iter().map(|each| json!({
            "at": each.at, "kind": each.kind, "text": each.text, "run": each.run,
        })).collect::<Vec<_>>(),
        "fix": { "text": advice.text, "commands": advice.commands },
    })
}

fn sighting(row: &SightingRow, said: Option<&str>) -> Value {
    let finding = row.finding.as_ref();
    json!({
        "source": row.source,
        "run": row.run,
        "locus": row.locus,
        "vantage": finding.map(|finding| &finding.vantage).filter(|name| !name.is_empty()),
        "severity": row.severity,
        "present": row.present,
        "first_seen": row.first_seen,
        "last_seen": row.last_seen,
        "looked_at": row.looked_at,
        "title": finding.map(|finding| &finding.title),
        "evidence": finding.map(|finding| &finding.evidence),
        "confidence": finding.map(|finding| &finding.confidence).filter(|word| !word.is_empty()),
        "raw_id": finding.and_then(|finding| finding.raw_id.as_ref()),
        "component": finding.and_then(|finding| finding.component.as_ref()),
        "fixed_version": finding.and_then(|finding| finding.fixed_version.as_ref()),
        "line": finding.and_then(|finding| finding.line),
        "suppressed": finding.and_then(|finding| finding.suppressed.as_ref()),
        "said": said,
    })
}

fn plain(all: &Everything, out: &mut Out) -> Result<(), Failure> {
    let Everything { view, why, weakness, technique, sightings, said, evidence } = all;
    out.heading(&format!("{}: {}", view.weakness_key, view.title))?;
    let locus = view.locus.to_string();
    let place =
        if locus.is_empty() { view.asset_name.clone() } else { format!("{} at {locus}", view.asset_name) };
    out.line(format!("on {place}; {}, reported as {}", view.status, view.severity))?;
    out.line(format!(
        "{}: {:.0} of 100 (between {:.0} and {:.0}); SSVC: {}",
        why.band.title(),
        why.priority.floor(),
        why.interval[0].floor(),
        why.interval[1].floor(),
        why.ssvc.decision.as_str()
    ))?;
    if let Some(technique) = technique {
        out.line(format!("ATT&CK: {}", technique.words()))?;
    }
    why.ssvc.differs.iter().try_for_each(|words| out.line(words))?;
    out.heading("Why")?;
    for factor in &why.factors {
        let day = factor.as_of.map_or(String::new(), |day| format!(", {}", day.date()));
        out.line(format!("  {}: {} ({}{day})", factor.name, factor.words, factor.source))?;
    }
    if !why.unknown.is_empty() {
        out.heading("Not known")?;
        why.unknown
            .iter()
            .try_for_each(|it| out.line(format!("  {} (up to {:.0} points)", it.words, it.points)))?;
    }
    out.heading("What would change it")?;
    match &why.counterfactual {
        Some(change) => out.line(format!("  {}", change.words))?,
        None => out.line("  No single change moves it to another band.")?,
    }
    let advice = advise(weakness, sightings);
    out.heading("What to do")?;
    match (&advice.text, &advice.commands) {
        (None, None) => out.line("  No source says.")?,
        (text, commands) => {
            for line in text.iter().chain(commands).flat_map(|words| words.lines()) {
                out.line(format!("  {}", line.trim()))?;
            }
        }
    }
    out.heading("Who saw it")?;
    for row in sightings {
        let state = if row.present { "last" } else { "no longer; last" };
        let finding = row.finding.as_ref();
        let confidence = finding.map(|finding| &*finding.confidence).filter(|word| !word.is_empty());
        let sure = confidence.map_or(String::new(), |word| format!(", {word} confidence"));
        let vantage = finding.map(|finding| &*finding.vantage).filter(|name| !name.is_empty());
        let from = vantage.map_or(String::new(), |name| format!(", looking at {name}"));
        out.line(format!(
            "  {}{from} ({}{sure}): first {}, {state} {}",
            row.source,
            row.severity,
            day(row.first_seen),
            day(row.last_seen)
        ))?;
        if let Some(why) = finding.and_then(|finding| finding.suppressed.as_ref()) {
            out.line(format!("    the tool itself sets it aside: {why}"))?;
        }
    }
    for (row, said) in sightings.iter().zip(said) {
        if let Some(said) = said {
            out.heading(&format!("What {} said, word for word", row.source))?;
            said.lines().try_for_each(|line| out.line(format!("  {line}")))?;
        }
    }
    let seen = sightings.iter().filter(|row| row.present && row.source == bartizan_app::IDENTITY_SOURCE);
    for line in seen.filter_map(|row| row.finding.as_ref()).flat_map(|finding| finding.evidence.lines()) {
        out.line(format!("    {line}"))?;
    }
    if !evidence.is_empty() {
        out.heading("Evidence")?;
        evidence
            .iter()
            .try_for_each(|each| out.line(format!("  {} {}: {}", day(each.at), each.kind, each.text)))?;
    }
    Ok(())
}

fn day(at: Timestamp) -> String {
    at.date()
}
