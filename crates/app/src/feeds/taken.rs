//! What a load takes in: records of all feeds, on their way to the store and the advisory library.

use super::{FeedFile, FeedsLoaded};
use crate::judge::Which;
use crate::{App, AppError, FeedRow};
use bartizan_advisory::detect::PREFIX;
use bartizan_advisory::feed::{Feed, Record, Shape, Sink, Summary};
use bartizan_advisory::index::{Batch, Change, IndexError};
use bartizan_advisory::{cve, feeds, ssvc};
use bartizan_model::Timestamp;
use bartizan_model::knowledge::{Exploitation, KevFacts, SsvcFacts};
use bartizan_store::{CveRow, EpssRow, KevRow, NewFeed, StoreError, Tx};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, Cursor, Read};
use std::ops::ControlFlow;

/// Records are written in batches of this size.
const BATCH: usize = 4_096;
/// Problems kept for people to read.
const PROBLEMS_KEPT: usize = 50;
/// Files that are no feed are named up to this number.
const SKIPPED_KEPT: usize = 100;
/// A feed that comes with less than this share of the records held is taken for truncated and refused.
const SHRUNK: f64 = 0.5;

/// A load under way.
pub(super) struct Loading<'l, 't> {
    app: &'l App,
    tx: &'l mut Tx<'t>,
    change: Change<'l>,
    /// The one feed that files may be of, where whoever sent them was asked for that.
    only: Option<&'static Feed>,
    /// Feeds whose files are parts of them: what was read so far.
    parts: BTreeMap<&'static str, Part>,
    loaded: FeedsLoaded,
    news: News,
}

/// What was read of one feed.
#[derive(Default)]
struct Part {
    batch: Option<Batch>,
    cves: u64,
    as_of: Option<Timestamp>,
    rejected: u64,
    problems: Vec<String>,
}

/// Which packages are to be judged again.
#[derive(Default)]
struct News {
    any: bool,
    all: bool,
    names: BTreeSet<String>,
}

impl<'l, 't> Loading<'l, 't> {
    pub(super) fn new(app: &'l App, tx: &'l mut Tx<'t>, change: Change<'l>) -> Self {
        let (parts, loaded, news) = Default::default();
        Self { app, tx, change, only: None, parts, loaded, news }
    }

    /// From now on only files of this feed are taken.
    pub(super) fn only(&mut self, feed: Option<&'static Feed>) {
        self.only = feed;
    }

