//! `bartizan correlate`: which exposures of several tools are one.

use crate::failure::Failure;
use crate::home::{Home, actor};
use crate::out::Out;
use bartizan_app::{Alike, CorrelationRow, Member};
use bartizan_model::words::counted;
use bartizan_model::{AssetId, ExposureId};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

/// Says which exposures of several tools are one, and why: of one asset, or a vulnerability of a web application, or of a name that a
/// report met at an address, that the machine there has at the same port. Rules join what is certain by themselves; what is only alike is listed, and you confirm or refuse.
/// Both are remembered.
#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub(crate) struct Correlate {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List exposures that are perhaps one, the most alike of each asset first
    List {
        /// At least so many, where there are
        #[arg(long, value_name = "N", default_value_t = 50)]
        limit: usize,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show what is one with an exposure, why, and what perhaps is
    Show {
        /// The exposure's id
        #[arg(value_name = "EXPOSURE")]
        exposure: i64,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Say that two exposures are one
    Confirm(Pair),
    /// Say that two exposures are not one: no rule joins them again
    Refuse(Pair),
    /// Take an exposure out of what it is one with, each with its own history
    Undo {
        /// The exposure's id, as `show` lists it
        #[arg(value_name = "EXPOSURE")]
        exposure: i64,
        /// Why
        #[arg(long, value_name = "TEXT", default_value = "told apart on the command line")]
        reason: String,
    },
    /// Apply the rules to everything, as after adding to the folder `equivalence` of the data folder
    Run,
}

/// Two exposures.
#[derive(Debug, Args)]
struct Pair {
    /// One of them, by id
    #[arg(value_name = "ONE")]
    one: i64,
    /// The other
    #[arg(value_name = "OTHER")]
    other: i64,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "said on the command line")]
    reason: String,
}

impl Correlate {
    /// Does what was asked.
    pub(crate) fn run(&self, home: &Home) -> Result<(), Failure> {
        let mut out = Out::new();
        match &self.what {
            What::List { limit, json } => list(home, *limit, *json, &mut out)?,
            What::Show { exposure, json } => show(home, ExposureId(*exposure), *json, &mut out)?,
            What::Confirm(pair) => {
                let (one, other) = (ExposureId(pair.one), ExposureId(pair.other));
                home.open()?.confirm_same(&actor(), one, other, &pair.reason)?;
            }
            What::Refuse(pair) => {
                let (one, other) = (ExposureId(pair.one), ExposureId(pair.other));
                home.open()?.tell_apart(&actor(), one, other, &pair.reason)?;
            }
            What::Undo { exposure, reason } => {
                home.open()?.split_exposure(&actor(), ExposureId(*exposure), reason)?;
            }
            What::Run => {
                let joined = home.open()?.correlate_all(&actor())?;
                out.line(format!("{} joined with another", counted(joined, "exposure")))?;
            }
        }
        out.flush()
    }
}

fn list(home: &Home, limit: usize, json: bool, out: &mut Out) -> Result<(), Failure> {
    let (pairs, next) = home.open_to_read()?.proposals(AssetId(0), limit.max(1))?;
    if json {
        let pairs: Vec<Value> = pairs.iter().map(pair_of).collect();
        return out.json(&json!({ "proposals": pairs, "more": next.is_some() }));
    }
    if pairs.is_empty() {
        return out.line("No two tools report anything that may be the same, beside what is one already or was told apart.");
    }
    for pair in &pairs {
        out.heading(&format!("{} and {}: {}", pair.one.row.id, pair.other.row.id, pair.reason))?;
        for member in [&pair.one, &pair.other] {
            out.line(line(member))?;
        }
    }
    out.line("")?;
    out.line("`bartizan correlate confirm ONE OTHER` joins two, `refuse` tells them apart.")?;
    if next.is_some() { out.line(format!("There are more: ask with --limit above {limit}.")) } else { Ok(()) }
}

fn show(home: &Home, exposure: ExposureId, json: bool, out: &mut Out) -> Result<(), Failure> {
    let all = home.open_to_read()?.together(exposure)?;
    if json {
        return out.json(&json!({
            "members": all.members.iter().map(member_of).collect::<Vec<_>>(),
            "said": all.said.iter().map(said_of).collect::<Vec<_>>(),
            "proposals": all.proposals.iter().map(pair_of).collect::<Vec<_>>(),
        }));
    }
    if all.members.len() > 1 {
        out.heading("One exposure")?;
        all.members.iter().try_for_each(|member| out.line(line(member)))?;
    } else {
        out.line("No other exposure is one with it.")?;
    }
    for said in &all.said {
        let are = if said.same { "are one" } else { "are not one" };
        out.line(format!(
            "{} and {} {are}: {} ({}, {}, {})",
            said.one,
            said.other,
            said.reason,
            said.rule,
            said.by,
            said.at.date()
        ))?;
    }
    if !all.proposals.is_empty() {
        out.heading("Perhaps the same")?;
        for pair in &all.proposals {
            let other = if pair.one.row.id == all.members[0].row.id { &pair.other } else { &pair.one };
            out.line(line(other))?;
            out.line(format!("    {}", pair.reason))?;
        }
    }
    Ok(())
}

fn line(member: &Member) -> String {
    let row = &member.row;
    let place = if row.locus.is_empty() { String::new() } else { format!(" at {}", row.locus) };
    let (title, sources) = (&member.title, member.sources.join(", "));
    format!("  {} {}: {title}{place} on {} ({sources})", row.id, member.weakness, member.asset)
}

fn member_of(member: &Member) -> Value {
    let row = &member.row;
    json!({
        "id": row.id,
        "asset": row.asset,
        "asset_name": member.asset,
        "weakness": member.weakness,
        "title": member.title,
        "locus": row.locus,
        "severity": row.severity,
        "status": row.status,
        "sources": member.sources,
        "first_seen": row.first_seen,
        "last_seen": row.last_seen,
    })
}

fn said_of(row: &CorrelationRow) -> Value {
    json!({
        "one": row.one, "other": row.other, "same": row.same, "rule": row.rule, "reason": row.reason, "by": row.by, "at": row.at,
    })
}

fn pair_of(pair: &Alike) -> Value {
    json!({ "one": member_of(&pair.one), "other": member_of(&pair.other), "score": pair.score, "reason": pair.reason })
}
