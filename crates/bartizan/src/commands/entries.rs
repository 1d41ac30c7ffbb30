//! `bartizan entries`: where attackers may begin, and how likely.

use super::paths::{chance, percent};
use crate::failure::Failure;
use crate::home::{Home, actor};
use crate::out::{Column, Out, Table};
use bartizan_app::Prior;
use bartizan_app::graph::{Chance, Entry};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

/// Where attackers may begin, and how likely
///
/// What nobody set is an estimate with a wide interval. Every answer of the attack graph begins with these numbers.
#[derive(Debug, Args)]
pub(crate) struct Entries {
    #[command(subcommand)]
    what: Option<What>,
    /// Print JSON
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Say how likely an entry is, and consider it
    Set {
        /// internet, phished-user, supplier, insider or stolen-device
        #[arg(value_name = "ENTRY", value_parser = Entry::named)]
        entry: Entry,
        /// The probability within 30 days: 0.3, or 30%
        #[arg(value_name = "PROBABILITY", value_parser = probability)]
        value: f32,
        /// At least this [default: the probability]
        #[arg(long, value_name = "PROBABILITY", value_parser = probability)]
        low: Option<f32>,
        /// At most this [default: the probability]
        #[arg(long, value_name = "PROBABILITY", value_parser = probability)]
        high: Option<f32>,
    },
    /// Consider an entry
    On {
        /// Which
        #[arg(value_name = "ENTRY", value_parser = Entry::named)]
        entry: Entry,
    },
    /// Do not consider an entry
    Off {
        /// Which
        #[arg(value_name = "ENTRY", value_parser = Entry::named, required = true)]
        entries: Vec<Entry>,
    },
    /// Go back to Bartizan's own estimate
    Reset {
        /// Which
        #[arg(value_name = "ENTRY", value_parser = Entry::named)]
        entry: Entry,
    },
}

impl Entries {
    /// Shows or sets them.
    pub(crate) fn run(&self, home: &Home) -> Result<(), Failure> {
        let app = if self.what.is_some() { home.open()? } else { home.open_to_read()? };
        match &self.what {
            None => {}
            Some(What::Set { entry, value, low, high }) => {
                let chance = Chance::between(low.unwrap_or(*value), *value, high.unwrap_or(*value));
                app.set_entry(&actor(), *entry, Some(true), Some(chance))?;
            }
            Some(What::On { entry }) => {
                app.set_entry(&actor(), *entry, Some(true), None)?;
            }
            Some(What::Off { entries }) => {
                for entry in entries {
                    app.set_entry(&actor(), *entry, Some(false), None)?;
                }
            }
            Some(What::Reset { entry }) => {
                app.reset_entry(&actor(), *entry)?;
            }
        }
        let priors = app.entries()?;
        let mut out = Out::new();
        if self.json {
            let all: Vec<_> = priors.iter().map(document).collect();
            out.json(&json!({ "entries": all }))?;
            return out.flush();
        }
        let columns = [
            ("in 30 days", Column::Number),
            ("at least", Column::Number),
            ("at most", Column::Number),
            ("entry", Column::Text),
            ("name", Column::Text),
            ("why", Column::Text),
        ];
        let mut table = Table::new(&columns);
        for prior in &priors {
            let Chance { low, value, high } = prior.chance;
            let shown = if prior.on { percent(value) } else { "off".to_owned() };
            table.row([
                shown,
                percent(low),
                percent(high),
                prior.entry.title().to_owned(),
                prior.entry.as_str().to_owned(),
                prior.words(),
            ]);
        }
        out.table(&table)?;
        out.flush()
    }
}

/// An entry as scripts read it.
pub(crate) fn document(prior: &Prior) -> Value {
    let set = prior.set.as_ref().map(|(who, at)| json!({ "by": who, "at": at }));
    json!({
        "entry": prior.entry.as_str(), "title": prior.entry.title(), "on": prior.on,
        "chance": chance(prior.chance), "set": set, "why": prior.words(),
    })
}

fn probability(text: &str) -> Result<f32, String> {
    let text = text.trim();
    let (number, of) = text.strip_suffix('%').map_or((text, 1.0), |number| (number.trim_end(), 100.0));
    let value = number.parse::<f32>().map_err(|_| format!("`{text}` is no number"))? / of;
    if (0.0..=1.0).contains(&value) {
        Ok(value)
    } else {
        Err("a probability is 0 to 1, or 0% to 100%".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probability_is_a_number_or_a_share() {
        assert_eq!(probability("0.25"), Ok(0.25));
        assert_eq!(probability(" 25 %"), Ok(0.25));
        for wrong in ["", "1.5", "-1", "150%", "NaN", "often"] {
            assert!(probability(wrong).is_err(), "{wrong}");
        }
    }
}
