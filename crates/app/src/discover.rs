//! Collecting this host: its facts become inventory, the checks judge them, and what changed becomes events.

use crate::identity;
use crate::judge::{Which, judge};
use crate::{Actor, App, AppError, NewEvent, RunState, Tally};
use bartizan_assess::checks;
use bartizan_discover::Root;
use bartizan_model::host::{Fact, HostFacts};
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::{Checks, Coverage, Covered, Finding, Gap, Loci, Network, Observation, Outcome, RunId};
use bartizan_store::{Ended, Ingest, IngestOptions, RunResult};

/// The source under which the host collector and the host checks are known.
pub const SOURCE: &str = "bartizan";

/// What a collection of this host did.
#[derive(Debug, Clone)]
pub struct Collected {
    /// The run.
    pub run: RunId,
    /// What became of the findings.
    pub tally: Tally,
    /// What could not be looked at.
    pub gaps: Vec<Gap>,
    /// What changed since the last collection, in plain words.
    pub changes: Vec<String>,
}

/// The facts of a host that is in this network: the addresses that it is known by are of that one where they are private.
#[must_use]
pub fn within(facts: HostFacts, network: Option<&Network>) -> HostFacts {
    match network {
        Some(network) => HostFacts { asset: facts.asset.within(network), ..facts },
        None => facts,
    }
}

/// What a collection would store: observations and coverage, without a store. `eol` tells until when a release of an
/// operating system is supported, where its own checks do not know.
pub fn look(facts: &HostFacts, eol: Option<String>) -> (Vec<Observation>, Coverage) {
    let (mut observations, mut coverage) = bartizan_discover::observations(facts);
    // The snapshot stays what the host said.
    let mut judged = std::borrow::Cow::Borrowed(facts);
    if let Some(end) = eol
        && let Fact::Known(os) = &mut judged.to_mut().os
    {
        os.support_end = end;
    }
    let facts = &*judged;
    let mut conclusive = std::collections::BTreeSet::new();
    let complete = sees_everything(facts);
    for check in checks::ALL {
        match check.run(facts) {
            Outcome::Affected(hits) => {
                if complete {
                    conclusive.insert(check.key());
                }
                for hit in hits {
                    observations.push(Observation::Finding(Box::new(finding(check, facts, hit))));
                }
            }
            Outcome::NotAffected => {
                conclusive.insert(check.key());
            }
            Outcome::Inconclusive(why) => coverage.gaps.push(Gap::new(format!("check {}", check.id), why)),
        }
    }
    // Only what a check could judge is covered: an inconclusive one closes nothing.
    coverage.covered.push(Covered::new(facts.asset.clone(), Checks::Only(conclusive), Loci::All));
    (observations, coverage)
}

/// Whether nothing was withheld from the collector. A check that found one hit may have been unable to look at another
/// place, so its hits cover the check only then; otherwise what it no longer names stays open.
fn sees_everything(facts: &HostFacts) -> bool {
    let unknown = |fact: &Fact<_>| matches!(fact, Fact::Unknown(_));
    facts.privileged && !facts.files.values().any(unknown)
}

fn finding(check: &bartizan_assess::Check, facts: &HostFacts, hit: bartizan_model::Hit) -> Finding {
    Finding {
        description: format!("{}\n\n{}", check.meaning, check.why),
        fix: check.fix.to_owned(),
        evidence: hit.detail,
        raw_id: Some(check.id.to_owned()),
        seen_at: Some(facts.collected_at),
        ..Finding::new(
            check.title.to_owned(),
            check.severity,
            WeaknessSeen { ids: Vec::new(), cwe: vec![check.cwe], rule: check.id.to_owned() },
            facts.asset.clone(),
            hit.locus,
        )
    }
}

impl App {
    /// Collects this host now.
    pub fn discover_host(&self, actor: &Actor) -> Result<Collected, AppError> {
        let run = self.begin_discover(actor)?;
        self.run_discover(actor, run)
    }

    /// Announces a collection, so that it can be watched before it runs.
    pub fn begin_discover(&self, actor: &Actor) -> Result<RunId, AppError> {
        self.write(actor, |tx| tx.begin_run("discover", "this host"))
    }

