//! How right correlation is on a corpus whose truth a person wrote down (`bench/corpus/correlation`): reports of many tools
//! about the same things, with moved lines, other words and ratings, a recycled address, one address in two networks, a machine by
//! several names, machines that have no name, an application and the machine that it runs on, names of the web at addresses of
//! machines, of proxies and of who had them before, versions of benchmarks, a renamed repository. Two findings are a pair; precision
//! and recall are over all pairs.

use anyhow::Context as _;
use bartizan_app::{Actor, App, Clock, ImportRequest, OpenOptions};
use bartizan_import::{Collected, Options, by_id};
use bartizan_model::{
    AssetId, AssetKind, AssetRef, ExposureId, Identifier, IdentifierKind, Network, RunId, Timestamp,
};
use bartizan_store::IdentifierRow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::path::{Path, PathBuf};

/// A finding of a report and what it means.
struct Item {
    report: String,
    number: usize,
    exposure: String,
    asset: String,
    found: Found,
}

/// Where it was taken to.
struct Found {
    source: String,
    weakness: String,
    locus: String,
    asset: AssetId,
}

/// Right and wrong pairs.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Score {
    right: usize,
    wrong: usize,
    missed: usize,
}

impl Score {
    fn count(&mut self, said: bool, truth: bool) {
        match (said, truth) {
            (true, true) => self.right += 1,
            (true, false) => self.wrong += 1,
            (false, true) => self.missed += 1,
            (false, false) => {}
        }
    }

    pub(crate) fn precision(self) -> f64 {
        self.right as f64 / (self.right + self.wrong).max(1) as f64
    }

    pub(crate) fn recall(self) -> f64 {
        self.right as f64 / (self.right + self.missed).max(1) as f64
    }
}

pub(crate) struct Measured {
    findings: usize,
    listed: usize,
    exposures: Score,
    assets: Score,
    /// Missed pairs that are proposed to a person.
    proposed: usize,
    /// Pairs in words, and what is wrong with them.
    differences: Vec<String>,
}

pub(crate) fn run() -> anyhow::Result<()> {
    measure()?.print();
    Ok(())
}

