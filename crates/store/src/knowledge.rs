//! What the world says of weaknesses, as it was loaded from feeds, and how good each load was.

use crate::db::{Bulk, Kind, Mode, Value};
use crate::error::StoreError;
use crate::{NewEvent, Reader, Tx};
use bartizan_model::Timestamp;
use bartizan_model::knowledge::{Exploitation, KevFacts, SsvcFacts};
use bartizan_model::words::counted;
use std::collections::HashSet;

/// A CVE record reduced to what is used.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CveRow {
    /// `CVE-...`.
    pub id: String,
    /// One line.
    pub title: String,
    /// Description.
    pub description: String,
    /// Preferred CVSS vector.
    pub cvss: Option<String>,
    /// Who gave the vector.
    pub cvss_source: Option<String>,
    /// CWE ids, space separated.
    pub cwe: String,
    /// CISA's assessment.
    pub ssvc: Option<SsvcFacts>,
    /// Day of publication.
    pub published: Option<Timestamp>,
    /// Whether the record was rejected.
    pub rejected: bool,
}

/// A KEV entry.
#[derive(Debug, Clone, PartialEq)]
pub struct KevRow {
    /// `CVE-...`.
    pub cve: String,
    /// CISA's name for it.
    pub name: String,
    /// What CISA asks to be done.
    pub action: String,
    /// The facts priority uses.
    pub facts: KevFacts,
}

/// An EPSS value.
#[derive(Debug, Clone, PartialEq)]
pub struct EpssRow {
    /// `CVE-...`.
    pub cve: String,
    /// Probability, 0 to 1.
    pub score: f64,
    /// Percentile, 0 to 1.
    pub percentile: Option<f64>,
}

/// How good a loaded feed is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedRow {
    /// `cve`, `kev`, `epss`.
    pub name: String,
    /// Records held.
    pub records: i64,
    /// The day the data is of.
    pub as_of: Option<Timestamp>,
    /// When it was loaded.
    pub loaded_at: Timestamp,
    /// Whether it was read to its proper end without problems.
    pub complete: bool,
    /// What was wrong with it.
    pub problems: Vec<String>,
}

/// A load of a feed.
#[derive(Debug, Clone, Copy)]
pub struct NewFeed<'a> {
    /// Its id.
    pub name: &'a str,
    /// Records held now; counted in the store's own tables where `None`.
    pub records: Option<i64>,
    /// The day the data is of.
    pub as_of: Option<Timestamp>,
    /// Whether it was read to its proper end without problems.
    pub complete: bool,
    /// What was wrong with it.
    pub problems: &'a [String],
}

/// All that is known of one weakness.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct KnowledgeRow {
    /// The key of the weakness (its CVE id).
    pub key: String,
    /// CVSS vector and who gave it.
    pub cvss: Option<(String, String)>,
    /// CISA's assessment.
    pub ssvc: Option<SsvcFacts>,
    /// EPSS score.
    pub epss: Option<f64>,
    /// KEV entry.
    pub kev: Option<KevFacts>,
}

