//! Exposures that a query selects, for the writers of lists: read page by page, so that memory holds only their numbers.

use crate::bill::{Which, gather, holds};
use crate::{App, AppError, Reader, StoreError};
use bartizan_mobilize::{
    Asset, Decision, Exposed, JsonRows, Sarif, Sighting, Urgency, Weakness, csv_header, csv_row, ocsf,
};
use bartizan_model::query::Query;
use bartizan_model::{
    AssetId, AssetRef, ExposureId, Identifier, Locus, Severity, Status, WeaknessId, weakness,
};
use bartizan_prioritize::{Sort, View};
use bartizan_store::Words;
use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};
use std::sync::Arc;

/// A format of a list of exposures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// Comma-separated values with a header line.
    Csv,
    /// One array of JSON objects.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// OCSF 1.5.0 findings, one JSON object a line.
    Ocsf,
    /// CycloneDX 1.6 with VEX, a document for each asset, in a zip archive.
    CycloneDx,
}

impl ExportFormat {
    /// All of them, by the names under which people choose.
    pub const ALL: [(&'static str, Self); 5] = [
        ("csv", Self::Csv),
        ("json", Self::Json),
        ("sarif", Self::Sarif),
        ("ocsf", Self::Ocsf),
        ("cyclonedx", Self::CycloneDx),
    ];

    /// The name of the file.
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Csv => "exposures.csv",
            Self::Json => "exposures.json",
            Self::Sarif => "exposures.sarif",
            Self::Ocsf => "exposures.ocsf.jsonl",
            Self::CycloneDx => "exposures.cdx.zip",
        }
    }

    /// The media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Json => "application/json",
            Self::Sarif => "application/sarif+json",
            Self::Ocsf => "application/x-ndjson",
            Self::CycloneDx => "application/zip",
        }
    }
}

/// Exposures are read in pages of this size.
const PAGE: usize = 1_000;
/// The estate's pages of numbers.
const NUMBERS: usize = 10_000;
/// Weaknesses and assets that are remembered from page to page.
const REMEMBERED: usize = 10_000;
const VERSION: &str = env!("CARGO_PKG_VERSION");

impl App {
    /// Writes the exposures that a query selects: most urgent first, or as their numbers are where the format goes by
    /// source. What is removed while it is written is left out.
    ///
    /// # Errors
    /// That `out` or the store fails. What was written until then is incomplete.
    pub fn write_exposures(
        &self,
        query: &Query,
        format: ExportFormat,
        out: &mut dyn Write,
    ) -> Result<(), AppError> {
        let ids = self.selected(query)?;
        let kev = self.read(|reader| Ok(reader.feeds()?.iter().any(|feed| feed.name == "kev")))?;
        // Rows do not tell the sources' own words.
        let words = matches!(format, ExportFormat::Sarif | ExportFormat::Ocsf).then(Words::default);
        let mut pages = Pages { app: self, kev, words, weaknesses: HashMap::new(), assets: HashMap::new() };
        let result = match format {
            ExportFormat::Csv => pages.csv(&ids, out),
            ExportFormat::Json => pages.json(&ids, out),
            ExportFormat::Sarif => pages.sarif(&ids, out),
            ExportFormat::Ocsf => pages.ocsf(&ids, out),
            ExportFormat::CycloneDx => pages.cyclonedx(&ids, out),
        };
        result.map_err(|failure| match failure {
            Failure::App(error) => error,
            Failure::Out(source) => AppError::File { path: "the export".into(), source },
        })
    }

    /// The numbers of the exposures that a query selects, most urgent first.
    fn selected(&self, query: &Query) -> Result<Vec<ExposureId>, AppError> {
        let estate = self.estate()?;
        let rows = estate.select(query, self.now());
        let (mut ids, mut after) = (Vec::new(), None);
        loop {
            let page = estate.page(&rows, Sort::default(), after.as_ref(), NUMBERS);
            ids.extend(page.ids);
            after = page.next;
            if after.is_none() {
                return Ok(ids);
            }
        }
    }
}

enum Failure {
    App(AppError),
    Out(io::Error),
}

impl From<AppError> for Failure {
    fn from(error: AppError) -> Self {
        Self::App(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::App(AppError::Store(error))
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Out(error)
    }
}

/// Reads exposures, and what they share only once.
struct Pages<'a> {
    app: &'a App,
    /// Whether the list of exploited vulnerabilities was ever loaded.
    kev: bool,
    words: Option<Words>,
    weaknesses: HashMap<WeaknessId, Arc<Weakness>>,
    assets: HashMap<AssetId, Arc<Asset>>,
}

