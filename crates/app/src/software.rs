//! Taking in the software of folders and images: it becomes components, is judged by the advisories in the same
//! transaction, and what is gone is gone.

use crate::judge::{Which, judge, of_inventory};
use crate::{Actor, App, AppError, RunState, Tally};
use bartizan_discover::host_name;
use bartizan_discover::software::{self, Inventory, Wish};
use bartizan_model::{Coverage, Finding, Gap, RunId};
use bartizan_store::{Ingest, IngestOptions, RunResult};
use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;

/// Where to look for software.
#[derive(Debug, Clone, Copy)]
pub enum Look<'a> {
    /// In a folder, or in one file that names packages.
    Files(&'a Path),
    /// In a container image.
    Image {
        /// A file of `docker save`, an OCI layout or its archive, or the unpacked root.
        path: &'a Path,
        /// Which of an image for several platforms: `linux/amd64`.
        platform: &'a str,
    },
}

/// What became of the software that was found.
#[derive(Debug)]
pub struct TakenIn {
    /// The run.
    pub run: RunId,
    /// What was found: one inventory an asset.
    pub found: Vec<Inventory>,
    /// What became of the matches with advisories.
    pub tally: Tally,
    /// Whether there were advisories to judge by.
    pub judged: bool,
}

impl Look<'_> {
    /// The source under which what it finds is known. A folder and an image have different ones, and the host collector
    /// another: none says that what another saw is gone.
    pub const fn source(&self) -> &'static str {
        match self {
            Self::Files(_) => "bartizan-files",
            Self::Image { .. } => "bartizan-image",
        }
    }

    const fn path(&self) -> &Path {
        match self {
            Self::Files(path) | Self::Image { path, .. } => path,
        }
    }

    /// Looks, and stores nothing. `scratch` makes files without a name for what is too large for memory; `progress` takes
    /// the number of files and folders so far.
    pub fn look(
        &self,
        wish: &Wish,
        scratch: &dyn Fn() -> std::io::Result<File>,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Vec<Inventory>, AppError> {
        let found = match *self {
            Self::Files(path) => software::files(path, wish, &host_name(), progress).map(|one| vec![one]),
            Self::Image { path, platform } => {
                software::image(path, platform, wish, &host_name(), scratch, progress)
            }
        };
        found.map_err(|why| AppError::Input(format!("{why}; nothing was stored")))
    }
}

/// What the advisories say of software, where nothing was stored.
#[derive(Debug)]
pub struct Affected {
    /// The software.
    pub inventory: Inventory,
    /// What it is affected by, the most severe first.
    pub findings: Vec<Finding>,
    /// What could not be judged, and why.
    pub unjudged: Vec<Gap>,
}

impl App {
    /// What the advisories say of software that was found. Nothing is stored.
    pub fn affected(&self, found: Vec<Inventory>) -> Result<Vec<Affected>, AppError> {
        let advisories = self.advisories()?;
        if advisories.is_empty() {
            return Err(AppError::Input(
                "no advisories are loaded, so nothing can be said of any software; `bartizan feeds load` takes them in"
                    .into(),
            ));
        }
        let judged = |inventory| {
            let (findings, unjudged) = of_inventory(&advisories, &inventory);
            Affected { inventory, findings, unjudged }
        };
        Ok(found.into_iter().map(judged).collect())
    }

    /// Looks for software and takes it in. A look that fails leaves nothing but a failed run that says why.
    pub fn discover_software(
        &self,
        actor: &Actor,
        look: Look<'_>,
        wish: &Wish,
        progress: &mut dyn FnMut(u64),
    ) -> Result<TakenIn, AppError> {
        let label = look.path().display().to_string();
        let run = self.write(actor, |tx| tx.begin_run("inventory", &label))?;
        let found = look.look(wish, &|| self.scratch_file(), progress);
        let result = found.and_then(|found| self.store_software(actor, run, look.source(), found));
        if let Err(error) = &result {
            let words = error.to_string();
            self.write(actor, |tx| tx.fail_run(run, RunState::Failed, &words))?;
        }
        result
    }

    fn store_software(
        &self,
        actor: &Actor,
        run: RunId,
        source: &'static str,
        found: Vec<Inventory>,
    ) -> Result<TakenIn, AppError> {
        let advisories = self.advisories()?;
        let judged = !advisories.is_empty();
        let tally = self.store.write::<_, AppError>(actor, self.now(), |tx| {
            let options = IngestOptions { run, tool: source, seen_at: tx.now(), demo: false, network: None };
            let mut ingest = Ingest::new(tx, options)?;
            let mut coverage = Coverage::default();
            // An asset on which nothing was found has nothing to be judged, but may have had.
            let mut assets = BTreeSet::new();
            for inventory in &found {
                for observation in inventory.observations() {
                    ingest.push(observation)?;
                }
                assets.insert(ingest.asset_id(&inventory.asset)?);
                coverage.covered.extend(inventory.coverage.covered.iter().cloned());
                coverage.gaps.extend(inventory.coverage.gaps.iter().cloned());
            }
            let looked = ingest.end(&coverage)?;
            assets.extend(looked.software);
            let matches = judge(tx, &advisories, run, &Which::These(assets))?;
            let tally = Tally { assets: looked.tally.assets, ..matches };
            let gaps: &[Gap] = &coverage.gaps;
            let result = RunResult { tool: source, bytes: 0, tally, gaps, rejected: &[], rejected_total: 0 };
            tx.finish_run(run, &result)?;
            Ok(tally)
        })?;
        self.follow()?;
        Ok(TakenIn { run, found, tally, judged })
    }
}
