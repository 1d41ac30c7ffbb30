//! `bartizan plan`: which few fixes take away the most risk.

use super::paths::percent;
use crate::failure::Failure;
use crate::home::Home;
use crate::out::{Column, Out, Table};
use bartizan_app::graph::Lack;
use clap::Args;
use serde_json::json;

/// Says which few fixes take away the most expected loss for what they cost, in which order.
#[derive(Debug, Args)]
pub(crate) struct Plan {
    /// How many fixes
    #[arg(long, value_name = "N", default_value_t = 10)]
    fixes: usize,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Plan {
    /// Says it.
    pub(crate) fn run(&self, home: &Home) -> Result<(), Failure> {
        let app = home.open_to_read()?;
        let attack = app.attack()?;
        let plan = attack.plan(self.fixes);
        let share = |left: f64| if plan.before > 0.0 { (1.0 - left / plan.before) as f32 } else { 0.0 };
        let mut out = Out::new();
        if self.json {
            let stages: Vec<_> = plan
                .stages
                .iter()
                .map(|stage| {
                    let fix = &attack.fixes()[stage.fix as usize];
                    json!({
                        "title": fix.title, "kind": fix.kind.as_str(), "cost": fix.cost,
                        "risk_after": stage.risk, "removed": share(stage.risk), "share_of_ways": stage.share,
                    })
                })
                .collect();
            let greedy = plan.cut_short == 0;
            out.json(&json!({ "risk_before": plan.before, "fixes": stages, "every_choice_is_the_best_single_one": greedy }))?;
            return out.flush();
        }
        if attack.jewels().is_empty() {
            out.line(Lack::Jewels.help())?;
            return out.flush();
        }
        if plan.stages.is_empty() {
            out.line("No known fix makes anything safer that somebody valued.")?;
            return out.flush();
        }
        let mut table = Table::new(&[
            ("removed so far", Column::Number),
            ("of the ways left", Column::Number),
            ("cost", Column::Number),
            ("fix", Column::Text),
        ]);
        for stage in &plan.stages {
            let fix = &attack.fixes()[stage.fix as usize];
            table.row([
                percent(share(stage.risk)),
                percent(stage.share as f32),
                fix.cost.to_string(),
                fix.title.clone(),
            ]);
        }
        out.table(&table)?;
        out.line(format!(
            "Of an expected loss of {:.2} in 30 days. Each fix closes its share of the ways that those before it leave; where several \
             are equally good, the loss falls with the last of them.",
            plan.before
        ))?;
        if plan.cut_short > 0 {
            out.line("Not every fix was tried in every round: there may be a slightly better order.")?;
        }
        out.flush()
    }
}