    pub(super) fn app(&self) -> &'l App {
        self.app
    }

    /// Notes a file that could not be opened.
    pub(super) fn skipped(&mut self, label: &str, why: &str) {
        if self.loaded.files.len() < SKIPPED_KEPT {
            self.loaded.files.push(FeedFile { label: label.to_owned(), outcome: Err(why.to_owned()) });
        }
    }

    /// Reads one file, whatever feed it is of.
    pub(super) fn file(&mut self, mut reader: &mut dyn BufRead, label: &str) -> Result<(), AppError> {
        let mut head = Vec::new();
        if let Err(error) = Read::by_ref(&mut reader).take(PREFIX as u64).read_to_end(&mut head) {
            self.skipped(label, &error.to_string());
            return Ok(());
        }
        let Some(feed) = feeds::detect(&head) else {
            let known: Vec<&str> = feeds::FEEDS.iter().map(|feed| feed.name).collect();
            self.skipped(label, &format!("this is no feed that is known: {}", known.join(", ")));
            return Ok(());
        };
        if let Some(only) = self.only.filter(|only| only.id != feed.id) {
            self.skipped(label, &format!("this is of {}, and {} was asked for", feed.id, only.id));
            return Ok(());
        }
        let mut part = match feed.shape {
            Shape::Records => self.parts.remove(feed.id).unwrap_or_default(),
            Shape::Whole => Part::default(),
        };
        let mut taking = Taking {
            tx: self.tx,
            change: &self.change,
            part: &mut part,
            cves: Vec::new(),
            kev: Vec::new(),
            epss: Vec::new(),
            taken: 0,
            failed: None,
        };
        let summary = (feed.read)(&mut Cursor::new(head).chain(reader), &mut taking);
        taking.flush();
        let (kev, epss, taken) =
            (std::mem::take(&mut taking.kev), std::mem::take(&mut taking.epss), taking.taken);
        if let Some(failed) = taking.failed {
            return Err(failed);
        }
        let outcome = match summary {
            Err(error) if feed.shape == Shape::Whole => Err(self.refuse(feed, &error.to_string())?),
            Err(error) => {
                // What was read of a feed of single records stands by itself.
                part.problem(format!("{label}: {error}"));
                self.parts.insert(feed.id, part);
                if taken == 0 { Err(error.to_string()) } else { Ok(taken) }
            }
            Ok(summary) => {
                part.end(&summary);
                match feed.shape {
                    Shape::Records if taken == 0 => {
                        let first = part.problems.first().map_or("it is empty", String::as_str);
                        let why = format!("it holds no record that reads ({first})");
                        self.parts.insert(feed.id, part);
                        Err(why)
                    }
                    Shape::Records => {
                        self.parts.insert(feed.id, part);
                        Ok(taken)
                    }
                    Shape::Whole => self.replace(feed, part, &kev, &epss, taken)?,
                }
            }
        };
        let outcome = outcome.map(|taken| (feed.id, taken));
        self.loaded.files.push(FeedFile { label: label.to_owned(), outcome });
        Ok(())
    }

    /// Replaces a feed by a file that is all of it; or says why not.
    fn replace(
        &mut self,
        feed: &'static Feed,
        part: Part,
        kev: &[KevRow],
        epss: &[EpssRow],
        taken: u64,
    ) -> Result<Result<u64, String>, AppError> {
        let held = self.tx.reader().feeds()?.into_iter().find(|row| row.name == feed.id);
        let held = held.map_or(0, |row| row.records);
        if taken == 0 {
            return Ok(Err(self.refuse(feed, "it holds no record")?));
        }
        if (taken as f64) < held as f64 * SHRUNK {
            let why = format!("it has {taken} records where {held} are held: it looks truncated");
            return Ok(Err(self.refuse(feed, &why)?));
        }
        if !kev.is_empty() {
            self.tx.replace_kev(kev)?;
        }
        if !epss.is_empty() {
            self.tx.clear_epss()?;
            for batch in epss.chunks(BATCH) {
                self.tx.put_epss(batch)?;
            }
        }
        self.store(feed, part)?;
        Ok(Ok(taken))
    }

    /// Keeps what is held of a feed, and has it say that something newer was refused.
    fn refuse(&mut self, feed: &'static Feed, why: &str) -> Result<String, AppError> {
        self.tx.refuse_feed(feed.id, why)?;
        Ok(why.to_owned())
    }

    /// Puts what was read of a feed where it belongs, and says what is held of it now.
    fn store(&mut self, feed: &'static Feed, part: Part) -> Result<(), AppError> {
        let mut problems = part.problems;
        let mut records = None;
        if let Some(batch) = part.batch {
            let loaded = match feed.shape {
                Shape::Whole => self.change.replace(feed.id, batch)?,
                Shape::Records => self.change.renew(feed.id, batch)?,
            };
            records = (part.cves == 0).then_some(loaded.records as i64);
            if loaded.built.unreadable > 0 {
                problems.push(format!("{} ranges of versions cannot be read", loaded.built.unreadable));
            }
            problems.extend(loaded.built.problems.iter().map(|p| format!("{}: {}", p.at, p.reason)));
            self.news.any = true;
            match loaded.changed {
                None => self.news.all = true,
                Some(changed) => {
                    let names = changed.iter().map(|(_, name)| bartizan_model::purl::fold(name));
                    self.news.names.extend(names);
                }
            }
        }
        problems.truncate(PROBLEMS_KEPT);
        // Records are added to what is held, so the newest day of both counts.
        let held = match feed.shape {
            Shape::Whole => None,
            Shape::Records => self
                .tx
                .reader()
                .feeds()?
                .into_iter()
                .find(|row| row.name == feed.id)
                .and_then(|row| row.as_of),
        };
        let row: FeedRow = self.tx.put_feed(&NewFeed {
            name: feed.id,
            records,
            as_of: part.as_of.max(held),
            complete: part.rejected == 0 && problems.is_empty(),
            problems: &problems,
        })?;
        self.loaded.feeds.retain(|known| known.name != row.name);
        self.loaded.feeds.push(row);
        Ok(())
    }

    /// Ends the load: what is held now, and which packages are to be judged again.
    pub(super) fn finish(mut self) -> Result<(FeedsLoaded, Option<Which>), AppError> {
        for (id, part) in std::mem::take(&mut self.parts) {
            let taken = part.cves > 0 || part.batch.as_ref().is_some_and(|batch| !batch.is_empty());
            if let Some(feed) = feeds::by_id(id).filter(|_| taken) {
                self.store(feed, part)?;
            }
        }
        let News { any, all, names } = self.news;
        if any {
            self.change.publish()?;
        }
        let which = if all { Which::All } else { Which::Named(names) };
        Ok((self.loaded, any.then_some(which)))
    }
}

