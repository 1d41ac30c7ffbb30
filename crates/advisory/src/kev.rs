//! The Known Exploited Vulnerabilities catalog of CISA, in its JSON form.
//!
//! The catalog states its own length, so a copy that was cut short and repaired, or filtered, is noticed.

use std::borrow::Cow;
use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::text::{excerpt, is_date, list, rfc3339};
use crate::{CveId, Problem};

/// Why something is not the catalog.
#[derive(Debug, thiserror::Error)]
pub enum KevError {
    /// Not JSON, or without a list of vulnerabilities; a file cut short is here too.
    #[error("not a KEV catalog: {0}")]
    Json(#[from] serde_json::Error),
}

/// The catalog.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KevCatalog {
    /// When it was released (RFC 3339).
    pub released: Option<String>,
    /// The version that it states, such as `2025.08.25`.
    pub version: Option<String>,
    /// Its entries, in its order (newest first).
    pub entries: Vec<KevEntry>,
    /// Whether it has as many entries as it says, each readable.
    pub complete: bool,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

/// One vulnerability that is known to be exploited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KevEntry {
    /// The CVE.
    pub cve: CveId,
    /// Vendor or project.
    pub vendor: String,
    /// Product.
    pub product: String,
    /// A short name of the vulnerability.
    pub name: String,
    /// The date of addition (`YYYY-MM-DD`); an entry without a valid one still counts as exploited.
    pub added: Option<String>,
    /// The date by which US federal agencies must act (`YYYY-MM-DD`).
    pub due: Option<String>,
    /// Whether it is known to be used in ransomware campaigns.
    pub ransomware: bool,
    /// CWE ids.
    pub cwes: Vec<String>,
    /// What CISA asks to do.
    pub action: String,
    /// Notes: mostly links, parted by ` ; `.
    pub notes: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawCatalog<'a> {
    #[serde(borrow, default)]
    catalog_version: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    date_released: Option<Cow<'a, str>>,
    #[serde(default)]
    count: Option<u64>,
    #[serde(borrow)]
    vulnerabilities: &'a RawValue,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RawEntry<'a> {
    #[serde(rename = "cveID", borrow)]
    cve_id: Cow<'a, str>,
    #[serde(borrow)]
    vendor_project: Cow<'a, str>,
    #[serde(borrow)]
    product: Cow<'a, str>,
    #[serde(borrow)]
    vulnerability_name: Cow<'a, str>,
    #[serde(borrow)]
    date_added: Cow<'a, str>,
    #[serde(borrow)]
    due_date: Cow<'a, str>,
    #[serde(borrow)]
    required_action: Cow<'a, str>,
    #[serde(borrow)]
    known_ransomware_campaign_use: Cow<'a, str>,
    #[serde(borrow)]
    notes: Cow<'a, str>,
    cwes: Vec<String>,
}

impl Default for RawEntry<'_> {
    fn default() -> Self {
        let none = Cow::Borrowed("");
        Self {
            cve_id: none.clone(),
            vendor_project: none.clone(),
            product: none.clone(),
            vulnerability_name: none.clone(),
            date_added: none.clone(),
            due_date: none.clone(),
            required_action: none.clone(),
            known_ransomware_campaign_use: none.clone(),
            notes: none,
            cwes: Vec::new(),
        }
    }
}

/// Reads the catalog.
///
/// # Errors
/// [`KevError`] if the bytes are not the catalog at all; entries that cannot be read are in [`KevCatalog::problems`].
pub fn parse(bytes: &[u8]) -> Result<KevCatalog, KevError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let raw: RawCatalog<'_> = serde_json::from_slice(bytes)?;
    // A catalog without the list is no catalog, while a bad entry is only that.
    let listed = serde_json::from_str::<Vec<&RawValue>>(raw.vulnerabilities.get())?.len();

    let mut problems = Vec::new();
    let mut entries = Vec::with_capacity(listed);
    let mut seen = HashSet::new();
    for raw in list::<RawEntry<'_>>(Some(raw.vulnerabilities), "vulnerabilities", &mut problems) {
        let Ok(cve) = CveId::parse(&raw.cve_id) else {
            let reason = format!("`{}` is not a CVE id", excerpt(&raw.cve_id));
            problems.push(Problem::new("vulnerabilities", reason));
            continue;
        };
        if seen.insert(cve) {
            entries.push(entry(cve, raw, &mut problems));
        } else {
            problems.push(Problem::new(cve.to_string(), "listed twice: the first counts"));
        }
    }

    let stated = raw.count.and_then(|c| usize::try_from(c).ok());
    if stated != Some(listed) {
        let stated = stated.map_or("no count".to_owned(), |s| format!("a count of {s}"));
        problems.insert(0, Problem::new("count", format!("truncated: {stated}, but {listed} entries")));
    }
    let released = raw.date_released.as_deref().and_then(rfc3339);
    if released.is_none() {
        problems.push(Problem::new("dateReleased", "no release time"));
    }
    Ok(KevCatalog {
        released,
        version: raw.catalog_version.map(Cow::into_owned),
        complete: stated == Some(entries.len()),
        entries,
        problems,
    })
}

