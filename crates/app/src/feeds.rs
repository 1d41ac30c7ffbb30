//! Loading what the world knows from files, and saying how good it is. A bad file never replaces good data.

use crate::{Actor, App, AppError, FeedRow};
use bartizan_advisory::{cve, detect, epss, kev, ssvc};
use bartizan_model::Timestamp;
use bartizan_model::knowledge::{Exploitation, KevFacts, SsvcFacts};
use bartizan_store::{CveRow, EpssRow, KevRow, StoreError, Tx};
use std::io::{BufRead, BufReader, Cursor, Read};
use std::path::Path;

/// A feed older than this is said to be stale wherever an answer rests on it.
pub const STALE_AFTER_DAYS: i64 = 7;

/// Records are written in batches of this size.
const BATCH: usize = 4_096;
/// A single document (KEV, one CVE record) larger than this is refused.
const DOCUMENT: u64 = 256 << 20;
/// Problems kept for people to read.
const PROBLEMS_KEPT: usize = 50;
/// A feed that comes with less than this share of the records held is taken for truncated and refused.
const SHRUNK: f64 = 0.5;

impl App {
    /// Loads a feed file, plain or compressed with gzip or zstd; what it is, is seen from its content.
    pub fn load_feed_file(&self, actor: &Actor, path: &Path) -> Result<FeedRow, AppError> {
        let file = std::fs::File::open(path)
            .map_err(|source| AppError::File { path: path.display().to_string(), source })?;
        self.load_feed(actor, Box::new(file), &path.display().to_string())
    }

    /// Loads a feed; `label` names it in errors.
    pub fn load_feed(&self, actor: &Actor, reader: Box<dyn Read>, label: &str) -> Result<FeedRow, AppError> {
        let failed = |why: String| AppError::Feed { file: label.to_owned(), why };
        let mut reader = decompressed(reader).map_err(|error| failed(error.to_string()))?;
        let mut head = Vec::new();
        reader
            .by_ref()
            .take(detect::PREFIX as u64)
            .read_to_end(&mut head)
            .map_err(|error| failed(error.to_string()))?;
        let feed = detect::detect(&head);
        let mut whole = BufReader::new(Cursor::new(head).chain(reader));
        let loaded = match feed {
            detect::Feed::Kev => {
                let catalogue =
                    kev::parse(&document(whole).map_err(failed)?).map_err(|e| failed(e.to_string()))?;
                self.write_feed(actor, |tx| put_kev(tx, &catalogue))
            }
            detect::Feed::Epss => {
                let reader = epss::EpssReader::new(&mut whole).map_err(|error| failed(error.to_string()))?;
                self.write_feed(actor, |tx| put_epss(tx, reader))
            }
            detect::Feed::CveRecord => {
                let record = cve::parse_record(&document(whole).map_err(failed)?)
                    .map_err(|e| failed(e.to_string()))?;
                self.write_feed(actor, |tx| put_cves(tx, std::iter::once((1, Ok(record)))))
            }
            detect::Feed::CveRecords => self.write_feed(actor, |tx| put_cves(tx, cve::lines(whole))),
            detect::Feed::Unknown => {
                return Err(failed(
                    "this is no feed that is known: CVE records (JSON 5), CISA KEV (JSON) or EPSS (CSV)"
                        .into(),
                ));
            }
        };
        loaded.map_err(|error| match error {
            Loading::Store(error) => AppError::Store(error),
            Loading::Refused(why) => failed(why),
        })
    }

    fn write_feed<T>(
        &self,
        actor: &Actor,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, Loading>,
    ) -> Result<T, Loading> {
        let result = self.store.write(actor, self.now(), work)?;
        // The estate takes the news in; that it cannot does not undo what was loaded.
        if let Err(error) = self.follow() {
            tracing::error!(%error, "the feed was loaded, but priorities could not be made anew");
        }
        Ok(result)
    }
}

/// Why a load was undone.
enum Loading {
    Store(StoreError),
    Refused(String),
}