impl Tx<'_> {
    /// Adds or replaces CVE records; of several with one id, the last counts. Where one has no vector or no CWE, those that
    /// another source [filled in](Self::fill_cves) stay.
    pub fn put_cves(&mut self, rows: &[CveRow]) -> Result<(), StoreError> {
        self.write_cves(
            rows,
            "title = excluded.title, description = excluded.description,
             cvss = COALESCE(excluded.cvss, cve.cvss),
             cvss_source = CASE WHEN excluded.cvss IS NULL THEN cve.cvss_source ELSE excluded.cvss_source END,
             cwe = CASE WHEN excluded.cwe = '' THEN cve.cwe ELSE excluded.cwe END,
             exploitation = excluded.exploitation, automatable = excluded.automatable,
             total_impact = excluded.total_impact, ssvc_as_of = excluded.ssvc_as_of, published = excluded.published,
             rejected = excluded.rejected",
        )
    }

    /// Adds what a second source says of CVEs: it fills in what the CVE's own record leaves open, and renews what it filled
    /// in before.
    pub fn fill_cves(&mut self, rows: &[CveRow]) -> Result<(), StoreError> {
        self.write_cves(
            rows,
            "description = CASE WHEN cve.description = '' THEN excluded.description ELSE cve.description END,
             cvss = CASE WHEN cve.cvss IS NULL OR cve.cvss_source = excluded.cvss_source THEN excluded.cvss ELSE cve.cvss END,
             cvss_source = CASE WHEN cve.cvss IS NULL THEN excluded.cvss_source ELSE cve.cvss_source END,
             cwe = CASE WHEN cve.cwe = '' THEN excluded.cwe ELSE cve.cwe END,
             published = COALESCE(cve.published, excluded.published)",
        )
    }

    fn write_cves(&mut self, rows: &[CveRow], update: &str) -> Result<(), StoreError> {
        let columns = &[
            ("id", Kind::Text),
            ("title", Kind::Text),
            ("description", Kind::Text),
            ("cvss", Kind::Text),
            ("cvss_source", Kind::Text),
            ("cwe", Kind::Text),
            ("exploitation", Kind::Text),
            ("automatable", Kind::Int),
            ("total_impact", Kind::Int),
            ("ssvc_as_of", Kind::Int),
            ("published", Kind::Int),
            ("rejected", Kind::Int),
        ];
        let conflict = format!("ON CONFLICT (id) DO UPDATE SET {update}");
        let mut once = HashSet::new();
        self.db.bulk(
            &Bulk { table: "cve", columns, mode: Mode::Insert(&conflict) },
            rows.iter().rev().filter(|row| once.insert(row.id.as_str())).map(|row| {
                [
                    Value::Text(&row.id),
                    Value::Text(&row.title),
                    Value::Text(&row.description),
                    row.cvss.as_ref().into(),
                    row.cvss_source.as_ref().into(),
                    Value::Text(&row.cwe),
                    row.ssvc.map(|ssvc| ssvc.exploitation.as_str()).into(),
                    row.ssvc.map(|ssvc| ssvc.automatable).into(),
                    row.ssvc.map(|ssvc| ssvc.total_impact).into(),
                    row.ssvc.and_then(|ssvc| ssvc.as_of).into(),
                    row.published.into(),
                    row.rejected.into(),
                ]
            }),
        )
    }

    /// Replaces the KEV catalogue.
    pub fn replace_kev(&mut self, rows: &[KevRow]) -> Result<(), StoreError> {
        self.db.execute("DELETE FROM kev", &[])?;
        self.db.bulk(
            &Bulk {
                table: "kev",
                columns: &[
                    ("cve", Kind::Text),
                    ("name", Kind::Text),
                    ("action", Kind::Text),
                    ("added", Kind::Int),
                    ("due", Kind::Int),
                    ("ransomware", Kind::Int),
                ],
                mode: Mode::Insert("ON CONFLICT (cve) DO NOTHING"),
            },
            rows.iter().map(|row| {
                [
                    Value::Text(&row.cve),
                    Value::Text(&row.name),
                    Value::Text(&row.action),
                    row.facts.added.into(),
                    row.facts.due.into(),
                    row.facts.ransomware.into(),
                ]
            }),
        )
    }

    /// Forgets all EPSS values: a new day's file replaces them whole.
    pub fn clear_epss(&mut self) -> Result<(), StoreError> {
        self.db.execute("DELETE FROM epss", &[]).map(drop)
    }

    /// Adds EPSS values.
    pub fn put_epss(&mut self, rows: &[EpssRow]) -> Result<(), StoreError> {
        self.db.bulk(
            &Bulk {
                table: "epss",
                columns: &[("cve", Kind::Text), ("score", Kind::Real), ("percentile", Kind::Real)],
                mode: Mode::Insert("ON CONFLICT (cve) DO NOTHING"),
            },
            rows.iter().map(|row| [Value::Text(&row.cve), row.score.into(), row.percentile.into()]),
        )
    }

    /// Records that a feed was loaded.
    pub fn put_feed(&mut self, feed: &NewFeed<'_>) -> Result<FeedRow, StoreError> {
        let NewFeed { name, records, as_of, complete, problems } = *feed;
        let count = match name {
            "kev" => "SELECT COUNT(*) FROM kev",
            "epss" => "SELECT COUNT(*) FROM epss",
            _ => "SELECT COUNT(*) FROM cve",
        };
        let records: i64 = match records {
            Some(records) => records,
            None => self.db.first(count, &[], |row| row.get(0))?.unwrap_or(0),
        };
        let text = problems.join("\n");
        self.db.execute(
            "INSERT INTO feed (name, records, as_of, loaded_at, complete, problems) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (name) DO UPDATE SET records = excluded.records, as_of = excluded.as_of,
             loaded_at = excluded.loaded_at, complete = excluded.complete, problems = excluded.problems",
            &[name.into(), records.into(), as_of.into(), self.now.into(), complete.into(), Value::Text(&text)],
        )?;
        let words = format!("Feed {name} was loaded: {}", counted(records, "record"));
        self.append(NewEvent { kind: "knowledge.changed", text: words, ..NewEvent::default() })?;
        Ok(FeedRow {
            name: name.to_owned(),
            records,
            as_of,
            loaded_at: self.now,
            complete,
            problems: problems.to_vec(),
        })
    }

    /// Has a feed that is held say that something newer was refused, and why. What is held stays.
    pub fn refuse_feed(&mut self, name: &str, why: &str) -> Result<(), StoreError> {
        let Some(held) = self.reader().feeds()?.into_iter().find(|feed| feed.name == name) else {
            return Ok(());
        };
        // The last refusal counts; what was wrong with what is held stays said.
        let kept = held.problems.into_iter().filter(|problem| !problem.starts_with(REFUSED));
        let problems: Vec<String> = std::iter::once(format!("{REFUSED}{why}")).chain(kept).collect();
        self.db.execute(
            "UPDATE feed SET complete = 0, problems = $2 WHERE name = $1",
            &[name.into(), Value::Text(&problems.join("\n"))],
        )?;
        let words = format!("A newer {name} was refused: {why}");
        self.append(NewEvent { kind: "knowledge.refused", text: words, ..NewEvent::default() }).map(drop)
    }
}

