//! `bartizan checks`: what hosts and identities are judged by, from the registries themselves.

use crate::failure::Failure;
use crate::out::{Column, Out, Table};
use bartizan_assess::{checks, identity};
use clap::Args;
use serde_json::{Value, json};

/// Lists the checks that hosts, and the identities of directories and clouds, are judged by.
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
            let of_hosts = checks::ALL.iter().map(|check| {
                json!({
                    "of": "host", "id": check.id, "weakness": check.key(), "title": check.title, "severity": check.severity,
                    "meaning": check.meaning, "why": check.why, "fix": check.fix, "cwe": check.cwe,
                    "attack": check.attack, "cis": check.cis,
                })
            });
            let of_identities = identity::ALL.iter().map(|check| {
                json!({
                    "of": "identity", "id": check.id, "weakness": check.key(), "title": check.title, "severity": check.severity,
                    "meaning": check.meaning, "why": check.why, "fix": check.fix, "cwe": check.cwe,
                    "attack": check.attack, "controls": check.controls,
                })
            });
            out.json(&json!({ "checks": of_hosts.chain(of_identities).collect::<Vec<Value>>() }))?;
        } else {
            let columns = [
                ("of", Column::Words),
                ("check", Column::Words),
                ("severity", Column::Words),
                ("what", Column::Text),
            ];
            let mut table = Table::new(&columns);
            let of_hosts = checks::ALL.iter().map(|check| ("host", check.id, check.severity, check.title));
            let of_identities =
                identity::ALL.iter().map(|check| ("identity", check.id, check.severity, check.title));
            for (of, id, severity, title) in of_hosts.chain(of_identities) {
                table.row([of.to_owned(), id.to_owned(), severity.to_string(), title.to_owned()]);
            }
            out.table(&table)?;
        }
        out.flush()
    }
}