impl From<StoreError> for Loading {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

fn refuse_if_shrunk(tx: &mut Tx<'_>, name: &str, records: usize) -> Result<(), Loading> {
    if records == 0 {
        return Err(Loading::Refused("it holds no record".into()));
    }
    let held = tx.reader().feeds()?.into_iter().find(|feed| feed.name == name).map_or(0, |feed| feed.records);
    if (records as f64) < held as f64 * SHRUNK {
        return Err(Loading::Refused(format!(
            "it has {records} records where {held} are held: it looks truncated"
        )));
    }
    Ok(())
}

fn put_kev(tx: &mut Tx<'_>, catalogue: &kev::KevCatalog) -> Result<FeedRow, Loading> {
    refuse_if_shrunk(tx, "kev", catalogue.entries.len())?;
    let rows: Vec<KevRow> = catalogue
        .entries
        .iter()
        .map(|entry| KevRow {
            cve: entry.cve.to_string(),
            name: entry.name.clone(),
            action: entry.action.clone(),
            facts: KevFacts {
                added: entry.added.as_deref().and_then(Timestamp::parse),
                due: entry.due.as_deref().and_then(Timestamp::parse),
                ransomware: entry.ransomware,
            },
        })
        .collect();
    tx.replace_kev(&rows)?;
    let problems = words(&catalogue.problems);
    Ok(tx.put_feed(
        "kev",
        catalogue.released.as_deref().and_then(Timestamp::parse),
        catalogue.complete,
        &problems,
    )?)
}

fn put_epss(tx: &mut Tx<'_>, mut reader: epss::EpssReader<impl BufRead>) -> Result<FeedRow, Loading> {
    tx.clear_epss()?;
    let mut count = 0;
    let mut batch = Vec::with_capacity(BATCH);
    for score in reader.by_ref() {
        let score = score.map_err(|error| Loading::Refused(error.to_string()))?;
        batch.push(EpssRow { cve: score.cve.to_string(), score: score.score, percentile: score.percentile });
        count += 1;
        if batch.len() == BATCH {
            tx.put_epss(&batch)?;
            batch.clear();
        }
    }
    tx.put_epss(&batch)?;
    refuse_if_shrunk(tx, "epss", count)?;
    let as_of = reader.header().score_date.as_deref().and_then(Timestamp::parse);
    let mut problems = words(reader.problems());
    if as_of.is_none() {
        problems.push("the file does not say of which day it is: its age is unknown".into());
    }
    Ok(tx.put_feed("epss", as_of, reader.complete(), &problems)?)
}

fn put_cves(
    tx: &mut Tx<'_>,
    records: impl Iterator<Item = (usize, Result<cve::CveRecord, cve::CveError>)>,
) -> Result<FeedRow, Loading> {
    let (mut count, mut bad) = (0_u64, 0_u64);
    let mut newest: Option<Timestamp> = None;
    let mut problems = Vec::new();
    let mut batch = Vec::with_capacity(BATCH);
    for (line, record) in records {
        match record {
            Ok(record) => {
                count += 1;
                newest = newest.max(record.updated.as_deref().and_then(Timestamp::parse));
                batch.push(cve_row(&record));
            }
            Err(error) => {
                bad += 1;
                if problems.len() < PROBLEMS_KEPT {
                    problems.push(format!("line {line}: {error}"));
                }
            }
        }
        if batch.len() == BATCH {
            tx.put_cves(&batch)?;
            batch.clear();
        }
    }
    tx.put_cves(&batch)?;
    if count == 0 {
        let first = problems.first().map_or("the file is empty", String::as_str);
        return Err(Loading::Refused(format!("it holds no CVE record that reads ({first})")));
    }
    // Records are added to what is held, so the newest day of both counts.
    let held = tx.reader().feeds()?.into_iter().find(|feed| feed.name == "cve").and_then(|feed| feed.as_of);
    Ok(tx.put_feed("cve", newest.max(held), bad == 0, &problems)?)
}

fn cve_row(record: &cve::CveRecord) -> CveRow {
    let cvss = record.preferred_cvss();
    CveRow {
        id: record.id.to_string(),
        title: record.title.clone().unwrap_or_default(),
        description: record.description.clone().unwrap_or_default(),
        cvss: cvss.map(|cvss| cvss.vector.to_string()),
        cvss_source: cvss.map(|cvss| cvss.source.provider.clone()),
        cwe: record.cwes.join(" "),
        ssvc: record.ssvc.as_ref().map(|ssvc| SsvcFacts {
            exploitation: match ssvc.exploitation {
                ssvc::Exploitation::None => Exploitation::None,
                ssvc::Exploitation::Poc => Exploitation::Poc,
                ssvc::Exploitation::Active => Exploitation::Active,
            },
            automatable: ssvc.automatable,
            total_impact: ssvc.technical_impact == ssvc::TechnicalImpact::Total,
            as_of: ssvc.as_of.as_deref().and_then(Timestamp::parse),
        }),
        published: record.published.as_deref().and_then(Timestamp::parse),
        rejected: record.state == cve::CveState::Rejected,
    }
}

fn words(problems: &[bartizan_advisory::Problem]) -> Vec<String> {
    problems.iter().take(PROBLEMS_KEPT).map(|problem| format!("{}: {}", problem.at, problem.reason)).collect()
}

fn document(reader: impl Read) -> Result<Vec<u8>, String> {
    let mut text = Vec::new();
    let read = reader.take(DOCUMENT + 1).read_to_end(&mut text).map_err(|error| error.to_string())?;
    if read as u64 > DOCUMENT { Err(format!("it is larger than {} MiB", DOCUMENT >> 20)) } else { Ok(text) }
}

fn decompressed(reader: Box<dyn Read>) -> std::io::Result<Box<dyn Read>> {
    let mut reader = BufReader::new(reader);
    let head = reader.fill_buf()?;
    Ok(if head.starts_with(&[0x1f, 0x8b]) {
        Box::new(flate2::read::MultiGzDecoder::new(reader))
    } else if head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        Box::new(zstd::stream::read::Decoder::with_buffer(reader)?)
    } else {
        Box::new(reader)
    })
}