fn entry(cve: CveId, raw: RawEntry<'_>, problems: &mut Vec<Problem>) -> KevEntry {
    let mut date = |text: Cow<'_, str>, what: &str| {
        let valid = is_date(&text);
        if !valid {
            let reason = format!("{what} `{}` is not a date", excerpt(&text));
            problems.push(Problem::new(cve.to_string(), reason));
        }
        valid.then(|| text.into_owned())
    };
    KevEntry {
        cve,
        added: date(raw.date_added, "dateAdded"),
        due: date(raw.due_date, "dueDate"),
        vendor: raw.vendor_project.into_owned(),
        product: raw.product.into_owned(),
        name: raw.vulnerability_name.into_owned(),
        ransomware: raw.known_ransomware_campaign_use.trim().eq_ignore_ascii_case("known"),
        cwes: raw.cwes,
        action: raw.required_action.into_owned(),
        notes: raw.notes.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CATALOG: &str = r#"{"title":"t","catalogVersion":"2099.01.02","dateReleased":"2099-01-02T03:04:05.6Z","count":2,
      "vulnerabilities":[
        {"cveID":"CVE-2099-0001","vendorProject":"Acme","product":"Door","vulnerabilityName":"Acme Door Left Open",
         "dateAdded":"2099-01-01","shortDescription":"x","requiredAction":"Close it.","dueDate":"2099-01-22",
         "knownRansomwareCampaignUse":"Known","notes":"https:\/\/example.com\/a ; https:\/\/example.com\/b","cwes":["CWE-1"]},
        {"cveID":"CVE-2098-0002","dateAdded":"2098-01-01","dueDate":"2098-01-22","knownRansomwareCampaignUse":"Unknown"}]}"#;

    #[test]
    fn a_catalog() {
        let kev = parse(CATALOG.as_bytes()).unwrap();
        assert!(kev.complete && kev.problems.is_empty(), "{:?}", kev.problems);
        assert_eq!(kev.released.as_deref(), Some("2099-01-02T03:04:05.6Z"));
        assert_eq!(kev.version.as_deref(), Some("2099.01.02"));
        let [first, second] = kev.entries.as_slice() else { panic!("two entries") };
        assert_eq!(first.name, "Acme Door Left Open");
        assert_eq!((first.added.as_deref(), first.due.as_deref()), (Some("2099-01-01"), Some("2099-01-22")));
        assert!(first.ransomware && !second.ransomware);
        assert_eq!(first.notes, "https://example.com/a ; https://example.com/b");
        assert_eq!((first.cwes.len(), second.cwes.len()), (1, 0));
    }

    #[test]
    fn a_short_or_damaged_catalog_says_so() {
        let change = |from: &str, to: &str| parse(CATALOG.replacen(from, to, 1).as_bytes()).unwrap();
        let short = change("\"count\":2", "\"count\":3");
        assert!(!short.complete);
        assert_eq!(short.problems[0].reason, "truncated: a count of 3, but 2 entries");
        assert!(change("\"count\":2,", "").problems[0].reason.starts_with("truncated: no count"));
        for (from, to) in [("CVE-2099-0001", "none"), ("\"Acme\"", "[]"), ("CVE-2098-0002", "CVE-2099-0001")]
        {
            let kev = change(from, to);
            assert_eq!((kev.entries.len(), kev.complete, kev.problems.len()), (1, false, 1), "{from}");
        }
        let dateless = change("\"2099-01-01\"", "\"soon\"");
        assert_eq!((dateless.entries.len(), dateless.problems.len()), (2, 1));
        assert_eq!(dateless.entries[0].added, None);
        for bad in ["", "{}", "[]", "{\"vulnerabilities\":3}", &CATALOG[..CATALOG.len() - 1]] {
            assert!(parse(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
