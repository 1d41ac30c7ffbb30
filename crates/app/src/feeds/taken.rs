//! What a load takes in: records of all feeds, on their way to the store and the advisory library.

use super::{FeedFile, FeedsLoaded};
use crate::judge::Which;
use crate::{App, AppError, FeedRow};
use bartizan_advisory::detect::PREFIX;
use bartizan_advisory::feed::{Entry, Feed, Record, Shape, Sink, Summary};
use bartizan_advisory::index::{Batch, Change, IndexError};
use bartizan_advisory::{cve, feeds, ssvc};
use bartizan_model::Timestamp;
use bartizan_model::knowledge::{Exploitation, KevFacts, SsvcFacts};
use bartizan_store::{CatalogueRow, CveRow, EpssRow, KevRow, NewFeed, StoreError, Tx};
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
    entries: u64,
    /// The part of the feed that a file is all of; empty where it has none.
    name: String,
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
            self.skipped(label, "this is no feed that is known (`bartizan feeds status` lists them)");
            return Ok(());
        };
        if let Some(only) = self.only.filter(|only| only.id != feed.id) {
            self.skipped(label, &format!("this is of {}, and {} was asked for", feed.id, only.id));
            return Ok(());
        }
        let mut part = match feed.shape {
            Shape::Records => self.parts.remove(feed.id).unwrap_or_default(),
            Shape::Whole | Shape::Parts => Part::default(),
        };
        let mut taking = Taking {
            tx: self.tx,
            feed,
            change: &self.change,
            part: &mut part,
            cves: Vec::new(),
            kev: Vec::new(),
            epss: Vec::new(),
            entries: Vec::new(),
            taken: 0,
            failed: None,
        };
        let summary = (feed.read)(&mut Cursor::new(head).chain(reader), &mut taking);
        taking.flush();
        let Taking { kev, epss, entries, taken, failed, .. } = taking;
        if let Some(failed) = failed {
            return Err(failed);
        }
        let whole = Whole { kev, epss, entries, taken };
        let outcome = match summary {
            Err(error) if feed.shape != Shape::Records => Err(self.refuse(feed, &error.to_string())?),
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
                    Shape::Whole | Shape::Parts => self.replace(feed, part, &whole)?,
                }
            }
        };
        let outcome = outcome.map(|taken| (feed.id, taken));
        self.loaded.files.push(FeedFile { label: label.to_owned(), outcome });
        Ok(())
    }

    /// Replaces a feed, or a part of it, by a file that is all of it; or says why not.
    fn replace(
        &mut self,
        feed: &'static Feed,
        part: Part,
        new: &Whole,
    ) -> Result<Result<u64, String>, AppError> {
        let taken = new.taken;
        let held = match feed.shape {
            Shape::Parts => {
                let advisories = self.change.held_of(feed.id, &part.name) as i64;
                advisories + self.tx.reader().catalogue_count(feed.id, Some(&part.name))?
            }
            _ => self.held(feed)?.map_or(0, |row| row.records),
        };
        if taken == 0 {
            return Ok(Err(self.refuse(feed, &part.said("it holds no record"))?));
        }
        if (taken as f64) < held as f64 * SHRUNK {
            let why = format!("it has {taken} records where {held} are held: it looks truncated");
            return Ok(Err(self.refuse(feed, &part.said(&why))?));
        }
        if !new.kev.is_empty() {
            self.tx.replace_kev(&new.kev)?;
        }
        if !new.epss.is_empty() {
            // What is held is of the day before, unless the same day is loaded again.
            let before = self
                .held(feed)?
                .and_then(|row| row.as_of)
                .filter(|day| part.as_of.is_some_and(|new| new > *day));
            if let Some(day) = before {
                self.tx.keep_epss(&new.epss, day)?;
            }
            self.tx.clear_epss()?;
            for batch in new.epss.chunks(BATCH) {
                self.tx.put_epss(batch)?;
            }
        }
        if !new.entries.is_empty() {
            self.tx.clear_catalogue(feed.id, &part.name)?;
            for batch in new.entries.chunks(BATCH) {
                self.tx.put_catalogue(feed.id, &part.name, batch)?;
            }
        }
        self.store(feed, part)?;
        Ok(Ok(taken))
    }

    /// What is held of a feed.
    fn held(&mut self, feed: &Feed) -> Result<Option<FeedRow>, AppError> {
        Ok(self.tx.reader().feeds()?.into_iter().find(|row| row.name == feed.id))
    }

    /// Keeps what is held of a feed, and has it say that something newer was refused.
    fn refuse(&mut self, feed: &'static Feed, why: &str) -> Result<String, AppError> {
        self.tx.refuse_feed(feed.id, why)?;
        Ok(why.to_owned())
    }

    /// Puts what was read of a feed where it belongs, and says what is held of it now.
    fn store(&mut self, feed: &'static Feed, mut part: Part) -> Result<(), AppError> {
        let mut problems: Vec<String> = part.problems.iter().map(|problem| part.said(problem)).collect();
        if let Some(batch) = part.batch.take() {
            let loaded = match feed.shape {
                Shape::Whole | Shape::Parts => self.change.replace(feed.id, &part.name, batch)?,
                Shape::Records => self.change.renew(feed.id, batch)?,
            };
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
        let before = self.held(feed)?;
        if feed.shape == Shape::Parts {
            // What was wrong with other parts still is.
            let others = before.iter().flat_map(|row| &row.problems);
            problems.extend(others.filter(|problem| !part.says(problem)).cloned());
        }
        problems.truncate(PROBLEMS_KEPT);
        // Records are added to what is held, so the newest day of both counts.
        let held = before.and_then(|row| row.as_of).filter(|_| feed.shape != Shape::Whole);
        // Those that the store has tables of are counted there.
        let counted = matches!(feed.id, "cve" | "kev" | "epss");
        let catalogue = self.tx.reader().catalogue_count(feed.id, None)?;
        let records = (!counted).then(|| self.change.held(feed.id) as i64 + catalogue);
        let row: FeedRow = self.tx.put_feed(&NewFeed {
            name: feed.id,
            records,
            as_of: part.as_of.max(held),
            complete: problems.is_empty(),
            problems: &problems,
        })?;
        self.loaded.feeds.retain(|known| known.name != row.name);
        self.loaded.feeds.push(row);
        Ok(())
    }

    /// Ends the load: what is held now, and which packages are to be judged again.
    pub(super) fn finish(mut self) -> Result<(FeedsLoaded, Option<Which>), AppError> {
        for (id, part) in std::mem::take(&mut self.parts) {
            let taken =
                part.cves + part.entries > 0 || part.batch.as_ref().is_some_and(|batch| !batch.is_empty());
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

    /// A sentence about it, with the name of the part.
    fn said(&self, words: &str) -> String {
        if self.name.is_empty() { words.to_owned() } else { format!("{}: {words}", self.name) }
    }

    /// Whether a sentence is about it.
    fn says(&self, words: &str) -> bool {
        words.strip_prefix(self.name.as_str()).is_some_and(|rest| rest.starts_with(": "))
    }

    fn end(&mut self, summary: &Summary) {
        self.name.clone_from(&summary.part);
        self.as_of = self.as_of.max(summary.as_of.as_deref().and_then(Timestamp::parse));
        for why in &summary.incomplete {
            self.problem(why.clone());
        }
    }
}

/// What a file holds that is all of a feed or of a part of it: it is written once the file was read to its end.
struct Whole {
    kev: Vec<KevRow>,
    epss: Vec<EpssRow>,
    entries: Vec<CatalogueRow>,
    taken: u64,
}

/// Takes the records of one file.
struct Taking<'a, 't> {
    tx: &'a mut Tx<'t>,
    feed: &'static Feed,
    change: &'a Change<'a>,
    part: &'a mut Part,
    cves: Vec<CveRow>,
    kev: Vec<KevRow>,
    epss: Vec<EpssRow>,
    entries: Vec<CatalogueRow>,
    taken: u64,
    failed: Option<AppError>,
}

impl Taking<'_, '_> {
    fn take(&mut self, record: Record) -> Result<(), AppError> {
        // Where a CVE's record also says which packages it is in, that is still one record.
        if !matches!(record, Record::Advisory(_)) || self.part.cves == 0 {
            self.taken += 1;
        }
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
            Record::Entry(entry) => {
                self.part.entries += 1;
                let Entry { id, name, text, data } = *entry;
                let data = serde_json::Value::Object(data).to_string();
                self.entries.push(CatalogueRow { id, name, text, data });
                if self.feed.shape == Shape::Records && self.entries.len() == BATCH {
                    self.put_entries()?;
                }
            }
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
        // The CVE's own record counts; any other source fills in what it leaves open.
        if self.feed.id == "cve" { self.tx.put_cves(&rows) } else { self.tx.fill_cves(&rows) }
    }

    fn put_entries(&mut self) -> Result<(), StoreError> {
        let rows = std::mem::take(&mut self.entries);
        self.tx.put_catalogue(self.feed.id, "", &rows)
    }

    fn flush(&mut self) {
        let mut flushed = self.put_cves();
        if self.feed.shape == Shape::Records {
            flushed = flushed.and_then(|()| self.put_entries());
        }
        if let Err(error) = flushed {
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
