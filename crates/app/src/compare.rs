//! The attack graph of a past moment, beside that of now: from the times that facts, sightings and evidence keep.
//!
//! What only its newest state is kept of (values of attributes, reach and worth of assets, knowledge about weaknesses) is taken as it
//! is today, and told as unknown.

use crate::attack::{asset, exposure, reports};
use crate::{App, AppError, entries};
use bartizan_graph::{Attack, Difference, FactsBuilder};
use bartizan_model::time::DAY;
use bartizan_model::{Status, Timestamp};
use bartizan_store::ChangedSince;
use std::sync::Arc;

/// Assets whose ways are compared, and ways of each.
const ASSETS: usize = 20;
const WAYS: usize = 3;

/// A moment of the past as people write it: a day such as `2026-03-31`, which means its end (UTC), or a time.
pub fn moment(text: &str) -> Option<Timestamp> {
    let day = Timestamp::parse(&format!("{text}T00:00:00"));
    let end = day.map(|day| Timestamp::from_micros(day.micros() + DAY - 1));
    end.or_else(|| Timestamp::parse(text))
}

/// Two moments side by side.
pub struct Comparison {
    /// The past moment.
    pub at: Timestamp,
    /// The graph of then, as far as it is known.
    pub then: Attack,
    /// The graph of now.
    pub now: Arc<Attack>,
    /// What is otherwise.
    pub difference: Difference,
    /// What is not known of then, in words; never empty.
    pub unknown: Vec<String>,
}

impl App {
    /// Compares now with a past moment. A day that is not over yet ends now.
    pub fn compare(&self, at: Timestamp) -> Result<Comparison, AppError> {
        let now = self.now();
        let today = at >= now && at.micros() - now.micros() < DAY;
        let at = if today { Timestamp::from_micros(now.micros() - 1) } else { at };
        if at >= now {
            return Err(AppError::Input(format!("{at} is not over yet: name a moment in the past")));
        }
        let now = self.attack()?;
        let estate = self.estate()?;
        let (then, unknown) = self.read(|reader| {
            let mut facts = FactsBuilder::default();
            let later = reader.assets_since(at)?;
            for holding in estate.holdings().filter(|holding| !later.contains(&holding.id)) {
                facts.asset(asset(&holding));
            }
            let known = |id| !later.contains(&id);
            let (mut unsure, mut differing) = (0, 0);
            reader.each_attribute_at(at, |fact, sure| {
                if known(fact.asset) {
                    unsure += i64::from(!sure);
                    facts.attribute(fact.asset, &fact.name, &fact.value);
                }
            })?;
            reader.each_cloud_id(|id, cloud_id| {
                if known(id) {
                    facts.attribute(id, "cloud-id", cloud_id);
                }
            })?;
            reader.each_relation_at(at, |fact, sure| {
                if known(fact.from) && known(fact.to) {
                    unsure += i64::from(!sure);
                    facts.relation(
                        fact.from,
                        &fact.relation,
                        fact.to,
                        &fact.via,
                        &fact.source,
                        fact.last_seen,
                    );
                }
            })?;
            let (closed_then, closed_now) = reader.not_open_at(at)?;
            let was_open = |id, first_seen, _: Status| first_seen <= at && !closed_then.contains(&id);
            for usable in estate
                .usable_where(was_open)
                .filter(|usable| known(usable.asset) && reports::report(usable).is_none())
            {
                facts.exposure(usable.asset, exposure(&usable));
            }
            // Evidence that does not lead to the status of today does not lead to that of then either.
            let adds_up = |id, _, status| (status == Status::Open) == closed_now.contains(&id);
            differing += estate.usable_where(adds_up).count();
            let unknown = words(at, reader.changed_since(at)?, unsure, differing);
            Ok(((facts, entries::considered(reader)?), unknown))
        })?;
        drop(estate);
        let then = Attack::new(then.0.build(), &then.1);
        let difference = now.difference(&then, ASSETS, WAYS);
        Ok(Comparison { at, then, now, difference, unknown })
    }
}

/// What is not known of then.
fn words(at: Timestamp, changed: ChangedSince, unsure: i64, differing: usize) -> Vec<String> {
    let day = at.date();
    let mut unknown = Vec::new();
    let mut tell = |count: i64, what: &str, then: &str| {
        if count > 0 {
            unknown.push(format!("{what}, {then}: {count}"));
        }
    };
    let as_now = "which count as they are now";
    tell(unsure, "facts told last before then and found gone only later", "which count as there");
    tell(
        changed.attributes,
        "attributes told first, or with another value, since",
        "whose value of then is not kept and which count as not told",
    );
    tell(changed.assets, "changes of assets since (reach, worth)", as_now);
    tell(changed.merges, "merges and splits of assets since", as_now);
    tell(changed.scopes, "changes of scopes and of priors since", as_now);
    tell(
        i64::try_from(differing).unwrap_or(i64::MAX),
        "exposures whose history does not lead to their status of today",
        "whose status of then is a guess",
    );
    if changed.before_anything {
        unknown.push(format!("no run had begun by {day}: what is told of then was told later"));
    }
    unknown.push("how likely a weakness is used (EPSS, KEV, CVSS) counts as it is known now".to_owned());
    unknown.push("a relation that ended and was told again counts as if it had never ended".to_owned());
    unknown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_means_its_end() {
        assert_eq!(moment("2026-03-31").unwrap().to_string(), "2026-03-31T23:59:59.999999Z");
        assert_eq!(moment("2026-03-31T12:00:00Z").unwrap().to_string(), "2026-03-31T12:00:00Z");
        assert_eq!(moment("yesterday"), None);
    }
}
