//! The rows that `bartizan export exposures` writes as CSV and JSON, read back: the same assets, weaknesses and places, seen by
//! the same tools.

use super::FORMAT;
use crate::common::flex::Texts;
use crate::common::json::Value;
use crate::common::out::Out;
use crate::common::{dates, house, ids, text};
use crate::error::ParseError;
use crate::sink::Place;
use bartizan_model::observation::WeaknessSeen;
use bartizan_model::weakness::is_public_id;
use bartizan_model::{AssetRef, Finding, Identifier};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What only these rows have together.
const MARKS: [&str; 6] = ["weakness", "asset", "locus", "sources", "asset_kind", "identifiers"];
/// Findings that wait to be handed over tool by tool: rows of many tools stand mixed, and to change the tool costs.
const HELD: usize = 8_192;

/// Whether these are the columns of such rows.
pub(super) fn is(names: &[&str]) -> bool {
    MARKS.iter().all(|mark| names.contains(mark))
}

/// One row: its fields by name; what is a list has a line each.
pub(super) struct Row(BTreeMap<String, String>);

impl Row {
    /// Out of a table, where a text that a spreadsheet would run has an apostrophe before it.
    pub(super) fn of_table<'a>(columns: &[String], fields: impl Iterator<Item = &'a str>) -> Self {
        let plain = |field: &str| {
            let bare = field.strip_prefix('\'').filter(|rest| {
                rest.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
            });
            bare.unwrap_or(field).to_owned()
        };
        Self(columns.iter().cloned().zip(fields.map(plain)).collect())
    }

    /// Out of a JSON object.
    pub(super) fn of_json(value: &Value<'_>) -> Result<Self, String> {
        let fields: BTreeMap<Cow<'_, str>, Texts<'_>> = value.read()?;
        let joined = |texts: &Texts<'_>| texts.iter().collect::<Vec<_>>().join("\n");
        Ok(Self(fields.iter().map(|(name, texts)| (name.to_string(), joined(texts))).collect()))
    }

    fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |field| field.trim())
    }

    fn asset(&self) -> Result<AssetRef, String> {
        let kind = self.get("asset_kind").parse()?;
        let identifiers = self.get("identifiers").lines().filter_map(|line| {
            let (kind, value) = line.split_once(':')?;
            Identifier::new(kind.parse().ok()?, value)
        });
        let named = AssetRef::new(kind, self.get("asset"), identifiers);
        named.as_ref().and_then(house::checked).ok_or_else(|| "an asset without valid identifiers".to_owned())
    }

    /// What each tool says; nothing where it is fixed.
    fn findings(&self) -> Result<Vec<(String, Finding)>, String> {
        if self.get("status") == "fixed" {
            return Ok(Vec::new());
        }
        let (asset, key) = (self.asset()?, text::name(self.get("weakness")));
        if key.is_empty() {
            return Err("it names no weakness".to_owned());
        }
        let mut seen = WeaknessSeen::default();
        if is_public_id(&key) {
            ids::push_id(&mut seen.ids, &key);
            // Two CVEs are never one weakness.
            let others = self.get("aliases").lines().filter(|id| !id.starts_with("CVE-"));
            others.for_each(|id| ids::push_id(&mut seen.ids, id));
        }
        self.get("cwe").lines().for_each(|line| ids::cwes_in(&mut seen.cwe, line));
        let Ok(locus) = text::name(self.get("locus")).parse();
        let judged = self.get("judgement");
        let finding = Finding {
            description: text::body(self.get("description")),
            fix: text::body(self.get("fix")),
            seen_at: dates::date(self.get("last_seen")),
            found_at: dates::date(self.get("first_seen")),
            suppressed: (!judged.is_empty()).then(|| text::name(judged)),
            ..Finding::new(
                text::title(self.get("title"), &key),
                ids::severity(self.get("severity")),
                seen,
                asset,
                locus,
            )
        };
        let sources = self.get("sources");
        let sources = if sources.is_empty() { FORMAT.tool } else { sources };
        let sources: Vec<_> = sources.lines().map(|source| text::name(source).to_lowercase()).collect();
        let own = |source: &String| key.strip_prefix(source.as_str()).and_then(|rest| rest.strip_prefix(':'));
        // A rule is one tool's; what the others call it is not in a row.
        let ruled = finding.weakness.ids.is_empty() && sources.iter().any(|source| own(source).is_some());
        let each = sources.iter().filter(|source| !ruled || own(source).is_some()).map(|source| {
            let mut finding = finding.clone();
            if finding.weakness.ids.is_empty() {
                finding.weakness.rule = own(source).unwrap_or(&key).to_owned();
            }
            (source.clone(), finding)
        });
        Ok(each.collect())
    }
}

/// Hands findings over tool by tool.
#[derive(Default)]
pub(super) struct ByTool {
    waiting: BTreeMap<String, Vec<(Place, Finding)>>,
    count: usize,
    named: bool,
}

impl ByTool {
    /// Takes a row, or rejects it.
    pub(super) fn row(
        &mut self,
        row: Result<Row, String>,
        at: &Place,
        out: &mut Out<'_>,
    ) -> Result<(), ParseError> {
        match row.and_then(|row| row.findings()) {
            Err(why) => out.reject(at.clone(), why),
            Ok(findings) => {
                for (source, finding) in findings {
                    self.count += 1;
                    self.waiting.entry(source).or_default().push((at.clone(), finding));
                }
            }
        }
        if self.count >= HELD { self.flush(out) } else { Ok(()) }
    }

    /// Hands over what waits.
    pub(super) fn flush(&mut self, out: &mut Out<'_>) -> Result<(), ParseError> {
        self.count = 0;
        for (source, findings) in std::mem::take(&mut self.waiting) {
            out.source(&source, "");
            self.named = true;
            for (at, finding) in findings {
                out.summary.seen_at = out.summary.seen_at.max(finding.seen_at);
                out.finding(&at, finding, None)?;
            }
        }
        Ok(())
    }

    /// Hands over the rest.
    pub(super) fn finish(mut self, out: &mut Out<'_>) -> Result<(), ParseError> {
        self.flush(out)?;
        if !self.named {
            out.source(FORMAT.tool, "");
        }
        Ok(())
    }
}
