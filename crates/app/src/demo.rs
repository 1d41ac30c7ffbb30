//! A made-up hospital, any size, to look at and to measure with.
//!
//! Everything follows from the seed, the size and the time: each asset and each of its weaknesses is made from its
//! number alone, so the hospital is never held in memory. Half a year of runs is taken in by the same door as real
//! reports, at times that lie in the past; so evidence, trends and decisions look as they would after half a year.
//!
//! All of it is marked as made up (`demo:true`) and can be removed. Names end in `.example`, addresses are those set
//! aside for documentation, so that no import can take a real machine for one of these. What the world knows of the
//! CVEs (EPSS, KEV) is not made up: without feeds it is unknown here too.

mod assets;
mod cves;
mod decisions;
mod history;
mod hospital;
mod random;
mod rules;
#[cfg(test)]
mod tests;
mod weaknesses;

use crate::{Actor, App, AppError, NewEvent, NewScope, StoreError, Tally, Tx};
use assets::Asset;
use bartizan_model::words::counted;
use bartizan_model::{AssetId, Checks, Coverage, Covered, DecisionId, Gap, Loci, Severity, Status};
use bartizan_store::{Ingest, IngestOptions, RunResult};
use history::{Look, Plan};
use hospital::{NAME, NAMED, SERVICES, Service, WORKPLACES};
use rules::Tool;
use weaknesses::Catalogue;

/// How large, and which one.
#[derive(Debug, Clone, Copy)]
pub struct DemoRequest {
    /// How many assets; there are about ten exposures each.
    pub assets: usize,
    /// The same seed makes the same hospital.
    pub seed: u64,
}

/// What was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DemoMade {
    /// Assets.
    pub assets: i64,
    /// Exposures, whatever their status.
    pub exposures: i64,
    /// How often one was proven fixed.
    pub fixed: i64,
    /// How often a fixed one came back.
    pub reopened: i64,
    /// Exposures that somebody decided on.
    pub decided: i64,
    /// Runs.
    pub runs: i64,
    /// Scopes.
    pub scopes: i64,
}

/// More than this many assets are surely a typing error.
const MOST: usize = 10_000_000;
/// Scopes of the demonstration are named so; the store removes them by it.
const SCOPE: &str = "demo: ";

/// What happens at a moment of the history.
enum Step {
    Look(Look),
    Decide(usize),
    End(usize),
}

impl App {
    /// Makes the hospital. `progress` is told how many steps of how many are done. Each step is a transaction of its
    /// own; what was made before a failure stays, marked, until [`App::remove_demo`].
    pub fn demo(
        &self,
        actor: &Actor,
        request: DemoRequest,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<DemoMade, AppError> {
        if request.assets == 0 || request.assets > MOST {
            return Err(AppError::Input(format!("the number of assets must be between 1 and {MOST}")));
        }
        if self.read(|reader| reader.scopes())?.iter().any(|row| row.scope.name.starts_with(SCOPE)) {
            return Err(AppError::Input("there is a made-up hospital already; remove it first".into()));
        }
        let made = self.make(request, progress);
        // Also after a failure: what was stored must be seen.
        let followed = self.follow();
        let made = made?;
        followed?;
        let text = format!(
            "{NAME} was made up: {}, {}",
            counted(made.assets, "asset"),
            counted(made.exposures, "exposure")
        );
        self.write(actor, |tx| tx.append(NewEvent { kind: "demo.made", text, ..NewEvent::default() }))?;
        Ok(made)
    }

    fn make(&self, request: DemoRequest, progress: &mut dyn FnMut(u64, u64)) -> Result<DemoMade, AppError> {
        let plan = Plan::new(request.seed, self.now(), request.assets);
        let maker = Maker {
            actor: Actor::system("demo"),
            catalogue: Catalogue::new(request.seed, request.assets),
            seed: request.seed,
            assets: request.assets,
            plan,
        };
        let mut made = DemoMade::default();
        let mut ids: Vec<AssetId> = Vec::with_capacity(request.assets);
        let steps = maker.steps();
        let total = steps.len() as u64 + 1;
        let begin = maker.plan.at(-history::DAYS);
        made.scopes = self.store.write::<_, StoreError>(&maker.actor, begin, put_scopes)?;
        let mut decisions: Vec<Option<DecisionId>> = vec![None; decisions::STORY.len()];
        for (done, (day, step)) in steps.iter().enumerate() {
            progress(done as u64, total);
            self.store.write::<_, StoreError>(&maker.actor, maker.plan.at(*day), |tx| match step {
                Step::Look(look) => maker.look(tx, look, &mut ids, &mut made),
                Step::Decide(number) => {
                    let chosen = decisions::choose(tx, maker.seed, *number, &ids)?;
                    if !chosen.is_empty() {
                        let decision = decisions::STORY[*number].decision(tx);
                        decisions[*number] = Some(tx.decide(&decision, &chosen)?);
                        made.decided += chosen.len() as i64;
                    }
                    Ok(())
                }
                Step::End(number) if decisions::STORY[*number].lapses() => tx.lapse_decisions().map(drop),
                Step::End(number) => decisions[*number].map_or(Ok(()), |id| tx.revoke_decision(id)),
            })?;
        }
        progress(total - 1, total);
        self.store.write::<_, StoreError>(&maker.actor, self.now(), |tx| remarks(tx, &ids))?;
        progress(total, total);
        Ok(made)
    }
}

/// What all steps need.
struct Maker {
    actor: Actor,
    catalogue: Catalogue,
    plan: Plan,
    seed: u64,
    assets: usize,
}

impl Maker {
    /// The history in its order.
    fn steps(&self) -> Vec<(f64, Step)> {
        let mut steps: Vec<_> =
            self.plan.looks().into_iter().map(|look| (look.day, Step::Look(look))).collect();
        for (number, judged) in decisions::STORY.iter().enumerate() {
            steps.push((judged.day, Step::Decide(number)));
            steps.extend(judged.ends.map(|day| (day, Step::End(number))));
        }
        steps.sort_by(|a, b| a.0.total_cmp(&b.0));
        steps
    }

