//! `bartizan checks`: what a host is judged by, from the registry itself.

use crate::failure::Failure;
use crate::out::{Column, Out, Table};
use bartizan_assess::checks::ALL;
use clap::Args;
use serde_json::{Value, json};

/// Lists the checks that hosts are judged by.
#[derive(Debug, Args)]
pub(crate) struct Checks {
    /// Print JSON, with what each means, why it matters and how to fix it
    #[arg(long)]
    json: bool,
}

impl Checks {
    /// Lists them.
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let mut out = Out::new();
        if self.json {
            let checks = ALL.iter().map(|check| {
                json!({
                    "id": check.id, "weakness": check.key(), "title": check.title, "severity": check.severity,
                    "meaning": check.meaning, "why": check.why, "fix": check.fix, "cwe": check.cwe,
                    "attack": check.attack, "cis": check.cis,
                })
            });
            out.json(&json!({ "checks": checks.collect::<Vec<Value>>() }))?;
        } else {
            let mut table =
                Table::new(&[("check", Column::Words), ("severity", Column::Words), ("what", Column::Text)]);
            for check in ALL {
                table.row([check.id.to_owned(), check.severity.to_string(), check.title.to_owned()]);
            }
            out.table(&table)?;
        }
        out.flush()
    }
}
