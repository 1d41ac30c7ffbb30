//! What people know of their estate and no tool collects: zones, who may use what, third parties, what is worth protecting. A
//! table (CSV) or a document (YAML) that is kept beside the code, and imported again when it changed.
//!
//! **Table**: the columns `fact`, `from`, `to` and, where needed, `via` and `note` (which is not read). One fact a row:
//!
//! | fact | from | to | via |
//! |---|---|---|---|
//! | `zone` | zone | a range of addresses (`10.1.0.0/16`), an asset that stands in it, or `internet` | |
//! | `reaches` | zone or asset | zone or asset | `tcp/5432`, `tcp/8000-8999`; empty: everything |
//! | `administers` | account or group | machine | |
//! | `logs-on` | account or group | machine | `rdp`, `powershell`, `dcom` |
//! | `opens` | account or SSH key (`SHA256:...`) | account or machine | port of SSH (`tcp/22`) |
//! | `has-access` | account or asset | data store, application | |
//! | `member` | account | group | |
//! | `account` | account | the machine it is an ordinary account of | |
//! | `runs-on` | application | machine | |
//! | `stores` | machine or application | data store | |
//! | `shares-password` | account or machine | account or machine | the account's name |
//! | `pushes`, `reads` | account | repository | |
//! | `builds`, `deploys` | repository | image; machine, role or cluster | |
//! | `assumes` | account | role of another system | |
//! | `secret-opens` | repository or machine where a scanner found it | account | the scanner's rule (`gitleaks:jwt`); empty: any |
//! | `supplier` | third party | asset or account that it can use | port (`tcp/3389`) or account |
//! | `holds` | asset | classes of data: `phi`, `pci`, `pii`, `credentials`, `confidential` | |
//! | `criticality` | asset | `low`, `medium`, `high`, `critical` | |
//! | `reached-from` | asset | `internet`, `internal`, `local` | |
//!
//! The last three are what `bartizan declare` says of an asset, and are kept as that: they stay until somebody declares otherwise.
//!
//! **Names**: an address, a host name, a URL (web application), `user@host` (account), a range of addresses (network), an SSH
//! fingerprint, a SID, an ARN; what a name alone does not tell stands before it: `data-store:patients`, `third-party:Acme`,
//! `repository:https://git.example.org/a/b`. Private addresses and ranges of them may have the name of their network behind them
//! (`10.1.0.0/16%branch-berlin`); where they have none, the import says it for all of them.
//!
//! **Document**: the same facts, gathered; see [`document`].
//!
//! **Coverage**: what a zone or another `from` tells in one file is all that this source tells of it: what a later file tells no
//! more of it is gone. A file of which something could not be used takes nothing away. A name that stands in no later file keeps
//! its facts: let its last row be one without a `to`.

use crate::common::out::Out;
use crate::common::table::{self, Table};
use crate::common::{head, json::Json};
use crate::error::ParseError;
use crate::format::{Format, Head, Options, Sniff, Summary};
use crate::sink::{Place, Sink};
use bartizan_model::Observation;
use bartizan_model::observation::RelationSeen;
use facts::{Fact, Facts};
use std::io::BufRead;

mod document;
mod facts;
mod names;

/// The registry row.
pub(super) const FORMAT: Format = Format {
    id: "estate",
    name: "Bartizan estate facts",
    summary: "CSV or YAML that people keep: zones, trust, third parties, what is worth protecting",
    extensions: &["csv", "yaml", "yml"],
    docs: "https://github.com/bartizan-security/bartizan/blob/main/crates/import/src/formats/estate.rs",
    tool: "estate",
    sniff,
    parse,
};

/// The columns; a table with others is another tool's.
const COLUMNS: [&str; 5] = ["fact", "from", "to", "via", "note"];

fn sniff(head: &Head<'_>) -> Sniff {
    if is_document(head) {
        return Sniff::Yes;
    }
    if !head.csv(&COLUMNS[..3]) {
        return Sniff::No;
    }
    let columns = table::header(head, &COLUMNS[..3]).unwrap_or_default();
    Sniff::when(columns.iter().all(|column| COLUMNS.iter().any(|known| known.eq_ignore_ascii_case(column))))
}

/// A document says what it is: `estate: 1`, the version of this format, stands at the margin.
fn is_document(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head::trim(head));
    text.lines().any(|line| {
        line.split_once(':').is_some_and(|(key, version)| key == "estate" && version.trim() == "1")
    })
}

fn parse(input: &mut dyn BufRead, options: &Options, sink: &mut dyn Sink) -> Result<Summary, ParseError> {
    let mut out = Out::new(sink);
    out.source(FORMAT.tool, "");
    let mut facts = Facts::default();
    let head = Head::peek(input)?;
    if is_document(&head) {
        let mut json = Json::new(input, &options.limits);
        document::read(&mut json, options, &mut facts, &mut out)?;
        json.tell_flaws(&mut out);
    } else {
        let table = Table::open(input, &options.limits, FORMAT.id, &COLUMNS[..3])?;
        table.rows(&mut out, &mut |row, at, out| {
            let fact =
                Fact { fact: row.get("fact"), from: row.get("from"), to: row.get("to"), via: row.get("via") };
            let told = facts.read(&fact).map_err(|(column, why)| format!("column {column}: {why}"))?;
            Ok(relate(told, at, out)?)
        })?;
    }
    facts.finish(&mut out)?;
    out.finish(FORMAT.id)
}

fn relate(told: Vec<RelationSeen>, at: &Place, out: &mut Out<'_>) -> Result<(), ParseError> {
    told.into_iter().try_for_each(|relation| out.observe(at, Observation::Relation(relation), None))
}

#[cfg(test)]
mod tests;
