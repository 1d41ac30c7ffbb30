//! FIRST's daily estimate of how likely each CVE is to be exploited within 30 days.

use crate::Problem;
use crate::detect::Head;
use crate::epss::EpssReader;
use crate::feed::{Feed, FeedError, Record, Shape, Sink, Summary};
use std::io::BufRead;

pub(super) const FEED: Feed = Feed {
    id: "epss",
    name: "EPSS",
    about: "the probability that a CVE is exploited within 30 days",
    address: "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz",
    parts: &[],
    licence: "LicenseRef-FIRST-EPSS",
    docs: "https://www.first.org/epss/data_stats",
    shape: Shape::Whole,
    sniff,
    read,
};

fn sniff(head: &Head<'_>) -> bool {
    head.text().starts_with(b"#model_version:")
        || (head.has_column("cve") && head.has_column("epss") && !head.has_column("date"))
}

fn read(reader: &mut dyn BufRead, sink: &mut dyn Sink) -> Result<Summary, FeedError> {
    let failed = |error: crate::epss::EpssError| FeedError::Format(error.to_string());
    let mut scores = EpssReader::new(reader).map_err(failed)?;
    for score in scores.by_ref() {
        if sink.record(Record::Epss(score.map_err(failed)?)).is_break() {
            break;
        }
    }
    let mut incomplete = Vec::new();
    for problem in scores.problems() {
        // A cut is said of no row but of the file.
        let Problem { at, reason } = problem.clone();
        if reason.starts_with("truncated") { incomplete.push(reason) } else { sink.reject(at, reason) }
    }
    let as_of = scores.header().score_date.clone();
    if as_of.is_none() {
        incomplete.push("the file does not say of which day it is: its age is unknown".to_owned());
    }
    Ok(Summary { as_of, incomplete })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feeds::tests::read_all;

    #[test]
    fn a_day() {
        let text = "#model_version:v2025.03.14,score_date:2025-09-03T12:55:00Z\ncve,epss,percentile\nCVE-1999-0001,0.5,0.9\nx,1,1\n";
        let (records, rejected, summary) = read_all(&FEED, text);
        assert_eq!((records.len(), rejected.len()), (1, 1));
        assert_eq!((summary.as_of.as_deref(), summary.incomplete.len()), (Some("2025-09-03T12:55:00Z"), 0));
        let (_, _, cut) = read_all(&FEED, &text[..text.len() - 1]);
        assert_eq!(cut.incomplete, ["truncated: the last line is not ended"]);
    }
}
