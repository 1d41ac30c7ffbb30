//! `bartizan discover files` and `bartizan discover image`: one look after the other, each taken in whole or not at all.

use crate::commands::parse::Manifest;
use crate::failure::Failure;
use crate::home::{Home, actor};
use crate::out::{self, Column, Out, Table};
use crate::progress;
use bartizan_app::{Affected, Inventory, Look, TakenIn, Wish};
use bartizan_model::Purl;
use bartizan_model::words::counted;
use clap::Args;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Of what could not be read, plain output shows so many.
const SHOWN: usize = 10;

/// How to look.
#[derive(Debug, Args)]
pub(crate) struct How {
    /// The asset's name, instead of the one found
    #[arg(long, value_name = "NAME")]
    asset: Option<String>,
    /// Also take in packages that are only used in development; without it they are not part of the inventory
    #[arg(long)]
    dev: bool,
    /// Store nothing here; print JSON lines that `bartizan import` takes, on this machine or another
    #[arg(long)]
    json: bool,
    /// Store nothing here; print what the advisories that are loaded say of the software. With --json as findings
    #[arg(long)]
    dry_run: bool,
}

impl How {
    pub(super) fn files(&self, home: &Home, paths: &[PathBuf]) -> Result<(), Failure> {
        self.each(home, paths, Look::Files)
    }

    pub(super) fn images(&self, home: &Home, paths: &[PathBuf], platform: &str) -> Result<(), Failure> {
        self.each(home, paths, |path| Look::Image { path, platform })
    }

    /// Looks at one after the other. One that fails is told, and the others still go on.
    fn each<'a>(
        &self,
        home: &Home,
        paths: &'a [PathBuf],
        look: impl Fn(&'a Path) -> Look<'a>,
    ) -> Result<(), Failure> {
        let wish = Wish { dev: self.dev, asset: self.asset.clone() };
        let app = if self.json && !self.dry_run { None } else { Some(home.open()?) };
        let mut out = Out::new();
        let mut failed = false;
        for path in paths {
            let look = look(path);
            let bar = progress::entries(path);
            let mut progress = |entries| bar.set_position(entries);
            let mut only_look = || look.look(&wish, &tempfile::tempfile, &mut progress);
            let result = match &app {
                None => only_look().map(Looked::Found),
                Some(app) if self.dry_run => {
                    only_look().and_then(|found| app.affected(found)).map(Looked::Affected)
                }
                Some(app) => app.discover_software(&actor(), look, &wish, &mut progress).map(Looked::TakenIn),
            };
            bar.finish_and_clear();
            match result {
                Ok(Looked::TakenIn(taken)) => tell(&mut out, &taken)?,
                Ok(Looked::Found(found)) => print(&mut out, &look, &found)?,
                Ok(Looked::Affected(all)) if self.json => print_findings(&mut out, &all)?,
                Ok(Looked::Affected(all)) => all.iter().try_for_each(|one| affected(&mut out, one))?,
                Err(error) => {
                    failed = true;
                    out::error(&error.into());
                }
            }
        }
        out.flush()?;
        if failed { Err(Failure::Told) } else { Ok(()) }
    }
}

/// What became of a look.
enum Looked {
    TakenIn(TakenIn),
    Found(Vec<Inventory>),
    Affected(Vec<Affected>),
}

fn print_findings(out: &mut Out, all: &[Affected]) -> Result<(), Failure> {
    all.iter().flat_map(|one| &one.findings).try_for_each(|finding| out.json(finding))
}

fn affected(out: &mut Out, one: &Affected) -> Result<(), Failure> {
    summary(out, &one.inventory)?;
    let mut table = Table::new(&[
        ("Severity", Column::Text),
        ("Weakness", Column::Text),
        ("Package", Column::Text),
        ("Installed", Column::Text),
        ("Fixed in", Column::Text),
    ]);
    for finding in &one.findings {
        let purl = finding.component.as_deref().and_then(|text| text.parse::<Purl>().ok());
        let (name, version) =
            purl.map(|purl| (purl.full_name(), purl.version().to_owned())).unwrap_or_default();
        let fixed = finding.fixed_version.clone().unwrap_or_default();
        table.row([finding.severity.to_string(), finding.weakness.rule.clone(), name, version, fixed]);
    }
    out.heading("Known weaknesses")?;
    if one.findings.is_empty() {
        out.line("None in what could be judged.")?;
    } else {
        out.table(&table)?;
    }
    for gap in &one.unjudged {
        out.line(format!("Not judged: {}: {}", gap.what, gap.why))?;
    }
    Ok(())
}

fn print(out: &mut Out, look: &Look<'_>, found: &[Inventory]) -> Result<(), Failure> {
    for inventory in found {
        out.json(&Manifest::Source { name: look.source(), version: Some(env!("CARGO_PKG_VERSION")) })?;
        for observation in inventory.observations() {
            out.json(&observation)?;
        }
        out.json(&Manifest::Coverage(&inventory.coverage))?;
    }
    Ok(())
}

fn tell(out: &mut Out, taken: &TakenIn) -> Result<(), Failure> {
    for inventory in &taken.found {
        summary(out, inventory)?;
    }
    let tally = taken.tally;
    if taken.judged {
        out.line(format!(
            "Known weaknesses: {} new, {} back, {} gone. `bartizan top` says what to fix first.",
            tally.created, tally.reopened, tally.closed
        ))
    } else {
        out.line("No advisories are loaded, so nothing is known of weaknesses in it. `bartizan feeds load` takes them in.")
    }
}

fn summary(out: &mut Out, inventory: &Inventory) -> Result<(), Failure> {
    let os = inventory.os.as_ref().map(|os| format!(", {os}")).unwrap_or_default();
    out.heading(&format!("{} ({}{os})", inventory.asset.name, inventory.asset.kind))?;
    for note in &inventory.notes {
        out.line(format!("  {note}"))?;
    }
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for component in &inventory.components {
        let kind = component.purl.parse::<Purl>().map(|purl| purl.kind().to_owned()).unwrap_or_default();
        *kinds.entry(kind).or_default() += 1;
    }
    let mut table = Table::new(&[("Packages of", Column::Text), ("Number", Column::Number)]);
    for (kind, count) in kinds {
        table.row([kind, count.to_string()]);
    }
    out.table(&table)?;
    out.line(format!(
        "{}. Read: {} of {} files and folders.",
        counted(inventory.components.len(), "package"),
        inventory.read,
        inventory.entries
    ))?;
    let left = inventory.left_out;
    for (count, why) in [
        (left.dev, "are only used in development; --dev takes them in"),
        (left.declared, "are only asked for, where a lockfile says what was chosen"),
        (left.owned, "were brought by packages of the distribution, which are judged in their place"),
    ] {
        if count > 0 {
            out.line(format!("Left out: {count} {why}."))?;
        }
    }
    let gaps = &inventory.coverage.gaps;
    if !gaps.is_empty() {
        out.heading("Could not be read")?;
        for gap in gaps.iter().take(SHOWN) {
            out.line(format!("  {}: {}", gap.what, gap.why))?;
        }
        if gaps.len() > SHOWN {
            out.line(format!("  and {} more; the run's page in the UI lists them", gaps.len() - SHOWN))?;
        }
    }
    Ok(())
}
