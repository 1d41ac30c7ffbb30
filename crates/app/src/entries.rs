//! Where attackers may begin, and how likely: what people said of it, and the house's estimates where nobody did.

use crate::{App, AppError};
use bartizan_graph::{Chance, Entries, Entry};
use bartizan_model::Timestamp;
use bartizan_store::{Actor, NewEvent, Reader, StoreError};
use serde::{Deserialize, Serialize};

/// An entry, with its prior.
#[derive(Debug, Clone, PartialEq)]
pub struct Prior {
    /// The entry.
    pub entry: Entry,
    /// Whether it is considered at all.
    pub on: bool,
    /// How likely somebody tries this way within 30 days.
    pub chance: Chance,
    /// Who said so, and when; `None`: nobody did, and it is an estimate of the house.
    pub set: Option<(String, Timestamp)>,
}

impl Prior {
    /// Who said so, in words.
    pub fn words(&self) -> String {
        match &self.set {
            Some((who, at)) => format!("set by {who} on {}", at.date()),
            None => format!("estimate: {}", self.entry.reason()),
        }
    }
}

/// As it is kept, under `entry:NAME`.
#[derive(Serialize, Deserialize)]
struct Kept {
    on: bool,
    low: f32,
    value: f32,
    high: f32,
    by: String,
    at: Timestamp,
}

const PREFIX: &str = "entry:";

impl App {
    /// All entries.
    pub fn entries(&self) -> Result<Vec<Prior>, AppError> {
        self.read(priors)
    }

    /// Says how likely an entry is (within 30 days), or switches it on or off; what is `None` stays.
    pub fn set_entry(
        &self,
        actor: &Actor,
        entry: Entry,
        on: Option<bool>,
        chance: Option<Chance>,
    ) -> Result<Prior, AppError> {
        if let Some(Chance { low, value, high }) = chance
            && !(0.0 <= low && low <= value && value <= high && high <= 1.0)
        {
            return Err(AppError::Input(format!(
                "{low} to {high} around {value} is no probability: 0 <= low <= value <= high <= 1"
            )));
        }
        let known = self.entries()?.into_iter().find(|prior| prior.entry == entry);
        let known = known.unwrap_or_else(|| estimate(entry));
        let (on, chance) = (on.unwrap_or(known.on), chance.unwrap_or(known.chance));
        let (by, at) = (actor.as_str().to_owned(), self.now());
        let kept = Kept { on, low: chance.low, value: chance.value, high: chance.high, by: by.clone(), at };
        let kept = serde_json::to_string(&kept).map_err(|_| AppError::Internal)?;
        let text = match on {
            true => format!(
                "{} is taken to happen with {} in 30 days ({} to {})",
                entry.title(),
                chance.value,
                chance.low,
                chance.high
            ),
            false => format!("{} is not considered any more", entry.title()),
        };
        self.write(actor, |tx| {
            tx.put_meta(&name(entry), &kept)?;
            tx.append(NewEvent { kind: "entry.changed", text, ..NewEvent::default() })
        })?;
        Ok(Prior { entry, on, chance, set: Some((by, at)) })
    }

    /// Goes back to the estimate of the house.
    pub fn reset_entry(&self, actor: &Actor, entry: Entry) -> Result<Prior, AppError> {
        let text = format!("{} is estimated again by the house", entry.title());
        self.write(actor, |tx| {
            tx.remove_meta(&name(entry))?;
            tx.append(NewEvent { kind: "entry.changed", text, ..NewEvent::default() })
        })?;
        Ok(estimate(entry))
    }
}

fn name(entry: Entry) -> String {
    format!("{PREFIX}{}", entry.as_str())
}

fn estimate(entry: Entry) -> Prior {
    Prior { entry, on: true, chance: entry.prior(), set: None }
}

fn priors(reader: &mut Reader<'_>) -> Result<Vec<Prior>, StoreError> {
    let kept = reader.metas(PREFIX)?;
    let one = |entry: Entry| {
        let Some((_, text)) = kept.iter().find(|(name, _)| name == entry.as_str()) else {
            return Ok(estimate(entry));
        };
        let kept: Kept = serde_json::from_str(text)
            .map_err(|error| StoreError::Damaged { what: "prior of an entry", why: error.to_string() })?;
        let chance = Chance::between(kept.low, kept.value, kept.high).in_order();
        Ok(Prior { entry, on: kept.on, chance, set: Some((kept.by, kept.at)) })
    };
    Entry::ALL.into_iter().map(one).collect()
}

/// The entries that are considered.
pub(crate) fn considered(reader: &mut Reader<'_>) -> Result<Entries, StoreError> {
    let on = priors(reader)?.into_iter().filter(|prior| prior.on);
    Ok(Entries(on.map(|prior| (prior.entry, prior.chance)).collect()))
}
