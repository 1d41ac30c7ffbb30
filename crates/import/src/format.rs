//! What a report format is, how the right one is found, and what a caller can say about a report.

use crate::columns::ColumnMap;
pub use crate::common::head::Head;
use crate::common::{abridge, head};
use crate::error::{DetectError, ParseError};
use crate::formats::FORMATS;
use crate::sink::Sink;
use bartizan_model::{AssetKind, AssetRef, Identifier, IdentifierKind, Timestamp};
use std::io::BufRead;

/// How sure a format is that a report is its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sniff {
    /// It is something else.
    No,
    /// It could be, as could others.
    Maybe,
    /// It bears this format's marks.
    Yes,
}

impl Sniff {
    /// Sure, or something else.
    pub(crate) fn when(ours: bool) -> Self {
        if ours { Self::Yes } else { Self::No }
    }
}

/// Turns a report into observations. Stops at the first place where nothing can be made of the rest.
pub type Parse = fn(&mut dyn BufRead, &Options, &mut dyn Sink) -> Result<Summary, ParseError>;

/// One report format: a row of [`FORMATS`].
#[derive(Debug)]
pub struct Format {
    /// Its id, equal to the name of its file.
    pub id: &'static str,
    /// The tool's or standard's own name.
    pub name: &'static str,
    /// One line: what is taken from it.
    pub summary: &'static str,
    /// Usual file extensions; a hint for people, never used to detect.
    pub extensions: &'static [&'static str],
    /// Where the format is described.
    pub docs: &'static str,
    /// The source name of its observations, unless the report names the tool that made it.
    pub tool: &'static str,
    /// Looks at the beginning of a decoded report.
    pub sniff: fn(&Head<'_>) -> Sniff,
    /// Reads a decoded report.
    pub parse: Parse,
}

/// What a caller knows about a report that does not say it itself.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The asset the report is about; used where the report names none.
    pub asset: Option<AssetRef>,
    /// The name of the asset when neither the report nor `asset` names one. Choose one per target (never the file's
    /// name, which changes): two reports with the same fallback speak of the same asset.
    pub fallback: String,
    /// The caller vouches that the report is all that the tool has to say of the assets it names. A format that may find nothing
    /// on an asset then names it all the same.
    pub complete: bool,
    /// What the columns of a table mean, where a person said so: for the format `bartizan`.
    pub columns: Option<ColumnMap>,
    /// How much a report may ask for.
    pub limits: Limits,
}

impl Options {
    /// The asset for a report that names none.
    pub fn asset_or(&self, kind: AssetKind) -> AssetRef {
        if let Some(asset) = &self.asset {
            return asset.clone();
        }
        let name = if self.fallback.trim().is_empty() { "unnamed" } else { self.fallback.trim() };
        // A machine is known by its full name or address to other sources too.
        let of_host = Identifier::host(name).filter(|_| kind == AssetKind::Host);
        let named = Identifier { kind: IdentifierKind::Name, value: name.to_lowercase() };
        AssetRef { kind, name: name.to_owned(), identifiers: vec![of_host.unwrap_or(named)] }
    }
}

/// Bounds on what a report may cost. The defaults are far above honest reports.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of one record (a finding, an XML host).
    pub record: usize,
    /// Bytes kept back because they come before what they refer to (SARIF results before their rules).
    pub deferred: usize,
    /// Levels of nesting.
    pub depth: usize,
    /// Bytes of a report or of all entries of an archive after decompression; what is not compressed may be as long as
    /// it is. An honest report of 10 GiB fits, and what is staged of it fits on a disk.
    pub size: u64,
    /// Decompressed bytes per compressed byte, once more than 64 MiB came out.
    pub ratio: u64,
    /// Files in an archive.
    pub entries: usize,
}

impl Limits {
    /// Whether so many bytes may be taken by what a record becomes: lists of little take many times what they are written in.
    pub(crate) fn holds(&self, bytes: usize) -> bool {
        bytes <= self.record.saturating_mul(2)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { record: 24 << 20, deferred: 80 << 20, depth: 128, size: 64 << 30, ratio: 250, entries: 10_000 }
    }
}

/// The tool that made a report, or one run in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Source {
    /// Its name in lower case: part of the identity of every weakness without a public id.
    pub name: String,
    /// Its version, where the report says.
    pub version: Option<String>,
}

/// What a report was, once it was read to its end.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// The tool (the first one, where a report holds runs of several).
    pub source: Source,
    /// When the tool ran, where the report says.
    pub seen_at: Option<Timestamp>,
    /// Records read: what the tool calls a result, a host, a component.
    pub records: u64,
    /// Observations handed over.
    pub observations: u64,
    /// Findings among them.
    pub findings: u64,
    /// Records that could not be used.
    pub rejected: u64,
}

/// The format with this id.
pub fn by_id(id: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.id.eq_ignore_ascii_case(id))
}

