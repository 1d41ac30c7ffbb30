//! `bartizan cut`: the cheapest fixes that sever every way to what matters.

use super::paths::percent;
use crate::failure::Failure;
use crate::home::Home;
use crate::out::{Column, Out, Table};
use bartizan_app::graph::{Attack, CutSet, Lack, Node};
use clap::Args;
use serde_json::{Value, json};

/// Finds the cheapest set of fixes after which no way leads to these assets any more.
#[derive(Debug, Args)]
pub(crate) struct Cut {
    /// The assets, each by number, name or an identifier; the most valuable ones where none is named
    #[arg(value_name = "ASSET")]
    assets: Vec<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Cut {
    /// Finds it.
    pub(crate) fn run(&self, home: &Home) -> Result<(), Failure> {
        let app = home.open_to_read()?;
        let ids: Vec<_> = self.assets.iter().map(|asset| app.find_asset(asset)).collect::<Result<_, _>>()?;
        let attack = app.attack()?;
        let goals: Vec<Node> = match ids.as_slice() {
            [] => attack.crown_jewels().into_iter().map(|jewel| jewel.node).collect(),
            ids => ids.iter().filter_map(|id| attack.facts().node(*id)).collect(),
        };
        let mut out = Out::new();
        if goals.is_empty() && !self.json {
            out.line(Lack::Jewels.help())?;
            return out.flush();
        }
        let cut = attack.cut(&goals);
        if self.json {
            out.json(&document(&attack, &cut))?;
        } else {
            plain(&attack, &cut, goals.len(), &mut out)?;
        }
        out.flush()
    }
}

fn plain(attack: &Attack, cut: &CutSet, goals: usize, out: &mut Out) -> Result<(), Failure> {
    let assets = if goals == 1 { "this asset".to_owned() } else { format!("{goals} assets") };
    if cut.fixes.is_empty() && cut.unseverable.is_empty() {
        return out
            .line(format!("No way to {assets} follows from what is known: there is nothing to sever."));
    }
    let mut table = Table::new(&[("cost", Column::Number), ("kind", Column::Words), ("fix", Column::Text)]);
    for fix in cut.fixes.iter().map(|fix| &attack.fixes()[*fix as usize]) {
        table.row([fix.cost.to_string(), fix.kind.as_str().to_owned(), fix.title.clone()]);
    }
    out.table(&table)?;
    let what_if = attack.what_if(&cut.fixes);
    let left = if what_if.before > 0.0 { what_if.after / what_if.before } else { 0.0 };
    let fixes = match cut.fixes.len() {
        1 => "1 fix severs".to_owned(),
        many => format!("{many} fixes sever"),
    };
    out.line(format!(
        "{fixes}, for {}, every way to {assets}; expected loss {:.2} before, {:.2} after ({} of it left).",
        cut.cost,
        what_if.before,
        what_if.after,
        percent(left as f32)
    ))?;
    match cut.cost == cut.lower_bound {
        true => out.line("Nothing cheaper severs as much: this is proven.")?,
        false => out.line(format!("Nothing severs as much for less than {}.", cut.lower_bound))?,
    }
    for path in &cut.unseverable {
        let goal = path.goal.words(attack.facts());
        out.line(format!("No known fix severs this one: {goal}; `bartizan paths` shows the way."))?;
    }
    Ok(())
}

fn document(attack: &Attack, cut: &CutSet) -> Value {
    let what_if = attack.what_if(&cut.fixes);
    let fixes: Vec<_> = cut
        .fixes
        .iter()
        .map(|fix| &attack.fixes()[*fix as usize])
        .map(|fix| json!({ "title": fix.title, "kind": fix.kind.as_str(), "cost": fix.cost }))
        .collect();
    let open: Vec<_> = cut.unseverable.iter().map(|path| path.goal.words(attack.facts())).collect();
    json!({
        "fixes": fixes, "cost": cut.cost, "lower_bound": cut.lower_bound, "unseverable": open,
        "risk": { "before": what_if.before, "after": what_if.after },
    })
}
