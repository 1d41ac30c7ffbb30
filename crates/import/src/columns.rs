//! Tables that no format knows: their beginning to look at, and what their columns mean as a person says it.
//!
//! A configuration database exports what it likes under names of its own. A person says once what each column is; it is
//! kept by the digest of the header, so that the next file with the same columns goes in by itself.

use crate::common::fields::Column;
use crate::common::table;
use crate::common::text;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Rows of the beginning that are shown.
const SHOWN: usize = 5;
/// A table has at most so many columns that can be mapped.
const MOST: usize = 500;

/// What a column can be: its name and what that means.
pub const FIELDS: &[(&str, &str)] = &[
    ("asset", "the asset's name, address, URL or image"),
    ("asset_kind", "what the asset is: host, web-application, repository, ..."),
    ("ip", "IP address of a host"),
    ("hostname", "DNS name of a host"),
    ("mac", "hardware address of a host"),
    ("os", "operating system"),
    ("owner", "who answers for the asset"),
    ("criticality", "what the business loses with it: low to critical, or 4 to 1"),
    ("tags", "labels"),
    ("seen_at", "when it was seen"),
    ("port", "port of a service"),
    ("protocol", "tcp or udp"),
    ("service", "name of the service"),
    ("component", "software: its name or package URL"),
    ("version", "version of the software"),
    ("title", "what is wrong, in one line"),
    ("severity", "how bad that is"),
    ("cve", "CVE ids"),
    ("cwe", "CWE ids"),
    ("rule", "id of the check"),
    ("path", "file, or route of a web application"),
    ("parameter", "parameter of the route"),
    ("line", "line of the file"),
    ("description", "more about it"),
    ("fix", "what to do"),
    ("evidence", "what proves it"),
    ("references", "links"),
    ("cvss", "CVSS vector"),
    ("fixed_version", "version that fixes it"),
    ("id", "the source's own id"),
    ("suppressed", "why the source sets it aside"),
];

/// What the columns of a table mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnMap {
    /// Who is named as the source of what the table tells.
    #[serde(default = "unnamed")]
    source: String,
    /// The field of each column by the column's name.
    columns: BTreeMap<String, String>,
}

fn unnamed() -> String {
    "table".to_owned()
}

impl ColumnMap {
    /// Checks a map.
    ///
    /// # Errors
    /// That a field is none, two columns are one field, or nothing names the asset.
    pub fn new(source: &str, columns: BTreeMap<String, String>) -> Result<Self, String> {
        let source = text::name(source).to_lowercase();
        let source = if source.is_empty() { unnamed() } else { source };
        Self { source, columns }.checked()
    }

    /// As [`Self::new`], for a map that was read.
    ///
    /// # Errors
    /// Those of [`Self::new`].
    pub fn checked(self) -> Result<Self, String> {
        let mut taken: BTreeMap<&str, &str> = BTreeMap::new();
        for (column, field) in &self.columns {
            if Column::canonical(field).is_none() {
                let known: Vec<_> = FIELDS.iter().map(|(name, _)| *name).collect();
                return Err(format!("there is no field `{field}`; known are {}", known.join(", ")));
            }
            if let Some(other) = taken.insert(field, column) {
                return Err(format!("both `{other}` and `{column}` are to be `{field}`"));
            }
        }
        if !["asset", "ip", "hostname", "mac"].iter().any(|field| taken.contains_key(field)) {
            return Err("no column names the asset: one must be asset, ip, hostname or mac".to_owned());
        }
        Ok(self)
    }

    /// The source's name.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The field of each column, by the column's name.
    pub fn columns(&self) -> &BTreeMap<String, String> {
        &self.columns
    }

    pub(crate) fn get(&self, column: &str) -> Option<Column> {
        self.columns.get(column).and_then(|field| Column::canonical(field))
    }
}

/// The beginning of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableHead {
    /// The names of its columns.
    pub columns: Vec<String>,
    /// Its first rows.
    pub rows: Vec<Vec<String>>,
}

impl TableHead {
    /// Looks at the beginning of a decoded report; `None` where that is no table.
    pub fn of(head: &[u8]) -> Option<Self> {
        let first = head.trim_ascii_start().first()?;
        if b"{[<".contains(first) || head.contains(&0) {
            return None;
        }
        let (columns, rows) = table::beginning(head, SHOWN)?;
        let named = columns.iter().filter(|name| !name.is_empty()).count();
        // Text in which commas happen to stand has no rows like its first line.
        let like = |row: &Vec<String>| row.len() > 1 && row.len().abs_diff(columns.len()) <= 1;
        let alike = !rows.is_empty() && rows.iter().all(like);
        if !(2..=MOST).contains(&columns.len()) || named < 2 || !alike {
            return None;
        }
        let clean = |text: &String| text::name(text);
        let rows = rows.iter().map(|row| row.iter().map(clean).collect()).collect();
        Some(Self { columns: columns.iter().map(clean).collect(), rows })
    }

