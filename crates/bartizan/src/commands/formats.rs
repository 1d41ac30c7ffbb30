//! `bartizan formats`: what import understands, from the registry itself.

use crate::failure::Failure;
use crate::out::{Column, Out, Table};
use bartizan_import::{FIELDS, FORMATS};
use clap::Args;
use serde_json::{Value, json};

/// Lists the report formats that import understands.
#[derive(Debug, Args)]
pub(crate) struct Formats {
    /// List what the columns of a table can be, for `bartizan import --map`, instead
    #[arg(long)]
    fields: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Formats {
    /// Lists them.
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let mut out = Out::new();
        if self.fields {
            if self.json {
                let fields = FIELDS.iter().map(|(name, about)| json!({ "name": name, "about": about }));
                out.json(&json!({ "fields": fields.collect::<Vec<Value>>() }))?;
            } else {
                let mut table = Table::new(&[("field", Column::Words), ("what", Column::Text)]);
                FIELDS.iter().for_each(|(name, about)| table.row([*name, *about].map(str::to_owned)));
                out.table(&table)?;
            }
        } else if self.json {
            let formats = FORMATS.iter().map(|format| {
                json!({
                    "id": format.id, "name": format.name, "summary": format.summary,
                    "extensions": format.extensions, "docs": format.docs,
                })
            });
            out.json(&json!({ "formats": formats.collect::<Vec<Value>>() }))?;
        } else {
            let mut table = Table::new(&[
                ("format", Column::Words),
                ("of", Column::Words),
                ("files", Column::Words),
                ("what", Column::Text),
            ]);
            for format in FORMATS {
                let files = format.extensions.join(", ");
                table.row([format.id.to_owned(), format.name.to_owned(), files, format.summary.to_owned()]);
            }
            out.table(&table)?;
        }
        out.flush()
    }
}