    /// Runs an announced collection to its end.
    pub fn run_discover(&self, actor: &Actor, run: RunId) -> Result<Collected, AppError> {
        let facts = bartizan_discover::collect(&Root::live(), self.now());
        let result = self.store_host(actor, run, facts);
        if let Err(error) = &result {
            let words = error.to_string();
            self.write(actor, |tx| tx.fail_run(run, RunState::Failed, &words))?;
        }
        result
    }

    fn store_host(&self, actor: &Actor, run: RunId, facts: HostFacts) -> Result<Collected, AppError> {
        let facts = &within(facts, self.network.as_ref());
        let eol = match &facts.os {
            Fact::Known(os) => self.read(|reader| crate::eol::support_end(reader, os))?,
            Fact::Unknown(_) => None,
        };
        let (observations, mut coverage) = look(facts, eol);
        let advisories = self.advisories()?;
        let collected = self.store.write::<_, AppError>(actor, self.now(), |tx| {
            let options =
                IngestOptions { run, tool: SOURCE, seen_at: facts.collected_at, demo: false, network: None };
            let mut ingest = Ingest::new(tx, options)?;
            let asset = ingest.asset_id(&facts.asset)?;
            let before = ingest.reader().host_snapshot(asset)?;
            for observation in observations {
                ingest.push(observation)?;
            }
            let Ended { tally, software, facts: told, .. } = ingest.end(&coverage)?;
            judge(tx, &advisories, run, &Which::These(software))?;
            if told {
                coverage.gaps.extend(identity::judge(tx, run, facts.collected_at)?.1);
            }
            let changes: Vec<_> =
                before.map(|before| bartizan_discover::changes(&before.facts, facts)).unwrap_or_default();
            for change in &changes {
                let kind = format!("host.{}", change.kind);
                tx.append(NewEvent {
                    kind: &kind,
                    text: change.to_string(),
                    asset: Some(asset),
                    run: Some(run),
                    ..NewEvent::default()
                })?;
            }
            let result = RunResult {
                tool: SOURCE,
                bytes: 0,
                tally,
                gaps: &coverage.gaps,
                rejected: &[],
                rejected_total: 0,
            };
            tx.finish_run(run, &result)?;
            Ok(Collected {
                run,
                tally,
                gaps: coverage.gaps,
                changes: changes.iter().map(ToString::to_string).collect(),
            })
        })?;
        self.follow()?;
        Ok(collected)
    }

    /// Whether this host was not collected within the last `minutes`.
    pub fn host_is_due(&self, minutes: i64) -> Result<bool, AppError> {
        let newest = self.read(|reader| reader.runs(None, 200))?;
        let newest = newest.iter().find(|run| run.kind == "discover").map(|run| run.started_at);
        let since = self.now().micros().saturating_sub(minutes.saturating_mul(60_000_000));
        Ok(newest.is_none_or(|at| at.micros() <= since))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Clock, OpenOptions};
    use bartizan_model::{AssetId, AssetKind, AssetRef, Identifier, Timestamp};

    #[test]
    fn private_addresses_are_of_the_network_that_this_host_is_in() {
        let folder = tempfile::tempdir().unwrap();
        let options = OpenOptions {
            data: folder.path().to_owned(),
            database_url: None,
            clock: Clock::fixed(Timestamp::from_seconds(1)),
        };
        let app = App::open(options).unwrap().in_network("branch-berlin".parse().ok());
        let known = ["till", "10.0.0.5", "203.0.113.5"].into_iter().filter_map(Identifier::host);
        let host = AssetRef::new(AssetKind::Host, "till", known).unwrap();
        let actor = Actor::system("test");
        let run = app.begin_discover(&actor).unwrap();
        app.store_host(&actor, run, HostFacts::unknown(host, Timestamp::from_seconds(1))).unwrap();
        let known = app.read(|reader| reader.identifiers(AssetId(1))).unwrap();
        let known: Vec<_> = known.iter().map(|one| one.value.as_str()).collect();
        assert_eq!(known, ["10.0.0.5%branch-berlin", "203.0.113.5", "till"]);
    }
}