impl Pages<'_> {
    fn each(
        &mut self,
        ids: &[ExposureId],
        mut write: impl FnMut(&Exposed) -> io::Result<()>,
    ) -> Result<(), Failure> {
        for ids in ids.chunks(PAGE) {
            self.page(ids)?.iter().try_for_each(&mut write)?;
        }
        Ok(())
    }

    fn csv(&mut self, ids: &[ExposureId], out: &mut dyn Write) -> Result<(), Failure> {
        csv_header(out)?;
        self.each(ids, |exposed| csv_row(exposed, out))
    }

    fn json(&mut self, ids: &[ExposureId], out: &mut dyn Write) -> Result<(), Failure> {
        let mut rows = JsonRows::default();
        self.each(ids, |exposed| rows.write(exposed, out))?;
        Ok(rows.end(out)?)
    }

    fn sarif(&mut self, ids: &[ExposureId], out: &mut dyn Write) -> Result<(), Failure> {
        let mut sarif = Sarif::begin(VERSION, out)?;
        for (source, ids) in self.by_source(ids)? {
            sarif.run(&source, out)?;
            for (weakness, severity) in self.rules(&ids)? {
                let weakness = self.app.read(|reader| read_weakness(reader, weakness))?;
                sarif.rule(&weakness, severity, out)?;
            }
            sarif.results(out)?;
            self.each(&ids, |exposed| sarif.result(exposed, out))?;
        }
        Ok(sarif.end(out)?)
    }

    fn ocsf(&mut self, ids: &[ExposureId], out: &mut dyn Write) -> Result<(), Failure> {
        for (source, ids) in self.by_source(ids)? {
            self.each(&ids, |exposed| ocsf(exposed, &source, out))?;
        }
        Ok(())
    }

    /// A document for each asset, in the order of the most urgent exposure on it.
    fn cyclonedx(&mut self, ids: &[ExposureId], out: &mut dyn Write) -> Result<(), Failure> {
        let mut by_asset: HashMap<AssetId, Vec<ExposureId>> = HashMap::new();
        let mut order = Vec::new();
        {
            let estate = self.app.estate()?;
            for id in ids {
                if let Some(asset) = estate.asset_of(*id) {
                    let all = by_asset.entry(asset).or_insert_with(|| {
                        order.push(asset);
                        Vec::new()
                    });
                    all.push(*id);
                }
            }
        }
        let mut archive = zip::ZipWriter::new_stream(out);
        let options = zip::write::SimpleFileOptions::default().large_file(false);
        for asset in order {
            let mut these = by_asset.remove(&asset).unwrap_or_default();
            these.sort_unstable();
            let bill = self.app.read(|reader| match gather(reader, asset, Which::These(&these)) {
                Err(StoreError::NotFound { .. }) => Ok(None),
                result => result.map(Some),
            })?;
            let Some(bill) = bill else { continue };
            let name = format!("{}-{asset}.cdx.json", plain(&bill.subject.name));
            archive.start_file(name, options).map_err(io::Error::other)?;
            bartizan_mobilize::cyclonedx(&bill, VERSION, &mut archive)?;
        }
        archive.finish().map_err(io::Error::other)?;
        Ok(())
    }

    /// The exposures of each source that sees them, or saw them before they were fixed; in the order of their numbers,
    /// which is that in which the sources' words lie.
    fn by_source(&self, ids: &[ExposureId]) -> Result<BTreeMap<String, Vec<ExposureId>>, Failure> {
        let mut all: BTreeMap<String, Vec<ExposureId>> = BTreeMap::new();
        for ids in ids.chunks(PAGE) {
            let views = self.views(ids)?;
            let named = self.app.read(|reader| {
                let mut named = Vec::new();
                for view in views {
                    let mut sources = view.sources;
                    if sources.is_empty() {
                        sources =
                            reader.sightings_with(view.id, None)?.into_iter().map(|it| it.source).collect();
                        sources.sort_unstable();
                        sources.dedup();
                    }
                    named.push((view.id, sources));
                }
                Ok(named)
            })?;
            for (id, sources) in named {
                for source in sources {
                    all.entry(source).or_default().push(id);
                }
            }
        }
        all.values_mut().for_each(|ids| ids.sort_unstable());
        Ok(all)
    }

    /// The weaknesses of these exposures with the highest severity of each.
    fn rules(&self, ids: &[ExposureId]) -> Result<BTreeMap<WeaknessId, Severity>, Failure> {
        let mut all = BTreeMap::new();
        for ids in ids.chunks(PAGE) {
            for view in self.views(ids)? {
                let severity = all.entry(view.weakness).or_insert(view.severity);
                *severity = (*severity).max(view.severity);
            }
        }
        Ok(all)
    }

    fn views(&self, ids: &[ExposureId]) -> Result<Vec<View>, Failure> {
        let estate = self.app.estate()?;
        Ok(ids.iter().filter_map(|id| estate.view(*id)).collect())
    }

    fn page(&mut self, ids: &[ExposureId]) -> Result<Vec<Exposed>, Failure> {
        let views = self.views(ids)?;
        if self.weaknesses.len() > REMEMBERED {
            self.weaknesses.clear();
        }
        if self.assets.len() > REMEMBERED {
            self.assets.clear();
        }
        let app = self.app;
        Ok(app.read(|reader| {
            let mut page = Vec::with_capacity(views.len());
            for view in views {
                match self.exposed(reader, view) {
                    // Removed a moment ago.
                    Err(StoreError::NotFound { .. }) => {}
                    result => page.push(result?),
                }
            }
            Ok(page)
        })?)
    }

    fn exposed(&mut self, reader: &mut Reader<'_>, view: View) -> Result<Exposed, StoreError> {
        let row = reader.exposure(view.id)?;
        let weakness = match self.weaknesses.get(&row.weakness) {
            Some(known) => Arc::clone(known),
            None => {
                let read = Arc::new(read_weakness(reader, row.weakness)?);
                self.weaknesses.insert(row.weakness, Arc::clone(&read));
                read
            }
        };
        let asset = match self.assets.get(&row.asset) {
            Some(known) => Arc::clone(known),
            None => {
                let read = Arc::new(read_asset(reader, row.asset)?);
                self.assets.insert(row.asset, Arc::clone(&read));
                read
            }
        };
        let fixed = row.status == Status::Fixed;
        let sightings =
            reader.sightings_with(row.id, self.words.as_mut())?.into_iter().filter(|it| it.present || fixed);
        let sightings = sightings.map(|it| {
            let Ok(locus) = it.locus.parse();
            Sighting {
                source: it.source,
                locus,
                severity: it.severity,
                first_seen: it.first_seen,
                last_seen: it.last_seen,
                finding: it.finding,
            }
        });
        let sightings = sightings.collect();
        let judged = !matches!(row.status, Status::Open | Status::Fixed);
        let decisions = if judged { reader.decisions_on(row.id)? } else { Vec::new() };
        let decision = decisions.into_iter().find(|it| holds(it, row.status)).map(|it| Decision {
            verdict: it.verdict,
            reason: it.reason,
            by: it.by,
            until: it.until,
        });
        let Ok(locus): Result<Locus, _> = row.locus.parse();
        Ok(Exposed {
            id: row.id.0,
            weakness,
            asset,
            locus,
            severity: row.severity,
            status: row.status,
            urgency: Urgency {
                priority: view.priority,
                interval: view.interval,
                band: view.band.as_str(),
                ssvc: view.ssvc.as_str(),
                kev: self.kev.then_some(view.kev),
                epss: view.epss,
            },
            first_seen: row.first_seen,
            last_seen: row.last_seen,
            owner: view.owner,
            decision,
            sightings,
        })
    }
}

