//! `bartizan discover`: look at what is there, now.

use crate::commands::parse::Manifest;
use crate::failure::Failure;
use crate::home::{Home, actor};
use crate::out::Out;
use bartizan_app::{Clock, SOURCE, look};
use clap::{Args, Subcommand};

/// Looks at what is there, now.
#[derive(Debug, Args)]
pub(crate) struct Discover {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Look at this machine: software, accounts, services, settings; as root it sees more
    Host {
        /// Store nothing here; print JSON lines that `bartizan import` takes, on this machine or another
        #[arg(long)]
        json: bool,
    },
}

impl Discover {
    /// Looks.
    pub(crate) fn run(&self, home: &Home) -> Result<(), Failure> {
        match self.what {
            What::Host { json: true } => print(),
            What::Host { json: false } => store(home),
        }
    }
}

fn print() -> Result<(), Failure> {
    let facts = bartizan_discover::collect(&bartizan_discover::Root::live(), Clock::System.now());
    let (observations, coverage) = look(&facts);
    let mut out = Out::new();
    out.json(&Manifest::Source { name: SOURCE, version: Some(env!("CARGO_PKG_VERSION")) })?;
    for observation in &observations {
        out.json(observation)?;
    }
    out.json(&Manifest::Coverage(&coverage))?;
    out.flush()
}

fn store(home: &Home) -> Result<(), Failure> {
    let app = home.open()?;
    let collected = app.discover_host(&actor())?;
    let tally = collected.tally;
    let mut out = Out::new();
    out.line(format!(
        "This host: {} findings: {} new, {} changed, {} as before, {} back, {} fixed.",
        tally.findings, tally.created, tally.updated, tally.unchanged, tally.reopened, tally.closed
    ))?;
    if !collected.changes.is_empty() {
        out.heading("Changed since the last look")?;
        collected.changes.iter().try_for_each(|change| out.line(format!("  {change}")))?;
    }
    if !collected.gaps.is_empty() {
        out.heading("Could not be looked at")?;
        collected.gaps.iter().try_for_each(|gap| out.line(format!("  {}: {}", gap.what, gap.why)))?;
    }
    out.line("`bartizan top` says what to fix first.")?;
    out.flush()
}
