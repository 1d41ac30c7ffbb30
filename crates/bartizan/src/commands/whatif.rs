//! `bartizan whatif`: what would be otherwise after some fixes.

use super::paths::{chance, percent};
use crate::failure::Failure;
use crate::home::Home;
use crate::out::{Column, Out, Table};
use bartizan_app::graph::{Attack, FixId, WhatIf};
use clap::Args;
use serde_json::json;

/// Says what would be otherwise after these fixes, together. Nothing is changed.
#[derive(Debug, Args)]
pub(crate) struct Whatif {
    /// Fixes, each as `bartizan cut` or `bartizan paths` writes it, in quotes
    #[arg(value_name = "FIX", required = true)]
    fixes: Vec<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Whatif {
    /// Says it.
    pub(crate) fn run(&self, home: &Home) -> Result<(), Failure> {
        let app = home.open_to_read()?;
        let attack = app.attack()?;
        let fixes: Vec<FixId> =
            self.fixes.iter().map(|title| find(&attack, title)).collect::<Result<_, _>>()?;
        let what_if = attack.what_if(&fixes);
        let mut out = Out::new();
        if self.json {
            let assets: Vec<_> = what_if
                .jewels
                .iter()
                .map(|(jewel, after)| {
                    let asset = attack.facts().asset(jewel.node);
                    json!({
                        "asset": asset.id, "name": asset.name, "value": jewel.value,
                        "before": chance(jewel.chance), "after": chance(*after),
                    })
                })
                .collect();
            out.json(
                &json!({ "risk": { "before": what_if.before, "after": what_if.after }, "assets": assets }),
            )?;
        } else {
            plain(&attack, &what_if, &mut out)?;
        }
        out.flush()
    }
}

/// The fix of this title.
fn find(attack: &Attack, title: &str) -> Result<FixId, Failure> {
    let found = attack.fixes().iter().position(|fix| fix.title.eq_ignore_ascii_case(title.trim()));
    found.and_then(|place| FixId::try_from(place).ok()).ok_or_else(|| {
        Failure::new(
            format!("no fix of a known way is called \"{title}\""),
            "`bartizan cut` and `bartizan paths ASSET` write the fixes as they are called.",
        )
    })
}

fn plain(attack: &Attack, what_if: &WhatIf, out: &mut Out) -> Result<(), Failure> {
    if what_if.jewels.is_empty() {
        return out.line("Nothing that somebody valued would be safer: other ways are as good.");
    }
    let columns = [("before", Column::Number), ("after", Column::Number), ("asset", Column::Text)];
    let mut table = Table::new(&columns);
    for (jewel, after) in &what_if.jewels {
        let name = attack.facts().asset(jewel.node).name.to_string();
        table.row([percent(jewel.chance.value), percent(after.value), name]);
    }
    out.table(&table)?;
    out.line(format!("Expected loss in 30 days: {:.2} before, {:.2} after.", what_if.before, what_if.after))
}
