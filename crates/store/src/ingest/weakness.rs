//! The weaknesses that findings name: found by their key, made where they are new.

use super::Ingest;
use crate::db::{Bulk, Kind, Mode, Value};
use crate::error::StoreError;
use crate::resolve::tidy;
use bartizan_model::weakness::{canonical, is_public_id};
use bartizan_model::{Finding, WeaknessKey};

/// A weakness as the ingest knows it.
#[derive(Clone, Copy)]
pub(super) struct Weakness {
    pub(super) id: i64,
    /// Whether it is publicly catalogued: then it is one exposure per asset, wherever on it the tools point.
    pub(super) catalogued: bool,
}

const WEAKNESSES: Bulk<'_> = Bulk {
    table: "weakness",
    columns: &[
        ("id", Kind::Int),
        ("name", Kind::Text),
        ("title", Kind::Text),
        ("description", Kind::Text),
        ("cwe", Kind::Text),
        ("aliases", Kind::Text),
        ("refs", Kind::Text),
        ("fix", Kind::Text),
        ("cvss", Kind::Text),
    ],
    mode: Mode::Insert(""),
};

/// Other ids of catalogues that a finding gives a weakness, in the form ids are compared in.
fn others<'a>(key: &'a str, ids: &'a [String]) -> impl Iterator<Item = String> + 'a {
    let is_plain = |id: &String| {
        id.len() <= 64
            && is_public_id(id)
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-:.".contains(&b))
    };
    ids.iter().filter(move |id| is_plain(id)).map(|id| canonical(id)).filter(move |id| id != key)
}

impl Ingest<'_, '_> {
    /// The weaknesses of the findings, in their order.
    pub(super) fn weaknesses(&mut self, findings: &[Box<Finding>]) -> Result<Vec<Weakness>, StoreError> {
        let keys: Vec<WeaknessKey> = findings
            .iter()
            .map(|finding| {
                let key = finding.weakness.key(self.options.tool);
                match tidy(key.as_str()) {
                    std::borrow::Cow::Owned(text) => WeaknessKey::from_stored(text),
                    std::borrow::Cow::Borrowed(_) => key,
                }
            })
            .collect();
        let mut unknown: Vec<(&str, usize)> = keys
            .iter()
            .enumerate()
            .filter(|(_, key)| !self.weaknesses.contains_key(key.as_str()))
            .map(|(index, key)| (key.as_str(), index))
            .collect();
        if !unknown.is_empty() {
            // Each once, and the first finding that names it describes it.
            unknown.sort_unstable();
            unknown.dedup_by_key(|(key, _)| *key);
            self.find_weaknesses(&unknown)?;
            unknown.retain(|(key, _)| !self.weaknesses.contains_key(*key));
            unknown.sort_unstable_by_key(|(_, index)| *index);
            self.make_weaknesses(&unknown, findings)?;
        }
        for (key, finding) in keys.iter().zip(findings).filter(|(_, finding)| finding.weakness.ids.len() > 1)
        {
            self.learn(key.as_str(), &finding.weakness.ids)?;
        }
        Ok(keys.iter().map(|key| self.weaknesses[key.as_str()]).collect())
    }

    /// Keeps other ids that a report tells of a vulnerability, though another described it first; no more than anything has.
    fn learn(&mut self, key: &str, ids: &[String]) -> Result<(), StoreError> {
        let known = self.weaknesses[key];
        if !known.catalogued {
            return Ok(());
        }
        for alias in others(key, ids) {
            if self.told.insert((known.id, alias.clone())) {
                self.tx.db.execute(
                    "UPDATE weakness SET aliases = CASE WHEN aliases = '' THEN $2 ELSE aliases || ' ' || $2 END
                     WHERE id = $1 AND LENGTH(aliases) < 4000 AND ' ' || aliases || ' ' NOT LIKE '% ' || $2 || ' %'",
                    &[known.id.into(), Value::Text(&alias)],
                )?;
            }
        }
        Ok(())
    }

    fn find_weaknesses(&mut self, keys: &[(&str, usize)]) -> Result<(), StoreError> {
        let names: Vec<&str> = keys.iter().map(|(key, _)| *key).collect();
        let found = &mut self.weaknesses;
        self.tx.db.lookup("SELECT name, id FROM weakness WHERE name = $1", &names, |row| {
            let key = WeaknessKey::from_stored(row.get(0)?);
            let weakness = Weakness { id: row.get(1)?, catalogued: key.is_known_vulnerability() };
            found.insert(key.as_str().to_owned(), weakness);
            Ok(())
        })
    }

    fn make_weaknesses(
        &mut self,
        keys: &[(&str, usize)],
        findings: &[Box<Finding>],
    ) -> Result<(), StoreError> {
        if keys.is_empty() {
            return Ok(());
        }
        let first = self.tx.take_ids("weakness", keys.len())?;
        let texts: Vec<_> = keys
            .iter()
            .map(|(_, index)| {
                let finding = &findings[*index];
                let cwe: Vec<String> = finding.weakness.cwe.iter().map(u32::to_string).collect();
                (cwe.join(" "), finding.weakness.ids.join(" "), finding.references.join("\n"))
            })
            .collect();
        let rows = keys.iter().zip(&texts).zip(first..).map(|(((key, index), (cwe, aliases, refs)), id)| {
            let finding = &findings[*index];
            [
                id.into(),
                Value::Text(key),
                Value::Text(&finding.title),
                Value::Text(&finding.description),
                Value::Text(cwe),
                Value::Text(aliases),
                Value::Text(refs),
                Value::Text(&finding.fix),
                finding.cvss.first().into(),
            ]
        });
        self.tx.db.bulk(&WEAKNESSES, rows)?;
        if self.tx.has_statements()? {
            for (key, index) in keys {
                self.tx.rename_statements(key, &findings[*index].weakness.ids)?;
            }
        }
        for ((key, index), id) in keys.iter().zip(first..) {
            self.told.extend(others(key, &findings[*index].weakness.ids).map(|alias| (id, alias)));
            let catalogued = is_public_id(key);
            self.weaknesses.insert((*key).to_owned(), Weakness { id, catalogued });
        }
        Ok(())
    }
}