    /// One run: a tool looks at a site.
    fn look(
        &self,
        tx: &mut Tx<'_>,
        look: &Look,
        ids: &mut Vec<AssetId>,
        made: &mut DemoMade,
    ) -> Result<(), StoreError> {
        let all = || self.plan.site(look.site).filter_map(|index| assets::asset(self.seed, index));
        let sees =
            |asset: &Asset| look.tool == Tool::Inventory || self.catalogue.looks_at(look.tool, asset.role);
        if !all().any(|asset| sees(&asset)) {
            return Ok(());
        }
        let (tool, seen_at) = (look.tool.name(), tx.now());
        let run = tx.begin_run("demo", &format!("{NAME}, site {}", look.site + 1))?;
        let mut ingest = Ingest::new(tx, IngestOptions { run, tool, seen_at, demo: true, network: None })?;
        let mut coverage = Coverage::default();
        let before = self.plan.before(look);
        for asset in all().filter(|asset| sees(asset)) {
            if look.tool == Tool::Inventory {
                if ids.len() == asset.index {
                    ids.push(ingest.asset_id(&asset.reference)?);
                }
                assets::inventory(self.seed, self.assets, &asset, |observation| ingest.push(observation))?;
                continue;
            }
            if self.plan.is_absent(look, asset.index) {
                coverage.gaps.push(Gap::new(&asset.reference.name, "it did not answer"));
                continue;
            }
            for trouble in self.plan.troubles(&self.catalogue, &asset) {
                if trouble.is_seen_by(look.tool) && trouble.is_there(look.day) {
                    let seen = self.plan.at(trouble.seen(look, before));
                    let finding = self.catalogue.finding(trouble.weakness, &asset.reference, seen);
                    ingest.push(bartizan_model::Observation::Finding(Box::new(finding)))?;
                }
            }
            coverage.covered.push(Covered::new(asset.reference, Checks::All, Loci::All));
        }
        let tally = ingest.finish(&coverage)?;
        if look.tool == Tool::Inventory {
            declare(tx, look, ids)?;
        }
        made.count(&tally, ids.len());
        let gaps = &coverage.gaps;
        tx.finish_run(run, &RunResult { tool, bytes: 0, tally, gaps, rejected: &[], rejected_total: 0 })
    }
}

impl DemoMade {
    fn count(&mut self, tally: &Tally, assets: usize) {
        self.assets = assets as i64;
        self.exposures += tally.created;
        self.fixed += tally.closed;
        self.reopened += tally.reopened;
        self.runs += 1;
    }
}

/// What people declared of the assets of the story, right after they were first found.
fn declare(tx: &mut Tx<'_>, look: &Look, ids: &[AssetId]) -> Result<(), StoreError> {
    if look.round > 0 || look.site > 0 {
        return Ok(());
    }
    for (named, id) in NAMED.iter().zip(ids) {
        if let Some((criticality, data)) = named.worth {
            tx.declare_asset(*id, None, Some(Some(criticality)), Some(data))?;
        }
    }
    Ok(())
}

fn put_scopes(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    for service in SERVICES {
        let slug = service.slug;
        put_scope(tx, service, format!("demo:true asset:*-{slug}-*,*-{slug} -asset:ws-*"))?;
    }
    put_scope(tx, &WORKPLACES, format!("demo:true asset:{}-*", WORKPLACES.slug))?;
    Ok(SERVICES.len() as i64 + 1)
}

fn put_scope(tx: &mut Tx<'_>, service: &Service, query: String) -> Result<(), StoreError> {
    let scope = NewScope {
        name: format!("{SCOPE}{}", service.name),
        description: service.description.to_owned(),
        query,
        criticality: Some(service.criticality),
        data: service.data.to_vec(),
        crown_jewel: service.crown_jewel,
    };
    tx.put_scope(None, &scope).map(drop)
}

/// Remarks on the worst open exposure of some assets.
fn remarks(tx: &mut Tx<'_>, ids: &[AssetId]) -> Result<(), StoreError> {
    for (name, words) in decisions::REMARKS {
        let id = NAMED.iter().zip(ids).find(|(named, _)| named.name == *name).map(|(_, id)| *id);
        let Some(id) = id else { continue };
        let rows = tx.reader().exposures_of(id)?;
        let open =
            rows.into_iter().filter(|row| row.status == Status::Open && row.severity >= Severity::Medium);
        if let Some(worst) = open.max_by_key(|row| (row.severity, std::cmp::Reverse(row.id))) {
            tx.add_comment(worst.id, words)?;
        }
    }
    Ok(())
}
