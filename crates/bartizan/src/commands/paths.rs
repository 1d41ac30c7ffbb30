//! `bartizan paths`: the ways of an attacker to what matters, and the fact behind each step.

use super::{compare, entries};
use crate::failure::Failure;
use crate::home::Home;
use crate::out::{Column, Out, Table};
use bartizan_app::App;
use bartizan_app::graph::{Attack, Chance, Entry, Foothold, Hop, Jewel, Node, Path};
use bartizan_model::Timestamp;
use clap::Args;
use serde_json::{Value, json};

/// The ways of an attacker to what matters, and the fact behind each step
///
/// Without an asset: every asset that somebody valued, and how likely it falls within 30 days. With one: the best ways to it.
#[derive(Debug, Args)]
pub(crate) struct Paths {
    /// The asset to reach: its number, name or an identifier
    #[arg(value_name = "ASSET")]
    asset: Option<String>,
    /// How many
    #[arg(long, value_name = "N", default_value_t = 10)]
    limit: usize,
    /// Compare with a day of the past (its end, UTC) or a time: which ways are gone, which are new, by which facts
    #[arg(long, value_name = "DATE", value_parser = compare::moment, conflicts_with = "asset")]
    compare: Option<Timestamp>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Of the kinds of facts that nobody collected, plain output names so many.
const KINDS: usize = 8;

impl Paths {
    /// Shows them.
    pub(crate) fn run(&self, home: &Home) -> Result<(), Failure> {
        let app = home.open_to_read()?;
        if let Some(at) = self.compare {
            let mut out = Out::new();
            compare::show(&app, at, self.limit, self.json, &mut out)?;
            return out.flush();
        }
        let goal = self.asset.as_deref().map(|asset| app.find_asset(asset)).transpose()?;
        let attack = app.attack()?;
        let mut out = Out::new();
        match goal {
            None => self.jewels(&app, &attack, &mut out)?,
            Some(id) => {
                let node = attack.facts().node(id).ok_or_else(gone)?;
                self.ways(&app, &attack, node, &mut out)?;
            }
        }
        out.flush()
    }

    fn jewels(&self, app: &App, attack: &Attack, out: &mut Out) -> Result<(), Failure> {
        let jewels = attack.jewels();
        let facts = attack.facts();
        let name = |jewel: &Jewel| facts.asset(jewel.node).name.to_string();
        if self.json {
            let shown: Vec<_> = jewels
                .iter()
                .take(self.limit)
                .map(|jewel| {
                    json!({
                        "asset": facts.asset(jewel.node).id, "name": name(jewel), "value": jewel.value,
                        "assumed": jewel.assumed,
                        "chance": chance(jewel.chance),
                    })
                })
                .collect();
            let mut document = json!({ "total": jewels.len(), "risk": attack.risk(), "jewels": shown });
            unknown(app, attack, &mut document)?;
            return out.json(&document);
        }
        if !jewels.is_empty() {
            let columns = [
                ("chance in 30 days", Column::Number),
                ("at least", Column::Number),
                ("at most", Column::Number),
                ("value", Column::Number),
                ("asset", Column::Text),
            ];
            let mut table = Table::new(&columns);
            for jewel in jewels.iter().take(self.limit) {
                let Chance { low, value, high } = jewel.chance;
                table.row([
                    percent(value),
                    percent(low),
                    percent(high),
                    format!("{:.0}{}", jewel.value, if jewel.assumed { "*" } else { "" }),
                    name(jewel),
                ]);
            }
            out.table(&table)?;
        }
        if jewels.iter().take(self.limit).any(|jewel| jewel.assumed) {
            out.line(
                "* Nobody said what it is worth: whoever controls it controls all in it, so it counts as critical. \
                 `bartizan declare` says otherwise.",
            )?;
        }
        if jewels.len() > self.limit {
            out.line(format!("{} of {}; `--limit` shows more.", self.limit, jewels.len()))?;
        }
        tell_unknown(app, attack, out)?;
        let missing: Vec<_> = attack.not_collected().into_iter().map(|missing| missing.what).collect();
        if !missing.is_empty() {
            let more = missing.len().saturating_sub(KINDS);
            let rest = if more > 0 { format!(" and {more} more; --json lists all") } else { String::new() };
            let some = missing[..missing.len() - more].join(", ");
            out.line(format!(
                "Facts of these kinds nobody collected, so ways along them are missing: {some}{rest}."
            ))?;
        }
        Ok(())
    }

