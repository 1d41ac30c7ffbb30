//! `bartizan paths --compare`: the ways of an attacker then and now.

use super::paths::{chance, document, percent};
use crate::failure::Failure;
use crate::out::{Column, Out, Table};
use bartizan_app::graph::{Attack, Change};
use bartizan_app::{App, Comparison};
use bartizan_model::{AssetId, Timestamp};
use serde_json::{Value, json};

/// A moment of the past: a day (its end), or a time.
pub(crate) fn moment(text: &str) -> Result<Timestamp, String> {
    bartizan_app::moment(text).ok_or_else(|| format!("`{text}` is no date like 2026-03-31"))
}

/// Shows what is otherwise.
pub(crate) fn show(
    app: &App,
    at: Timestamp,
    limit: usize,
    as_json: bool,
    out: &mut Out,
) -> Result<(), Failure> {
    let compared = app.compare(at)?;
    if as_json { out.json(&whole(&compared, limit)) } else { plain(&compared, limit, out) }
}

fn whole(compared: &Comparison, limit: usize) -> Value {
    let Comparison { at, then, now, difference, unknown } = compared;
    let jewels: Vec<_> = difference
        .jewels
        .iter()
        .take(limit)
        .map(|(id, value, before, after)| {
            json!({
                "asset": id, "name": name(compared, *id), "value": value,
                "then": chance(*before), "now": chance(*after),
            })
        })
        .collect();
    let ways = |changes: &[Change], of: &Attack| -> Vec<Value> {
        let one = |change: &Change| json!({ "facts": change.facts, "path": document(of, &change.path) });
        changes.iter().take(limit).map(one).collect()
    };
    json!({
        "at": at, "risk": { "then": then.risk(), "now": now.risk() }, "assets": jewels,
        "gone": ways(&difference.gone, then), "new": ways(&difference.new, now), "unknown": unknown,
    })
}

fn plain(compared: &Comparison, limit: usize, out: &mut Out) -> Result<(), Failure> {
    let Comparison { at, then, now, difference, unknown } = compared;
    out.line(format!(
        "Expected loss in 30 days: {:.2} on {}, {:.2} now.",
        then.risk(),
        at.date(),
        now.risk()
    ))?;
    if difference.jewels.is_empty() {
        out.line("Nothing that somebody valued is more or less likely to fall.")?;
    } else {
        let mut table =
            Table::new(&[("then", Column::Number), ("now", Column::Number), ("asset", Column::Text)]);
        for (id, _, before, after) in difference.jewels.iter().take(limit) {
            table.row([percent(before.value), percent(after.value), name(compared, *id)]);
        }
        out.table(&table)?;
    }
    for (words, changes, of) in [("Gone", &difference.gone, then), ("New", &difference.new, &**now)] {
        for change in changes.iter().take(limit) {
            let goal = change.path.goal.words(of.facts());
            out.heading(&format!("{words}: {goal}, {}", percent(change.path.chance.value)))?;
            for hop in &change.path.hops {
                out.line(format!("-> {}: {}", hop.gains.words(of.facts()), hop.why))?;
            }
            match change.facts.as_slice() {
                [] => out.line("   the same facts; others became likelier, or less likely")?,
                facts => out.line(format!("   because of: {}", facts.join("; ")))?,
            }
        }
    }
    out.heading("Not known of then")?;
    unknown.iter().try_for_each(|words| out.line(format!("  {words}")))
}

fn name(compared: &Comparison, id: AssetId) -> String {
    let of =
        |attack: &Attack| attack.facts().node(id).map(|node| attack.facts().asset(node).name.to_string());
    of(&compared.now).or_else(|| of(&compared.then)).unwrap_or_default()
}
