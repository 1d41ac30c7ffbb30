//! Which feed a file is, by its first bytes.
//!
//! Only the outermost keys of JSON are looked at, never a text anywhere inside it: a report that quotes a CVE record is not one.

use crate::text::words;

/// So many bytes of a decompressed file are enough for [`detect`].
pub const PREFIX: usize = 64 << 10;

words! {
    /// A kind of file that this crate reads.
    pub enum Feed {
        /// One CVE record: [`crate::cve::parse_record`].
        CveRecord = "cve-record",
        /// CVE records, one per line: [`crate::cve::lines`].
        CveRecords = "cve-records",
        /// The KEV catalog: [`crate::kev::parse`].
        Kev = "kev",
        /// EPSS scores: [`crate::epss::EpssReader`].
        Epss = "epss",
        /// None of these.
        Unknown = "unknown",
    }
}

/// Which feed the file is that begins with `prefix` (decompressed).
///
/// A record that starts on the first line and does not end within the prefix counts as [`Feed::CveRecords`]: the reader
/// of lines reads a single one just as well.
pub fn detect(prefix: &[u8]) -> Feed {
    let text = prefix.strip_prefix(b"\xef\xbb\xbf").unwrap_or(prefix).trim_ascii_start();
    match text.split_first() {
        Some((b'{', inside)) => detect_json(inside),
        _ => detect_csv(text),
    }
}

fn detect_csv(text: &[u8]) -> Feed {
    let mut lines = text.split(|b| *b == b'\n');
    let mut line = lines.next().unwrap_or_default();
    if line.starts_with(b"#model_version:") {
        return Feed::Epss;
    }
    if line.starts_with(b"#") {
        line = lines.next().unwrap_or_default();
    }
    let has = |wanted: &[u8]| {
        line.split(|b| *b == b',').any(|c| {
            let name = c.trim_ascii();
            let name = name.strip_prefix(b"\"").and_then(|n| n.strip_suffix(b"\"")).unwrap_or(name);
            name.eq_ignore_ascii_case(wanted)
        })
    };
    if has(b"cve") && has(b"epss") && !has(b"date") { Feed::Epss } else { Feed::Unknown }
}

fn detect_json(inside: &[u8]) -> Feed {
    let outline = outline(inside);
    let key = |wanted: &str| outline.keys.contains(&wanted.as_bytes());
    if key("catalogVersion") && (key("dateReleased") || key("count") || key("vulnerabilities")) {
        return Feed::Kev;
    }
    if !(outline.is_record || key("cveMetadata") && key("containers")) {
        return Feed::Unknown;
    }
    match outline.rest {
        Some(rest) if rest.trim_ascii_start().starts_with(b"{") => Feed::CveRecords,
        None if !outline.starts_with_newline => Feed::CveRecords,
        _ => Feed::CveRecord,
    }
}

/// What can be said of a JSON object without reading it whole.
#[derive(Default)]
struct Outline<'a> {
    /// Its own keys.
    keys: Vec<&'a [u8]>,
    /// `"dataType": "CVE_RECORD"` is among its own members, or `containers` begins with a container of CVE.
    is_record: bool,
    /// A newline follows its opening brace: it is written over several lines.
    starts_with_newline: bool,
    /// What follows its closing brace, if that is within the prefix.
    rest: Option<&'a [u8]>,
}

fn outline(inside: &[u8]) -> Outline<'_> {
    let mut outline = Outline {
        starts_with_newline: inside.iter().take_while(|b| b.is_ascii_whitespace()).any(|b| *b == b'\n'),
        ..Outline::default()
    };
    let (mut depth, mut at, mut expects_key) = (1_usize, 0, true);
    while let Some(byte) = inside.get(at) {
        at += 1;
        match byte {
            b'"' => {
                let Some(length) = string_length(&inside[at..]) else { break };
                let text = &inside[at..at + length];
                at += length + 1;
                let last = outline.keys.last().copied().unwrap_or_default();
                if depth == 1 && expects_key {
                    outline.keys.push(text);
                } else if depth == 1 {
                    outline.is_record |= last == b"dataType" && text == b"CVE_RECORD";
                } else if depth == 2 && expects_key {
                    outline.is_record |= last == b"containers" && (text == b"cna" || text == b"adp");
                }
                expects_key = false;
            }
            b'{' | b'[' => {
                depth += 1;
                expects_key = *byte == b'{';
            }
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    outline.rest = inside.get(at..);
                    break;
                }
                expects_key = false;
            }
            b',' => expects_key = true,
            _ => {}
        }
    }
    outline
}

/// The length of a JSON string up to its closing quote, if that is there.
fn string_length(text: &[u8]) -> Option<usize> {
    let mut escaped = false;
    text.iter().position(|b| {
        let closes = *b == b'"' && !escaped;
        escaped = *b == b'\\' && !escaped;
        closes
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn feeds() {
        for (text, want) in [
            ("#model_version:v2025.03.14,score_date:2025-09-03T12:55:00Z\ncve,epss", Feed::Epss),
            ("\u{feff}cve,epss,percentile\nCVE-1999-0001,0,0\n", Feed::Epss),
            ("\"CVE\",\"CVSS3\",\"EPSS\",\"EPSS Percentile\"\r\n", Feed::Epss),
            ("date,cve,epss,percentile\n", Feed::Unknown),
            (r#"{"title":"KEV","catalogVersion":"2099","dateReleased":"x","count":1,"vulnera"#, Feed::Kev),
            (r#"{"dataType":"CVE_RECORD","containers":{"adp":[{"title":"unfinished"#, Feed::CveRecords),
            ("{\"dataType\":\"CVE_RECORD\"}\n{\"dataType\":\"CVE_RECORD\"}\n", Feed::CveRecords),
            ("{\"dataType\":\"CVE_RECORD\"}\n", Feed::CveRecord),
            ("{\n  \"containers\": {\n \"cna\": {\"title\": \"}\\\"{\"", Feed::CveRecord),
            ("{\n \"cveMetadata\": {}, \"containers\": {", Feed::CveRecord),
            (r#"{"report":{"dataType":"CVE_RECORD","containers":{"cna":{}}}}"#, Feed::Unknown),
            (r#"{"note":"\"dataType\":\"CVE_RECORD\"","containers":[{"cna":1}]}"#, Feed::Unknown),
            (r#"{"catalogVersion":"1"}"#, Feed::Unknown),
            ("[{\"dataType\":\"CVE_RECORD\"}]", Feed::Unknown),
            ("cve,severity\n", Feed::Unknown),
            ("", Feed::Unknown),
        ] {
            assert_eq!(detect(text.as_bytes()), want, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_panic(text in r#"[{}\[\]",:\\a#\n]{0,60}"#) {
            let _ = detect(text.as_bytes());
            let _ = detect(format!("{{{text}").as_bytes());
        }
    }
}