    /// What the table is known by again: the digest of its header.
    pub fn digest(&self) -> String {
        blake3::hash(self.columns.join("\0").to_lowercase().as_bytes()).to_hex()[..32].to_owned()
    }

    /// The field that each column probably is, by its name and what stands in it; each field once. A person looks at them before
    /// they count.
    pub fn guesses(&self) -> Vec<Option<&'static str>> {
        let named: Vec<_> = self.columns.iter().map(|name| Column::of(name).map(Column::name)).collect();
        // A name is a finding's only where something else of a finding stands beside it.
        let of_findings = named.iter().flatten().any(|field| FINDINGS.contains(field));
        let mut taken = Vec::new();
        let guess = |(at, named): (usize, Option<&'static str>)| {
            let named = if named == Some("title") && !of_findings { Some("asset") } else { named };
            let guess = named.or_else(|| self.by_values(at)).or_else(|| by_word(&self.columns[at]));
            let guess = guess.filter(|field| !taken.contains(field))?;
            taken.push(guess);
            Some(guess)
        };
        named.into_iter().enumerate().map(guess).collect()
    }

    /// What the values of a column can only be.
    fn by_values(&self, at: usize) -> Option<&'static str> {
        let values = || self.rows.iter().filter_map(|row| row.get(at)).filter(|value| !value.is_empty());
        (values().next().is_some() && values().all(|value| value.parse::<IpAddr>().is_ok())).then_some("ip")
    }
}

/// Fields that only findings have.
const FINDINGS: &[&str] = &["severity", "cve", "cwe", "rule", "cvss", "fix"];

/// Words in the names that configuration databases give their columns.
const WORDS: &[(&str, &str)] = &[
    ("ci", "asset"),
    ("computer", "asset"),
    ("device", "asset"),
    ("machine", "asset"),
    ("server", "asset"),
    ("fqdn", "hostname"),
    ("mac", "mac"),
    ("owner", "owner"),
    ("responsible", "owner"),
    ("os", "os"),
];

/// The field of a column by a word in its name, unless that speaks of another thing of the asset ("Server location").
fn by_word(name: &str) -> Option<&'static str> {
    let lower = name.to_lowercase();
    let words: Vec<_> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let words = words.strip_suffix(&["name"]).unwrap_or(&words);
    let last = words.last()?;
    WORDS.iter().find(|(word, _)| word == last).map(|(_, field)| *field)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> Result<ColumnMap, String> {
        let columns = pairs.iter().map(|(column, field)| ((*column).to_owned(), (*field).to_owned()));
        ColumnMap::new("CMDB", columns.collect())
    }

    #[test]
    fn every_field_is_a_column() {
        for (field, about) in FIELDS {
            assert_eq!(Column::canonical(field).map(Column::name), Some(*field));
            assert!(!about.is_empty());
        }
    }

    #[test]
    fn a_map_is_checked() {
        assert_eq!(map(&[("CI", "asset"), ("Tier", "criticality")]).unwrap().source(), "cmdb");
        assert!(map(&[("CI", "nonsense")]).unwrap_err().contains("known are asset, "));
        assert!(map(&[("A", "ip"), ("B", "ip")]).unwrap_err().contains("both `A` and `B`"));
        assert!(map(&[("Tier", "criticality")]).unwrap_err().contains("names the asset"));
    }

    #[test]
    fn the_beginning_of_a_table() {
        let head = TableHead::of(b"CI Name;Mgmt IP;Criticality\nward-1;10.0.0.9;\"1 - most; critical\"\nx;y")
            .unwrap();
        assert_eq!(head.columns, ["CI Name", "Mgmt IP", "Criticality"]);
        assert_eq!(head.rows, [["ward-1", "10.0.0.9", "1 - most; critical"]]);
        assert_eq!(head.guesses(), [Some("asset"), Some("ip"), Some("criticality")]);
        assert_eq!(head.digest(), TableHead::of(b"ci name;mgmt ip;criticality\r\n;;\r\n").unwrap().digest());
        let guesses = |table: &str| TableHead::of(format!("{table}\n").as_bytes()).unwrap().guesses();
        assert_eq!(
            guesses("Name;Mgmt;Business owner;Town\nward-1;10.0.0.9;Eva;Graz\nward-2;;Tom;Linz"),
            [Some("asset"), Some("ip"), Some("owner"), None]
        );
        assert_eq!(
            guesses("Name;Severity;Server\nOld cipher;high;ward-1"),
            [Some("title"), Some("severity"), Some("asset")]
        );
        assert_eq!(guesses("Server name;Server location\nward-1;Graz"), [Some("asset"), None]);
        for other in [
            &b"{\"a\": 1, \"b\": 2}\n"[..],
            b"Dear all, hello\nthis is text\n",
            b"one\ntwo\n",
            b"a,b\0\nc,d\n",
            b"",
        ] {
            assert_eq!(TableHead::of(other), None);
        }
    }
}