/// Finds the one format that a decoded report (see [`open`](crate::open)) is in, by its content alone: by its first
/// [`HEAD`](crate::HEAD) bytes, and where those bear no marks, by what stands in the JSON given beyond them.
pub fn detect(known: &[u8]) -> Result<&'static Format, DetectError> {
    let head = &known[..known.len().min(crate::HEAD)];
    if head::trim(head).is_empty() {
        return Err(DetectError::Empty);
    }
    let sniffed = sniffed(head);
    if let Some(found) = only(&sniffed, Sniff::Yes) {
        return found;
    }
    if known.len() > head.len() && head::is_json(head) {
        let known = &known[..known.len().min(crate::FAR)];
        if let Some(found) = only(&self::sniffed(&abridge::json(known)), Sniff::Yes) {
            return found;
        }
    }
    let unknown = || Err(DetectError::Unknown { looks: head::looks_like(head), known: FORMATS.len() });
    only(&sniffed, Sniff::Maybe).unwrap_or_else(unknown)
}

fn sniffed(head: &[u8]) -> Vec<(Sniff, &'static Format)> {
    let head = Head::of(head);
    FORMATS.iter().map(|format| ((format.sniff)(&head), format)).collect()
}

/// The format that is this sure; `None` where none is.
fn only(sniffed: &[(Sniff, &'static Format)], wanted: Sniff) -> Option<Result<&'static Format, DetectError>> {
    let fits: Vec<_> =
        sniffed.iter().filter(|(sniff, _)| *sniff == wanted).map(|(_, format)| *format).collect();
    match fits.as_slice() {
        [] => None,
        [one] => Some(Ok(one)),
        many => Some(Err(DetectError::Ambiguous(ids(many.iter().copied())))),
    }
}

fn ids(formats: impl IntoIterator<Item = &'static Format>) -> String {
    formats.into_iter().map(|format| format.id).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_it_does_not_know() {
        assert_eq!(detect(b" \n").map(|f| f.id), Err(DetectError::Empty));
        let unknown = detect(b"<NobodyWritesThis><Policy/>").unwrap_err().to_string();
        assert!(unknown.contains("XML with the root element NobodyWritesThis"), "{unknown}");
        assert!(matches!(detect(b"[]"), Err(DetectError::Ambiguous(_))));
    }

    #[test]
    fn what_tools_write_of_nothing() {
        for (text, id) in [
            ("{\"Findings\": []}", "asff"),
            ("{\"matches\":[]}", "grype"),
            ("{\"Issues\":[],\"Stats\":{\"files\":3}}", "gosec"),
            ("{\"Issues\":[]}", "burp"),
            ("{\"total_count\":0,\"data\":[]}", "xray"),
            ("{\"version\":1,\"reports\":[]}", "codechecker"),
            ("{\"version\":\"2.0\",\"vulnerabilities\":[]}", "gitlab"),
            ("{\"imageDigest\":\"sha256:0\",\"vulnerabilities\":[]}", "anchore"),
            ("{\"name\":\"mine\",\"type\":\"own\",\"findings\":[]}", "generic"),
            ("{\"project\":\"p\",\"xissues\":[]}", "checkmarx"),
            ("No vulnerabilities found\n", "bundler_audit"),
        ] {
            assert_eq!(detect(text.as_bytes()).map(|format| format.id), Ok(id), "{text}");
        }
        // These could be of many tools: only a person can say whose they are.
        for (text, id) in [("[]", "anchore_policy"), ("[]", "aqua"), ("{}", "bearer"), ("[]", "gitleaks")] {
            let (mut input, mut seen) = (text.as_bytes(), crate::Collected::default());
            let parse = by_id(id).map(|format| format.parse).unwrap();
            assert_eq!(parse(&mut input, &Options::default(), &mut seen).unwrap().findings, 0, "{id}");
        }
    }

    #[test]
    fn marks_may_come_late() {
        let issue = format!("{{\"code\":\"{}\"}},", "x".repeat(1000)).repeat(200);
        let report = format!("{{\"warnings\":[{issue}{{}}],\"scan_info\":{{\"brakeman_version\":\"6.1\"}}}}");
        assert_eq!(detect(report.as_bytes()).map(|format| format.id), Ok("brakeman"));
        assert!(matches!(detect(&report.as_bytes()[..crate::HEAD]), Err(DetectError::Unknown { .. })));
    }

    #[test]
    fn an_unnamed_asset_still_has_an_identifier() {
        let asset = Options { fallback: "Shop".into(), ..Options::default() }.asset_or(AssetKind::Repository);
        assert_eq!((asset.name.as_str(), asset.identifiers[0].to_string().as_str()), ("Shop", "name:shop"));
        let host = Options { fallback: "10.0.0.7".into(), ..Options::default() }.asset_or(AssetKind::Host);
        assert_eq!(host.identifiers[0].to_string(), "ip:10.0.0.7");
    }
}