impl Part {
    fn problem(&mut self, words: String) {
        self.rejected += 1;
        if self.problems.len() < PROBLEMS_KEPT {
            self.problems.push(words);
        }
    }

    fn end(&mut self, summary: &Summary) {
        self.as_of = self.as_of.max(summary.as_of.as_deref().and_then(Timestamp::parse));
        for why in &summary.incomplete {
            self.problem(why.clone());
        }
    }
}

/// Takes the records of one file.
struct Taking<'a, 't> {
    tx: &'a mut Tx<'t>,
    change: &'a Change<'a>,
    part: &'a mut Part,
    cves: Vec<CveRow>,
    kev: Vec<KevRow>,
    epss: Vec<EpssRow>,
    taken: u64,
    failed: Option<AppError>,
}

impl Taking<'_, '_> {
    fn take(&mut self, record: Record) -> Result<(), AppError> {
        self.taken += 1;
        match record {
            Record::Cve(record) => {
                self.part.cves += 1;
                self.cves.push(cve_row(&record));
                if self.cves.len() == BATCH {
                    self.put_cves()?;
                }
            }
            Record::Kev(entry) => self.kev.push(KevRow {
                cve: entry.cve.to_string(),
                name: entry.name.clone(),
                action: entry.action.clone(),
                facts: KevFacts {
                    added: entry.added.as_deref().and_then(Timestamp::parse),
                    due: entry.due.as_deref().and_then(Timestamp::parse),
                    ransomware: entry.ransomware,
                },
            }),
            Record::Epss(score) => self.epss.push(EpssRow {
                cve: score.cve.to_string(),
                score: score.score,
                percentile: score.percentile,
            }),
            Record::Advisory(advisory) => {
                let batch = match &mut self.part.batch {
                    Some(batch) => batch,
                    none => none.insert(self.change.batch()?),
                };
                batch.add(&advisory)?;
            }
        }
        Ok(())
    }

    fn put_cves(&mut self) -> Result<(), StoreError> {
        let rows = std::mem::take(&mut self.cves);
        self.tx.put_cves(&rows)
    }

    fn flush(&mut self) {
        if let Err(error) = self.put_cves() {
            self.failed.get_or_insert(error.into());
        }
    }
}

impl Sink for Taking<'_, '_> {
    fn record(&mut self, record: Record) -> ControlFlow<()> {
        match self.take(record) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.failed.get_or_insert(error);
                ControlFlow::Break(())
            }
        }
    }

    fn reject(&mut self, at: String, reason: String) {
        self.part.problem(format!("{at}: {reason}"));
    }
}

impl From<IndexError> for AppError {
    fn from(error: IndexError) -> Self {
        Self::Advisories(error)
    }
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
