//! What all feeds must do, and how one is tested.

use super::FEEDS;
use crate::detect::Head;
use crate::feed::{Entry, Feed, FeedError, Record, Sink, Summary};
use crate::record::Advisory;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;

#[derive(Default)]
struct Kept(Vec<Record>, Vec<String>);

impl Sink for Kept {
    fn record(&mut self, record: Record) -> ControlFlow<()> {
        self.0.push(record);
        ControlFlow::Continue(())
    }
    fn reject(&mut self, at: String, reason: String) {
        self.1.push(format!("{at}: {reason}"));
    }
}

fn read(feed: &Feed, text: &[u8]) -> (Kept, Result<Summary, FeedError>) {
    let head = Head::of(text);
    let found: Vec<_> = FEEDS.iter().filter(|other| (other.sniff)(&head)).map(|found| found.id).collect();
    assert_eq!(found, [feed.id], "is recognised, and as nothing else");
    let mut kept = Kept::default();
    let summary = (feed.read)(&mut &*text, &mut kept);
    (kept, summary)
}

/// Reads a text as a file of a feed: its records, what was rejected (`where: why`), and the summary.
pub(super) fn read_all(feed: &Feed, text: impl AsRef<[u8]>) -> (Vec<Record>, Vec<String>, Summary) {
    let (kept, summary) = read(feed, text.as_ref());
    (kept.0, kept.1, summary.unwrap())
}

/// Why a text cannot be read as a file of a feed.
pub(super) fn refusal(feed: &Feed, text: impl AsRef<[u8]>) -> String {
    read(feed, text.as_ref()).1.unwrap_err().to_string()
}

/// The advisories among records, by id.
pub(super) fn advisories(records: &[Record]) -> BTreeMap<&str, &Advisory> {
    let advisories = records.iter().filter_map(|record| match record {
        Record::Advisory(advisory) => Some((advisory.id.as_str(), &**advisory)),
        _ => None,
    });
    advisories.collect()
}

/// The entries among records, by id.
pub(super) fn entries(records: &[Record]) -> BTreeMap<&str, &Entry> {
    let entries = records.iter().filter_map(|record| match record {
        Record::Entry(entry) => Some((entry.id.as_str(), &**entry)),
        _ => None,
    });
    entries.collect()
}

proptest! {
    #[test]
    fn no_bytes_panic(
        text in "([{}\\[\\]\",:<>/= \n-]|\"(id|cve|objects|vulnerabilities|data|product_tree|statements|packages|pkg|document)\":|<fingerprint|<Weakness ){0,40}",
    ) {
        for feed in FEEDS {
            let _ = (feed.read)(&mut text.as_bytes(), &mut Kept::default());
        }
    }
}

#[test]
fn the_registry_is_in_order() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/feeds");
    let mut last = "";
    for feed in FEEDS {
        assert!(last < feed.id, "{} stands in alphabetical order and once", feed.id);
        last = feed.id;
        assert!(folder.join(format!("{last}.rs")).is_file(), "{last}: the id is the name of its file");
        assert!(
            feed.docs.starts_with("https://") && feed.address.starts_with("https://"),
            "{last}: has docs and an address"
        );
        assert_eq!(feed.address.contains("{}"), !feed.parts.is_empty(), "{last}: parts complete its address");
        assert!(
            !feed.licence.is_empty() && !feed.about.is_empty() && !feed.name.is_empty(),
            "{last}: is described"
        );
    }
}