    fn ways(&self, app: &App, attack: &Attack, node: Node, out: &mut Out) -> Result<(), Failure> {
        let paths = attack.paths(Foothold::Control(node), self.limit);
        let name = &attack.facts().asset(node).name;
        let priors = app.entries()?;
        let prior = |entry: &Entry| priors.iter().find(|prior| prior.entry == *entry);
        if self.json {
            let paths: Vec<_> = paths.paths.iter().map(|path| document(attack, path)).collect();
            let priors: Vec<_> = priors.iter().map(entries::document).collect();
            let mut document = json!({
                "asset": attack.facts().asset(node).id, "name": name, "paths": paths, "entries": priors,
            });
            unknown(app, attack, &mut document)?;
            return out.json(&document);
        }
        if paths.paths.is_empty() {
            out.line(format!("No way to {name} follows from what is known. {NOT_PROOF}"))?;
            return tell_unknown(app, attack, out);
        }
        for (number, path) in paths.paths.iter().enumerate() {
            let Chance { low, value, high } = path.chance;
            let range = format!("{} ({} to {})", percent(value), percent(low), percent(high));
            out.heading(&format!("{}. To {name}: {range} in 30 days", number + 1))?;
            for entry in &path.entries {
                let why = prior(entry).map_or(String::new(), |prior| {
                    format!(": {} ({})", percent(prior.chance.value), prior.words())
                });
                out.line(format!("   {}{why}", entry.title()))?;
            }
            for hop in &path.hops {
                let gains = hop.gains.words(attack.facts());
                out.line(format!(
                    "-> {gains}: {} [{}, {}]",
                    hop.why,
                    hop.technique,
                    percent(hop.chance.value)
                ))?;
                for fix in &hop.fixes {
                    out.line(format!("     removed by: {}", attack.fixes()[*fix as usize].title))?;
                }
            }
        }
        Ok(())
    }
}

/// What an answer cannot rest on, for scripts: what is missing, what was not collected, what was collected in part, which facts
/// speak of nothing that is there.
fn unknown(app: &App, attack: &Attack, document: &mut Value) -> Result<(), Failure> {
    let missing = attack.lacks().into_iter().map(|lack| json!({ "what": lack.word(), "help": lack.help() }));
    document["missing"] = missing.collect();
    let not_collected = attack.not_collected().into_iter();
    document["not_collected"] =
        not_collected.map(|missing| json!({ "what": missing.what, "rules": missing.rules })).collect();
    let partial = app.partial_collections(attack.facts())?.into_iter().map(|partial| {
        json!({
            "source": partial.source, "run": partial.run, "name": partial.label, "at": partial.at,
            "left_out": partial.left_out, "total": partial.total,
        })
    });
    document["partial"] = partial.collect();
    let left_out = attack.facts().left_out();
    document["facts_of_nothing"] = json!(left_out.attributes + left_out.relations + left_out.exposures);
    Ok(())
}

/// The same for people; what was not collected is told where it is asked for.
fn tell_unknown(app: &App, attack: &Attack, out: &mut Out) -> Result<(), Failure> {
    for lack in attack.lacks() {
        out.line(lack.help())?;
    }
    for partial in app.partial_collections(attack.facts())? {
        let more = partial.total - partial.left_out.len() as i64;
        let more = if more > 0 { format!(", and {more} more") } else { String::new() };
        let left_out = partial.left_out.join("; ");
        let name = partial.label.rsplit('/').next().unwrap_or_default();
        let source = &partial.source;
        out.line(format!("{name} of {source} tells only a part: {left_out}{more}."))?;
    }
    Ok(())
}

/// What no way does not mean.
const NOT_PROOF: &str = "That is no proof that there is none: `bartizan paths` says what was not collected.";

fn gone() -> Failure {
    Failure::new("this asset is not in the graph", "It may have been removed a moment ago; try again.")
}

/// A chance in percent, with as many digits as it needs.
pub(crate) fn percent(chance: f32) -> String {
    match chance * 100.0 {
        zero if zero <= 0.0 => "0 %".to_owned(),
        small if small < 0.01 => "<0.01 %".to_owned(),
        small if small < 1.0 => format!("{small:.2} %"),
        large => format!("{large:.1} %"),
    }
}

/// A chance as scripts read it.
pub(crate) fn chance(chance: Chance) -> Value {
    json!({ "low": chance.low, "value": chance.value, "high": chance.high })
}

/// A path as scripts read it.
pub(crate) fn document(attack: &Attack, path: &Path) -> Value {
    let hops: Vec<_> = path.hops.iter().map(|hop| of_hop(attack, hop)).collect();
    let entries: Vec<_> = path.entries.iter().map(|entry| entry.as_str()).collect();
    json!({ "chance": chance(path.chance), "entries": entries, "hops": hops })
}

/// A step as scripts read it.
pub(crate) fn of_hop(attack: &Attack, hop: &Hop) -> Value {
    let facts = attack.facts();
    let place = |foothold: &Foothold| {
        let asset = foothold.asset().map(|node| facts.asset(node).id);
        json!({ "asset": asset, "words": foothold.words(facts) })
    };
    let told: Vec<_> = hop.told.iter().map(|(source, at)| json!({ "source": source, "as_of": at })).collect();
    let fixes: Vec<_> = hop.fixes.iter().map(|fix| &attack.fixes()[*fix as usize].title).collect();
    json!({
        "rule": hop.rule, "title": hop.title, "technique": hop.technique, "why": hop.why,
        "needs": hop.needs.iter().map(place).collect::<Vec<_>>(), "gains": place(&hop.gains),
        "chance": chance(hop.chance), "exposures": hop.exposures, "told": told, "fixes": fixes,
    })
}