fn read_weakness(reader: &mut Reader<'_>, id: WeaknessId) -> Result<Weakness, StoreError> {
    let row = reader.weakness(id)?;
    let aliases = row.aliases.into_iter().filter(|id| weakness::is_public_id(id) && *id != row.key);
    Ok(Weakness {
        aliases: aliases.collect(),
        key: row.key,
        title: row.title,
        description: row.description,
        fix: row.fix,
        cwe: row.cwe,
        references: row.references,
        cvss: row.cvss,
    })
}

fn read_asset(reader: &mut Reader<'_>, id: AssetId) -> Result<Asset, StoreError> {
    let row = reader.asset(id)?;
    let identifiers = reader.identifiers(row.id)?.into_iter().filter(|it| it.valid_to.is_none());
    let identifiers: Vec<_> = identifiers.map(|it| Identifier { kind: it.kind, value: it.value }).collect();
    // One that lost all its leases is still known by its name.
    let named = AssetRef::new(row.kind, &row.name, identifiers)
        .or_else(|| AssetRef::new(row.kind, &row.name, Identifier::host(&row.name)))
        .unwrap_or(AssetRef { kind: row.kind, name: row.name, identifiers: Vec::new() });
    Ok(Asset { id: row.id.0, named, reach: row.reach.as_str(), demo: row.demo })
}

/// A name as the name of a file on any system.
fn plain(name: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    let name: String = name.chars().map(safe).take(80).collect();
    name.trim_matches(['.', '-']).to_owned()
}