/// How a problem begins that says why something newer was not taken.
const REFUSED: &str = "a newer load was refused: ";

impl Reader<'_> {
    /// The loaded feeds.
    pub fn feeds(&mut self) -> Result<Vec<FeedRow>, StoreError> {
        self.db.query(
            "SELECT name, records, as_of, loaded_at, complete, problems FROM feed ORDER BY name",
            &[],
            |row| {
                let problems: String = row.get(5)?;
                Ok(FeedRow {
                    name: row.get(0)?,
                    records: row.get(1)?,
                    as_of: row.get::<Option<i64>>(2)?.map(Timestamp::from_micros),
                    loaded_at: Timestamp::from_micros(row.get(3)?),
                    complete: row.get::<i64>(4)? != 0,
                    problems: problems.lines().map(str::to_owned).collect(),
                })
            },
        )
    }

    /// Hands what is known of every CVE among the weaknesses to `each`.
    pub fn each_knowledge(&mut self, mut each: impl FnMut(KnowledgeRow)) -> Result<(), StoreError> {
        self.db.for_each(
            "SELECT w.name, c.cvss, c.cvss_source, c.exploitation, c.automatable, c.total_impact, c.ssvc_as_of, e.score,
             k.cve, k.added, k.due, k.ransomware FROM weakness w LEFT JOIN cve c ON c.id = w.name
             LEFT JOIN epss e ON e.cve = w.name LEFT JOIN kev k ON k.cve = w.name
             WHERE c.id IS NOT NULL OR e.cve IS NOT NULL OR k.cve IS NOT NULL",
            &[],
            |row| {
                let cvss = row.get::<Option<String>>(1)?;
                let exploitation = row.get::<Option<String>>(3)?;
                let ssvc = match exploitation {
                    None => None,
                    Some(word) => Some(SsvcFacts {
                        exploitation: word.parse::<Exploitation>().map_err(|e| StoreError::damaged("cve", e))?,
                        automatable: row.get::<Option<i64>>(4)? == Some(1),
                        total_impact: row.get::<Option<i64>>(5)? == Some(1),
                        as_of: row.get::<Option<i64>>(6)?.map(Timestamp::from_micros),
                    }),
                };
                let kev = match row.get::<Option<String>>(8)? {
                    None => None,
                    Some(_) => Some(KevFacts {
                        added: row.get::<Option<i64>>(9)?.map(Timestamp::from_micros),
                        due: row.get::<Option<i64>>(10)?.map(Timestamp::from_micros),
                        ransomware: row.get::<Option<i64>>(11)? == Some(1),
                    }),
                };
                let source = row.get::<Option<String>>(2)?.unwrap_or_default();
                each(KnowledgeRow { key: row.get(0)?, cvss: cvss.map(|vector| (vector, source)), ssvc, epss: row.get(7)?, kev });
                Ok(())
            },
        )
    }

    /// The loaded record of a CVE.
    pub fn cve(&mut self, id: &str) -> Result<Option<(String, String)>, StoreError> {
        self.db.first("SELECT title, description FROM cve WHERE id = $1", &[id.into()], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
    }
}
