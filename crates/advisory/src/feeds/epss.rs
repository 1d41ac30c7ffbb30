//! FIRST's daily estimate of how likely each CVE is to be exploited within 30 days.

use super::read::broken;
use crate::detect::Head;
use crate::epss::{EpssReader, EpssScore};
use crate::feed::{Feed, FeedError, Record, Shape, Sink, Summary, Tells};
use crate::json::{Member, members};
use crate::text::rfc3339;
use crate::{CveId, Problem};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::io::BufRead;

pub(super) const FEED: Feed = Feed {
    id: "epss",
    name: "EPSS",
    about: "the probability that a CVE is exploited within 30 days",
    address: "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz",
    parts: &[],
    licence: "LicenseRef-FIRST-EPSS",
    docs: "https://www.first.org/epss/data_stats",
    tells: Tells::Weaknesses,
    shape: Shape::Whole,
    dated: true,
    fresh_days: 7,
    sniff,
    read,
};

fn sniff(head: &Head<'_>) -> bool {
    // An answer of FIRST's API, which is a page of the scores.
    head.has("data") && head.has("offset") && head.has("total")
        || head.text().starts_with(b"#model_version:")
        || (head.has_column("cve") && head.has_column("epss") && !head.has_column("date"))
}

/// A score as the API writes it.
#[derive(Deserialize)]
struct Row {
    cve: CveId,
    epss: String,
    percentile: String,
    date: String,
}

fn read(reader: &mut dyn BufRead, sink: &mut dyn Sink) -> Result<Summary, FeedError> {
    if reader.fill_buf()?.trim_ascii_start().starts_with(b"{") {
        return answers(reader, sink);
    }
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
    Ok(Summary { as_of, incomplete, ..Summary::default() })
}

/// Answers of the API, one after another. Only if they make up all pages are they the whole day.
fn answers(reader: &mut dyn BufRead, sink: &mut dyn Sink) -> Result<Summary, FeedError> {
    let mut members = members(reader);
    let mut days: BTreeSet<String> = BTreeSet::new();
    let (mut total, mut number) = (0_u64, 0_u64);
    while let Some(member) = members.next() {
        match member.map_err(broken)? {
            Member::Value("total", value) => total = serde_json::from_slice(value).unwrap_or(0),
            Member::Item("data", item) => {
                number += 1;
                let share = |text: &str| text.parse::<f64>().ok().filter(|share| (0.0..=1.0).contains(share));
                match serde_json::from_slice::<Row>(item) {
                    Err(error) => sink.reject(format!("data[{}]", number - 1), error.to_string()),
                    Ok(row) => match (share(&row.epss), share(&row.percentile)) {
                        (Some(score), percentile @ Some(_)) => {
                            days.insert(row.date);
                            let score = EpssScore { cve: row.cve, score, percentile };
                            if sink.record(Record::Epss(score)).is_break() {
                                break;
                            }
                        }
                        _ => sink.reject(row.cve.to_string(), "a share is not between 0 and 1".to_owned()),
                    },
                }
            }
            _ => {}
        }
    }
    let mut summary = Summary::default();
    if number < total {
        summary.incomplete.push(format!("a page: {number} of {total} scores"));
    }
    if days.len() > 1 {
        return Err(FeedError::Format("it holds the scores of several days".to_owned()));
    }
    summary.as_of = days.pop_first().map(|day| day + "T00:00:00Z").as_deref().and_then(rfc3339);
    Ok(summary)
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

    #[test]
    fn a_page_of_the_api() {
        let text = r#"{"status":"OK","total":3,"offset":0,"limit":100,"data":[{"cve":"CVE-2099-0001","epss":"0.5","percentile":"0.9","date":"2099-01-02"},
            {"cve":"CVE-2099-0002","epss":"5","percentile":"0.9","date":"2099-01-02"}]}"#;
        let (records, rejected, summary) = read_all(&FEED, text);
        assert_eq!((records.len(), rejected.len()), (1, 1));
        assert_eq!(summary.as_of.as_deref(), Some("2099-01-02T00:00:00Z"));
        assert_eq!(summary.incomplete, ["a page: 2 of 3 scores"]);
    }
}
