//! The CVE List: the CVE Program's own records, with what CISA's Vulnrichment adds (SSVC, CVSS, CWE).

use crate::cve::{self, CveError, CveRecord, CveState};
use crate::detect::Head;
use crate::feed::{Feed, FeedError, Record, Shape, Sink, Summary, Tells};
use crate::json::Broken;
use crate::record::Advisory;
use std::io::BufRead;

pub(super) const FEED: Feed = Feed {
    id: "cve",
    name: "CVE List",
    about: "CVE records with descriptions, CVSS, CWE and CISA's SSVC assessment",
    address: "https://github.com/CVEProject/cvelistV5/archive/refs/heads/main.zip",
    parts: &[],
    licence: "LicenseRef-CVE-TOU AND CC0-1.0",
    docs: "https://cveproject.github.io/cve-schema/schema/docs/",
    tells: Tells::Weaknesses,
    shape: Shape::Records,
    dated: true,
    fresh_days: 7,
    sniff,
    read,
};

fn sniff(head: &Head<'_>) -> bool {
    head.value("dataType") == Some(b"CVE_RECORD")
        || head.has("cveMetadata") && head.has("containers")
        || head.has_within("containers", "cna")
        || head.has_within("containers", "adp")
}

fn read(reader: &mut dyn BufRead, sink: &mut dyn Sink) -> Result<Summary, FeedError> {
    let mut newest: Option<String> = None;
    let mut incomplete = Vec::new();
    for (line, record) in cve::records(reader) {
        match record {
            Ok(record) => {
                newest = newest.max(record.updated.clone());
                let advisory = advisory(&record);
                let flow = sink.record(Record::Cve(Box::new(record)));
                if flow.is_break() || advisory.is_some_and(|one| sink.record(one).is_break()) {
                    break;
                }
            }
            Err(CveError::Document(Broken::Io(error))) => return Err(error.into()),
            Err(CveError::Document(Broken::Cut)) => incomplete.push(Broken::Cut.to_string()),
            Err(error) => sink.reject(format!("line {line}"), error.to_string()),
        }
    }
    Ok(Summary { as_of: newest, incomplete, ..Summary::default() })
}

/// What a record says of the versions of products. Its text is the record's own.
fn advisory(record: &CveRecord) -> Option<Record> {
    if record.affected.is_empty() || record.state == CveState::Rejected {
        return None;
    }
    Some(Record::Advisory(Box::new(Advisory {
        id: record.id.to_string(),
        title: record.title.clone().unwrap_or_default(),
        published: record.published.clone(),
        modified: record.updated.clone(),
        cvss: record.preferred_cvss().map(|cvss| cvss.vector.to_string()).into_iter().collect(),
        cwes: record.cwes.clone(),
        affected: record.affected.clone(),
        ..Advisory::default()
    })))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feeds::{detect, tests::read_all};

    const RECORD: &str = r#"{"dataType":"CVE_RECORD","dataVersion":"5.1","cveMetadata":{"cveId":"CVE-2099-0001","state":"PUBLISHED","dateUpdated":"2099-01-02T00:00:00Z"},"containers":{"cna":{"title":"t"}}}"#;

    #[test]
    fn one_or_many() {
        let (records, rejected, summary) =
            read_all(&FEED, format!("{RECORD}\n{{\"dataType\":\"x\"}}\n{RECORD}\n"));
        assert_eq!((records.len(), rejected.len()), (2, 1));
        assert_eq!(summary.as_of.as_deref(), Some("2099-01-02T00:00:00Z"));
        let pretty = RECORD.replacen('{', "{\n  ", 1);
        assert_eq!(read_all(&FEED, pretty).0.len(), 1);
    }

    #[test]
    fn a_report_that_quotes_a_record_is_none() {
        for text in [
            r#"{"report":{"dataType":"CVE_RECORD","containers":{"cna":{}}}}"#,
            r#"{"note":"\"dataType\":\"CVE_RECORD\"","containers":[{"x":1}]}"#,
        ] {
            assert_eq!(detect(text.as_bytes()).map(|feed| feed.id), None, "{text}");
        }
    }
}
