//! CISA's catalogue of vulnerabilities that are known to be exploited.

use crate::detect::Head;
use crate::feed::{Feed, FeedError, Record, Shape, Sink, Summary, Tells};
use crate::kev;
use std::io::{BufRead, Read};

/// The catalogue is 2 MiB; nothing that is a hundred times larger is it.
const LARGEST: u64 = 256 << 20;

pub(super) const FEED: Feed = Feed {
    id: "kev",
    name: "CISA Known Exploited Vulnerabilities",
    about: "CVEs that attackers are known to use, with the day by which to act",
    address: "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json",
    parts: &[],
    licence: "CC0-1.0",
    docs: "https://www.cisa.gov/known-exploited-vulnerabilities-catalog",
    tells: Tells::Weaknesses,
    shape: Shape::Whole,
    dated: true,
    fresh_days: 7,
    sniff,
    read,
};

fn sniff(head: &Head<'_>) -> bool {
    let marks = ["dateReleased", "count", "vulnerabilities"];
    head.is_object() && head.has("catalogVersion") && marks.iter().any(|mark| head.has(mark))
}

fn read(reader: &mut dyn BufRead, sink: &mut dyn Sink) -> Result<Summary, FeedError> {
    let mut bytes = Vec::new();
    reader.take(LARGEST).read_to_end(&mut bytes)?;
    let catalogue = kev::parse(&bytes).map_err(|error| FeedError::Format(error.to_string()))?;
    let mut incomplete = Vec::new();
    for problem in catalogue.problems {
        // What is said of no entry is about the catalogue itself.
        if problem.at == "count" {
            incomplete.push(problem.reason);
        } else {
            sink.reject(problem.at, problem.reason);
        }
    }
    for entry in catalogue.entries {
        if sink.record(Record::Kev(Box::new(entry))).is_break() {
            break;
        }
    }
    Ok(Summary { as_of: catalogue.released, incomplete, ..Summary::default() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feeds::tests::read_all;

    #[test]
    fn a_catalogue_that_was_cut_says_so() {
        let text = r#"{"catalogVersion":"2099.01.02","dateReleased":"2099-01-02T03:04:05Z","count":2,
            "vulnerabilities":[{"cveID":"CVE-2099-0001","dateAdded":"2099-01-01","dueDate":"2099-01-22"}]}"#;
        let (records, rejected, summary) = read_all(&FEED, text);
        assert_eq!((records.len(), rejected.len()), (1, 0));
        assert_eq!(summary.incomplete, ["truncated: a count of 2, but 1 entries"]);
        assert_eq!(summary.as_of.as_deref(), Some("2099-01-02T03:04:05Z"));
    }
}