impl Measured {
    fn print(&self) {
        println!("  {} findings are {} exposures in the list", self.findings, self.listed);
        for (what, score) in [("exposures", self.exposures), ("assets", self.assets)] {
            println!(
                "  {what:<10} precision {:.3}   recall {:.3}   ({} pairs right, {} wrong, {} missed)",
                score.precision(),
                score.recall(),
                score.right,
                score.wrong,
                score.missed
            );
        }
        println!("  of the missed pairs of exposures, {} are proposed to a person", self.proposed);
        self.differences.iter().for_each(|line| println!("    {line}"));
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/correlation")
}

fn rows(name: &str) -> anyhow::Result<Vec<Vec<String>>> {
    let text = std::fs::read_to_string(folder().join(name))?;
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    Ok(lines.map(|line| line.split('\t').map(str::to_owned).collect()).collect())
}

/// Imports the corpus and compares what became of it with its labels.
pub(crate) fn measure() -> anyhow::Result<Measured> {
    let data = tempfile::tempdir()?;
    let start = Timestamp::parse("2026-03-01T12:00:00Z").context("a day")?;
    let clock = Clock::fixed(start);
    let options = OpenOptions { data: data.path().to_owned(), database_url: None, clock: clock.clone() };
    let app = App::open(options)?;
    let mut labels: BTreeMap<String, Vec<[String; 2]>> = BTreeMap::new();
    for row in rows("labels.tsv")? {
        let [report, number, exposure, asset] = &row[..] else { anyhow::bail!("labels.tsv: {row:?}") };
        let of_report = labels.entry(report.clone()).or_default();
        anyhow::ensure!(number.parse() == Ok(of_report.len() + 1), "labels.tsv: {row:?} is out of order");
        of_report.push([exposure.clone(), asset.clone()]);
    }
    let mut items = Vec::new();
    for row in rows("manifest.tsv")? {
        let [report, asset, day, network @ ..] = &row[..] else { anyhow::bail!("manifest.tsv: {row:?}") };
        clock.set(start.plus_days(day.parse::<i64>()? - 1));
        if report == "merge" {
            let (into, from) = asset.split_once(' ').context("merge")?;
            let (into, from) = (app.find_asset(into)?, app.find_asset(from)?);
            app.write(&Actor::person("ada"), |tx| tx.merge(into, from, "the repository was renamed"))?;
            continue;
        }
        let labels = labels.remove(report).with_context(|| format!("{report} has no labels"))?;
        let network = network.first().map(|name| name.parse()).transpose().map_err(anyhow::Error::msg)?;
        items.extend(take_in(&app, report, asset, network, labels).with_context(|| report.clone())?);
    }
    anyhow::ensure!(labels.is_empty(), "labels of no report: {:?}", labels.keys());
    compare(&app, &items)
}

/// Imports a report, and says where its findings went.
fn take_in(
    app: &App,
    report: &str,
    asset: &str,
    network: Option<Network>,
    labels: Vec<[String; 2]>,
) -> anyhow::Result<Vec<Item>> {
    let bytes = std::fs::read(folder().join(report))?;
    let asset = reference(asset)?;
    let imported = app.import(
        &Actor::person("ada"),
        ImportRequest {
            at_hand: true,
            asset: asset.clone(),
            network: network.clone(),
            ..ImportRequest::new(report, Box::new(Cursor::new(bytes.clone())), bytes.len() as u64, report)
        },
    )?;
    anyhow::ensure!(imported.rejected.is_empty(), "rejected: {:?}", imported.rejected);
    let options = Options { asset, fallback: report.to_owned(), ..Options::default() };
    let mut parsed = Collected::default();
    let format = by_id(imported.format).context("a format")?;
    (format.parse)(&mut Cursor::new(bytes), &options, &mut parsed)?;
    let findings: Vec<_> = parsed.findings().collect();
    anyhow::ensure!(
        findings.len() == labels.len(),
        "{} findings, {} labels: {:?}",
        findings.len(),
        labels.len(),
        findings.iter().map(|it| (&it.weakness, it.locus.to_string())).collect::<Vec<_>>()
    );
    let places = places(app, Some(imported.run))?;
    let mut items = Vec::new();
    for (number, (finding, [exposure, asset])) in (1..).zip(findings.iter().zip(labels)) {
        let weakness = finding.weakness.key(&imported.tool).to_string();
        let locus = finding.locus.to_string();
        let key = (imported.tool.clone(), weakness.clone(), locus.clone());
        let mut on: Vec<AssetId> =
            places.keys().filter(|(_, place)| *place == key).map(|(on, _)| *on).collect();
        if on.len() > 1 {
            // The same on several assets: the one that goes by all that the finding calls it.
            let known = |on: AssetId| app.read(|reader| reader.identifiers(on));
            let mut named = Vec::new();
            for asset in on {
                let known = known(asset)?;
                let mut own = finding.asset.identifiers.iter().cloned().map(|it| match &network {
                    Some(network) => it.within(network),
                    None => it,
                });
                if own.all(|own| known.iter().any(|it| it.value == own.value)) {
                    named.push(asset);
                }
            }
            on = named;
        }
        let on = *on.first().with_context(|| format!("finding {number} is nowhere: {key:?}"))?;
        let found = Found { source: imported.tool.clone(), weakness, locus, asset: on };
        items.push(Item { report: report.to_owned(), number, exposure, asset, found });
    }
    Ok(items)
}

fn reference(text: &str) -> anyhow::Result<Option<AssetRef>> {
    if text == "-" {
        return Ok(None);
    }
    let (kind, identifier) = text.split_once(' ').context("KIND IDENTIFIER")?;
    let (of, value) = identifier.split_once(':').context("KIND:VALUE")?;
    let kind: AssetKind = kind.parse().map_err(anyhow::Error::msg)?;
    let of: IdentifierKind = of.parse().map_err(anyhow::Error::msg)?;
    let identifier = Identifier::new(of, value).context("an identifier")?;
    Ok(AssetRef::new(kind, "", vec![identifier]))
}

/// An asset, and what a source says on it: source, weakness, locus.
type Said = (AssetId, (String, String, String));

/// Where sightings stand: all, or those of a run. By what a source says, the exposure in the list.
fn places(app: &App, run: Option<RunId>) -> anyhow::Result<BTreeMap<Said, ExposureId>> {
    Ok(app.read(|reader| {
        let mut rows = Vec::new();
        reader.each_exposure(|row| rows.push(row))?;
        let mut places = BTreeMap::new();
        for row in rows {
            // On an application, on its machine and on other names of that, where it is of several.
            let mut on = Vec::new();
            for asset in [row.asset].into_iter().chain(row.elsewhere) {
                on.push((reader.identifiers(asset)?, asset));
            }
            for sighting in reader.sightings(row.id)? {
                if run.is_some_and(|run| run != sighting.run) {
                    continue;
                }
                if let Some(finding) = &sighting.finding {
                    let weakness = finding.weakness.key(&sighting.source).to_string();
                    let shared = |known: &[IdentifierRow]| {
                        let of = |it: &&IdentifierRow| {
                            let known = Identifier { kind: it.kind, value: it.value.clone() };
                            let own = |own: &Identifier| own.kind == it.kind && own.bare() == known.bare();
                            finding.asset.identifiers.iter().any(own)
                        };
                        known.iter().filter(of).count()
                    };
                    // The one that goes by most of what the finding calls it; the first of those.
                    let its = on.iter().rev().max_by_key(|(known, _)| shared(known));
                    let asset = its.map_or(row.asset, |(_, asset)| *asset);
                    places.insert((asset, (sighting.source, weakness, sighting.locus)), row.id);
                }
            }
        }
        Ok(places)
    })?)
}

fn compare(app: &App, items: &[Item]) -> anyhow::Result<Measured> {
    let places = places(app, None)?;
    let mut taken = Vec::with_capacity(items.len());
    for item in items {
        // What an asset went into meanwhile.
        let asset = app.read(|reader| Ok(reader.asset(item.found.asset)?.id))?;
        let Found { source, weakness, locus, .. } = &item.found;
        let said = (asset, (source.clone(), weakness.clone(), locus.clone()));
        let exposure = places.get(&said).with_context(|| format!("{said:?} is gone"))?;
        taken.push((asset, *exposure));
    }
    let (proposals, _) = app.proposals(AssetId(0), usize::MAX)?;
    let proposals: BTreeSet<_> = proposals.iter().map(|pair| (pair.one.row.id, pair.other.row.id)).collect();
    let mut measured = Measured {
        findings: items.len(),
        listed: places.values().collect::<BTreeSet<_>>().len(),
        exposures: Score::default(),
        assets: Score::default(),
        proposed: 0,
        differences: Vec::new(),
    };
    for (at, one) in items.iter().enumerate() {
        for (next, other) in items.iter().enumerate().skip(at + 1) {
            let ((asset, exposure), (its, another)) = (taken[at], taken[next]);
            measured.assets.count(asset == its, one.asset == other.asset);
            let (said, truth) = (exposure == another, one.exposure == other.exposure);
            measured.exposures.count(said, truth);
            let pair = (exposure.min(another), exposure.max(another));
            let proposed = !said && truth && proposals.contains(&pair);
            measured.proposed += usize::from(proposed);
            let what = match (said, truth, asset == its) {
                (true, false, _) => "WRONGLY one",
                (false, true, _) if proposed => "proposed",
                (false, true, _) => "missed",
                (_, _, same) if same != (one.asset == other.asset) => "WRONG asset",
                _ => continue,
            };
            measured.differences.push(format!(
                "{what}: {} {} {} ({}) and {} {} {} ({})",
                one.report,
                one.number,
                one.found.weakness,
                one.exposure,
                other.report,
                other.number,
                other.found.weakness,
                other.exposure
            ));
        }
    }
    Ok(measured)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is one by rule is right, always; how much of it is found may only grow.
    #[test]
    fn precision_and_recall_keep_their_floors() {
        let measured = measure().expect("the corpus imports");
        let differences = measured.differences.join("\n");
        assert_eq!((measured.exposures.wrong, measured.assets.wrong), (0, 0), "{differences}");
        assert!(measured.assets.recall() >= 1.0, "{:?}\n{differences}", measured.assets);
        assert!(measured.exposures.recall() >= 0.96, "{:?}\n{differences}", measured.exposures);
    }
}
