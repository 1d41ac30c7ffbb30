//! Exposures as rows: CSV for spreadsheets, JSON for programs.

use crate::exposed::Exposed;
use bartizan_model::AssetKind;
use serde::Serialize;
use std::io::{self, Write};

/// The columns of a CSV file. New ones go to the end.
const COLUMNS: [&str; 25] = [
    "id",
    "weakness",
    "title",
    "asset",
    "asset_id",
    "locus",
    "severity",
    "priority",
    "band",
    "ssvc",
    "status",
    "reach",
    "kev",
    "epss",
    "first_seen",
    "last_seen",
    "sources",
    "owner",
    "asset_kind",
    "identifiers",
    "aliases",
    "cwe",
    "description",
    "fix",
    "judgement",
];

/// The keys of a JSON row: those of the API's list, and what names asset and weakness elsewhere.
#[derive(Serialize)]
struct Row<'a> {
    id: i64,
    weakness: &'a str,
    title: &'a str,
    asset: &'a str,
    asset_id: i64,
    locus: String,
    severity: &'static str,
    priority: f64,
    priority_low: f64,
    priority_high: f64,
    band: &'static str,
    ssvc: &'static str,
    status: &'static str,
    reach: &'static str,
    kev: Option<bool>,
    epss: Option<f64>,
    first_seen: String,
    last_seen: String,
    sightings: usize,
    sources: Vec<&'a str>,
    owner: Option<&'a str>,
    demo: bool,
    asset_kind: AssetKind,
    identifiers: Vec<String>,
    aliases: &'a [String],
    cwe: &'a [u32],
    description: &'a str,
    fix: &'a str,
    judgement: Option<String>,
}

impl<'a> Row<'a> {
    fn of(exposed: &'a Exposed) -> Self {
        let (weakness, asset, urgency) = (&exposed.weakness, &exposed.asset, &exposed.urgency);
        let mut sources: Vec<&str> = exposed.sightings.iter().map(|it| it.source.as_str()).collect();
        sources.sort_unstable();
        sources.dedup();
        Self {
            id: exposed.id,
            weakness: &weakness.key,
            title: &weakness.title,
            asset: &asset.named.name,
            asset_id: asset.id,
            locus: exposed.locus.to_string(),
            severity: exposed.severity.as_str(),
            priority: urgency.priority,
            priority_low: urgency.interval[0],
            priority_high: urgency.interval[1],
            band: urgency.band,
            ssvc: urgency.ssvc,
            status: exposed.status.as_str(),
            reach: asset.reach,
            kev: urgency.kev,
            epss: urgency.epss,
            first_seen: exposed.first_seen.to_string(),
            last_seen: exposed.last_seen.to_string(),
            sightings: exposed.sightings.len(),
            sources,
            owner: exposed.owner.as_deref(),
            demo: asset.demo,
            asset_kind: asset.named.kind,
            identifiers: asset.named.identifiers.iter().map(ToString::to_string).collect(),
            aliases: &weakness.aliases,
            cwe: &weakness.cwe,
            description: &weakness.description,
            fix: &weakness.fix,
            judgement: exposed.set_aside(),
        }
    }
}

/// Writes an array of rows, one a line.
#[derive(Debug, Default)]
pub struct JsonRows {
    any: bool,
}

impl JsonRows {
    /// Writes a row.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&mut self, exposed: &Exposed, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(if self.any { b",\n" } else { b"[\n" })?;
        self.any = true;
        Ok(serde_json::to_writer(out, &Row::of(exposed))?)
    }

    /// Ends the array.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn end(self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(if self.any { b"\n]\n" } else { b"[\n]\n" })
    }
}

/// Writes the header of a CSV file.
///
/// # Errors
/// Those of `out`.
pub fn csv_header(out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{}\r\n", COLUMNS.join(","))
}

/// Writes a row of a CSV file. What is a list has a line for each in its cell.
///
/// # Errors
/// Those of `out`.
pub fn csv_row(exposed: &Exposed, out: &mut dyn Write) -> io::Result<()> {
    let row = Row::of(exposed);
    let fields: [String; COLUMNS.len()] = [
        row.id.to_string(),
        row.weakness.to_owned(),
        row.title.to_owned(),
        row.asset.to_owned(),
        row.asset_id.to_string(),
        row.locus,
        row.severity.to_owned(),
        row.priority.to_string(),
        row.band.to_owned(),
        row.ssvc.to_owned(),
        row.status.to_owned(),
        row.reach.to_owned(),
        row.kev.map_or(String::new(), |kev| kev.to_string()),
        row.epss.map_or(String::new(), |epss| epss.to_string()),
        row.first_seen,
        row.last_seen,
        row.sources.join("\n"),
        row.owner.unwrap_or_default().to_owned(),
        row.asset_kind.as_str().to_owned(),
        row.identifiers.join("\n"),
        row.aliases.join("\n"),
        row.cwe.iter().map(|cwe| format!("CWE-{cwe}")).collect::<Vec<_>>().join("\n"),
        row.description.to_owned(),
        row.fix.to_owned(),
        row.judgement.unwrap_or_default(),
    ];
    let cells: Vec<String> = fields.iter().map(|field| cell(field)).collect();
    write!(out, "{}\r\n", cells.join(","))
}

/// One cell. A spreadsheet would run text that begins like a formula, and findings hold what attackers wrote: such text
/// gets a leading apostrophe, which spreadsheets do not show.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\r', '\n', '\'', ';', '\t']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_cell_is_a_formula() {
        for (text, shown) in [
            ("=1+1", "\"'=1+1\""),
            ("+1", "\"'+1\""),
            ("-1", "\"'-1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\t=1", "\"'\t=1\""),
            ("\r=1", "\"'\r=1\""),
            ("plain", "plain"),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("a=b", "a=b"),
            ("", ""),
        ] {
            assert_eq!(cell(text), shown);
        }
    }

    #[test]
    fn json_is_one_array() {
        let mut out = Vec::new();
        JsonRows::default().end(&mut out).unwrap();
        assert_eq!(out, b"[\n]\n");
    }
}
