//! `bartizan discover`: look at what is there, now.

mod software;

use crate::commands::import::Import;
use crate::commands::parse::Manifest;
use crate::failure::Failure;
use crate::home::{Home, actor};
use crate::out::Out;
use bartizan_app::{Clock, SOURCE, look, within};
use bartizan_discover::Root;
use bartizan_model::Network;
use bartizan_model::words::counted;
use clap::{Args, Subcommand};
use std::path::PathBuf;

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
        /// Look at the mounted disk or the unpacked root of another machine instead; what only runs is then unknown
        #[arg(long, value_name = "DIR", requires = "json")]
        root: Option<PathBuf>,
        /// The network that the machine is in, as for `bartizan import`: its private addresses are of that one
        #[arg(long, value_name = "NAME", env = "BARTIZAN_NETWORK", hide_env_values = true)]
        network: Option<Network>,
    },
    /// Find the software that the files of a folder name: lockfiles, manifests, installed packages, package databases
    ///
    /// Nothing is executed, no link is followed, and nothing outside the folder is read. A folder with .git is taken as
    /// that repository, the root of a system as that host, and any other folder as an application. What a later look at
    /// the same folder no longer finds is gone.
    Files {
        /// Folders, or single files such as Cargo.lock
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
        #[command(flatten)]
        how: software::How,
    },
    /// Find the software in container images, without a container engine; which layer brought each package is kept
    ///
    /// An image is a file that `docker save` or `podman save` wrote (also compressed), an OCI layout (a folder or an
    /// archive of it), or the unpacked root of a system. Nothing of it is executed.
    Image {
        /// Image archives, OCI layouts or unpacked roots
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// Which one to take of an image for several platforms
        #[arg(long, value_name = "OS/ARCH", default_value = "linux/amd64")]
        platform: String,
        #[command(flatten)]
        how: software::How,
    },
    /// Take in bills of materials: CycloneDX and SPDX, as `bartizan import` does
    Sbom {
        /// Bills of materials, archives or folders of them; - reads standard input
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// The asset that a bill speaks of which names none itself
        #[arg(long, value_name = "NAME")]
        asset: Option<String>,
        /// Print one JSON object a bill
        #[arg(long)]
        json: bool,
    },
}

impl Discover {
    /// Looks.
    pub(crate) fn run(self, home: &Home) -> Result<(), Failure> {
        match self.what {
            What::Host { json: true, root, network } => print(root, network.as_ref()),
            What::Host { json: false, network, .. } => store(home, network),
            What::Files { paths, how } => how.files(home, &paths),
            What::Image { paths, platform, how } => how.images(home, &paths, &platform),
            What::Sbom { paths, asset, json } => Import::of_bills(paths, asset, json).run(home),
        }
    }
}

fn print(root: Option<PathBuf>, network: Option<&Network>) -> Result<(), Failure> {
    if let Some(root) = &root {
        std::fs::read_dir(root).map_err(|error| Failure::file(root, &error))?;
    }
    let root = root.map_or_else(Root::live, Root::folder);
    let facts = within(bartizan_discover::collect(&root, Clock::System.now()), network);
    let (observations, coverage) = look(&facts, None);
    let mut out = Out::new();
    out.json(&Manifest::Source { name: SOURCE, version: Some(env!("CARGO_PKG_VERSION")) })?;
    for observation in &observations {
        out.json(observation)?;
    }
    out.json(&Manifest::Coverage(&coverage))?;
    out.flush()
}

fn store(home: &Home, network: Option<Network>) -> Result<(), Failure> {
    let app = home.open()?.in_network(network);
    let collected = app.discover_host(&actor())?;
    let tally = collected.tally;
    let mut out = Out::new();
    out.line(format!(
        "This host: {}: {} new, {} changed, {} as before, {} back, {} fixed.",
        counted(tally.findings, "finding"),
        tally.created,
        tally.updated,
        tally.unchanged,
        tally.reopened,
        tally.closed
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
