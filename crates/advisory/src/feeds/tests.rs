//! What all feeds must do, and how one is tested.

use super::{FEEDS, detect};
use crate::feed::{Feed, Record, Sink, Summary};
use std::ops::ControlFlow;
use std::path::Path;

/// Reads a text as a file of a feed: its records, what was rejected (`where: why`), and the summary.
pub(super) fn read_all(feed: &Feed, text: impl AsRef<[u8]>) -> (Vec<Record>, Vec<String>, Summary) {
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
    let text = text.as_ref();
    assert_eq!(detect(text).map(|found| found.id), Some(feed.id), "is recognised");
    let mut kept = Kept::default();
    let summary = (feed.read)(&mut &*text, &mut kept).unwrap();
    (kept.0, kept.1, summary)
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
